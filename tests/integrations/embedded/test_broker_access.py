"""The same questions to both brokers: who may say and hear what."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiomqtt
import pytest

from integrations.embedded.access import GATEWAY_USER, INGEST_USER, may_hear, may_publish, role_of
from tests.integrations.brokers import SECRET, BrokerProcess, make_broker, needs_mosquitto

DEVICE = 'testmall/door-1'
OWN = 'atrium/v1/testmall/door-1/crossings'
OTHERS = 'atrium/v1/testmall/door-2/crossings'
OWN_ACK = 'atrium/v1/testmall/door-1/ack'


@pytest.fixture(
    scope='module', params=['amqtt', pytest.param('mosquitto', marks=[pytest.mark.mosquitto, needs_mosquitto])]
)
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    made = make_broker(request.param, Path(tmp_path_factory.mktemp('broker')))
    made.start()
    yield made
    made.kill()


def client(broker: BrokerProcess, username: str | None, secret: str = SECRET) -> aiomqtt.Client:
    return aiomqtt.Client(broker.host, broker.port, username=username, password=secret, timeout=5)


@pytest.mark.parametrize(
    ('speaker', 'topic', 'hearer', 'is_heard'),
    [
        (DEVICE, OWN, INGEST_USER, True),
        (DEVICE, OTHERS, INGEST_USER, False),
        (DEVICE, OWN_ACK, DEVICE, False),
        (GATEWAY_USER, OTHERS, INGEST_USER, True),
        (INGEST_USER, OWN_ACK, DEVICE, True),
        (INGEST_USER, OWN_ACK, GATEWAY_USER, True),
        (INGEST_USER, OWN, INGEST_USER, False),
        (DEVICE, OWN, 'testmall/door-2', False),
    ],
)
async def test_both_brokers_hold_to_the_rule(
    broker: BrokerProcess, speaker: str, topic: str, hearer: str, is_heard: bool
) -> None:
    assert (may_publish(speaker, topic) and may_hear(hearer, topic)) is is_heard
    # The ingest hears both ends of the stream that the gateway speaks; what lies between must have been refused.
    marker = OWN_ACK if hearer != INGEST_USER else OWN
    by = INGEST_USER if hearer != INGEST_USER else GATEWAY_USER
    if hearer == 'testmall/door-2':
        marker = 'atrium/v1/testmall/door-2/ack'
    async with client(broker, hearer) as listening, client(broker, speaker) as speaking, client(broker, by) as ending:
        await _subscribe(listening, topic)
        await _subscribe(listening, marker)
        await speaking.publish(topic, b'said', qos=1)
        await ending.publish(marker, b'end', qos=1)
        assert await _until_end(listening) == ([b'said'] if is_heard else [])


@pytest.mark.parametrize(('username', 'secret'), [(DEVICE, 'wrong'), ('nobody', SECRET), (None, '')])
async def test_nobody_gets_in_without_the_secret(broker: BrokerProcess, username: str | None, secret: str) -> None:
    with pytest.raises(aiomqtt.MqttError):
        async with client(broker, username, secret):
            pass


@pytest.mark.parametrize('username', ['', 'root', 'testmall', 'testmall/door/1', 'TestMall/door', '+/+'])
def test_a_name_of_no_known_form_has_no_role(username: str) -> None:
    assert role_of(username) is None
    assert not may_publish(username, OWN)
    assert not may_hear(username, OWN_ACK)


async def _subscribe(listening: aiomqtt.Client, topic: str) -> None:
    try:
        await listening.subscribe(topic, qos=1)
    except aiomqtt.MqttError as refused:
        raise AssertionError(f'not even an answer to the subscription of {topic}') from refused


async def _until_end(listening: aiomqtt.Client) -> list[bytes]:
    said: list[bytes] = []
    async with asyncio.timeout(10):
        async for message in listening.messages:
            if message.payload == b'end':
                return said
            said.append(message.payload)
    raise AssertionError('the stream ended early')
