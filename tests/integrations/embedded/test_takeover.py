"""A lasting session that a second connection takes over goes on over that one, at both brokers."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiomqtt
import pytest

from integrations.embedded.access import INGEST_USER
from tests.integrations.brokers import SECRET, BrokerProcess, make_broker, needs_mosquitto

DEVICE = 'testmall/door-1'
CROSSINGS = 'atrium/v1/testmall/door-1/crossings'


@pytest.fixture(params=['amqtt', pytest.param('mosquitto', marks=[pytest.mark.mosquitto, needs_mosquitto])])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerProcess]:
    made = make_broker(request.param, tmp_path)
    made.start()
    yield made
    made.kill()


def lasting(broker: BrokerProcess) -> aiomqtt.Client:
    return aiomqtt.Client(
        broker.host,
        broker.port,
        username=INGEST_USER,
        password=SECRET,
        identifier='ingest-of-one-slot',
        clean_session=False,
        timeout=5,
    )


async def test_a_session_taken_over_hears_over_its_new_connection(broker: BrokerProcess) -> None:
    device = aiomqtt.Client(broker.host, broker.port, username=DEVICE, password=SECRET, timeout=5)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(device)
        for turn in range(3):
            newest = lasting(broker)
            # Whoever was connected before finds its connection closed.
            stack.push_async_exit(_until_thrown_out)
            await stack.enter_async_context(newest)
            await newest.subscribe(CROSSINGS, qos=1)
            await asyncio.sleep(0.2)  # the old connection comes to its end
            await device.publish(CROSSINGS, f'turn {turn}', qos=1)
            async with asyncio.timeout(10):
                heard = await anext(newest.messages)
            assert heard.payload == f'turn {turn}'.encode()


async def _until_thrown_out(kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
    return isinstance(error, aiomqtt.MqttError)
