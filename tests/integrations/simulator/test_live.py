"""The live player against a real broker process: what it plays arrives, and a broken broker loses nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiomqtt
from pydantic import SecretStr

from integrations.embedded.access import INGEST_USER
from integrations.mqtt.ending import end
from integrations.mqtt.payloads import ENVELOPES, Crossing, encode_ack
from integrations.mqtt.topics import Channel, ack_topic, parse_topic, subscriptions
from integrations.simulator.main import run
from integrations.simulator.plan import MallPlan
from integrations.simulator.settings import SimulatorSettings
from integrations.simulator.store import hand_over, open_store
from integrations.simulator.truth import Truth
from integrations.simulator.world import World
from tests.integrations.brokers import SECRET, BrokerProcess


def afternoon_zone() -> str:
    """A whole-hour zone in which it is about two in the afternoon, whenever the test runs."""
    ahead = (14 - datetime.now(UTC).hour + 11) % 24 - 11
    return f'Etc/GMT{-ahead:+d}' if ahead else 'Etc/GMT'


def settings_for(broker: BrokerProcess, state: Path, zone: str) -> SimulatorSettings:
    return SimulatorSettings(
        host=broker.host, port=broker.port, password=SecretStr(SECRET), malls=('qinghe',), zone=zone, seed=7, scale=0.6,
        state_dir=state, resend_after_s=2.0,
    )  # fmt: skip


class Ingest:
    """Takes what arrives and acknowledges what is whole, as the platform's ingest does."""

    def __init__(self) -> None:
        self.crossings: dict[tuple[str, int], Crossing] = {}
        self._whole: dict[str, int] = {}  # everything up to here has arrived
        self._beyond: dict[str, set[int]] = {}
        self.messages = 0

    @asynccontextmanager
    async def listening(self, broker: BrokerProcess) -> AsyncIterator[None]:
        task = asyncio.create_task(self._run(broker))
        try:
            yield
        finally:
            await end(task)

    async def _run(self, broker: BrokerProcess) -> None:
        while True:
            with suppress(aiomqtt.MqttError):
                await self._take(broker)
            await asyncio.sleep(0.1)

    async def _take(self, broker: BrokerProcess) -> None:
        async with aiomqtt.Client(
            broker.host,
            broker.port,
            username=INGEST_USER,
            password=SECRET,
            identifier='test-ingest',
            clean_session=False,
        ) as client:
            for topic in subscriptions():
                await client.subscribe(topic, qos=1)
            async for message in client.messages:
                await self._hear(client, message)

    async def _hear(self, client: aiomqtt.Client, message: aiomqtt.Message) -> None:
        parsed = parse_topic(str(message.topic))
        if parsed is None or parsed.channel is Channel.STATUS:
            return
        envelope = ENVELOPES[parsed.channel].validate_json(message.payload)
        self.messages += 1
        for reading in envelope.readings:
            if isinstance(reading, Crossing):
                self.crossings[parsed.device_code, reading.seq] = reading
        through = self._arrived(parsed.device_code, envelope.oldest or 1, {r.seq for r in envelope.readings})
        await client.publish(ack_topic(parsed.mall_code, parsed.device_code), encode_ack(through), qos=1)

    def _arrived(self, device: str, oldest: int, seqs: set[int]) -> int:
        """Up to which number a device's readings are all here; one that is missing holds the rest back."""
        whole = max(self._whole.get(device, 0), oldest - 1)
        beyond = self._beyond.setdefault(device, set())
        beyond |= seqs
        while whole + 1 in beyond:
            whole += 1
        self._whole[device] = whole
        return whole


async def play_until_drained(settings: SimulatorSettings, began: datetime) -> datetime:
    """Runs the player until it has caught up with its beginning and everything kept is acknowledged."""
    player = asyncio.create_task(run(settings))
    try:
        async with asyncio.timeout(120):
            while True:
                await asyncio.sleep(0.5)
                with open_store(settings.state_dir, 'qinghe') as store:
                    played = store.played_until
                    if played is not None and played >= began and len(store) == 0:
                        return played
    finally:
        await end(player)


def truth_between(
    plan: MallPlan, zone: str, since: datetime, until: datetime, *, without_marked: bool = False
) -> set[tuple[str, str, bool]]:
    """Crossings in (since, until]; without those whom devices recognise as staff, where asked."""
    mall = {**plan.document['mall'], 'timezone': zone}
    world = World(MallPlan({**plan.document, 'mall': mall}), seed=7, scale=0.6)
    on = (since.astimezone(ZoneInfo(zone)) - timedelta(hours=4)).date()
    midnight = datetime.combine(on, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    low, high = (since - midnight).total_seconds(), (until - midnight).total_seconds()
    truth = Truth.of(world.plan, world.day(on).parties())
    seen = [c for c in truth.crossings if not (without_marked and c.person.staff)]
    return {(c.line, c.person.token, c.is_in) for c in seen if low < c.at_s <= high}


def heard(ingest: Ingest) -> set[tuple[str, str, bool]]:
    return {(c.line, str(c.track), c.direction == 'in') for c in ingest.crossings.values()}


async def test_the_platform_hears_exactly_what_happened(
    broker: BrokerProcess, qinghe: MallPlan, tmp_path: Path
) -> None:
    zone, began = afternoon_zone(), datetime.now(UTC)
    since = began - timedelta(minutes=20)
    hand_over(tmp_path / 'state', 'qinghe', {}, since)
    ingest = Ingest()

    async with ingest.listening(broker):
        await play_until_drained(settings_for(broker, tmp_path / 'state', zone), began)

    happened = truth_between(qinghe, zone, since, began)
    assert len(happened) > 20
    assert happened <= heard(ingest)


async def test_a_broker_that_dies_loses_nothing(broker: BrokerProcess, qinghe: MallPlan, tmp_path: Path) -> None:
    zone, began = afternoon_zone(), datetime.now(UTC)
    since = began - timedelta(minutes=20)
    hand_over(tmp_path / 'state', 'qinghe', {}, since)
    ingest = Ingest()

    async with ingest.listening(broker):
        player = asyncio.create_task(play_until_drained(settings_for(broker, tmp_path / 'state', zone), began))
        while ingest.messages < 10:
            await asyncio.sleep(0.05)
        broker.kill()
        broker.start()
        await player

    assert truth_between(qinghe, zone, since, began) <= heard(ingest)
