"""Kill -9 in mid-stream: what the devices recorded is what the platform has, no more and no less."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from integrations.mqtt.device import Device, ReadingStore
from integrations.mqtt.topics import Channel
from tests.chaos.conftest import MortalPostgres
from tests.chaos.ingest_process import IngestProcess
from tests.chaos.tcp_proxy import TcpProxy
from tests.conftest import Database
from tests.integrations.brokers import SECRET, BrokerProcess
from tests.integrations.mqtt.conftest import Site, crossing, device_at

pytestmark = [pytest.mark.faults, pytest.mark.timeout(150)]

READINGS = 1_000
WITHIN_S = 100.0


@asynccontextmanager
async def ingest_process(broker: BrokerProcess, site: Site, url: str) -> AsyncIterator[IngestProcess]:
    process = IngestProcess(database_url=url, broker_port=broker.port, secret=SECRET, mall_code=site.mall_code)
    process.start()
    try:
        yield process
    finally:
        process.kill()


async def stream(device: Device, seed: int) -> None:
    """Record readings in bursts of a few, as doors do, a few hundred a second."""
    source, left = random.Random(seed), READINGS
    while left:
        burst = min(left, source.randint(1, 12))
        device.record_many(Channel.CROSSINGS, [crossing(left - index) for index in range(burst)])
        left -= burst
        await asyncio.sleep(burst / 400)


async def strike(blow: Callable[[], object], times: int) -> None:
    """Strike at moments that nobody chose."""
    for _ in range(times):
        await asyncio.sleep(random.uniform(0.3, 1.0))
        await asyncio.to_thread(blow)


def assert_exact(site: Site) -> None:
    """Count rows, numbers and roll-ups: all of them say what the two devices recorded."""
    assert site.counted() == 2 * READINGS
    for code in ('door-1', 'door-2'):
        device = site.devices()[code]
        assert (device.committed_through, device.missing, device.readings) == (READINGS, 0, READINGS)
    assert set(site.rolled_up_crossings().values()) == {2 * READINGS}
    assert site.quarantined() == []


async def run_with_blows(
    broker: BrokerProcess, site: Site, folder: Path, blow: Callable[[], object], times: int = 3
) -> None:
    """Let two devices record while the blows fall, then wait until the platform has acknowledged everything."""
    first, second = ReadingStore(folder / 'door-1.db'), ReadingStore(folder / 'door-2.db')
    async with (
        device_at(broker, site, 'door-1', store=first, resend_after_s=1.0) as one,
        device_at(broker, site, 'door-2', store=second, resend_after_s=1.0) as two,
        asyncio.timeout(WITHIN_S),
    ):
        await asyncio.gather(stream(one, 1), stream(two, 2), strike(blow, times))
        await asyncio.gather(one.drained(), two.drained())


async def test_killing_the_ingest_loses_and_doubles_nothing(
    broker: BrokerProcess, site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    async with ingest_process(broker, site, mortal.database.app_url) as process:

        def blow() -> None:
            process.kill()
            process.start()

        await run_with_blows(broker, site, tmp_path, blow, times=2)
    assert_exact(site)


async def test_killing_the_broker_loses_and_doubles_nothing(
    broker: BrokerProcess, site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    async with ingest_process(broker, site, mortal.database.app_url):

        def blow() -> None:
            broker.kill()
            broker.start()

        await run_with_blows(broker, site, tmp_path, blow)
    assert_exact(site)


async def test_killing_the_database_loses_and_doubles_nothing(
    broker: BrokerProcess, site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    async with ingest_process(broker, site, mortal.database.app_url):
        await run_with_blows(broker, site, tmp_path, mortal.kill_and_restart, times=2)
    assert_exact(site)


async def test_cutting_the_database_between_commit_and_answer_doubles_nothing(
    broker: BrokerProcess, site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    async with TcpProxy(unix_path=mortal.socket_path) as proxy:
        url = over_tcp(mortal.database, proxy.port)

        def blow() -> None:
            proxy.cut_after = b'COMMIT'

        async with ingest_process(broker, site, url):
            await run_with_blows(broker, site, tmp_path, blow, times=4)
        assert proxy.cuts >= 2
    assert_exact(site)


async def test_cutting_the_network_of_devices_and_ingest_loses_nothing(
    broker: BrokerProcess, site: Site, mortal: MortalPostgres, tmp_path: Path
) -> None:
    async with TcpProxy(port=broker.port) as proxy:
        behind = BrokerBehind(broker.host, proxy.port)
        async with ingest_process(behind, site, mortal.database.app_url):
            loop = asyncio.get_running_loop()
            await run_with_blows(behind, site, tmp_path, lambda: loop.call_soon_threadsafe(proxy.cut), times=4)
        assert proxy.cuts >= 3
    assert_exact(site)


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
