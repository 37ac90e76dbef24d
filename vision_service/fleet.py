"""Several processes that share cameras: each watches what it has leased, and stops before it gives one up."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from vision_service.store.archive import FAULTS
from vision_service.store.leases import Share

log = logging.getLogger(__name__)

SURELY_OURS = 0.6  # of a lease: so long without the database we still are the only one


class Watching(Protocol):
    """A service at work."""

    async def run(self) -> None: ...
    def stop(self) -> None: ...


class Lessor(Protocol):
    lease_s: float

    async def hold(self, cameras: Sequence[str]) -> Share: ...
    async def release(self, cameras: Sequence[str], *, leave: bool = False) -> None: ...


class Fleet:
    """`await run()` until `stop()`; `start` builds the service for a set of cameras."""

    def __init__(self, leases: Lessor, cameras: Sequence[str], start: Callable[[frozenset[str]], Watching]) -> None:
        self.watching: frozenset[str] = frozenset()
        self._leases = leases
        self._cameras = tuple(cameras)
        self._start = start
        self._stopping = asyncio.Event()
        self._service: Watching | None = None
        self._task: asyncio.Task[None] | None = None
        self._sure_until = 0.0

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        try:
            while not self._stopping.is_set():
                await self._look()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), self._leases.lease_s / 3)
        finally:
            held = self.watching
            await self._watch(frozenset())
            with suppress(*FAULTS):
                await self._leases.release(sorted(held), leave=True)

    async def _look(self) -> None:
        """NOTE: a camera is given up only when nobody watches it here any more: two would count everybody twice."""
        asked = time.monotonic()
        try:
            share = await self._leases.hold(self._cameras)
        except FAULTS as error:
            if time.monotonic() > self._sure_until and self.watching:
                log.warning('leases cannot be renewed, cameras rest', extra={'reason': str(error)})
                await self._watch(frozenset())
            return
        self._sure_until = asked + SURELY_OURS * self._leases.lease_s
        await self._watch(share.held - share.surplus)
        if share.surplus:
            await self._leases.release(sorted(share.surplus))

    async def _watch(self, cameras: frozenset[str]) -> None:
        died = self._task is not None and self._task.done()
        if cameras == self.watching and not died:
            return
        if self._service and self._task:
            self._service.stop()
            await asyncio.gather(self._task, return_exceptions=True)
        self.watching, self._service, self._task = cameras, None, None
        if cameras:
            log.info('watching leased cameras', extra={'cameras': sorted(cameras)})
            self._service = self._start(cameras)
            self._task = asyncio.create_task(self._service.run())
