"""Draws dolls through a pinhole camera: every limb a shaded, patterned capsule, the farthest first."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision_service.training.backgrounds import Picture
from vision_service.training.doll import Array, Limb, Pose, Rng, limbs, turned
from vision_service.training.wardrobe import Cloth, Person, carried


@dataclass(frozen=True, slots=True)
class View:
    """How a camera sees a doll: turned by `yaw`, looked down upon by `pitch` from `distance`, lit from `light`."""

    yaw: float
    pitch: float
    distance: float
    light: Array
    ambient: float

    @classmethod
    def drawn(cls, rng: Rng, yaw: float | None = None) -> 'View':
        light = rng.normal(0, 1, 3) + np.array([0, 0, 1.0])
        return cls(
            float(rng.uniform(0, 2 * np.pi)) if yaw is None else yaw,
            float(np.clip(rng.normal(0.22, 0.15), -0.05, 0.8)),
            float(rng.uniform(4, 14)),
            light / np.linalg.norm(light),
            float(rng.uniform(0.55, 0.9)),
        )


def body(person: Person, pose: Pose, view: View) -> list[Limb]:
    return turned(limbs(person.build, pose) + carried(person), view.yaw)


def projected(points: Array, view: View) -> Array:
    """Columns x, y (down) in units of the doll's metres at its distance, and depth, for points `(n, 3)`."""
    cos, sin = np.cos(view.pitch), np.sin(view.pitch)
    centred = points - (0.0, 0.0, 0.9)
    depth = view.distance + centred[:, 1] * cos - centred[:, 2] * sin
    down = -(centred[:, 2] * cos + centred[:, 1] * sin)
    return np.column_stack((centred[:, 0] * view.distance / depth, down * view.distance / depth, depth))


def paint(picture: Picture, mask: Picture, person: Person, pose: Pose, view: View, foot: Array, scale: float) -> Array:
    """Draws the person with the feet's middle at `foot`, `scale` pixels a metre; returns the corner box it fills."""
    parts = body(person, pose, view)
    starts = projected(np.array([each.start for each in parts]), view)
    ends = projected(np.array([each.end for each in parts]), view)
    origin = projected(np.zeros((1, 3)), view)[0, :2]
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    for row in np.argsort(-(starts[:, 2] + ends[:, 2])):
        radii = np.array(parts[row].radii) * scale
        first, last = (starts[row, :2] - origin) * scale + foot, (ends[row, :2] - origin) * scale + foot
        low = np.minimum(low, np.minimum(first - radii[0], last - radii[1]))
        high = np.maximum(high, np.maximum(first + radii[0], last + radii[1]))
        cover = parts[row].cover
        cloth = person.bag_cloth if cover == 'bag' else person.covers[cover]
        _capsule(picture, mask, first, last, radii, cloth, view)
    return np.concatenate((low, high))


def _capsule(
    picture: Picture, mask: Picture, first: Array, last: Array, radii: Array, cloth: Cloth, view: View
) -> None:
    height, width = mask.shape
    most = radii.max() + 1
    left, top = np.floor(np.maximum(np.minimum(first, last) - most, 0)).astype(int)
    right, bottom = np.ceil(np.minimum(np.maximum(first, last) + most, (width, height))).astype(int)
    if right <= left or bottom <= top:
        return
    x = np.arange(left, right, dtype=np.float32)[None, :] - np.float32(first[0])
    y = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(first[1])
    axis = (last - first).astype(np.float32)
    length = max(float(np.hypot(*axis)), 1e-3)
    ux, uy = axis[0] / length, axis[1] / length
    along = np.clip((x * ux + y * uy) / length, 0, 1)
    off_x, off_y = x - along * axis[0], y - along * axis[1]
    radius = radii[0] + (radii[1] - radii[0]) * along
    out = np.hypot(off_x, off_y) / radius
    cover = np.clip((1 - out) * radius + 0.5, 0, 1)
    facing = np.sqrt(np.clip(1 - out * out, 0, 1))
    lit = facing * abs(view.light[1]) + (off_x * view.light[0] - off_y * view.light[2]) / radius
    shade = view.ambient + (1 - view.ambient) * 1.3 * np.clip(lit, -0.3, 1)
    across = (off_y * ux - off_x * uy) / radius
    mix = _pattern(cloth, along * length / max(radii.max(), 1), across)
    paint_of = cloth.first + (cloth.second - cloth.first) * mix[..., None] if mix is not None else cloth.first
    colour = (paint_of * shade[..., None]).astype(np.float32)
    patch = picture[top:bottom, left:right]
    patch += (colour - patch) * cover[..., None].astype(np.float32)
    np.maximum(mask[top:bottom, left:right], cover, out=mask[top:bottom, left:right])


def _pattern(cloth: Cloth, along: Array, across: Array) -> Array | None:
    """Share of the second colour, by place on the limb: along its axis in radii, across it in -1..1."""
    repeat = cloth.repeat
    if cloth.pattern == 'plain':
        return None
    if cloth.pattern == 'stripes':
        return np.asarray(np.sin(along * repeat) > 0.2, float)
    if cloth.pattern == 'bars':
        return np.asarray(np.sin(across * repeat) > 0.2, float)
    if cloth.pattern == 'checks':
        return np.asarray((np.sin(along * repeat) > 0).astype(float) * 0.5 + (np.sin(across * repeat) > 0) * 0.5)
    if cloth.pattern == 'dots':
        return np.asarray(np.sin(along * repeat) * np.sin(across * repeat) > 0.4, float)
    if cloth.pattern == 'print':
        return np.asarray((np.abs(along - 1.5) < 0.7) & (np.abs(across) < 0.9), float)
    return np.asarray(along > 1.6, float)


def degraded(rng: Rng, picture: Picture) -> Picture:
    """What cheap cameras do: colour cast, exposure, blur, noise and compression."""
    picture = picture * rng.normal(1, 0.07, 3).astype(np.float32) * np.float32(rng.uniform(0.65, 1.25))
    picture = (picture - 128) * np.float32(rng.uniform(0.75, 1.15)) + np.float32(128 + rng.normal(0, 10))
    if rng.random() < 0.6:
        picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 1.5)))
    picture = picture + rng.normal(0, rng.uniform(1, 9), picture.shape).astype(np.float32)
    whole = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        _, packed = cv2.imencode('.jpg', whole, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 95))])
        whole = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    return whole.astype(np.float32)
