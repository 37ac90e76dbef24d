"""A zone (区域): who stayed in it, from when to when (停留)."""

from dataclasses import dataclass

import numpy as np

from vision_service.analytics.geometry import inside
from vision_service.models.detections import Array
from vision_service.tracking.tracker import Tracks


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A polygon in the picture. `hold` pictures inside make an entry; `grace_s` away do not yet end the stay."""

    code: str
    polygon: Array
    hold: int = 3
    grace_s: float = 3.0
    least_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Stay:
    zone: str
    track: int
    entered_at: float
    left_at: float


@dataclass(slots=True)
class _Presence:
    entered_at: float
    last_at: float
    run: int = 0


class ZoneWatcher:
    """Follows every confirmed track's stay; one bad picture neither begins nor ends it."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self._present: dict[int, _Presence] = {}

    @property
    def occupancy(self) -> int:
        return sum(presence.run >= self.zone.hold for presence in self._present.values())

    @property
    def people(self) -> set[int]:
        """Tracks whose stay is not over yet."""
        return set(self._present)

    def observe(self, tracks: Tracks, at: float) -> list[Stay]:
        """Answers the stays that are over."""
        within = tracks.ids[inside(self.zone.polygon, tracks.feet) & tracks.confirmed]
        for number in within.tolist():
            presence = self._present.setdefault(number, _Presence(at, at))
            presence.last_at = at
            presence.run += 1
        return self._gone(at - self.zone.grace_s)

    def finish(self) -> list[Stay]:
        """The end of the stream ends every stay."""
        return self._gone(np.inf)

    def _gone(self, since: float) -> list[Stay]:
        left = [number for number, presence in self._present.items() if presence.last_at < since]
        stays = [self._stay(number, self._present.pop(number)) for number in left]
        return [stay for stay in stays if stay is not None]

    def _stay(self, number: int, presence: _Presence) -> Stay | None:
        if presence.run < self.zone.hold or presence.last_at - presence.entered_at < self.zone.least_s:
            return None
        return Stay(self.zone.code, number, presence.entered_at, presence.last_at)
