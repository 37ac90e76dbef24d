"""The demo's MQTT broker as a process."""

import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractContextManager

from integrations.embedded.broker import EmbeddedBroker
from integrations.mqtt.settings import MqttSettings

GATEWAY = 'atrium-gateway'


async def serve(settings: MqttSettings, signals: Callable[[], AbstractContextManager[asyncio.Event]]) -> None:
    """Listens until told to stop. The ingest and the gateway (vision, simulator) each have their own secret."""
    accounts = {
        settings.username: settings.password.get_secret_value(),
        GATEWAY: os.environ['ATRIUM_VISION_MQTT_PASSWORD'],
    }
    with signals() as stop:
        async with EmbeddedBroker(port=settings.port, accounts=accounts, host=settings.host):
            await stop.wait()
