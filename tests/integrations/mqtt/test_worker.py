"""What the worker does when its broker, its database or its place is taken away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from domain.shared.database import DatabaseSettings, connect
from integrations.mqtt import worker
from integrations.mqtt.health import IngestHealth
from integrations.mqtt.topics import Channel, device_topic
from tests.chaos.tcp_proxy import TcpProxy
from tests.conftest import Database
from tests.integrations.brokers import make_broker, needs_mosquitto
from tests.integrations.mqtt.conftest import (
    BrokerProcess,
    Site,
    crossing,
    device_at,
    ingesting,
    message,
    settings_of,
    speaking,
    until,
)


@asynccontextmanager
async def severable(database: Database) -> AsyncIterator[Callable[..., object]]:
    """Connect the platform through a proxy; the given function takes the database away until the block ends."""
    socket = database.app_url.split('host=')[1].replace('%2F', '/') + '/.s.PGSQL.5432'
    try:
        async with TcpProxy(unix_path=socket) as proxy:
            url = f'{database.app_url.split("@")[0]}@127.0.0.1:{proxy.port}/{database.name}'
            connect(DatabaseSettings(url=SecretStr(url), pool_size=4))
            yield proxy.refuse
    finally:
        connect(DatabaseSettings(url=SecretStr(database.app_url), pool_size=8, max_overflow=32))


async def test_a_broker_that_is_away_at_the_start_is_told_once_and_waited_for(tmp_path: Path, site: Site) -> None:
    broker = make_broker('amqtt', tmp_path)
    stop, health = asyncio.Event(), IngestHealth()
    with capture_logs() as logs:
        task = asyncio.create_task(worker.run(settings_of(broker, site, retry_max_s=0.2), stop, health=health))
        await until(lambda: health.broker.is_up is False)
        await asyncio.sleep(0.5)  # several attempts more, which must say nothing
        assert not health.is_ready
        await asyncio.to_thread(broker.start)
        await until(lambda: health.broker.is_up)
        stop.set()
        await task
    broker.kill()
    told = [(log['event'], log['log_level']) for log in logs if log.get('part') == 'broker']
    assert told == [('the ingest lost it', 'error'), ('the ingest has it back', 'warning')]
    assert next(log for log in logs if log.get('part') == 'broker')['remedy']


async def test_a_database_that_goes_away_holds_messages_unacknowledged_and_is_told_once(
    broker: BrokerProcess, site: Site, database: Database
) -> None:
    with capture_logs() as logs:
        async with severable(database) as sever:
            settings = settings_of(broker, site, retry_max_s=0.2)
            async with ingesting(settings) as health, device_at(broker, site, resend_after_s=1.0) as device:
                device.record(Channel.CROSSINGS, **crossing())
                await device.drained()
                sever()
                device.record(Channel.CROSSINGS, **crossing())
                await until(lambda: health.database.is_up is False)
                await asyncio.sleep(0.5)  # several attempts more, which must say nothing
                assert len(device.store) == 1
                assert (health.is_ready, health.held > 0) == (False, True)
                sever(False)
                await device.drained()
                assert health.is_ready
    assert site.counted() == 2
    told = [log['event'] for log in logs if log.get('part') == 'database']
    assert told == ['the ingest lost it', 'the ingest has it back']


async def test_a_second_worker_stands_by_and_takes_over(broker: BrokerProcess, site: Site) -> None:
    settings = settings_of(broker, site)
    second, stop = IngestHealth(), asyncio.Event()
    async with ingesting(settings):
        standing_by = asyncio.create_task(worker.run(settings, stop, health=second))
        await until(lambda: second.is_standby)
        assert second.broker.is_up is None
    await until(lambda: second.broker.is_up)
    async with device_at(broker, site) as device:
        device.record(Channel.CROSSINGS, **crossing())
        await device.drained()
    stop.set()
    await standing_by
    assert site.counted() == 1


@pytest.mark.mosquitto
@needs_mosquitto
async def test_what_does_not_fit_in_memory_stays_with_the_broker(
    tmp_path: Path, site: Site, database: Database
) -> None:
    broker = make_broker('mosquitto', tmp_path)
    broker.start()
    try:
        async with severable(database) as sever:
            settings = settings_of(broker, site, held_messages=50, batch_messages=20, retry_max_s=0.2)
            async with ingesting(settings) as health, speaking(broker) as client:
                sever()
                topic = device_topic(site.mall_code, 'door-1', Channel.CROSSINGS)
                for seq in range(1, 201):
                    await client.publish(topic, message(seq), qos=1)
                await until(lambda: health.database.is_up is False)
                sever(False)
                await until(lambda: site.counted() == 200)
    finally:
        broker.kill()
    assert site.devices()['door-1'].committed_through == 200
