"""Sockets: only one's own page, only from our own pages, only while signed in."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import socketio
from nicegui import Client, core
from socketio.exceptions import ConnectionError as SocketError

from tests.security.conftest import DONE
from tests.security.site import Site
from ui.security.clients import shut_account, shut_session
from ui.security.sockets import bind_sockets


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.02)


async def settled(sio: socketio.AsyncClient) -> None:
    """Everything sent before has been handled: the server answers a packet of the same socket after them."""
    await sio.call('handshake', {'client_id': 'nobody'})


async def test_a_person_clicks_his_own_button(site: Site) -> None:
    page = await site.browser(account=1).open('/probe')
    sio = await page.connect()

    await sio.emit('event', page.click('probe.go'))
    await until(lambda: DONE == ['人员1'])


async def test_an_event_through_another_users_socket_does_not_run(site: Site) -> None:
    victim = await site.browser(account=1).open('/probe')
    attacker = await site.browser(account=2).open('/probe')
    await victim.connect()
    socket = await attacker.connect()

    for name in ('event', 'javascript_response', 'ack', 'log'):
        message = victim.click('probe.go') | {
            'request_id': 'x',
            'next_message_id': 10**6,
            'level': 'info',
            'message': '',
        }
        await socket.emit(name, message)
    await settled(socket)

    assert DONE == []
    await socket.emit('event', attacker.click('probe.go'))
    await until(lambda: DONE == ['人员2'])


async def test_nobody_shakes_hands_for_the_page_of_another_session(site: Site) -> None:
    victim = await site.browser(account=1).open('/probe')
    attacker = site.browser(account=2)

    with pytest.raises(SocketError):
        await victim.connect(as_browser=attacker)
    with pytest.raises(SocketError):
        await victim.connect(as_browser=site.browser())

    page = await attacker.open('/probe')
    socket = await page.connect()
    stolen = {'client_id': victim.client_id, 'tab_id': victim.tab_id, 'document_id': 'd'}
    assert await socket.call('handshake', stolen) is False
    await socket.emit('event', victim.click('probe.go'))
    await settled(socket)
    assert DONE == []


@pytest.mark.parametrize('message', [None, 'text', [], {}, {'client_id': None}, {'client_id': 7}, {'client_id': ['a']}])
async def test_a_malformed_event_is_dropped(site: Site, message: object) -> None:
    page = await site.browser(account=1).open('/probe')
    socket = await page.connect()

    await socket.emit('event', message)
    await settled(socket)

    assert DONE == []
    await socket.emit('event', page.click('probe.go'))
    await until(lambda: DONE == ['人员1'])


@pytest.mark.parametrize('origin', ['http://evil.example', 'null', 'http://127.0.0.1:1', 'http://[::bad'])
async def test_a_websocket_from_a_foreign_page_is_refused(site: Site, origin: str) -> None:
    page = await site.browser(account=1).open('/probe')

    with pytest.raises(SocketError):
        await page.connect(Origin=origin)

    await page.connect(Origin=site.url)


async def test_polling_from_a_foreign_page_is_refused(site: Site) -> None:
    poll = '/_nicegui_ws/socket.io/?EIO=4&transport=polling'
    async with httpx.AsyncClient(base_url=site.url) as browser:
        foreign = await browser.get(poll, headers={'Origin': 'http://evil.example'})
        marked = await browser.get(poll, headers={'Sec-Fetch-Site': 'cross-site'})
        ours = await browser.get(poll, headers={'Origin': site.url})

    assert (foreign.status_code, marked.status_code, ours.status_code) == (403, 403, 200)


async def test_a_handler_of_a_page_opened_before_logout_does_not_run(site: Site) -> None:
    page = await site.browser(account=3).open('/probe')
    socket = await page.connect()
    click = page.click('probe.go')

    assert site.call(shut_session, 30) == 1
    await socket.emit('event', click)
    await settled(socket)

    assert DONE == []
    assert page.client_id not in Client.instances
    await until(lambda: any(name == 'open' for name, _ in page.heard))
    assert next(data[0]['path'] for name, data in page.heard if name == 'open') == '/login'


async def test_a_change_of_rights_shuts_every_page_of_the_account_and_no_other(site: Site) -> None:
    pages = [await site.browser(account=4, session_id=number).open('/probe') for number in (41, 42)]
    other = await site.browser(account=5).open('/probe')

    assert site.call(shut_account, 4) == 2

    assert [page.client_id in Client.instances for page in (*pages, other)] == [False, False, True]


async def test_a_page_that_outlives_its_session_does_nothing_more(site: Site) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=0.6)
    page = await site.browser(account=6, valid_until=ends).open('/probe')
    socket = await page.connect()
    click = page.click('probe.go')
    await socket.emit('event', click)
    await until(lambda: len(DONE) == 1)

    await until(lambda: datetime.now(UTC) > ends)
    await socket.emit('event', click)
    await settled(socket)

    assert len(DONE) == 1
    assert page.client_id not in Client.instances


async def test_live_regions_end_with_their_page(site: Site) -> None:
    page = await site.browser(account=7).open('/probe')
    before = site.shell.live.subscriptions

    site.call(shut_session, 70)

    assert site.shell.live.subscriptions == before - 1
    assert page.client_id not in Client.instances


def test_an_upgrade_that_renames_a_handler_is_noticed() -> None:
    with pytest.raises(RuntimeError, match='review'):
        bind_sockets(socketio.AsyncServer(async_mode='asgi', namespaces=['/']))


def test_handlers_are_bound_once(site: Site) -> None:
    before = dict(core.sio.handlers['/'])

    bind_sockets(core.sio)

    assert core.sio.handlers['/'] == before
