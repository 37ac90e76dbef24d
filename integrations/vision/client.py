"""Asks the vision service how it is."""

import httpx
from pydantic import ValidationError

from vision_service.contracts import HealthView

TIMEOUT_S = 2.0


async def vision_answers(url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> str:
    """`ok` when the service works in all its parts, else what is wrong and what follows from it."""
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=transport) as client:
            answer = await client.get(f'{url.rstrip("/")}/healthz')
            answer.raise_for_status()
    except httpx.HTTPError as error:
        return f'the vision service at {url} does not answer ({error}); cameras count nothing until it is back'
    try:
        return _told(HealthView.model_validate_json(answer.content))
    except ValidationError:
        return f'what answers at {url} is not the vision service: check ATRIUM_VISION__URL'


def _told(health: HealthView) -> str:
    troubles = [f'{part.name}: {part.detail}' for part in health.parts if not part.ready]
    if not troubles:
        return 'ok'
    waiting = f'; {health.readings_waiting} readings wait on its disk' if health.readings_waiting else ''
    return f'{health.watching} of {health.cameras} cameras count; {"; ".join(troubles)}{waiting}'
