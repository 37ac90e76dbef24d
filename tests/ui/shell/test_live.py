"""One listener, many screens: coalesced, staggered, shared, and over when the screen is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from nicegui import Client, ui
from nicegui.testing.user_simulation import user_simulation

from domain.shared.actor import Actor, MallId
from domain.shared.errors import PermissionDenied
from domain.shared.live import RECONNECTED, LiveNotice
from domain.shared.permission import Permission
from ui import live, session
from ui.live import LiveHub, LiveRegion, shared
from ui.session import ClientSession

SEE = Permission('x.see', zh='看', en='See')
MALL = MallId(1)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LiveHub]:
    monkeypatch.setattr(live, 'LEAST_INTERVAL_S', 0.05)
    monkeypatch.setattr(live, 'SPREAD_S', 0.05)
    made = LiveHub()
    monkeypatch.setattr(live, '_hub', lambda: made)
    async with user_simulation(root=lambda: None):
        made.start()
        yield made
        await made.stop()


def screen(hub: LiveHub, on_change: Callable[[], object], *, mall: MallId = MALL, topic: str = 'footfall') -> ui.card:
    """A screen of somebody in this mall, with a region that shows the topic."""
    with _client(mall), ui.card() as card:
        LiveRegion(on_change, topic)  # type: ignore[arg-type]
    return card


def _client(mall: MallId) -> Client:
    client = Client(ui.page('/test'))
    actor = Actor(name='a', kind='person', mall_id=mall, permissions=frozenset({SEE.code}))
    session.keep(client, ClientSession(session_id=1, actor=actor))
    return client


async def test_a_notice_refreshes_the_screens_of_its_mall_and_topic_only(hub: LiveHub) -> None:
    seen: list[str] = []
    screen(hub, lambda: seen.append('here'))
    screen(hub, lambda: seen.append('elsewhere'), mall=MallId(2))
    screen(hub, lambda: seen.append('devices'), topic='devices')

    await hub.announce(LiveNotice('footfall', 1))
    await until(lambda: seen == ['here'])
    await asyncio.sleep(0.1)

    assert seen == ['here']


async def test_many_notices_make_few_refreshes_and_none_is_forgotten(hub: LiveHub) -> None:
    busy = asyncio.Event()
    runs = 0

    async def refresh() -> None:
        nonlocal runs
        runs += 1
        await busy.wait()

    screen(hub, refresh)
    for _ in range(50):
        await hub.announce(LiveNotice('footfall', 1))
    await until(lambda: runs == 1)
    for _ in range(50):
        await hub.announce(LiveNotice('footfall', 1))
    busy.set()

    await until(lambda: runs == 2)
    await asyncio.sleep(0.2)
    assert runs == 2


async def test_screens_are_refreshed_one_after_another(hub: LiveHub) -> None:
    loop = asyncio.get_running_loop()
    moments: list[float] = []
    for _ in range(10):
        screen(hub, lambda: moments.append(loop.time()))

    await hub.announce(LiveNotice('footfall', 1))
    await until(lambda: len(moments) == 10)

    assert moments[-1] - moments[0] >= live.SPREAD_S * 0.8


async def test_after_a_gap_in_the_notices_every_screen_refreshes(hub: LiveHub) -> None:
    seen: list[str] = []
    screen(hub, lambda: seen.append('one'))
    screen(hub, lambda: seen.append('two'), mall=MallId(2), topic='devices')

    await hub.announce(LiveNotice(RECONNECTED, 0))

    await until(lambda: sorted(seen) == ['one', 'two'])


async def test_a_region_ends_with_the_element_that_holds_it(hub: LiveHub) -> None:
    seen: list[str] = []
    card = screen(hub, lambda: seen.append('late'))
    assert hub.subscriptions == 1

    card.delete()

    assert hub.subscriptions == 0
    await hub.announce(LiveNotice('footfall', 1))
    await asyncio.sleep(0.1)
    assert seen == []


async def test_a_screen_whose_rights_have_ended_shows_no_more(hub: LiveHub) -> None:
    seen: list[str] = []
    client = _client(MALL)
    ended = datetime.now(UTC) - timedelta(seconds=1)
    with client:
        LiveRegion(lambda: seen.append('figures'), 'footfall')
    session.keep(client, replace(session.session_of(client) or ClientSession(), valid_until=ended))

    await hub.announce(LiveNotice('footfall', 1))

    await until(lambda: client.is_deleted)
    assert seen == []


async def test_a_region_that_fails_does_not_stop_the_others(hub: LiveHub, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    def fail() -> None:
        raise ValueError('broken figure')

    screen(hub, fail)
    screen(hub, lambda: seen.append('fine'))

    await hub.announce(LiveNotice('footfall', 1))
    await until(lambda: seen == ['fine'])
    assert 'could not be refreshed' in caplog.text
    caplog.clear()


async def test_what_many_screens_ask_is_asked_once_per_notice(hub: LiveHub) -> None:
    asked = 0
    answers: list[int] = []

    async def load() -> int:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.01)
        return asked

    async def refresh() -> None:
        answers.append(await shared(SEE, 'footfall', 'today', load))

    for _ in range(20):
        screen(hub, refresh)
    await hub.announce(LiveNotice('footfall', 1))
    await until(lambda: len(answers) == 20)
    assert (asked, set(answers)) == (1, {1})

    await hub.announce(LiveNotice('footfall', 1))
    await until(lambda: len(answers) == 40)
    assert asked == 2


async def test_a_shared_answer_is_not_for_those_without_the_permission(hub: LiveHub) -> None:
    async def load() -> str:
        return 'figures'

    client = _client(MALL)
    session.keep(client, ClientSession(session_id=1, actor=Actor(name='b', kind='person', mall_id=MALL)))
    with client, pytest.raises(PermissionDenied):
        await shared(SEE, 'footfall', 'today', load)


async def test_a_failed_answer_is_asked_again(hub: LiveHub) -> None:
    outcomes: list[str] = []

    async def load() -> str:
        outcomes.append('asked')
        if len(outcomes) == 1:
            raise ValueError('database away')
        return 'figures'

    screen(hub, lambda: None)
    topic = (1, 'footfall')
    with pytest.raises(ValueError, match='away'):
        await hub.share(topic, ('today',), load)

    assert await hub.share(topic, ('today',), load) == 'figures'


async def test_where_nobody_listens_nothing_is_kept(hub: LiveHub) -> None:
    asked: list[int] = []

    async def load() -> int:
        asked.append(1)
        return len(asked)

    topic = (1, 'unwatched')
    assert [await hub.share(topic, ('k',), load) for _ in range(2)] == [1, 2]


async def test_the_listener_feeds_the_hub_and_survives_a_bad_notice() -> None:
    seen: list[str] = []

    async def notices() -> AsyncIterator[LiveNotice]:
        for topic in ('bad', 'good'):
            yield LiveNotice(topic, 1)
        await asyncio.Event().wait()

    def watch(notice: LiveNotice) -> None:
        if notice.topic == 'bad':
            raise ValueError('a watcher failed')
        seen.append(notice.topic)

    hub = LiveHub(notices)
    hub.watch(watch)
    hub.start()
    await until(lambda: seen == ['good'])
    await hub.stop()
