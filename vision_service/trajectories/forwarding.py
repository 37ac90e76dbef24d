"""Observations on their way to the one process that gives the numbers; without it people go uncounted nowhere."""

import logging
import threading
from collections import deque
from collections.abc import Iterable

import httpx
from pydantic import TypeAdapter

from vision_service.contracts import Observation

log = logging.getLogger(__name__)

MOST_WAITING = 20_000
AT_ONCE = 2_000
TIMEOUT_S = 2.0
OBSERVATIONS = TypeAdapter(list[Observation])


class Forwarding:
    """Takes the cameras' observations and posts them with every tick; the oldest fall away while nobody takes them."""

    def __init__(self, url: str, token: str | None, *, transport: httpx.BaseTransport | None = None) -> None:
        headers = {'Content-Type': 'application/json'} | ({'Authorization': f'Bearer {token}'} if token else {})
        self._client = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S, transport=transport)
        self._waiting: deque[Observation] = deque(maxlen=MOST_WAITING)
        self._lock = threading.Lock()
        self._is_away = False

    def observe(self, observations: Iterable[Observation]) -> None:
        with self._lock:
            self._waiting.extend(observations)

    def tick(self) -> int:
        """Answers how many were taken."""
        taken = 0
        while batch := self._next():
            try:
                self._client.post('/api/v1/observations', content=OBSERVATIONS.dump_json(batch)).raise_for_status()
            except httpx.HTTPError as error:
                self._fail(error)
                return taken
            self._is_away = False
            taken += len(batch)
        return taken

    def close(self) -> None:
        self._client.close()

    def _next(self) -> list[Observation]:
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]

    def _fail(self, error: httpx.HTTPError) -> None:
        """NOTE: what could not be sent is old by the next tick, and would be too late there: it is let go."""
        if not self._is_away:
            log.warning('the owner of identities does not answer', extra={'reason': str(error)})
        self._is_away = True
