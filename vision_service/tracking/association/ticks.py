"""Observations put into ticks: what several cameras saw at about the same moment."""

import threading
from collections.abc import Iterable, Iterator

from vision_service.contracts import Observation

TICK_S = 0.1
LATENESS_S = 0.5
MOST_WAITING = 50_000

Tick = tuple[float, list[Observation]]


def in_ticks(observations: Iterable[Observation], tick_s: float = TICK_S) -> Iterator[Tick]:
    """For a recording, sorted by time; a camera's track is in a tick once."""
    some: list[Observation] = []
    seen: set[tuple[str | int, int | None]] = set()
    for each in observations:
        again = each.track is not None and each.track >= 0 and (each.camera, each.track) in seen
        if some and (each.t - some[0].t > tick_s or again):
            yield some[-1].t, some
            some, seen = [], set()
        some.append(each)
        seen.add((each.camera, each.track))
    if some:
        yield some[-1].t, some


class Gathering:
    """Takes observations from the cameras' threads; gives ticks that are complete because their time has passed.

    Whoever comes later than that is left out and counted: waiting for one slow camera would hold up all.
    """

    def __init__(self, *, tick_s: float = 0.2, lateness_s: float = LATENESS_S) -> None:
        self.late = 0
        self._tick_s = tick_s
        self._lateness_s = lateness_s
        self._lock = threading.Lock()
        self._open: dict[int, dict[tuple[str | int, int | None, int], Observation]] = {}
        self._done = -1

    def add(self, observations: Iterable[Observation]) -> None:
        with self._lock:
            for each in observations:
                number = int(each.t // self._tick_s)
                waiting = self._open.setdefault(number, {}) if number > self._done else None
                if waiting is None or len(waiting) >= MOST_WAITING:
                    self.late += 1
                    continue
                nameless = len(waiting) if each.track is None or each.track < 0 else 0
                waiting[each.camera, each.track, nameless] = each  # the newest of a track in its tick

    def ready(self, now: float) -> list[Tick]:
        """Ticks that ended long enough before `now`, in order."""
        until = int((now - self._lateness_s) // self._tick_s) - 1
        with self._lock:
            numbers = sorted(number for number in self._open if number <= until)
            self._done = max(self._done, until)
            return [((number + 1) * self._tick_s, list(self._open.pop(number).values())) for number in numbers]

    def rest(self) -> list[Tick]:
        """All that waits: the end of the recordings."""
        return self.ready((max(self._open, default=0) + 3) * self._tick_s + self._lateness_s)
