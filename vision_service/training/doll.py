"""An articulated doll: bones of a walking person in metres, as tapered limbs that a camera can draw.

Written for the picture of a person in a crowd, 30 to 200 pixels tall: proportions, gait and build vary, faces and
fingers do not exist. Axes: x to the doll's left, y ahead, z up; the feet stand at z = 0.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Build:
    """What stays the same of a body, whatever it wears and does."""

    height: float
    girth: float
    shoulders: float
    hips: float

    @classmethod
    def drawn(cls, rng: Rng) -> 'Build':
        height = float(np.clip(rng.normal(1.68, 0.09), 1.1, 1.95))
        return cls(height, float(rng.uniform(0.85, 1.3)), float(rng.uniform(0.9, 1.12)), float(rng.uniform(0.9, 1.2)))


@dataclass(frozen=True, slots=True)
class Limb:
    """A tapered capsule from `start` to `end`, its radii there, and the name of what covers it."""

    start: Array
    end: Array
    radii: tuple[float, float]
    cover: str


@dataclass(frozen=True, slots=True)
class Pose:
    """A moment of a walk: phase of the stride in radians, its reach, bend of the elbows, lean of the trunk."""

    phase: float
    reach: float
    elbow: float
    lean: float

    @classmethod
    def drawn(cls, rng: Rng) -> 'Pose':
        walking = rng.random() < 0.8
        reach = float(rng.uniform(0.2, 0.55)) if walking else float(rng.uniform(0.0, 0.08))
        return cls(float(rng.uniform(0, 2 * np.pi)), reach, float(rng.uniform(0.1, 1.4)), float(rng.normal(0.04, 0.04)))


def limbs(build: Build, pose: Pose) -> list[Limb]:
    """The body as limbs, in an order that does not matter: whoever draws sorts by depth."""
    scale, girth = build.height, build.girth
    hip_z, neck_z = 0.52 * scale, 0.83 * scale
    lean = np.array([0.0, np.sin(pose.lean) * (neck_z - hip_z), 0.0])
    neck = np.array([0.0, 0.0, neck_z]) + lean
    parts = [
        *_trunk(build, hip_z, neck, scale, girth),
        *_head(neck, scale),
    ]
    for side in (-1.0, 1.0):
        swing = pose.reach * np.sin(pose.phase) * side
        parts += _leg(build, side, swing, hip_z, scale, girth)
        parts += _arm(build, side, -swing, pose.elbow, neck, scale, girth)
    return parts


def _trunk(build: Build, hip_z: float, neck: Array, scale: float, girth: float) -> list[Limb]:
    """Three columns side by side make a trunk that is wider than it is deep."""
    parts = []
    for side in (-1.0, 0.0, 1.0):
        chest = neck + np.array([side * 0.062 * scale * build.shoulders, 0.0, -0.055 * scale])
        waist = np.array([side * 0.045 * scale * build.hips, chest[1] * 0.4, hip_z + 0.06 * scale])
        hip = np.array([side * 0.05 * scale * build.hips, 0.0, hip_z - 0.02 * scale])
        parts.append(Limb(chest, waist, (0.064 * scale * girth, 0.06 * scale * girth), 'top'))
        parts.append(Limb(waist, hip, (0.06 * scale * girth, 0.064 * scale * girth), 'hips'))
    return parts


def _head(neck: Array, scale: float) -> list[Limb]:
    up = np.array([0.0, 0.0, 1.0])
    low, high = neck + up * 0.06 * scale, neck + up * 0.115 * scale
    back = np.array([0.0, -0.018 * scale, 0.022 * scale])
    return [
        Limb(neck, low, (0.034 * scale, 0.032 * scale), 'skin'),
        Limb(low + np.array([0, 0.01 * scale, 0]), high, (0.046 * scale, 0.052 * scale), 'skin'),
        Limb(low + back, high + back, (0.048 * scale, 0.056 * scale), 'hair'),
    ]


def _leg(build: Build, side: float, swing: float, hip_z: float, scale: float, girth: float) -> list[Limb]:
    hip = np.array([side * 0.05 * scale * build.hips, 0.0, hip_z - 0.03 * scale])
    thigh, shin = 0.25 * scale, 0.235 * scale
    knee = hip + thigh * np.array([0.0, np.sin(swing), -np.cos(swing)])
    bent = swing - max(0.0, -swing) * 0.9 - 0.08
    ankle = knee + shin * np.array([0.0, np.sin(bent), -np.cos(bent)])
    toe = ankle + np.array([side * 0.01 * scale, 0.1 * scale, -0.015 * scale])
    return [
        Limb(hip, knee, (0.056 * scale * girth, 0.042 * scale * girth), 'thigh'),
        Limb(knee, ankle, (0.04 * scale * girth, 0.03 * scale * girth), 'shin'),
        Limb(ankle, toe, (0.028 * scale, 0.022 * scale), 'shoe'),
    ]


def _arm(
    build: Build, side: float, swing: float, elbow_bend: float, neck: Array, scale: float, girth: float
) -> list[Limb]:
    shoulder = neck + np.array([side * 0.115 * scale * build.shoulders, 0.0, -0.035 * scale])
    upper, lower = 0.17 * scale, 0.15 * scale
    elbow = shoulder + upper * np.array([side * 0.15, np.sin(swing), -np.cos(swing)])
    bent = swing + elbow_bend * 0.6
    wrist = elbow + lower * np.array([0.0, np.sin(bent), -np.cos(bent)])
    hand = wrist + 0.06 * scale * np.array([0.0, np.sin(bent), -np.cos(bent)])
    thick = 0.03 * scale * girth
    return [
        Limb(shoulder, elbow, (thick * 1.15, thick), 'upper_arm'),
        Limb(elbow, wrist, (thick, thick * 0.75), 'lower_arm'),
        Limb(wrist, hand, (0.02 * scale, 0.018 * scale), 'skin'),
    ]


def turned(parts: list[Limb], yaw: float) -> list[Limb]:
    """The doll turned about its own upright axis."""
    cos, sin = np.cos(yaw), np.sin(yaw)
    turn: NDArray[Any] = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    return [Limb(turn @ each.start, turn @ each.end, each.radii, each.cover) for each in parts]
