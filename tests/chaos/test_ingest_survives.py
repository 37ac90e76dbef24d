"""Kill -9 in mid-stream: what the devices recorded is what the platform has, no more and no less."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from domain.shared.errors import DatabaseUnavailable
from integrations.mqtt.device import Device, ReadingStore
from integrations.mqtt.topics import Channel, device_topic
from tests.chaos.conftest import MortalPostgres
from tests.chaos.ingest_process import IngestProcess
from tests.chaos.tcp_proxy import TcpProxy
from tests.conftest import Database
from tests.integrations.brokers import SECRET, BrokerProcess, make_broker, needs_mosquitto
from tests.integrations.mqtt.conftest import Site, crossing, device_at, ingesting, message, settings_of, speaking, until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(150)]

WITHIN_S = 100.0
Blow = Callable[[], Awaitable[object]]


@asynccontextmanager
async def ingest_process(broker: BrokerProcess, site: Site, url: str) -> AsyncIterator[IngestProcess]:
    process = IngestProcess(database_url=url, broker_port=broker.port, secret=SECRET, mall_code=site.mall_code)
    process.start()
    try:
        yield process
    finally:
        process.kill()


async def stream(device: Device, seed: int, done: asyncio.Event) -> None:
    """Record readings in bursts of a few, as doors do, a few hundred a second, until the last blow has fallen."""
    source = random.Random(seed)
    while not done.is_set():
        burst = source.randint(1, 12)
        device.record_many(Channel.CROSSINGS, [crossing(index) for index in range(burst)])
        await asyncio.sleep(burst / 300)


async def strike(site: Site, blow: Blow, times: int, done: asyncio.Event) -> None:
    """Strike in mid-stream at moments that nobody chose: each time after something more was committed."""
    for _ in range(times):
        seen = await asyncio.to_thread(counted, site)
        await until(lambda seen=seen: counted(site) > max(seen, 0), WITHIN_S)  # type: ignore[misc]
        await asyncio.sleep(random.uniform(0, 0.2))
        await blow()
    done.set()


def counted(site: Site) -> int:
    """Count what is committed; -1 while the database is away."""
    try:
        return site.counted()
    except DatabaseUnavailable:
        return -1


async def run_with_blows(broker: BrokerProcess, site: Site, folder: Path, blow: Blow, times: int = 2) -> None:
    """Let two devices record while the blows fall; then count rows, numbers and roll-ups to the last reading."""
    stores = {code: ReadingStore(folder / f'{code}.db') for code in ('door-1', 'door-2')}
    done = asyncio.Event()
    async with (
        device_at(broker, site, 'door-1', store=stores['door-1'], resend_after_s=1.0) as one,
        device_at(broker, site, 'door-2', store=stores['door-2'], resend_after_s=1.0) as two,
        asyncio.timeout(WITHIN_S),
    ):
        await asyncio.gather(stream(one, 1, done), stream(two, 2, done), strike(site, blow, times, done))
        await asyncio.gather(one.drained(), two.drained())
    recorded = {code: store.last_seq for code, store in stores.items()}
    assert site.counted() == sum(recorded.values())
    assert set(site.rolled_up_crossings().values()) == {sum(recorded.values())}
    for code, device in site.devices().items():
        assert (device.committed_through, device.missing, device.readings) == (recorded[code], 0, recorded[code])
    assert site.quarantined() == []


async def test_killing_the_ingest_loses_and_doubles_nothing(
    broker: BrokerProcess, site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    async with ingest_process(broker, site, mortal.database.app_url) as process:

        async def blow() -> None:
            await asyncio.to_thread(process.kill)
            process.start()

        await run_with_blows(broker, site, tmp_path, blow)


@pytest.mark.mosquitto
@needs_mosquitto
async def test_killing_the_ingest_loses_nothing_even_of_devices_that_trust_the_broker_alone(
    site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    """The acknowledgement by hand, alone: this publisher keeps nothing and sends nothing twice."""
    broker, count, done = make_broker('mosquitto', tmp_path / 'broker'), 0, asyncio.Event()
    broker.start()
    topic = device_topic(site.mall_code, 'door-1', Channel.CROSSINGS)
    try:
        async with ingesting(settings_of(broker, site)):
            pass  # from now on the broker keeps what the ingest misses
        async with ingest_process(broker, site, mortal.database.app_url) as process, speaking(broker) as client:

            async def blow() -> None:
                await asyncio.to_thread(process.kill)
                process.start()

            striking = asyncio.create_task(strike(site, blow, 3, done))
            while not done.is_set():
                count += 1
                await client.publish(topic, message(count), qos=1)
                await asyncio.sleep(0.002)
            await striking
            await until(lambda: counted(site) >= count, WITHIN_S)
    finally:
        broker.kill()
    assert site.counted() == count
    assert site.devices()['door-1'].missing == 0


async def test_killing_the_broker_loses_and_doubles_nothing(
    broker: BrokerProcess, site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    async with ingest_process(broker, site, mortal.database.app_url):

        async def blow() -> None:
            await asyncio.to_thread(broker.kill)
            await asyncio.to_thread(broker.start)

        await run_with_blows(broker, site, tmp_path, blow)


async def test_killing_the_database_loses_and_doubles_nothing(
    broker: BrokerProcess, site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    async with ingest_process(broker, site, mortal.database.app_url):

        async def blow() -> None:
            await asyncio.to_thread(mortal.kill_and_restart)

        await run_with_blows(broker, site, tmp_path, blow)


async def test_cutting_the_database_between_commit_and_answer_doubles_nothing(
    broker: BrokerProcess, site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    async with TcpProxy(unix_path=mortal.socket_path) as proxy:
        url = over_tcp(mortal.database, proxy.port)

        async def blow() -> None:
            cuts, proxy.cut_after = proxy.cuts, b'COMMIT'
            await until(lambda: proxy.cuts > cuts)

        async with ingest_process(broker, site, url):
            await run_with_blows(broker, site, tmp_path, blow, times=4)
        assert proxy.cuts == 4


async def test_cutting_the_network_of_devices_and_ingest_loses_nothing(
    broker: BrokerProcess, site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    async with TcpProxy(port=broker.port) as proxy:
        behind = BrokerBehind(broker.host, proxy.port)
        async with ingest_process(behind, site, mortal.database.app_url):

            async def blow() -> None:
                await until(lambda: proxy.is_busy)
                proxy.cut()

            await run_with_blows(behind, site, tmp_path, blow, times=3)
        assert proxy.cuts >= 2


class BrokerBehind:
    """The same broker through a proxy."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port

    def start(self) -> None: ...
    def kill(self) -> None: ...
    def stop(self) -> None: ...


def over_tcp(database: Database, port: int) -> str:
    """The application's address through a TCP port instead of the socket."""
    return f'{database.app_url.split("@")[0]}@127.0.0.1:{port}/{database.name}'
