"""How a gateway notifies: again while the merchant does not take it."""

import asyncio
from collections.abc import Callable

import httpx
import structlog

log = structlog.get_logger(__name__)

# WeChat's own plan begins 15 s, 15 s, 30 s, 3 min …; a demo is not that patient.
AGAIN_AFTER_S = (1, 2, 5, 15, 30)


async def deliver(url: str, notice: Callable[[], tuple[dict[str, str], bytes]]) -> bool:
    """Notifies until it is taken, signed anew each time; False when it never was."""
    for pause_s in (0, *AGAIN_AFTER_S):
        await asyncio.sleep(pause_s)
        headers, body = notice()
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                heard = await client.post(url, content=body, headers=headers)
        except httpx.HTTPError as error:
            log.info('the merchant does not hear', why=type(error).__name__)
            continue
        if heard.is_success:
            return True
        log.info('the merchant did not take the notice', status=heard.status_code)
    return False
