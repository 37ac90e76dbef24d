"""How the broker and the vision service are: asked by `/readyz`."""

import aiomqtt
import httpx

from integrations.api.health import OK, Check
from integrations.mqtt.settings import MqttSettings


def broker_answers(settings: MqttSettings) -> Check:
    """Connects to the broker with the ingest's own credentials."""

    async def check() -> str:
        client = aiomqtt.Client(
            settings.host,
            settings.port,
            username=settings.username,
            password=settings.password.get_secret_value(),
            timeout=2,
        )
        try:
            async with client:
                return OK
        except aiomqtt.MqttError as error:
            return f'no broker at {settings.host}:{settings.port} ({error}); figures stand still until it is back'

    return check


def vision_answers(url: str) -> Check:
    """Asks the vision service; a mall without cameras has none, and that is well."""

    async def check() -> str:
        if not url:
            return OK
        try:
            async with httpx.AsyncClient(timeout=2) as client:
                answer = await client.get(f'{url.rstrip("/")}/healthz')
                body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            return f'no vision service at {url} ({type(error).__name__}); cameras do not count until it is back'
        return OK if body.get('status') == OK else f'the vision service is {body.get("status", "unwell")}'

    return check
