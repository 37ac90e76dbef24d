"""Ending tasks that speak MQTT."""

import asyncio

AGAIN_AFTER_S = 1.0


async def end(*tasks: asyncio.Task[None]) -> None:
    """Cancels tasks until all have ended; how each of them ended is nobody's business.

    Once is not enough: aiomqtt waits by `asyncio.wait_for`, whose Python 3.11 edition drops a cancellation that comes
    together with the result it waits for, and the task goes on as if nothing had been said.
    """
    while pending := {task for task in tasks if not task.done()}:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=AGAIN_AFTER_S)
    await asyncio.gather(*tasks, return_exceptions=True)
