"""One connection of the ingest to its broker, acknowledging by hand.

aiomqtt 2.5.1 acknowledges a message as soon as it is received, and has no option for anything else; a worker killed
between that and its commit loses the message. The client of paho-mqtt underneath can leave the acknowledgement to us
(``manual_ack_set``), and its own callback hands out messages with the id that this takes. NOTE: this reaches into
aiomqtt's ``_client`` and ``_disconnected``, hence the pin ``aiomqtt<3``; tests/chaos kills workers to prove it holds.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import aiomqtt

from integrations.mqtt.inbox import Inbox, Incoming
from integrations.mqtt.payloads import encode_ack
from integrations.mqtt.settings import MqttSettings
from integrations.mqtt.topics import ack_topic, subscriptions
from integrations.mqtt.transport import acknowledge, read_by_buffer


class Connection:
    """A live connection: what arrives is in its inbox; what is acknowledged here is acknowledged to this broker."""

    def __init__(self, client: aiomqtt.Client, inbox: Inbox) -> None:
        self.inbox = inbox
        self._client = client

    @property
    def is_alive(self) -> bool:
        """False once the broker is gone; then message ids mean nothing any more."""
        return not self._client._disconnected.done()

    async def lost(self) -> None:
        """Wait until the connection ends."""
        await asyncio.wait([self._client._disconnected])

    def acknowledge(self, messages: Iterable[Incoming]) -> None:
        """Tell the broker that these are committed; without a connection it will bring them again, which is right."""
        if self.is_alive:
            acknowledge(self._client, (message.mid for message in messages if message.qos))

    async def tell_devices(self, committed: dict[tuple[str, str], int]) -> None:
        """Tell devices up to which number they may forget.

        QoS 0: an acknowledgement that is lost costs one repetition, and the next one says it all again.

        :raises aiomqtt.MqttError: when the broker is gone.
        """
        for (mall_code, device_code), seq in committed.items():
            await self._client.publish(ack_topic(mall_code, device_code), encode_ack(seq))


@asynccontextmanager
async def connect(settings: MqttSettings) -> AsyncIterator[Connection]:
    """Connect with the slot's persistent session and hear every device.

    :raises aiomqtt.MqttError: when the broker is away or refuses.
    """
    inbox = Inbox(settings.held_messages)
    client = _client(settings)
    client._client.manual_ack_set(True)
    client._client.on_message = inbox.receive
    read_by_buffer(client)
    async with client:
        await client.subscribe([(topic, 1) for topic in subscriptions(settings.malls)])
        yield Connection(client, inbox)


def _client(settings: MqttSettings) -> aiomqtt.Client:
    return aiomqtt.Client(
        settings.host,
        settings.port,
        username=settings.username,
        password=settings.password.get_secret_value() or None,
        identifier=settings.slot,
        clean_session=False,
        keepalive=settings.keepalive_s,
        tls_params=aiomqtt.TLSParameters() if settings.use_tls else None,
    )
