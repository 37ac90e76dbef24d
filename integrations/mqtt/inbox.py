"""Messages between the broker and the commit, and the acknowledgement that they still owe."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

from paho.mqtt.client import MQTTMessage


@dataclass(slots=True)
class Incoming:
    """A message as it came; `mid` and `qos` are what its acknowledgement to the broker needs."""

    topic: str
    payload: bytes
    received_at: datetime
    is_retained: bool
    mid: int = 0
    qos: int = 0


class Inbox:
    """Takes messages as paho-mqtt reads them: it stamps the time of arrival, and it is bounded.

    A message beyond the bound is left unacknowledged, so the broker keeps it and brings it again after the next
    connection: `has_overflowed` asks for that connection.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._messages: deque[Incoming] = deque()
        self._arrival = asyncio.Event()
        self._bytes = 0
        self.has_overflowed = False

    def __len__(self) -> int:
        return len(self._messages)

    def receive(self, client: object, userdata: object, message: MQTTMessage) -> None:
        """Take a message; the callback of paho-mqtt."""
        if len(self._messages) >= self._bound:
            self.has_overflowed = True
            return
        payload = message.payload
        self._messages.append(
            Incoming(_topic(message), payload, datetime.now(UTC), message.retain, message.mid, message.qos)
        )
        self._bytes += len(payload)
        self._arrival.set()

    @property
    def oldest_at(self) -> datetime:
        """When the message arrived that has waited longest."""
        return self._messages[0].received_at

    async def wait(self) -> None:
        """Wait until there is a message."""
        await self._arrival.wait()

    def is_ripe(self, *, messages: int, size: int) -> bool:
        """Tell whether a whole batch has come together."""
        return len(self._messages) >= messages or self._bytes >= size

    def take(self, *, messages: int, size: int) -> list[Incoming]:
        """Take a batch, at least one message."""
        batch, taken = list[Incoming](), 0
        while self._messages and len(batch) < messages and (not batch or taken < size):
            message = self._messages.popleft()
            taken += len(message.payload)
            batch.append(message)
        self._bytes -= taken
        if not self._messages:
            self._arrival.clear()
        return batch


def _topic(message: MQTTMessage) -> str:
    try:
        return message.topic
    except UnicodeDecodeError:
        return repr(message._topic)
