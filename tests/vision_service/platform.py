"""The platform's side of the wire for tests: hears everything, acknowledges as the real ingest does."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress

import aiomqtt

from integrations.embedded.access import INGEST_USER
from integrations.mqtt.decoding import decode
from integrations.mqtt.payloads import Reading, StatusMessage, encode_ack
from integrations.mqtt.topics import Channel, ack_topic, parse_topic, subscriptions
from tests.integrations.brokers import SECRET


class Platform:
    """`async with`; reconnects by itself. What arrived is in `readings`, by device and number."""

    def __init__(self, port: int, *, acknowledges: bool = True) -> None:
        self.readings: dict[str, dict[int, tuple[Channel, Reading]]] = defaultdict(dict)
        self.statuses: dict[str, list[StatusMessage]] = defaultdict(list)
        self.messages = 0
        self.acknowledges = acknowledges
        self._port = port
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def __aenter__(self) -> 'Platform':
        self._task = asyncio.create_task(self._listen_for_ever())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def ready(self) -> None:
        await asyncio.wait_for(self._ready.wait(), 30)

    async def until(self, condition: Callable[[], bool], within_s: float = 60.0) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), within_s)

    def crossings(self, device: str) -> list[Reading]:
        return [reading for channel, reading in self.readings[device].values() if channel is Channel.CROSSINGS]

    async def _listen_for_ever(self) -> None:
        while True:
            with suppress(aiomqtt.MqttError):
                await self._listen()
            self._ready.clear()
            await asyncio.sleep(0.1)

    async def _listen(self) -> None:
        async with aiomqtt.Client('127.0.0.1', self._port, username=INGEST_USER, password=SECRET) as client:
            for subscription in subscriptions():
                await client.subscribe(subscription, qos=1)
            self._ready.set()
            async for message in client.messages:
                await self._take(client, str(message.topic), bytes(message.payload))

    async def _take(self, client: aiomqtt.Client, topic: str, payload: bytes) -> None:
        decoded = decode(topic, payload)
        assert not decoded.rejections, decoded.rejections
        place = parse_topic(topic)
        assert place is not None
        async with self._changed:
            self.messages += 1
            if decoded.status is not None:
                self.statuses[place.device_code].append(decoded.status)
            elif decoded.envelope is not None:
                mine = self.readings[place.device_code]
                mine |= {reading.seq: (place.channel, reading) for reading in decoded.envelope.readings}
                if self.acknowledges:
                    through = _committed(mine.keys(), decoded.envelope.oldest or 1)
                    await client.publish(ack_topic(place.mall_code, place.device_code), encode_ack(through), qos=1)
            self._changed.notify_all()


def _committed(numbers: object, oldest: int) -> int:
    have = set(numbers)  # type: ignore[call-overload]
    through = oldest - 1
    while through + 1 in have:
        through += 1
    return through
