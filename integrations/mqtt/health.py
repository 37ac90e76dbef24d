"""How the ingest is: said once in the log when it changes, and always to whoever asks."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from prometheus_client import Counter, Gauge, Histogram

from integrations.mqtt.settings import MqttSettings

log = structlog.get_logger(__name__)

MESSAGES = Counter('atrium_ingest_messages', 'Messages committed and acknowledged.')
READINGS = Counter('atrium_ingest_readings', 'Readings by what became of them.', ['outcome'])
COMMIT_SECONDS = Histogram('atrium_ingest_commit_seconds', 'Time to commit one batch.')
HELD = Gauge('atrium_ingest_held_messages', 'Messages not yet acknowledged to the broker.')
UP = Gauge('atrium_ingest_up', '1 while the part is within reach.', ['part'])

REMEDIES = {
    'broker': 'check ATRIUM_BROKER__HOST, __PORT, __USERNAME and __PASSWORD and that the broker runs; trying again',
    'database': 'check that PostgreSQL runs; messages are held unacknowledged and nothing is lost; trying again',
}


@dataclass(slots=True)
class PartHealth:
    """One thing the ingest needs. `is_up` None: not tried yet."""

    name: str
    is_up: bool | None = None
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    reason: str = ''

    def up(self) -> None:
        """Note that it is within reach."""
        if self.is_up is False:
            away_s = round((datetime.now(UTC) - self.since).total_seconds(), 1)
            log.warning('the ingest has it back', part=self.name, away_s=away_s)
        self._set(True, '')

    def down(self, reason: str) -> None:
        """Note that it is away; told once, however often it is tried."""
        if self.is_up is not False:
            log.error('the ingest lost it', part=self.name, reason=reason, remedy=REMEDIES[self.name])
        self._set(False, reason)

    def _set(self, is_up: bool, reason: str) -> None:
        if self.is_up is not is_up:
            self.is_up, self.since = is_up, datetime.now(UTC)
            UP.labels(self.name).set(int(is_up))
        self.reason = reason


@dataclass(slots=True)
class IngestHealth:
    """What the ingest says of itself. `is_standby`: another worker serves this slot."""

    broker: PartHealth = field(default_factory=lambda: PartHealth('broker'))
    database: PartHealth = field(default_factory=lambda: PartHealth('database'))
    is_standby: bool = False
    held: int = 0
    committed_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        """True while messages flow, or would."""
        return self.is_standby or bool(self.broker.is_up and self.database.is_up is not False)


async def broker_answers(settings: MqttSettings) -> str:
    """`ok` when the broker takes a connection, else what is wrong and what follows from it."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(settings.host, settings.port), timeout=2)
    except (OSError, TimeoutError) as error:
        return f'the broker at {settings.host}:{settings.port} does not answer ({error}); devices keep their readings'
    writer.close()
    return 'ok'
