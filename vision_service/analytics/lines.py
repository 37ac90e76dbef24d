"""A counting line (计数线): who crossed it, which way, counted once."""

from dataclasses import dataclass
from typing import Literal

from vision_service.analytics.geometry import Point, meets, side
from vision_service.tracking.tracker import Tracks

Direction = Literal['in', 'out']


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A finite line; walking from start to end, `in` is from the left hand to the right (as seen in the picture)."""

    code: str
    start: Point
    end: Point
    hold: int = 3  # pictures that someone must stay on a side for the side to count


@dataclass(frozen=True, slots=True)
class LineCrossing:
    line: str
    direction: Direction
    track: int
    at: float
    point: Point


@dataclass(slots=True)
class _Walk:
    """One track at the line: the side it surely is on, and the run of pictures on the side it may be on."""

    last: Point
    last_at: float
    held: int = 0
    run_side: int = 0
    run_length: int = 0
    came_from: Point | None = None
    came_to: Point | None = None
    came_at: float = 0.0


class LineCounter:
    """Counts a crossing when a confirmed track held one side, stepped through the line and held the other.

    One bad picture at the line therefore counts nobody, and neither does a walk around the line's end.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self._walks: dict[int, _Walk] = {}

    def observe(self, tracks: Tracks, at: float) -> list[LineCrossing]:
        crossings = []
        for number, foot, confirmed in zip(
            tracks.ids.tolist(), tracks.feet.tolist(), tracks.confirmed.tolist(), strict=True
        ):
            if number <= 0:
                continue  # no identity, nothing to count
            crossing = self._step(number, Point(*foot), at, sure=confirmed)
            if crossing:
                crossings.append(crossing)
        return crossings

    def forget(self, alive: set[int]) -> None:
        """Drops the walks of tracks that ended: a stream runs for months."""
        for number in self._walks.keys() - alive:
            del self._walks[number]

    @property
    def remembered(self) -> int:
        return len(self._walks)

    def _step(self, number: int, foot: Point, at: float, *, sure: bool) -> LineCrossing | None:
        walk = self._walks.setdefault(number, _Walk(foot, at))
        here = side(self.line.start, self.line.end, foot) or walk.run_side
        if here != walk.run_side:
            walk.run_side, walk.run_length = here, 0
            walk.came_from, walk.came_to, walk.came_at = walk.last, foot, at
        walk.run_length += 1
        walk.last, walk.last_at = foot, at
        if not sure or here == walk.held or walk.run_length < self.line.hold:
            return None
        origin, walk.held = walk.held, here
        return self._crossing(number, walk) if origin else None

    def _crossing(self, number: int, walk: _Walk) -> LineCrossing | None:
        if walk.came_from is None or walk.came_to is None:
            return None
        if not meets(self.line.start, self.line.end, walk.came_from, walk.came_to):
            return None
        direction: Direction = 'in' if walk.held > 0 else 'out'
        return LineCrossing(self.line.code, direction, number, walk.came_at, walk.came_to)
