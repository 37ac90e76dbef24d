"""Where nobody should be, or nobody for long: intrusion (闯入) and loitering (徘徊)."""

from vision_service.analytics.crowd import within
from vision_service.models.detections import Array
from vision_service.tracking.tracker import Tracks

AWAY_S = 10.0


class IntrusionWatch:
    """How many are in a zone that is closed."""

    def __init__(self, polygon: Array) -> None:
        self._polygon = polygon

    def measure(self, tracks: Tracks, at: float) -> float:
        return float(len(within(self._polygon, tracks)))


class LoiteringWatch:
    """Seconds that the one who is longest in the zone has been there; stepping out for a moment starts nothing anew."""

    def __init__(self, polygon: Array) -> None:
        self._polygon = polygon
        self._stays: dict[int, tuple[float, float]] = {}

    def measure(self, tracks: Tracks, at: float) -> float:
        for number in within(self._polygon, tracks):
            since, _ = self._stays.get(number, (at, at))
            self._stays[number] = (since, at)
        self._stays = {number: stay for number, stay in self._stays.items() if at - stay[1] <= AWAY_S}
        return max((last - since for since, last in self._stays.values()), default=0.0)
