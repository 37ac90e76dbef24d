"""Commits batches: tries again while the database is away, and sets aside what can never be recorded."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import structlog

from domain.mall.queries import list_malls
from domain.shared.actor import MallId, system_actor
from domain.shared.errors import DatabaseUnavailable
from domain.shared.operations import ask, run_in_thread
from integrations.mqtt.backlog import Backlog
from integrations.mqtt.health import COMMIT_SECONDS, MESSAGES, READINGS, IngestHealth
from integrations.mqtt.inbox import Incoming
from integrations.mqtt.recording import ACTOR, Outcome, Read, read_batch, record_batch, set_aside
from integrations.mqtt.settings import MqttSettings

log = structlog.get_logger(__name__)

FIRST_RETRY_S = 0.1
MALLS_EVERY_S = 5.0


class Committer:
    """The way into the database, one batch at a time."""

    def __init__(self, settings: MqttSettings, stop: asyncio.Event, health: IngestHealth) -> None:
        self._settings = settings
        self._stop = stop
        self._health = health
        self._malls: dict[str, MallId] = {}
        self._malls_read_at = float('-inf')

    async def commit(self, batch: Sequence[Incoming], backlog: Backlog) -> Outcome | None:
        """Commit a batch however long it takes; None where told to stop before: then nothing is acknowledged."""
        retry_s, reads = FIRST_RETRY_S, list[Read]()
        while True:
            try:
                outcome = await run_in_thread(self._record, reads, batch, backlog)
            except DatabaseUnavailable as error:
                self._health.database.down(reason_of(error))
                backlog.fell_behind()
            else:
                self._note(outcome, len(batch))
                return outcome
            if self._stop.is_set() or await self._stopped_within(retry_s):
                return None
            retry_s = min(2 * retry_s, self._settings.retry_max_s)

    def malls(self, *, wanted: Sequence[str] = ()) -> dict[str, MallId]:
        """Give malls by code; read anew when one is wanted that is not known, but not all the time."""
        is_stale = time.monotonic() - self._malls_read_at > MALLS_EVERY_S
        if is_stale and (not self._malls or any(code not in self._malls for code in wanted)):
            self._malls = {mall.code: mall.id for mall in ask(list_malls, actor=system_actor(ACTOR))}
            self._malls_read_at = time.monotonic()
        return self._malls

    def _record(self, reads: list[Read], batch: Sequence[Incoming], backlog: Backlog) -> Outcome:
        """Record a batch; decoded at the first attempt and kept for the next ones."""
        started = time.perf_counter()
        reads.extend(read_batch(batch[len(reads) :], backlog))
        malls = self.malls(wanted=list({read.decoded.topic.mall_code for read in reads if read.decoded.topic}))
        outcome = self._record_what_can_be(reads, malls)
        COMMIT_SECONDS.observe(time.perf_counter() - started)
        return outcome

    def _record_what_can_be(self, reads: Sequence[Read], malls: dict[str, MallId]) -> Outcome:
        """Record a batch; where it fails for another reason than the database's absence, find the culprit by halves."""
        record = partial(record_batch, malls=malls, now=datetime.now(UTC))
        try:
            return record(reads)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            if len(reads) == 1:
                log.exception('a message cannot be recorded and goes to quarantine', topic=reads[0].incoming.topic)
                return set_aside(reads[0], malls, datetime.now(UTC), f'{type(error).__name__}: {error}')
            log.warning('a batch cannot be recorded, looking for the message at fault', messages=len(reads))
        half = len(reads) // 2
        first = self._record_what_can_be(reads[:half], malls)
        return first.plus(self._record_what_can_be(reads[half:], malls))

    def _note(self, outcome: Outcome, messages: int) -> None:
        self._health.database.up()
        self._health.committed_at = datetime.now(UTC)
        MESSAGES.inc(messages)
        for name in ('recorded', 'duplicates', 'quarantined'):
            READINGS.labels(name).inc(getattr(outcome, name))

    async def _stopped_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        return self._stop.is_set()


def reason_of(error: DatabaseUnavailable) -> str:
    """Say in one line why the database is away."""
    return str(error.__cause__ or error).splitlines()[0]
