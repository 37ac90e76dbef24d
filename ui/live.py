"""Screens that refresh when something happened: one LISTEN per process, many pages, no polling.

PostgreSQL tells the process *what* changed in *which* mall. The hub marks the regions that show it and refreshes them
one after another, spread over half a second, so that two hundred open cockpits are no stampede; a region that is busy
is refreshed once more when it is done, however often it was marked. A notice may be lost with its connection, so on
every reconnection all regions refresh and open sessions are checked against the database.

    LiveRegion(self.refresh, 'footfall')          # in the page, inside the element that it refreshes
    figures = await shared(VIEW, 'footfall', 'today', lambda: run_query(get_today, actor=actor))
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from nicegui import ui

from domain.shared.live import RECONNECTED, LiveNotice
from domain.shared.permission import Permission
from ui.security.clients import shut_if_expired
from ui.session import current

log = logging.getLogger(__name__)

SPREAD_S = 0.5
LEAST_INTERVAL_S = 1.0

T = TypeVar('T')
Topic = tuple[int, str]
Refresh = Callable[[], Awaitable[None] | None]
Watcher = Callable[[LiveNotice], Awaitable[None] | None]
Notices = Callable[[], AsyncIterator[LiveNotice]]


class LiveHub:
    """The process's one listener and the regions that wait for it."""

    def __init__(self, notices: Notices | None = None) -> None:
        self._notices = notices
        self._regions: dict[Topic, dict[LiveRegion, None]] = {}
        self._dirty: dict[LiveRegion, None] = {}
        self._watchers: list[Watcher] = []
        self._versions: dict[Topic, int] = {}
        self._shared: dict[tuple[Any, ...], tuple[int, asyncio.Future[Any]]] = {}
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def watch(self, watcher: Watcher) -> None:
        """Calls this for every notice, before any region is refreshed."""
        self._watchers.append(watcher)

    def start(self) -> None:
        """Called when the event loop runs."""
        self._tasks = [asyncio.create_task(self._pump(), name='live pump')]
        if self._notices is not None:
            self._tasks.append(asyncio.create_task(self._listen(self._notices), name='live listener'))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    @property
    def subscriptions(self) -> int:
        return sum(len(regions) for regions in self._regions.values())

    def subscribe(self, topic: Topic, region: 'LiveRegion') -> None:
        self._regions.setdefault(topic, {})[region] = None

    def unsubscribe(self, topic: Topic, region: 'LiveRegion') -> None:
        regions = self._regions.get(topic, {})
        regions.pop(region, None)
        self._dirty.pop(region, None)
        if not regions:
            self._regions.pop(topic, None)

    async def announce(self, notice: LiveNotice) -> None:
        """Marks what the notice makes stale. Called by the listener, and by tests."""
        for watcher in self._watchers:
            result = watcher(notice)
            if result is not None:
                await result
        for topic in [*self._regions] if notice.topic == RECONNECTED else [(notice.mall_id, notice.topic)]:
            self._versions[topic] = self._versions.get(topic, 0) + 1
            self._dirty |= self._regions.get(topic, {})
        self._wake.set()

    async def share(self, topic: Topic, key: tuple[Any, ...], load: Callable[[], Awaitable[T]]) -> T:
        """What `load` answers, asked once per key and notice however many pages want it."""
        version = self._versions.get(topic, 0)
        kept = self._shared.get((topic, *key))
        if topic not in self._regions:
            return await load()  # nobody is told of changes, so nothing may be kept
        if kept is None or kept[0] != version or _has_failed(kept[1]):
            kept = (version, asyncio.ensure_future(load()))
            self._shared[(topic, *key)] = kept
            self._forget_unwatched()
        return await asyncio.shield(kept[1])

    def _forget_unwatched(self) -> None:
        self._shared = {key: kept for key, kept in self._shared.items() if key[0] in self._regions}

    async def _listen(self, notices: Notices) -> None:
        async for notice in notices():
            try:
                await self.announce(notice)
            except Exception:
                log.exception('a live notice could not be handled')

    async def _pump(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._dirty = self._dirty, {}
            for region in batch:
                region.refresh_soon()
                await asyncio.sleep(SPREAD_S / len(batch) if len(batch) > 1 else 0)


def _has_failed(future: asyncio.Future[Any]) -> bool:
    return future.done() and (future.cancelled() or future.exception() is not None)


class LiveRegion(ui.element):
    """An invisible element that refreshes what surrounds it, for as long as it exists and not a moment longer."""

    def __init__(
        self, on_change: Refresh, *topics: str, hub: LiveHub | None = None, at_most_every_s: float = LEAST_INTERVAL_S
    ) -> None:
        super().__init__('template')
        self._interval_s = at_most_every_s
        mall = current().actor.mall_id
        self._topics = [(int(mall or 0), topic) for topic in topics]
        self._hub = hub or _hub()
        self._on_change = on_change
        self._task: asyncio.Task[None] | None = None
        self._is_stale = False
        for topic in self._topics:
            self._hub.subscribe(topic, self)

    def refresh_soon(self) -> None:
        """Refreshes now, or once more after the refresh that is running."""
        self._is_stale = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._refresh_while_stale(), name='live region')

    async def _refresh_while_stale(self) -> None:
        while self._is_stale and not self.is_deleted:
            self._is_stale = False
            started = asyncio.get_running_loop().time()
            if shut_if_expired(self.client):
                return
            try:
                with self.parent_slot or self.client.layout.default_slot:
                    result = self._on_change()
                    if result is not None:
                        await result
            except Exception:
                log.exception('a live region could not be refreshed')
            await asyncio.sleep(max(0.0, self._interval_s - (asyncio.get_running_loop().time() - started)))

    def _handle_delete(self) -> None:
        for topic in self._topics:
            self._hub.unsubscribe(topic, self)
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
        super()._handle_delete()


async def shared(permission: Permission, topic: str, key: str, load: Callable[[], Awaitable[T]], *extra: Any) -> T:
    """A query's answer shared by all pages of the mall that show it, until the topic's next notice.

    The permission is checked for every page; who acts for a tenant shares with that tenant only. `extra` names what
    else the answer depends on.

    :raises PermissionDenied: when the person may not see it.
    """
    actor = current().actor
    actor.require(permission)
    scope = (int(actor.mall_id or 0), topic)
    return await _hub().share(scope, (key, permission.code, actor.tenant_id, *extra), load)


def _hub() -> LiveHub:
    from ui.shell.context import shell

    return shell().live
