"""Ground truth of crossings from annotated feet; on purpose not by the counter that is being measured."""

from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from vision_service.analytics.geometry import Point, meets
from vision_service.analytics.lines import Direction, Line
from vision_service.models.detections import Array


@dataclass(frozen=True, slots=True)
class TrueCrossing:
    """`person` crossed `line` at picture `frame`."""

    line: str
    direction: Direction
    person: int
    frame: int
    point: Point


@dataclass(frozen=True, slots=True)
class Feet:
    """One person's annotated foot points, picture by picture."""

    person: int
    frames: Array
    points: Array


def true_crossings(line: Line, people: list[Feet], *, stay: int = 3) -> list[TrueCrossing]:
    """Who changed the line's side for at least `stay` pictures, through the line and not around it."""
    return [crossing for feet in people for crossing in _of_one(line, feet, stay)]


def _of_one(line: Line, feet: Feet, stay: int) -> list[TrueCrossing]:
    along = np.array(line.end) - np.array(line.start)
    gap = feet.points - np.array(line.start)
    right = along[0] * gap[:, 1] - along[1] * gap[:, 0] > 0
    lasting = _without_short_runs(right.tolist(), stay)
    found = []
    for (before, first), (after, second) in pairwise(lasting):
        start, end = Point(*feet.points[second - 1]), Point(*feet.points[second])
        if before != after and first < second and meets(line.start, line.end, start, end):
            direction: Direction = 'in' if after else 'out'
            found.append(TrueCrossing(line.code, direction, feet.person, int(feet.frames[second]), end))
    return found


def _without_short_runs(sides: list[bool], stay: int) -> list[tuple[bool, int]]:
    """(side, first index) of every run that lasts."""
    runs: list[tuple[bool, int, int]] = []
    index = 0
    for value, group in groupby(sides):
        length = len(list(group))
        runs.append((value, index, length))
        index += length
    return [(value, first) for value, first, length in runs if length >= stay]
