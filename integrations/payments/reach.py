"""Whether a channel answers: said once in the log when that changes, counted every time."""

import threading
import time

import structlog
from prometheus_client import Counter

log = structlog.get_logger(__name__)

UNANSWERED = Counter(
    'atrium_payment_unanswered', 'Calls to a payment channel that no trustworthy answer came to.', ['channel']
)


class Reach:
    """One channel as this process finds it. A till and the worker's chores may ask at once."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._lock = threading.Lock()
        self._lost_at: float | None = None
        self._unanswered = 0

    def lost(self, what: str, why: str) -> None:
        """Nothing came, or nothing that can be trusted; the log hears of the first time."""
        UNANSWERED.labels(self._channel).inc()
        with self._lock:
            is_news = self._lost_at is None
            if self._lost_at is None:
                self._lost_at = time.monotonic()
            self._unanswered += 1
        if is_news:
            log.warning('a payment channel does not answer', channel=self._channel, asked=what, why=why)

    def answered(self) -> None:
        """A trustworthy answer came."""
        if self._lost_at is None:  # most calls; whoever comes between is told by the next answer
            return
        with self._lock:
            lost_at, unanswered = self._lost_at, self._unanswered
            self._lost_at, self._unanswered = None, 0
        if lost_at is not None:
            away_s = round(time.monotonic() - lost_at, 1)
            log.warning('a payment channel answers again', channel=self._channel, away_s=away_s, unanswered=unanswered)
