"""What a camera has to tell its archive, held until it is written; bounded, for nothing in it is needed to count."""

import threading
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

MOST_JOURNEYS = 20_000
MOST_MINUTES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyRow:
    """One track's way, ready to be stored."""

    token: str
    first_at: datetime
    last_at: datetime
    pictures: int
    first: tuple[float, float]
    last: tuple[float, float]


MinuteKey = tuple[str, datetime, str]


@dataclass(slots=True)
class Batch:
    """Taken out at once; `counts` by line, minute and direction."""

    journeys: list[JourneyRow] = field(default_factory=list)
    counts: Counter[MinuteKey] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.journeys or self.counts)


class Summary:
    """Filled by the camera's thread, emptied by the archive."""

    def __init__(self, camera: str) -> None:
        self.camera = camera
        self._lock = threading.Lock()
        self._journeys: deque[JourneyRow] = deque(maxlen=MOST_JOURNEYS)
        self._counts: Counter[MinuteKey] = Counter()

    def add_journey(self, journey: JourneyRow) -> None:
        with self._lock:
            self._journeys.append(journey)

    def add_crossing(self, line: str, direction: str, at: float) -> None:
        minute = datetime.fromtimestamp(at // 60 * 60, UTC)
        with self._lock:
            if len(self._counts) < MOST_MINUTES or (line, minute, direction) in self._counts:
                self._counts[line, minute, direction] += 1

    def take(self) -> Batch:
        with self._lock:
            batch = Batch(list(self._journeys), self._counts)
            self._journeys.clear()
            self._counts = Counter()
        return batch

    def put_back(self, batch: Batch) -> None:
        """The database refused it: for the next time."""
        with self._lock:
            self._journeys.extendleft(reversed(_newest(batch.journeys, MOST_JOURNEYS - len(self._journeys))))
            self._counts.update(batch.counts)


def _newest(journeys: Iterable[JourneyRow], room: int) -> list[JourneyRow]:
    return list(journeys)[-room:] if room > 0 else []
