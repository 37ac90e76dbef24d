"""Crowds (人群): people per square metre of calibrated floor (SE-R3), sudden inflow, and who goes against the flow."""

from collections import deque

import numpy as np

from vision_service.analytics.geometry import inside
from vision_service.models.detections import Array
from vision_service.tracking.tracker import Tracks

INFLOW_WINDOW_S = 60.0
STEP_S = 1.0
LEAST_STEP = 0.25  # of a person's height within a second: who sways goes nowhere


def area_of(polygon: Array) -> float:
    """Of a simple polygon, by the shoelace."""
    x, y = polygon[:, 0], polygon[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


class DensityWatch:
    """People per square metre of a zone. Forty in a 10 m² alcove are a danger, in a 200 m² atrium a Tuesday."""

    def __init__(self, polygon: Array, area_m2: float) -> None:
        self._polygon = polygon
        self.area_m2 = area_m2

    def measure(self, tracks: Tracks, at: float) -> float:
        return len(within(self._polygon, tracks)) / self.area_m2


class InflowWatch:
    """People who came into the zone during the last minute and were not in it before: the early warning."""

    def __init__(self, polygon: Array) -> None:
        self._polygon = polygon
        self._entered: deque[float] = deque()
        self._inside: set[int] = set()
        self._outside: set[int] = set()

    def measure(self, tracks: Tracks, at: float) -> float:
        now = set(within(self._polygon, tracks))
        seen = set(tracks.ids[tracks.confirmed].tolist())
        self._entered.extend([at] * len((now - self._inside) & self._outside))
        self._inside = now | (self._inside - seen)
        self._outside = seen - now
        while self._entered and at - self._entered[0] > INFLOW_WINDOW_S:
            self._entered.popleft()
        return float(len(self._entered))


class CounterFlowWatch:
    """How many walk against the direction of a one-way zone."""

    def __init__(self, polygon: Array, direction: tuple[float, float]) -> None:
        self._polygon = polygon
        self._direction = np.array(direction) / max(float(np.hypot(*direction)), 1e-9)
        self._ways: dict[int, deque[tuple[float, float]]] = {}

    def measure(self, tracks: Tracks, at: float) -> float:
        there = set(within(self._polygon, tracks))
        self._ways = {number: way for number, way in self._ways.items() if number in there}
        against = 0
        for number, foot, box in zip(tracks.ids.tolist(), tracks.feet, tracks.boxes, strict=True):
            if number in there:
                against += self._goes_against(number, float(foot @ self._direction), float(box[3] - box[1]), at)
        return float(against)

    def _goes_against(self, number: int, along: float, height: float, at: float) -> bool:
        way = self._ways.setdefault(number, deque())
        way.append((at, along))
        while at - way[0][0] > STEP_S:
            way.popleft()
        return at - way[0][0] >= 0.6 * STEP_S and along - way[0][1] < -LEAST_STEP * height


def within(polygon: Array, tracks: Tracks) -> list[int]:
    """Numbers of the confirmed tracks whose feet stand in the zone."""
    return [int(number) for number in tracks.ids[inside(polygon, tracks.feet) & tracks.confirmed]]
