"""A mall to count in, a broker, and an ingest that runs in the test's own event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiomqtt
import orjson
import pytest
from pydantic import SecretStr

from domain.devices.commands import RegisterDevice
from domain.devices.operations import register_device
from domain.devices.quarantine import list_quarantined
from domain.devices.queries import list_devices
from domain.devices.views import DeviceView, QuarantinedView
from domain.mall.queries import get_mall
from domain.shared.actor import Actor
from domain.shared.operations import ask, perform
from integrations.embedded.access import GATEWAY_USER, INGEST_USER
from integrations.mqtt import worker
from integrations.mqtt.device import Device, ReadingStore
from integrations.mqtt.ending import end
from integrations.mqtt.health import IngestHealth
from integrations.mqtt.settings import MqttSettings
from tests.conftest import Database
from tests.domain.footfall.conftest import House, build_house
from tests.integrations.brokers import SECRET, BrokerProcess, make_broker, needs_mosquitto

WITHIN_S = 20.0


@dataclass(frozen=True)
class Site:
    """A mall with lines, two registered counters, and eyes on what the platform has of them."""

    house: House
    mall_code: str

    @property
    def actor(self) -> Actor:
        return self.house.system

    def devices(self) -> dict[str, DeviceView]:
        return {device.code: device for device in ask(list_devices, actor=self.actor)}

    def quarantined(self) -> list[QuarantinedView]:
        return ask(list_quarantined, actor=self.actor)

    def counted(self) -> int:
        """How many crossings the platform has, row by row."""
        from sqlalchemy import text

        with self.house.transaction() as session:
            return int(session.execute(text('SELECT count(*) FROM footfall_crossing')).scalar_one())

    def rolled_up_crossings(self) -> dict[int, int]:
        """How many crossings the roll-ups of lines hold, by grain."""
        from sqlalchemy import text

        with self.house.transaction() as session:
            rows = session.execute(text('SELECT grain, sum(ins + outs) FROM footfall_line_rollup GROUP BY grain'))
            return {grain: int(count) for grain, count in rows}

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the platform has: raw rows and roll-ups, without the ids that differ between malls."""
        from sqlalchemy import text

        found: dict[str, list[tuple[Any, ...]]] = {}
        with self.house.transaction() as session:
            for name, statement in COMPARED.items():
                found[name] = [tuple(row) for row in session.execute(text(statement))]
        return found


COMPARED = {
    'crossings': """
        SELECT d.code, c.seq, c.occurred_at, l.code, c.direction
          FROM footfall_crossing c JOIN device d ON d.id = c.device_id
          JOIN footfall_line_version v ON v.id = c.line_version_id JOIN footfall_line l ON l.id = v.line_id
         ORDER BY 1, 2
    """,
    'rollups': """
        SELECT r.grain, l.code, r.bucket_at, r.business_on, r.ins, r.outs, r.adults_in, r.children_in, r.groups_in,
               r.staff_in, r.staff_out
          FROM footfall_line_rollup r
          JOIN footfall_line_version v ON v.id = r.line_version_id JOIN footfall_line l ON l.id = v.line_id
         ORDER BY 1, 2, 3
    """,
}


def build_site(database: Database) -> Site:
    house = build_house(database)
    site = Site(house, ask(get_mall, actor=house.system).code)
    for code in ('door-1', 'door-2'):
        perform(register_device, actor=site.actor, command=RegisterDevice(code=code, kind='counter'))
    return site


@pytest.fixture
def site(database: Database) -> Site:
    return build_site(database)


@pytest.fixture
def make_site(database: Database) -> Callable[[], Site]:
    return lambda: build_site(database)


@pytest.fixture(
    scope='module', params=['amqtt', pytest.param('mosquitto', marks=[pytest.mark.mosquitto, needs_mosquitto])]
)
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    made = make_broker(request.param, Path(tmp_path_factory.mktemp('broker')))
    made.start()
    yield made
    made.kill()


def settings_of(broker: BrokerProcess, site: Site, **changes: Any) -> MqttSettings:
    facts = {'malls': (site.mall_code,), 'password': SecretStr(SECRET), 'username': INGEST_USER, 'watch_every_s': 0.2}
    return MqttSettings(host=broker.host, port=broker.port, **(facts | changes))


@asynccontextmanager
async def ingesting(settings: MqttSettings) -> AsyncIterator[IngestHealth]:
    """Run the ingest; it must end when told to."""
    stop, health = asyncio.Event(), IngestHealth()
    task = asyncio.create_task(worker.run(settings, stop, health=health))
    try:
        await until(lambda: bool(health.broker.is_up))
        yield health
    finally:
        stop.set()
        await asyncio.wait_for(task, WITHIN_S)


@asynccontextmanager
async def speaking(broker: BrokerProcess) -> AsyncIterator[aiomqtt.Client]:
    """Speak with the broker as any device."""
    async with aiomqtt.Client(broker.host, broker.port, username=GATEWAY_USER, password=SECRET, timeout=10) as client:
        yield client


@asynccontextmanager
async def device_at(
    broker: BrokerProcess, site: Site, code: str = 'door-1', store: ReadingStore | None = None, **changes: Any
) -> AsyncIterator[Device]:
    """Run a reference device."""
    facts = {'host': broker.host, 'port': broker.port, 'username': GATEWAY_USER, 'secret': SECRET} | changes
    device = Device(mall_code=site.mall_code, code=code, store=store, **facts)
    task = asyncio.create_task(device.run())
    try:
        yield device
    finally:
        await end(task)


async def until(condition: Callable[[], object], within_s: float = WITHIN_S) -> None:
    """Wait until something holds; asked off the loop, since it may ask the database."""
    async with asyncio.timeout(within_s):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.03)


def crossing(index: int = 0, *, line: str = 'door-east', at: datetime | None = None) -> dict[str, Any]:
    """A reading's body without its number."""
    moment = at or datetime.now(UTC)
    return {'at': moment.isoformat(), 'line': line, 'direction': 'in' if index % 3 else 'out', 'track': f't{index}'}


def message(seq: int) -> bytes:
    """A message with one crossing that happens now."""
    reading = {'seq': seq} | crossing(seq)
    return orjson.dumps({'v': 1, 'epoch': 1, 'sent_at': reading['at'], 'oldest': 1, 'readings': [reading]})
