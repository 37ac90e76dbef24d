"""A task that drops a cancellation, as Python 3.11's `wait_for` makes it, ends all the same."""

import asyncio

from integrations.mqtt import ending


async def test_a_task_that_drops_a_cancellation_ends_all_the_same(monkeypatch) -> None:
    monkeypatch.setattr(ending, 'AGAIN_AFTER_S', 0.01)
    dropped = 0

    async def deaf() -> None:
        nonlocal dropped
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                dropped += 1
                if dropped > 2:
                    raise

    async def broken() -> None:
        raise ValueError('its own business')

    tasks = [asyncio.create_task(deaf()), asyncio.create_task(broken())]
    await asyncio.sleep(0)

    async with asyncio.timeout(5):
        await ending.end(*tasks)

    assert (dropped, [task.done() for task in tasks]) == (3, [True, True])


async def test_wait_for_drops_a_cancellation_that_comes_with_its_result() -> None:
    """The reason for all this; when it fails, `end` may become a plain cancel."""
    confirmation = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(asyncio.wait_for(confirmation, 5))
    await asyncio.sleep(0)

    confirmation.set_result('said')
    await asyncio.sleep(0)
    task.cancel()

    assert await task == 'said'
