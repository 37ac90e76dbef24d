"""Zones on the plan, in metres: who went in, who came out, from when to when."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vision_service.analytics.geometry import inside
from vision_service.contracts import FloorZoneShape
from vision_service.tracking.association.associator import Spot

ENOUGH_SPOTS = 3
GRACE_S = 5.0
LEAST_S = 2.0


@dataclass(frozen=True, slots=True)
class FloorStay:
    """One person's finished stay."""

    zone: str
    person: int
    entered_at: float
    left_at: float


@dataclass(slots=True)
class _Inside:
    entered_at: float
    last_at: float
    spots: int = 1


class FloorZones:
    """Follows everybody through all zones; a wrong spot neither begins a stay nor ends it."""

    def __init__(self, shapes: Iterable[FloorZoneShape]) -> None:
        self.shapes = {shape.code: shape for shape in shapes}
        self._polygons = {code: np.array(shape.polygon, dtype=np.float64) for code, shape in self.shapes.items()}
        self._inside: dict[tuple[str, int], _Inside] = {}

    def see(self, spots: list[Spot], at: float) -> list[FloorStay]:
        """The spots of some moments in order; answers the stays that are over at `at`."""
        for code, polygon in self._polygons.items():
            here = [spot for spot in spots if spot.floor in (None, self.shapes[code].floor)]
            if not here:
                continue
            within = inside(polygon, np.array([(spot.x_m, spot.y_m) for spot in here]))
            for spot in (each for each, is_in in zip(here, within.tolist(), strict=True) if is_in):
                self._enter(code, spot)
        return self._over(at - GRACE_S)

    def same(self, old: int, new: int) -> None:
        """Two numbers turned out to be one person: their stays are his."""
        for code in self.shapes:
            stay = self._inside.pop((code, old), None)
            if stay is None:
                continue
            other = self._inside.setdefault((code, new), stay)
            other.entered_at = min(other.entered_at, stay.entered_at)
            other.last_at = max(other.last_at, stay.last_at)

    def finish(self) -> list[FloorStay]:
        return self._over(np.inf)

    def _enter(self, code: str, spot: Spot) -> None:
        stay = self._inside.get((code, spot.person))
        if stay is None:
            self._inside[code, spot.person] = _Inside(spot.at, spot.at)
        else:
            stay.last_at, stay.spots = spot.at, stay.spots + 1

    def _over(self, since: float) -> list[FloorStay]:
        gone = [key for key, stay in self._inside.items() if stay.last_at < since]
        told = []
        for code, person in gone:
            stay = self._inside.pop((code, person))
            if stay.spots >= ENOUGH_SPOTS and stay.last_at - stay.entered_at >= LEAST_S:
                told.append(FloorStay(code, person, stay.entered_at, stay.last_at))
        return sorted(told, key=lambda stay: stay.entered_at)
