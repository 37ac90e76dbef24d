"""One camera's voice at the broker: status with last will, readings until they are acknowledged, back-fill after."""

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import aiomqtt
from pydantic import ValidationError

from vision_service.contracts import MAX_MESSAGE_BYTES, MAX_READINGS, Ack, Channel, StatusMessage, topic
from vision_service.readings import instant
from vision_service.store.queue import ReadingQueue, Stored

log = logging.getLogger(__name__)

FIRMWARE = 'atrium-vision 0.1.0'
ROOM_FOR_ENVELOPE = 1024
MOST_IN_FLIGHT = 4 * MAX_READINGS
LONGEST_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: ssl.SSLContext | None = None


class Publisher:
    """Runs for ever; the queue is the truth, this only carries it over."""

    def __init__(
        self,
        queue: ReadingQueue,
        *,
        mall: str,
        device: str,
        epoch: int,
        broker: BrokerAddress,
        resend_after_s: float = 20.0,
        first_pause_s: float = 0.5,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.connected = False
        self.trouble = 'not connected yet'
        self._queue = queue
        self._mall = mall
        self._device = device
        self._epoch = epoch
        self._broker = broker
        self._resend_after_s = resend_after_s
        self._first_pause_s = first_pause_s
        self._clock = clock
        self._wake = asyncio.Event()
        self._sent = 0
        self._progress_at = 0.0

    def wake(self) -> None:
        """There is something new in the queue."""
        self._wake.set()

    async def run(self) -> None:
        """Connects, speaks, and connects again with growing pauses; ends only when cancelled."""
        pause = self._first_pause_s
        while True:
            try:
                async with self._connection() as client:
                    pause = self._first_pause_s
                    await self._speak(client)
            except* aiomqtt.MqttError as errors:
                self._lost(errors.exceptions[0])
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiomqtt.Client]:
        will = aiomqtt.Will(self._topic(Channel.STATUS), self._status(online=False), qos=1, retain=True)
        client = aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            username=self._broker.username,
            password=self._broker.password,
            identifier=f'vision-{self._mall}-{self._device}',
            will=will,
            tls_context=self._broker.tls,
            keepalive=30,
            timeout=10,
        )
        async with client:
            await client.publish(self._topic(Channel.STATUS), self._status(online=True), qos=1, retain=True)
            await client.subscribe(self._topic(Channel.ACK), qos=1)
            self._found()
            try:
                yield client
            finally:
                with suppress(aiomqtt.MqttError):
                    await client.publish(self._topic(Channel.STATUS), self._status(online=False), qos=1, retain=True)

    async def _speak(self, client: aiomqtt.Client) -> None:
        self._sent, self._progress_at = 0, time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(client))
            tasks.create_task(self._send(client))

    async def _listen(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            if str(message.topic) != self._topic(Channel.ACK):
                continue  # the embedded broker hands out retained messages that nobody asked for
            try:
                ack = Ack.model_validate_json(message.payload if isinstance(message.payload, bytes) else b'')
            except ValidationError:
                log.warning('unreadable acknowledgement', extra={'device': self._device})
                continue
            if await asyncio.to_thread(self._queue.acknowledge, self._device, ack.seq):
                self._progress_at = time.monotonic()
                self._wake.set()

    async def _send(self, client: aiomqtt.Client) -> None:
        while True:
            self._wake.clear()
            self._turn_back_if_unheard()
            readings = await asyncio.to_thread(self._next)
            if not readings:
                # NOTE: not wait_for, whose Python 3.11 edition can swallow a cancellation.
                with suppress(TimeoutError):
                    async with asyncio.timeout(1.0):
                        await self._wake.wait()
                continue
            oldest = self._queue.oldest(self._device)
            for channel, batch in packed(readings):
                await client.publish(self._topic(channel), self._envelope(batch, oldest), qos=1)
            self._sent = readings[-1].seq
            self._progress_at = max(self._progress_at, time.monotonic())

    def _next(self) -> list[Stored]:
        if self._sent - self._queue.oldest(self._device) >= MOST_IN_FLIGHT:
            return []
        return self._queue.pending(self._device, after=self._sent, limit=MAX_READINGS)

    def _turn_back_if_unheard(self) -> None:
        """The broker took it, yet nobody committed it: send again; the platform knows a repeated number."""
        overdue = time.monotonic() - self._progress_at > self._resend_after_s
        if overdue and self._sent >= self._queue.oldest(self._device):
            log.info('readings are not acknowledged, sending again', extra={'device': self._device})
            self._sent, self._progress_at = 0, time.monotonic()

    def _envelope(self, batch: list[Stored], oldest: int) -> bytes:
        head = f'{{"v":1,"epoch":{self._epoch},"sent_at":"{instant(self._clock())}","oldest":{oldest},"readings":['
        return (head + ','.join(reading.body for reading in batch) + ']}').encode()

    def _status(self, *, online: bool) -> bytes:
        message = StatusMessage(epoch=self._epoch, online=online, at=instant(self._clock()), firmware=FIRMWARE)
        return message.model_dump_json().encode()

    def _topic(self, channel: Channel) -> str:
        return topic(self._mall, self._device, channel)

    def _found(self) -> None:
        self.connected, self.trouble = True, ''
        log.info('broker is reached', extra={'device': self._device})

    def _lost(self, error: BaseException) -> None:
        """Said once per outage."""
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if self.connected or self.trouble == 'not connected yet':
            log.warning('broker is away, readings wait on disk', extra={'device': self._device, 'reason': str(error)})
        self.connected = False
        self.trouble = f'{error}: is the broker at {self._broker.host}:{self._broker.port} up and the password right?'


def packed(readings: list[Stored]) -> list[tuple[Channel, list[Stored]]]:
    """Messages of one channel each, none above the limits, readings in order."""
    room = MAX_MESSAGE_BYTES - ROOM_FOR_ENVELOPE
    messages: list[tuple[Channel, list[Stored]]] = []
    open_one: dict[Channel, tuple[list[Stored], int]] = {}
    for reading in readings:
        size = len(reading.body.encode()) + 1
        batch, used = open_one.get(reading.channel, ([], room + 1))
        if used + size > room or len(batch) >= MAX_READINGS:
            batch, used = [], 0
            messages.append((reading.channel, batch))
        batch.append(reading)
        open_one[reading.channel] = (batch, used + size)
    return messages
