"""What a synthetic person wears and carries: the same in every picture of that person."""

from dataclasses import dataclass

import numpy as np

from vision_service.training.doll import Array, Build, Limb, Rng

NEUTRAL = np.array([[22, 22, 24], [45, 42, 40], [90, 88, 86], [160, 158, 155], [225, 225, 222], [60, 45, 35]], float)
SKIN = np.array([[200, 170, 150], [225, 190, 165], [165, 125, 100], [110, 80, 62], [70, 50, 40]], float)
HAIR = np.array([[18, 16, 16], [32, 26, 24], [62, 42, 30], [120, 90, 55], [150, 148, 145]], float)


@dataclass(frozen=True, slots=True)
class Cloth:
    """Two RGB colours and how they meet: plain, stripes, bars, checks, dots, print or two halves."""

    first: Array
    second: Array
    pattern: str
    repeat: float


@dataclass(frozen=True, slots=True)
class Person:
    """One identity: body, cloth of every cover, cut, and what is carried."""

    build: Build
    covers: dict[str, Cloth]
    skirt: float
    hair_length: float
    bag: str
    bag_cloth: Cloth
    bag_side: float
    coat: float

    @classmethod
    def drawn(cls, rng: Rng, *, patterned: float = 0.55) -> 'Person':
        skin = plain(SKIN[rng.integers(len(SKIN))] * rng.uniform(0.9, 1.08))
        top, bottom = cloth(rng, patterned), cloth(rng, 0.15, neutral=0.65)
        bare_arm = rng.choice(3, p=[0.15, 0.35, 0.5])
        skirt = float(rng.uniform(0.25, 0.75)) if rng.random() < 0.2 else 0.0
        bare_leg = skirt > 0 or rng.random() < 0.2
        jacket = top if rng.random() < 0.8 else cloth(rng, 0.2)
        covers = {
            'skin': skin,
            'hair': plain(HAIR[rng.integers(len(HAIR))] * rng.uniform(0.7, 1.2)),
            'top': top,
            'hips': top if rng.random() < 0.35 else bottom,
            'thigh': bottom,
            'shin': skin if bare_leg else bottom,
            'shoe': cloth(rng, 0.0, neutral=0.7),
            'upper_arm': skin if bare_arm == 0 else jacket,
            'lower_arm': jacket if bare_arm == 2 else skin,
        }
        return cls(
            Build.drawn(rng),
            covers,
            skirt,
            float(rng.uniform(0.05, 0.22)) if rng.random() < 0.4 else 0.0,
            str(rng.choice(['none', 'backpack', 'shoulder', 'hand'], p=[0.4, 0.25, 0.2, 0.15])),
            cloth(rng, 0.1, neutral=0.5),
            float(rng.choice([-1.0, 1.0])),
            float(rng.uniform(0.1, 0.5)) if rng.random() < 0.15 else 0.0,
        )


def plain(colour: Array) -> Cloth:
    shade = np.clip(colour, 0, 255)
    return Cloth(shade, shade, 'plain', 1.0)


def cloth(rng: Rng, patterned: float, neutral: float = 0.5) -> Cloth:
    pattern = 'plain'
    if rng.random() < patterned:
        pattern = str(rng.choice(['stripes', 'bars', 'checks', 'dots', 'print', 'halves']))
    return Cloth(_colour(rng, neutral), _colour(rng, neutral), pattern, float(rng.uniform(2, 9)))


def _colour(rng: Rng, neutral: float) -> Array:
    if rng.random() < neutral:
        return np.asarray(np.clip(NEUTRAL[rng.integers(len(NEUTRAL))] + rng.normal(0, 8, 3), 5, 250))
    hue, depth, light = rng.random() * 6, rng.beta(2, 2.5), rng.uniform(40, 230)
    ramp = np.clip(np.abs((np.array([5.0, 3.0, 1.0]) + hue) % 6 - 3) - 1, 0, 1)
    return np.asarray(light * (1 - depth + depth * ramp))


def carried(person: Person) -> list[Limb]:
    """Skirt, long hair, coat and bag as further limbs of the body."""
    scale = person.build.height
    parts = []
    if person.skirt:
        parts += _hanging(person, 'thigh', 0.5 * scale, person.skirt * 0.45 * scale, 0.085)
    if person.coat:
        parts += _hanging(person, 'top', 0.55 * scale, person.coat * 0.6 * scale, 0.075)
    if 'inner' in person.covers:
        parts.append(_open_front(person, scale))
    if person.hair_length:
        top = np.array([0.0, -0.035 * scale, 0.93 * scale])
        low = top - np.array([0.0, 0.015 * scale, person.hair_length * scale])
        parts.append(Limb(top, low, (0.05 * scale, 0.04 * scale), 'hair'))
    return parts + _bag(person, scale)


def _open_front(person: Person, scale: float) -> Limb:
    """What shows between the halves of an open jacket."""
    girth = person.build.girth
    high, low = np.array([0.0, 0.04 * scale, 0.775 * scale]), np.array([0.0, 0.03 * scale, 0.56 * scale])
    return Limb(high, low, (0.03 * scale * girth, 0.045 * scale * girth), 'inner')


def _hanging(person: Person, cover: str, top: float, drop: float, wide: float) -> list[Limb]:
    scale, girth = person.build.height, person.build.girth
    return [
        Limb(
            np.array([side * 0.05 * scale, 0.0, top]),
            np.array([side * 0.07 * scale, 0.0, top - drop]),
            (0.066 * scale * girth, wide * scale * girth),
            cover,
        )
        for side in (-1.0, 1.0)
    ]


def _bag(person: Person, scale: float) -> list[Limb]:
    if person.bag == 'backpack':
        high = np.array([0.0, -0.11 * scale, 0.76 * scale])
        return [Limb(high, high - np.array([0.0, 0.02 * scale, 0.2 * scale]), (0.075 * scale, 0.085 * scale), 'bag')]
    if person.bag == 'shoulder':
        high = np.array([person.bag_side * 0.15 * scale, 0.0, 0.56 * scale])
        return [Limb(high, high - np.array([0.0, 0.04 * scale, 0.1 * scale]), (0.05 * scale, 0.065 * scale), 'bag')]
    if person.bag == 'hand':
        high = np.array([person.bag_side * 0.16 * scale, 0.02 * scale, 0.38 * scale])
        return [Limb(high, high - np.array([0.0, 0.0, 0.1 * scale]), (0.04 * scale, 0.07 * scale), 'bag')]
    return []
