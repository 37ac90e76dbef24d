"""Asks the vision service how it is."""

import httpx

TIMEOUT_S = 2.0


async def vision_answers(url: str) -> str:
    """`ok` when the service lives, else what is wrong and what follows from it."""
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
            answer = await client.get(f'{url}/healthz')
            answer.raise_for_status()
    except httpx.HTTPError as error:
        return f'the vision service at {url} does not answer ({error}); cameras count nothing until it is back'
    return 'ok'
