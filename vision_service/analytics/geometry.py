"""Lines and polygons in the picture."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array


class Point(NamedTuple):
    x: float
    y: float


def side(start: Point, end: Point, point: Point) -> int:
    """+1 right of someone walking from start to end (as seen in the picture), -1 left, 0 on the line."""
    turn = (end.x - start.x) * (point.y - start.y) - (end.y - start.y) * (point.x - start.x)
    return 0 if turn == 0 or math.isnan(turn) else int(math.copysign(1, turn))


def meets(start: Point, end: Point, before: Point, after: Point) -> bool:
    """Whether the step from `before` to `after` passes through the finite line, its ends included."""
    along, step = Point(end.x - start.x, end.y - start.y), Point(after.x - before.x, after.y - before.y)
    turn = along.x * step.y - along.y * step.x
    if turn == 0:
        return False
    gap = Point(before.x - start.x, before.y - start.y)
    on_line = (gap.x * step.y - gap.y * step.x) / turn
    on_step = (gap.x * along.y - gap.y * along.x) / turn
    return 0 <= on_line <= 1 and 0 <= on_step <= 1


def inside(polygon: Array, points: Array) -> NDArray[np.bool_]:
    """Which points lie in the polygon (even-odd rule), `(n,)`."""
    x, y = points[:, 0][:, None], points[:, 1][:, None]
    first, second = polygon, np.roll(polygon, -1, axis=0)
    straddles = (first[:, 1] > y) != (second[:, 1] > y)
    rise = np.where(second[:, 1] == first[:, 1], 1.0, second[:, 1] - first[:, 1])
    left = x < (second[:, 0] - first[:, 0]) * (y - first[:, 1]) / rise + first[:, 0]
    return np.asarray((straddles & left).sum(axis=1) % 2 == 1)
