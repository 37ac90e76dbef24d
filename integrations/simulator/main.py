"""The live player: `run` plays the simulated malls through MQTT until it is cancelled."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import aiomqtt
from pydantic import ValidationError

from integrations.mqtt.ending import end
from integrations.mqtt.payloads import ACK
from integrations.mqtt.topics import ack_topic
from integrations.simulator.faults import Faults
from integrations.simulator.gateway import MallGateway, Message
from integrations.simulator.meters import MeterBoard
from integrations.simulator.plan import MallPlan, load_plan
from integrations.simulator.playback import Playback
from integrations.simulator.settings import SimulatorSettings
from integrations.simulator.store import GatewayStore, open_store
from integrations.simulator.world import World

log = logging.getLogger(__name__)

TICK_S = 0.5
RETRY_S = 2.0
CATCH_UP_STEP = timedelta(minutes=5)
IN_FLIGHT = 64


@dataclass
class SimulatedClock:
    """World time: behind the present it runs `speed` times as fast, or at once where speed is 1; then it is now."""

    speed: float
    world_now: datetime
    real_then: datetime

    def advance(self, real_now: datetime) -> datetime:
        """The world's moment when the real clock shows `real_now`."""
        if self.speed <= 1:
            self.world_now = min(real_now, self.world_now + CATCH_UP_STEP)
        else:
            self.world_now = min(real_now, self.world_now + (real_now - self.real_then) * self.speed)
        self.real_then = real_now
        return self.world_now


class Player:
    """Plays every mall; one connection speaks for all their devices."""

    def __init__(
        self, settings: SimulatorSettings, gateways: Iterable[MallGateway], clocks: list[SimulatedClock]
    ) -> None:
        self.settings = settings
        self.gateways = {gateway.mall_code: gateway for gateway in gateways}
        self.clocks = dict(zip(self.gateways, clocks, strict=True))
        self._is_down = False

    async def run(self) -> None:
        """Connects and plays, for ever. The world goes on while the broker is away; its devices keep their readings."""
        while True:
            try:
                async with self._client() as client:
                    self._log_up()
                    await self._serve(client)
            except aiomqtt.MqttError as error:
                self._log_down(error)
                self._play_all()
                await asyncio.sleep(RETRY_S)

    async def _serve(self, client: aiomqtt.Client) -> None:
        for code in self.gateways:
            await client.subscribe(ack_topic(code, '+'), qos=1)
        await self._publish(
            client, [m for g in self.gateways.values() for m in g.begin_session(datetime.now(UTC))], retain=True
        )
        hearing = asyncio.create_task(self._hear(client))
        try:
            while not hearing.done():
                is_behind = self._play_all()
                for gateway in self.gateways.values():
                    await self._publish(client, gateway.messages(datetime.now(UTC)))
                await asyncio.sleep(0 if is_behind else TICK_S)
        except asyncio.CancelledError:
            with suppress(aiomqtt.MqttError):
                await self._say_goodbye(client)
            raise
        finally:
            await end(hearing)

    async def _hear(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            parts = str(message.topic).split('/')
            with suppress(ValidationError):
                self.gateways[parts[2]].acknowledge(parts[3], ACK.validate_json(message.payload).seq)

    async def _publish(self, client: aiomqtt.Client, messages: list[Message], *, retain: bool = False) -> None:
        """Some at a time in flight: waiting for each would make a broker far away slow."""
        for start in range(0, len(messages), IN_FLIGHT):
            await asyncio.gather(*(
                client.publish(topic, body, qos=1, retain=retain) for topic, body in messages[start : start + IN_FLIGHT]
            ))  # fmt: skip

    async def _say_goodbye(self, client: aiomqtt.Client) -> None:
        goodbyes = [m for g in self.gateways.values() for m in g.end_session(datetime.now(UTC))]
        await self._publish(client, goodbyes, retain=True)

    def _play_all(self) -> bool:
        """Lets every world come up to its clock; True while one is still behind the present."""
        is_behind = False
        for code, gateway in self.gateways.items():
            now = datetime.now(UTC)
            until = self.clocks[code].advance(now)
            gateway.play(until)
            is_behind |= now - until > timedelta(seconds=5) and self.settings.speed <= 1
        return is_behind

    def _client(self) -> aiomqtt.Client:
        client = aiomqtt.Client(
            self.settings.host, self.settings.port, username=self.settings.username,
            password=self.settings.password.get_secret_value(), identifier='atrium-simulator', keepalive=30, timeout=10,
            max_inflight_messages=IN_FLIGHT * 2,
        )  # fmt: skip
        client.pending_calls_threshold = IN_FLIGHT * 2
        return client

    def _log_up(self) -> None:
        log.info('the simulator is connected to the broker at %s:%s', self.settings.host, self.settings.port)
        self._is_down = False

    def _log_down(self, error: Exception) -> None:
        if not self._is_down:
            address = f'{self.settings.host}:{self.settings.port}'
            log.warning('the broker at %s is away, the simulated devices keep their readings: %s', address, error)
        self._is_down = True


async def run(settings: SimulatorSettings) -> None:
    """Plays the malls of the settings until cancelled."""
    with ExitStack() as stack:
        stores = {code: stack.enter_context(open_store(settings.state_dir, code)) for code in settings.malls}
        now = datetime.now(UTC)
        gateways = [make_gateway(_plan(settings, code), stores[code], settings, now) for code in settings.malls]
        clocks = [SimulatedClock(settings.speed, gateway.playback.now, now) for gateway in gateways]
        await Player(settings, gateways, clocks).run()


def make_gateway(plan: MallPlan, store: GatewayStore, settings: SimulatorSettings, now: datetime) -> MallGateway:
    """The devices of one mall, going on from where they stopped."""
    zone = ZoneInfo(str(plan.document['mall']['timezone']))
    earliest = now - timedelta(hours=settings.catch_up_hours)
    since = max(store.played_until or (now if settings.speed <= 1 else earliest), earliest)
    world = World(plan, seed=settings.seed, scale=settings.scale)
    playback = Playback(world, zone, since)
    meters = MeterBoard(plan, zone) if plan.code in settings.metered else None
    return MallGateway(
        plan.code, playback, store, Faults(settings.faults), meters=meters, resend_after_s=settings.resend_after_s
    )


def _plan(settings: SimulatorSettings, code: str) -> MallPlan:
    plan = load_plan(code)
    if not settings.zone:
        return plan
    return MallPlan({**plan.document, 'mall': {**plan.document['mall'], 'timezone': settings.zone}})
