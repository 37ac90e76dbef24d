"""A person's way through the view: from where to where, from when to when; told when the track is over."""

from dataclasses import dataclass

from vision_service.analytics.geometry import Point
from vision_service.tracking.tracker import Tracks


@dataclass(frozen=True, slots=True)
class Journey:
    track: int
    first_at: float
    last_at: float
    pictures: int
    start: Point
    end: Point


@dataclass(slots=True)
class _Way:
    first_at: float
    start: Point
    last_at: float
    end: Point
    pictures: int = 0


class JourneyLog:
    """Follows confirmed tracks; holds no more of them than the tracker does."""

    def __init__(self) -> None:
        self._ways: dict[int, _Way] = {}

    def observe(self, tracks: Tracks, at: float) -> None:
        for number, foot in zip(
            tracks.ids[tracks.confirmed].tolist(), tracks.feet[tracks.confirmed].tolist(), strict=True
        ):
            way = self._ways.setdefault(number, _Way(at, Point(*foot), at, Point(*foot)))
            way.last_at, way.end = at, Point(*foot)
            way.pictures += 1

    def finish(self, alive: set[int]) -> list[Journey]:
        """The journeys of those who are gone."""
        gone = [number for number in self._ways if number not in alive]
        return [self._journey(number, self._ways.pop(number)) for number in gone]

    def _journey(self, number: int, way: _Way) -> Journey:
        return Journey(number, way.first_at, way.last_at, way.pictures, way.start, way.end)
