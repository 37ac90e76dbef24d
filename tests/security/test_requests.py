"""Plain requests: headers, cookies, bodies, uploads, redirects, floods, hosts, and links from elsewhere."""

import asyncio
import json
import re
from base64 import b64decode
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nicegui import Client, app
from pydantic import SecretStr, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.security.conftest import UPLOADED
from tests.security.site import Site
from ui.main import cookie_settings
from ui.security.asgi import Receive, Scope, Send
from ui.security.bare_pages import bare_pages
from ui.security.bodies import BodyLimit
from ui.security.handover import LIFETIME_S, Handover, SessionChange, rewrite
from ui.security.headers import SecurityHeaders
from ui.security.targets import local_path, safe_link
from ui.settings import DEFAULT_SECRET, WebSettings
from ui.shell.person import renew_visitor

GOOD_SECRET = SecretStr('s' * 40)


def cookie_content(jar: httpx.Cookies) -> dict[str, str]:
    found: dict[str, str] = json.loads(b64decode(jar['atrium'].split('.')[0]))
    return found


# Headers


async def test_a_page_says_what_its_browser_may_do(site: Site) -> None:
    page = await site.browser(account=1).open('/probe')
    headers = page.answer.headers

    assert headers['x-content-type-options'] == 'nosniff'
    assert headers['x-frame-options'] == 'DENY'
    assert headers['referrer-policy'] == 'same-origin'
    assert headers['cache-control'] == 'no-store'
    assert 'strict-transport-security' not in headers, 'HSTS is for production'
    policy = headers['content-security-policy']
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert directive in policy
    assert 'unsafe-inline' not in next(part for part in policy.split('; ') if part.startswith('script-src '))


async def test_only_scripts_written_by_the_server_carry_the_nonce_of_this_answer(site: Site) -> None:
    browser = site.browser(account=1)
    first, second = await browser.open('/probe'), await browser.open('/probe')
    nonces = [set(re.findall(r'<script nonce="([^"]+)"', page.answer.text)) for page in (first, second)]

    assert all(len(found) == 1 for found in nonces)
    assert nonces[0] != nonces[1]
    assert f"'nonce-{next(iter(nonces[0]))}'" in first.answer.headers['content-security-policy']
    assert not re.search(r'<script(?! nonce=)', first.answer.text)
    assert '<script>alert' not in first.answer.text
    assert 'script nonce="' not in first.answer.text.split('alert(1)')[0][-40:], 'data is never blessed'


async def test_every_answer_has_the_plain_headers(site: Site) -> None:
    browser = site.browser()
    for path in ('/login', '/nowhere', '/_nicegui/nothing', '/assets/fonts/fonts.css'):
        answer = await browser.http.get(path)
        assert answer.headers['x-content-type-options'] == 'nosniff', path
        assert "frame-ancestors 'none'" in answer.headers['content-security-policy'], path


async def test_production_adds_strict_transport_security() -> None:
    async with straight_to(SecurityHeaders(PlainTextResponse('ok'), is_production=True)) as browser:
        answer = await browser.get('/')

    assert answer.headers['strict-transport-security'].startswith('max-age=31536000')


def straight_to(application: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url='http://test')  # type: ignore[arg-type]


# Cookies


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site: Site) -> None:
    answer = await site.browser().http.get('/login')

    flags = answer.headers['set-cookie'].lower()
    assert 'httponly' in flags
    assert 'samesite=strict' in flags
    assert 'max-age=2592000' in flags
    assert 'path=/' in flags


def test_in_production_the_cookie_travels_encrypted_only() -> None:
    settings = WebSettings(secret=GOOD_SECRET, is_production=True, allowed_hosts=('mall.example',))

    assert cookie_settings(settings)['https_only'] is True
    assert cookie_settings(settings)['session_cookie'].startswith('__Host-')


@pytest.mark.parametrize(
    'facts',
    [
        {'secret': SecretStr(DEFAULT_SECRET)},
        {'secret': SecretStr('too short')},
        {'secret': GOOD_SECRET, 'allowed_hosts': ('*',)},
    ],
)
def test_production_refuses_to_start_unsafely(facts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WebSettings(is_production=True, **facts)


async def test_an_altered_cookie_is_nobodys(site: Site) -> None:
    browser = site.browser(account=1)
    good = browser.http.cookies['atrium']
    forged = good[:-2] + ('A' if good[-2] != 'A' else 'B') + good[-1]  # the last letter has bits that nobody reads
    async with httpx.AsyncClient(base_url=site.url, cookies={'atrium': forged}) as attacker:
        answer = await attacker.get('/probe')

    assert (answer.status_code, answer.headers['location']) == (303, '/login?next=%2Fprobe')


# The handover: a new session id at every change


async def test_the_session_id_changes_at_login_and_at_logout(site: Site) -> None:
    browser = site.browser()
    await browser.http.get('/login')
    seen = [cookie_content(browser.http.cookies)]
    for token in ('token-in', None):
        change = SessionChange(token=token, locale='en', target='/login')
        where = site.shell.handover.deposit(seen[-1]['id'], change)
        answer = await browser.http.get(where)
        assert (answer.status_code, answer.headers['location']) == (303, '/login')
        seen.append(cookie_content(browser.http.cookies))

    assert len({content['id'] for content in seen}) == 3
    assert seen[1]['token'] == 'token-in'
    assert 'token' not in seen[2]


async def test_a_ticket_is_worth_nothing_in_another_browser_or_a_second_time(site: Site) -> None:
    owner, thief = site.browser(), site.browser()
    await owner.http.get('/login')
    await thief.http.get('/login')
    change = SessionChange(token='owner-token', locale='en', target='/login')
    where = site.shell.handover.deposit(cookie_content(owner.http.cookies)['id'], change)

    await thief.http.get(where)
    assert 'token' not in cookie_content(thief.http.cookies)
    await owner.http.get(where)
    assert cookie_content(owner.http.cookies)['token'] == 'owner-token'
    before = cookie_content(owner.http.cookies)
    await owner.http.get(where)
    assert cookie_content(owner.http.cookies) == before


def test_a_ticket_ends_with_its_half_minute() -> None:
    clock = [0.0]
    handover = Handover(clock=lambda: clock[0])
    ticket = handover.deposit('me', SessionChange(token='t', locale='en', target='/')).split('=')[1]

    clock[0] = LIFETIME_S
    assert handover.collect('me', ticket) is None


def test_nothing_of_the_old_cookie_survives() -> None:
    cookie = {'id': 'old', 'token': 'old', 'planted': 'by an attacker'}

    rewrite(cookie, SessionChange(token=None, locale='en', target='/'))

    assert set(cookie) == {'id', 'locale'}
    assert cookie['id'] != 'old'


async def test_between_two_visitors_of_a_kiosk_the_session_id_changes_and_the_page_goes(site: Site) -> None:
    kiosk = site.browser(account=8)
    page = await kiosk.open('/probe')
    before = cookie_content(kiosk.http.cookies)
    session = site.access.sessions[before['token']]

    with_page = page.client
    site.call(renew_visitor, with_page, session, target='/probe')
    ticket = next(iter(site.shell.handover._waiting))
    await kiosk.http.get(f'/session/apply?ticket={ticket}')
    after = cookie_content(kiosk.http.cookies)

    assert page.client_id not in Client.instances
    assert after['id'] != before['id']
    assert after['token'] == before['token']


async def test_a_ticket_from_another_site_is_refused(site: Site) -> None:
    answer = await site.browser().http.get('/session/apply?ticket=x', headers={'Sec-Fetch-Site': 'cross-site'})

    assert answer.status_code == 403


async def test_a_link_from_elsewhere_keeps_the_cookie_and_opens_by_our_own_page(site: Site) -> None:
    headers = {'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate'}
    before = len(Client.instances)

    answer = await site.browser().http.get('/probe?x="><script>', headers=headers)

    assert answer.status_code == 200
    assert 'set-cookie' not in answer.headers
    assert 'http-equiv="refresh" content="0"' in answer.text
    assert 'script' not in answer.text
    assert len(Client.instances) == before


# Bodies and uploads


async def chunks(count: int) -> AsyncIterator[bytes]:
    yield b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n'
    for _ in range(count):
        yield b'x' * 10_000


async def test_an_upload_is_limited_on_the_server_however_it_is_sent(site: Site) -> None:
    browser = site.browser(account=1)
    url = await upload_url(browser)

    announced = await browser.http.post(url, files={'file': ('a.bin', b'x' * 200_000)})
    headers = {'Content-Type': 'multipart/form-data; boundary=b', 'Transfer-Encoding': 'chunked'}
    streamed = await browser.http.post(url, content=chunks(30), headers=headers)

    assert (announced.status_code, streamed.status_code) == (413, 413)
    assert UPLOADED == []


async def test_an_upload_into_the_page_of_another_session_is_refused(site: Site) -> None:
    victim, attacker = site.browser(account=1), site.browser(account=2)
    url = await upload_url(victim)
    await attacker.open('/probe')
    file = {'file': ('a.bin', b'x' * 100)}

    assert (await attacker.http.post(url, files=file)).status_code == 403
    assert (await site.browser().http.post(url, files=file)).status_code == 403
    assert (await victim.http.post(url, files=file, headers={'Origin': 'http://evil.example'})).status_code == 403
    assert UPLOADED == []
    assert (await victim.http.post(url, files=file)).status_code == 200
    async with asyncio.timeout(5):
        while not UPLOADED:
            await asyncio.sleep(0.02)
    assert UPLOADED == [('人员1', 100)]


async def upload_url(browser: object) -> str:
    page = await browser.open('/probe/upload')  # type: ignore[attr-defined]
    element = next(e for e in page.client.elements.values() if 'probe.upload' in e._markers)
    return str(element._props['url'])


async def test_other_bodies_are_limited_too() -> None:
    async def swallow(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        await PlainTextResponse('ok')(scope, receive, send)

    async with straight_to(BodyLimit(swallow, max_bytes=1000, max_upload_bytes=2000)) as browser:
        assert (await browser.post('/x', content=b'x' * 1000)).status_code == 200
        assert (await browser.post('/x', content=b'x' * 1001)).status_code == 413
        assert (await browser.post('/x', content=chunks(1))).status_code == 413
        assert (await browser.post('/_nicegui/client/a/upload/1', content=b'x' * 2000)).status_code == 200


# Floods


async def test_pages_without_a_socket_are_limited_by_address_and_a_socket_makes_room(site: Site) -> None:
    browser = site.browser(account=1)
    pages = [await browser.open('/probe') for _ in range(12)]
    assert bare_pages('127.0.0.1') == 12

    refused = await browser.http.get('/probe')
    assert (refused.status_code, refused.headers['retry-after']) == (429, '60')
    assert (await browser.http.get('/assets/fonts/fonts.css')).status_code == 200

    await pages[0].connect()
    assert (await browser.http.get('/probe')).status_code == 200


async def test_redirects_and_refusals_leave_no_page_behind(site: Site) -> None:
    nobody, somebody = site.browser(), site.browser(account=1)
    before = len(Client.instances)

    for browser, path in ((nobody, '/probe'), (somebody, '/probe/secret'), (somebody, '/nowhere'), (nobody, '/')):
        assert (await browser.http.get(path)).status_code in (303, 403, 404)

    assert len(Client.instances) == before


async def test_a_mounted_application_creates_no_browser_session(site: Site) -> None:
    users = len(app.storage._users)
    site.app.router.routes.insert(0, Route('/plain', plain))
    async with httpx.AsyncClient(base_url=site.url) as caller:
        answers = [await caller.get('/plain') for _ in range(20)]

    assert all(answer.status_code == 200 and 'set-cookie' not in answer.headers for answer in answers)
    assert len(app.storage._users) == users
    assert answers[0].headers['x-content-type-options'] == 'nosniff'


async def plain(_: object) -> PlainTextResponse:
    return PlainTextResponse('ok')


# Hosts and paths


async def test_a_foreign_host_name_is_refused(site: Site) -> None:
    for host in ('evil.example', 'evil.example/login?', 'x@127.0.0.1'):
        answer = await site.browser(account=1).http.get('/probe/secret', headers={'Host': host})
        assert answer.status_code == 400, host


async def test_a_page_is_judged_by_its_permission_not_by_its_path(site: Site) -> None:
    few = site.browser('test.secrets', account=1)
    many = site.browser(account=2)

    assert (await few.http.get('/probe/secret')).status_code == 200
    for path in ('/probe/secret', '/probe/secret/', '//probe/secret', '/login/../probe/secret', '/probe%2Fsecret'):
        answer = await many.http.get(path)
        assert 'only for few' not in answer.text
        assert answer.status_code in (303, 307, 403, 404), path


async def test_an_error_page_shows_a_code_and_no_detail(site: Site) -> None:
    answer = await site.browser(account=1).http.get('/probe/failing')

    assert answer.status_code == 500
    assert re.search(r'E-[0-9a-f]{8}', answer.text)
    assert 'ZeroDivisionError' not in answer.text
    assert 'a detail nobody should see' not in answer.text


# Targets


@pytest.mark.parametrize(
    'target',
    [
        None, '', 'http://evil.example', '//evil.example', '/\\evil.example', 'evil', 'javascript:alert(1)',
        '/ok\r\nSet-Cookie: a=b', '/\t/evil.example', ' /ok', 'https:/evil', '/%09/..' + '\x00',
    ],
)  # fmt: skip
def test_a_redirect_stays_here(target: str | None) -> None:
    assert local_path(target) == '/'


@pytest.mark.parametrize('target', ['/', '/footfall?floor=F1', '/a/b#c', '/login?next=%2Fme'])
def test_a_local_path_is_kept(target: str) -> None:
    assert local_path(target) == target


@given(st.text())
def test_no_text_leads_away(text: str) -> None:
    kept = local_path(text)

    assert kept.startswith('/')
    assert not kept.startswith(('//', '/\\'))
    assert all(ord(sign) > 32 for sign in kept)


@pytest.mark.parametrize(
    'target',
    ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', ' javascript:x', 'java\nscript:x',
     '//evil.example', 'file:///etc/passwd', 'relative'],
)  # fmt: skip
def test_a_link_that_could_do_harm_is_dropped(target: str) -> None:
    assert safe_link(target) is None


@pytest.mark.parametrize('target', ['https://shop.example/a?b=c', 'mailto:a@b.example', 'tel:+8621', '/local'])
def test_a_harmless_link_is_kept(target: str) -> None:
    assert safe_link(target) == target


def test_the_guards_stand_in_their_order(site: Site) -> None:
    assert isinstance(site.app, Starlette)
    outer = [middleware.cls.__name__ for middleware in site.app.user_middleware]
    inner = [middleware.cls.__name__ for middleware in app.user_middleware]

    assert outer == ['SecurityHeaders', 'TrustedHostMiddleware', 'BodyLimit']
    assert inner[:3] == ['OriginGuard', 'CrossSiteGate', 'BarePageLimit']
    assert inner.index('SessionMiddleware') < inner.index('OwnUploads') < inner.index('PageNonce')
