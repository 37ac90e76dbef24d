"""Scenes for the detector: synthetic people in perspective, in groups, behind things, before varied backgrounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.training.backgrounds import Picture, background
from vision_service.training.doll import Array, Rng
from vision_service.training.sprites import Crowd, Sprite

SIDE = 320
MOST_PEOPLE = 14
SEEN_ENOUGH, SEEN_AT_ALL = 0.35, 0.08
"""Shares of a body in view: from the first on it is to be found, from the second on it may be."""
USUAL_M = 1.68
NOISE_SIDE = 1024


@dataclass(frozen=True, slots=True)
class Scene:
    """An RGB picture `(SIDE, SIDE, 3)`, corner boxes of whole bodies within it, and which of them may be missed."""

    picture: NDArray[np.uint8]
    boxes: Array
    doubtful: NDArray[np.bool_]


class Backdrops:
    """What lies behind people: procedural floors and walls, and photographs turned: nobody in them is upright."""

    def __init__(self, rng: Rng, photographs: Sequence[NDArray[np.uint8]] = (), *, procedural: int = 150) -> None:
        self._drawn = [background(rng, 480, 480).astype(np.uint8) for _ in range(procedural)]
        self._photographs = list(photographs)
        self._noise = rng.standard_normal((NOISE_SIDE, NOISE_SIDE, 3), dtype=np.float32)

    def one(self, rng: Rng, side: int = SIDE) -> Picture:
        """A cut-out of some size, mirrored and recoloured by chance."""
        if self._photographs and rng.random() < 0.7:
            source = np.rot90(self._photographs[rng.integers(len(self._photographs))], int(rng.integers(1, 4)))
        else:
            source = self._drawn[rng.integers(len(self._drawn))]
        size = int(rng.uniform(0.35, 1.0) * min(source.shape[:2]))
        top, left = (int(rng.integers(0, edge - size + 1)) for edge in source.shape[:2])
        cut = cv2.resize(np.ascontiguousarray(source[top : top + size, left : left + size]), (side, side))
        if rng.random() < 0.5:
            cut = cut[:, ::-1]
        tone = rng.normal(1, 0.08, 3) * rng.uniform(0.6, 1.35)
        mixed = cv2.transform(np.float32(cut), np.column_stack((np.diag(tone), np.full(3, rng.normal(0, 12)))))
        return np.asarray(np.clip(mixed, 0, 255, out=mixed), np.float32)

    def noise(self, rng: Rng, side: int) -> Picture:
        """A piece of one large sheet, turned by chance: drawing it anew took a quarter of a scene's time."""
        top, left = rng.integers(0, NOISE_SIDE - side, 2).tolist()
        piece = self._noise[top : top + side, left : left + side]
        return np.rot90(piece, int(rng.integers(4)))


def photographs(folder: Path, most: int = 700) -> list[NDArray[np.uint8]]:
    """The pictures of a folder as RGB, evenly chosen where there are too many."""
    files = sorted(each for each in folder.rglob('*') if each.suffix.lower() in {'.jpg', '.png'})
    chosen = files[:: max(len(files) // most, 1)]
    read = (cv2.imread(str(each)) for each in chosen)
    return [np.ascontiguousarray(each[..., ::-1]) for each in read if each is not None]


@dataclass(slots=True)
class _Canvas:
    """A picture under work; `owner` says whom each pixel shows (0 nobody); things are cut out of `stuff`."""

    picture: Picture
    owner: NDArray[np.int16]
    stuff: Picture


def scene(rng: Rng, crowd: Crowd, backdrops: Backdrops, side: int = SIDE) -> Scene:
    canvas = _Canvas(backdrops.one(rng, side), np.zeros((side, side), np.int16), backdrops.one(rng, side))
    usual = float(np.exp(rng.uniform(np.log(26), np.log(210))))
    _clutter(rng, canvas, int(rng.integers(0, 9)), usual)
    feet, heights = _standing(rng, side, usual)
    order = np.argsort(feet[:, 1], kind='stable')
    people = crowd.of_one_camera(rng, len(feet))
    has_shadow, shade = rng.random() < 0.5, rng.normal(0, 0.35, 2)
    wholes, boxes = [], []
    for number, row in enumerate(order.tolist(), 1):
        if rng.random() < 0.12:
            _clutter(rng, canvas, 1, usual)
        if has_shadow:
            _shadow(canvas, feet[row], heights[row], shade)
        box, whole = _put(rng, canvas, people[row], feet[row], heights[row], number)
        boxes.append(box)
        wholes.append(whole)
    if rng.random() < 0.35:
        _clutter(rng, canvas, int(rng.integers(1, 3)), usual)
    found = np.array(boxes).reshape(-1, 4)
    shown = np.bincount(canvas.owner.ravel(), minlength=len(boxes) + 1)[1:] / np.maximum(wholes, 1)
    seen = shown >= SEEN_AT_ALL
    return Scene(
        filmed(rng, canvas.picture, backdrops.noise(rng, side)),
        np.clip(found, 0, side)[seen],
        (shown < SEEN_ENOUGH)[seen],
    )


def _standing(rng: Rng, side: int, usual: float) -> tuple[Array, Array]:
    """Where people stand and how tall they look: taller the nearer, often two or three together."""
    rise = float(rng.uniform(0.0, 0.45)) * min(usual / 80, 1.0)
    room = 2.6 * (side / usual) ** 1.2
    count = 0 if rng.random() < 0.1 else int(min(1 + rng.poisson(min(room, 7.0)), MOST_PEOPLE))
    feet = np.empty((count, 2))
    heights = np.empty(count)
    for row in range(count):
        x, y = rng.uniform(-0.02, 1.02) * side, rng.uniform(0.12, 1.15) * side
        if row and rng.random() < 0.4:
            beside = float(rng.choice((-1, 1))) * rng.uniform(0.15, 0.6)
            x, y = feet[row - 1] + heights[row - 1] * np.array([beside, rng.normal(0, 0.08)])
        feet[row] = x, y
        heights[row] = np.clip(usual + rise * (y - 0.6 * side), 18, 300) * rng.normal(1, 0.06)
    return feet, heights


def _put(rng: Rng, canvas: _Canvas, who: Sprite, foot: Array, usual: float, number: int) -> tuple[Array, int]:
    """Pastes the person; the box of the whole body and how many pixels it has, also outside."""
    tall = max(int(usual * who.metres / USUAL_M * _foreshortened(who)), 14)
    colours, cover = who.sized(tall)
    if rng.random() < 0.5:
        colours, cover = colours[:, ::-1], cover[:, ::-1]
    wide = cover.shape[1]
    left, top = round(float(foot[0]) - wide / 2), round(float(foot[1])) - tall
    side = len(canvas.owner)
    box, whole = np.array([left, top, left + wide, top + tall], float), int((cover > 0.5).sum())
    x1, y1, x2, y2 = max(left, 0), max(top, 0), min(left + wide, side), min(top + tall, side)
    if x1 >= x2 or y1 >= y2:
        return box, whole
    part = np.s_[y1 - top : y2 - top, x1 - left : x2 - left]
    cut, body = colours[part], cover[part][..., None]
    patch = canvas.picture[y1:y2, x1:x2]
    lit = cut * np.float32(rng.uniform(0.6, 1.3)) + body * np.float32(rng.normal(0, 14))
    haze = np.float32(rng.uniform(0, 0.3)) * body
    lit = lit * (1 - haze) + patch.mean(axis=(0, 1)) * haze * body
    patch *= 1 - body
    patch += lit
    canvas.owner[y1:y2, x1:x2][body[..., 0] > 0.5] = number
    return box, whole


def _foreshortened(who: Sprite) -> float:
    """Seen from above a body looks shorter, but never shorter than its trunk is thick."""
    return float(max(np.cos(who.pitch), 0.55))


def _shadow(canvas: _Canvas, foot: Array, tall: float, lean: Array) -> None:
    middle = (int(foot[0] + lean[0] * tall * 0.5), int(foot[1] - abs(lean[1]) * tall * 0.1))
    size = (max(int(tall * (0.15 + abs(lean[0]) * 0.5)), 1), max(int(tall * 0.05), 1))
    reach = size[0] + 2
    x1, y1 = max(middle[0] - reach, 0), max(middle[1] - reach, 0)
    patch = canvas.picture[y1 : middle[1] + reach, x1 : middle[0] + reach]
    if patch.size == 0 or middle[1] + reach <= 0 or middle[0] + reach <= 0:
        return
    dark = np.zeros(patch.shape[:2], np.float32)
    cv2.ellipse(dark, (middle[0] - x1, middle[1] - y1), size, 0, 0, 360, 0.45, -1)
    patch *= 1 - cv2.blur(dark, (5, 5))[..., None]


def _clutter(rng: Rng, canvas: _Canvas, count: int, usual: float) -> None:
    """Poles, bins, cones, stands, signs, counters: things of all sizes that are nobody, and hide whoever is behind."""
    side = len(canvas.owner)
    for _ in range(count):
        tall = int(np.clip(usual * np.exp(rng.uniform(np.log(0.12), np.log(2.5))), 5, 300))
        wide = max(int(tall * np.exp(rng.uniform(np.log(0.06), np.log(1.6)))), 3)
        left, top = int(rng.uniform(-0.1, 1.0) * side), int(rng.uniform(-0.2, 0.95) * side)
        _lay(rng, canvas, _outline(rng, tall, wide), left, top)


def _outline(rng: Rng, tall: int, wide: int) -> NDArray[np.uint8]:
    mask = np.zeros((tall, wide), np.uint8)
    kind = rng.choice(['block', 'round', 'sign', 'cone', 'stand'], p=[0.45, 0.2, 0.1, 0.1, 0.15])
    if kind == 'block':
        mask[:] = 1
    elif kind == 'round':
        cv2.ellipse(mask, (wide // 2, tall // 2), (wide // 2, tall // 2), 0, 0, 360, 1, -1)
    elif kind == 'sign':
        mask[:, wide * 2 // 5 : wide * 3 // 5 + 1] = 1
        mask[: tall // 4] = 1
    elif kind == 'cone':
        cv2.fillPoly(mask, [np.array([[wide // 2, 0], [wide, tall], [0, tall]], np.int32)], 1)
    else:
        thick, top = max(wide // 12, 1), (wide // 2, int(tall * rng.uniform(0, 0.5)))
        for x in (0, int(wide * rng.uniform(0.3, 0.7)), wide - 1):
            cv2.line(mask, top, (x, tall - 1), 1, thick)
        mask[: top[1], wide * 2 // 5 : wide * 3 // 5 + 1] = 1
    return mask


def _lay(rng: Rng, canvas: _Canvas, mask: NDArray[np.uint8], left: int, top: int) -> None:
    side, (tall, wide) = len(canvas.owner), mask.shape
    x1, y1, x2, y2 = max(left, 0), max(top, 0), min(left + wide, side), min(top + tall, side)
    if x1 >= x2 or y1 >= y2:
        return
    part = mask[y1 - top : y2 - top, x1 - left : x2 - left] > 0
    canvas.owner[y1:y2, x1:x2][part] = 0
    if rng.random() < 0.5:
        canvas.picture[y1:y2, x1:x2][part] = canvas.stuff[: y2 - y1, : x2 - x1][part]
        return
    shades = rng.uniform(10, 235) + rng.normal(0, 25, (3, 3))
    bands = np.repeat(shades, [tall // 3, tall // 3, tall - 2 * (tall // 3)], axis=0)[y1 - top : y2 - top]
    turn = np.linspace(rng.uniform(0.6, 1), rng.uniform(0.6, 1.1), wide)[x1 - left : x2 - left]
    colour = np.clip(bands[:, None] * turn[None, :, None], 0, 255).astype(np.float32)
    canvas.picture[y1:y2, x1:x2][part] = colour[part]


def filmed(rng: Rng, picture: Picture, noise: Picture) -> NDArray[np.uint8]:
    """What a camera makes of it: exposure, little colour, a soft lens, few pixels, noise, compression."""
    picture = cv2.transform(picture, _development(rng))
    side = len(picture)
    if rng.random() < 0.5:
        small = int(side * rng.uniform(0.4, 0.95))
        picture = cv2.resize(cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA), (side, side))
    elif rng.random() < 0.4:
        picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.4, 1.4)))
    if rng.random() < 0.15:
        picture = cv2.blur(picture, (int(rng.integers(2, 6)), 1))
    picture = picture + noise * np.float32(rng.uniform(0.5, 8))
    whole = np.clip(picture, 0, 255, out=picture).astype(np.uint8)
    if rng.random() < 0.6:
        _, packed = cv2.imencode('.jpg', whole, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 95))])
        whole = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    return np.asarray(whole, np.uint8)


def _development(rng: Rng) -> Array:
    """How colours come out, as one `(3, 4)` matrix: their strength, contrast, exposure and cast."""
    strength = rng.uniform(0.0, 1.1) if rng.random() < 0.7 else 0.1
    contrast, cast = rng.uniform(0.6, 1.2), rng.normal(1, 0.05, 3)
    mixed = contrast * (strength * np.eye(3) + (1 - strength) / 3)
    return np.column_stack((cast[:, None] * mixed, cast * (128 * (1 - contrast) + rng.normal(0, 22))))
