"""The ingest worker: from the broker to the database, acknowledging only what is committed.

Messages gather in the inbox; a batch is committed after 50 ms or 2,000 messages, in a thread, while the next one
gathers; then it is acknowledged to the broker, and each device is told how far it may forget. When the database is
away the batch is tried again until it is back, and nothing is acknowledged meanwhile; when the broker is away the
worker connects again, and the broker brings what was not acknowledged.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import aiomqtt
import structlog

from domain.devices.lease import Lease
from domain.shared.errors import DatabaseUnavailable
from domain.shared.garbage import collect_less
from domain.shared.operations import run_in_thread
from integrations.mqtt.backlog import Backlog
from integrations.mqtt.committer import Committer, reason_of
from integrations.mqtt.connection import Connection, connect
from integrations.mqtt.ending import end
from integrations.mqtt.health import HELD, IngestHealth
from integrations.mqtt.settings import MqttSettings
from integrations.mqtt.upkeep import Upkeep

log = structlog.get_logger(__name__)

STANDBY_S = 2.0
IDLE_S = 1.0
FIRST_RETRY_S = 0.1


async def run(settings: MqttSettings, stop: asyncio.Event, *, health: IngestHealth | None = None) -> None:
    """Ingest until told to stop; survives the loss of broker and database."""
    collect_less()
    await Worker(settings, stop, health or IngestHealth()).run()


class Worker:
    """One worker of a slot: serves it while it holds the lease."""

    def __init__(self, settings: MqttSettings, stop: asyncio.Event, health: IngestHealth) -> None:
        self._settings = settings
        self._stop = stop
        self._health = health
        self._lease = Lease(settings.slot)
        self._backlog = Backlog()
        self._committer = Committer(settings, stop, health)
        self._committed: dict[tuple[str, str], int] = {}
        self._is_serving = False

    async def run(self) -> None:
        """Take the lease and serve, again and again."""
        try:
            while not self._stop.is_set():
                if await self._has_lease():
                    await self._serve_until_broken()
                else:
                    await self._pause(STANDBY_S)
        finally:
            await run_in_thread(self._lease.release)

    async def _has_lease(self) -> bool:
        """Have the lease, or keep what we had while the database is away: then nobody has it."""
        try:
            has_it = await run_in_thread(self._lease.acquire)
        except DatabaseUnavailable as error:
            self._health.database.down(reason_of(error))
            return self._is_serving
        if has_it is self._health.is_standby:
            log.info('serving the slot' if has_it else 'another worker serves the slot', slot=self._settings.slot)
        self._health.is_standby = not has_it
        return has_it

    async def _serve_until_broken(self) -> None:
        """Serve over as many connections as it takes, while the lease is ours."""
        self._is_serving = True
        try:
            await self._connect_and_serve()
        finally:
            self._is_serving = False

    async def _connect_and_serve(self) -> None:
        retry_s = FIRST_RETRY_S
        while not self._stop.is_set() and not self._health.is_standby:
            try:
                async with connect(self._settings) as connection:
                    self._health.broker.up()
                    retry_s = FIRST_RETRY_S
                    await self._serve(connection)
            except aiomqtt.MqttError as error:
                self._health.broker.down(f'{self._settings.host}:{self._settings.port}: {error}')
                await self._pause(retry_s)
                retry_s = min(2 * retry_s, self._settings.retry_max_s)

    async def _serve(self, connection: Connection) -> None:
        self._backlog.fell_behind()
        async with self._companions(connection):
            while not self._stop.is_set() and not self._health.is_standby:
                if not await self._gathered(connection):
                    self._raise_if_lost(connection)
                    continue
                await self._commit_one(connection)
                if connection.inbox.has_overflowed and not len(connection.inbox):
                    log.warning('connecting anew to get what did not fit', bound=self._settings.held_messages)
                    return

    async def _gathered(self, connection: Connection) -> bool:
        """Wait for a message and for its batch to come together; False where something else happened."""
        inbox, settings = connection.inbox, self._settings
        if not len(inbox):
            await _first(inbox.wait(), connection.lost(), self._stop.wait(), timeout_s=IDLE_S)
        if not len(inbox):
            self._backlog.caught_up()
            return False
        if inbox.is_ripe(messages=settings.batch_messages, size=settings.batch_bytes):
            self._backlog.fell_behind()
            return True
        age_s = (datetime.now(UTC) - inbox.oldest_at).total_seconds()
        await asyncio.sleep(max(0.0, settings.flush_after_s - age_s))
        return True

    async def _commit_one(self, connection: Connection) -> None:
        batch = connection.inbox.take(messages=self._settings.batch_messages, size=self._settings.batch_bytes)
        self._health.held = len(batch) + len(connection.inbox)
        HELD.set(self._health.held)
        outcome = await self._committer.commit(batch, self._backlog)
        if outcome is None:
            return
        connection.acknowledge(batch)
        self._committed |= outcome.acknowledged
        self._health.held = len(connection.inbox)
        HELD.set(self._health.held)

    def _raise_if_lost(self, connection: Connection) -> None:
        if not connection.is_alive:
            raise aiomqtt.MqttError('the connection broke off')

    @asynccontextmanager
    async def _companions(self, connection: Connection) -> AsyncIterator[None]:
        """Run what goes on beside the batches: telling devices, looking after silence, retries and the lease."""
        tasks = [asyncio.create_task(self._tell_devices(connection)), asyncio.create_task(self._look_after())]
        try:
            yield
        finally:
            await end(*tasks)
            await self._tell_if_heard(connection)

    async def _tell_devices(self, connection: Connection) -> None:
        """Tell devices how far they may forget, each at most every 100 ms."""
        while True:
            await asyncio.sleep(self._settings.ack_every_s)
            await self._tell_if_heard(connection)

    async def _tell_if_heard(self, connection: Connection) -> None:
        """Tell what is committed; a device that does not hear it sends again, and is told again."""
        committed, self._committed = self._committed, {}
        with suppress(aiomqtt.MqttError):
            if connection.is_alive:
                await connection.tell_devices(committed)

    async def _look_after(self) -> None:
        upkeep = Upkeep(self._committer, self._settings.malls)
        while True:
            try:
                await self._has_lease()
                await run_in_thread(upkeep.run)
            except Exception:
                log.exception('looking after devices failed and is tried again')
            await asyncio.sleep(self._settings.watch_every_s)

    async def _pause(self, seconds: float) -> None:
        await _first(self._stop.wait(), timeout_s=seconds)


async def _first(*awaitables: Awaitable[object], timeout_s: float) -> None:
    """Wait for whichever comes first, or for the time to pass."""
    tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
    try:
        await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
