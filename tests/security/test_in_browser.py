"""What only a real browser shows: the policy lets our pages run and nothing else, and open tabs close on logout."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from nicegui import ui
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.security.conftest import forget_probes
from tests.security.site import Browser as Visitor
from tests.security.site import Site, serve
from ui.security.clients import shut_session
from ui.session import ClientSession
from ui.shell.pages import SIGNED_IN, Title, page

CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser')
PICTURE = '<img src="/nothing" onerror="window.smuggled = 2">'
SMUGGLED = f'<script>window.smuggled = 1</script>{PICTURE}'

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and os.environ.get('CI') != 'true', reason='no Chromium on this machine'),
]


@pytest.fixture(scope='module')
def site() -> Iterator[Site]:
    @page('/probe/browser', permission=SIGNED_IN, title=Title('浏览器', 'Browser'), frame='work', nav='system')
    def probe(session: ClientSession) -> None:
        ui.label(SMUGGLED)
        ui.html(PICTURE)
        ui.markdown(PICTURE)
        answer = ui.label('not yet').mark('answer')
        ui.button('press', on_click=lambda: answer.set_text(f'pressed by {session.display_name}'))

    with serve() as served:
        yield served
    forget_probes()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        yield browser
        await browser.close()


async def as_visitor(chromium: Browser, site: Site, visitor: Visitor) -> BrowserContext:
    context = await chromium.new_context(viewport={'width': 1280, 'height': 800})
    value = visitor.http.cookies['atrium']
    await context.add_cookies([{'name': 'atrium', 'value': value, 'url': site.url, 'sameSite': 'Strict'}])
    return context


def listen_to(tab: Page) -> list[str]:
    """What the browser complains about."""
    complaints: list[str] = []
    tab.on('console', lambda message: complaints.append(message.text) if message.type == 'error' else None)
    tab.on('pageerror', lambda error: complaints.append(str(error)))
    return complaints


async def test_a_page_works_under_the_policy_and_smuggled_script_does_not(chromium: Browser, site: Site) -> None:
    context = await as_visitor(chromium, site, site.browser(account=1))
    tab = await context.new_page()
    complaints = listen_to(tab)

    await tab.goto(f'{site.url}/probe/browser')
    await tab.get_by_role('button', name='press').click()

    await expect(tab.get_by_text('pressed by 人员1')).to_be_visible()
    assert await tab.evaluate('window.smuggled') is None
    ours = [text for text in complaints if 'Failed to load' not in text and 'inline event handler' not in text]
    assert ours == [], 'the policy forbids something that our own pages need'
    await tab.keyboard.press('Control+k')
    await expect(tab.get_by_role('option').first).to_be_visible()
    await site.tidy()


async def test_a_script_that_gets_into_the_page_all_the_same_is_not_run(chromium: Browser, site: Site) -> None:
    context = await as_visitor(chromium, site, site.browser(account=1))
    tab = await context.new_page()
    await tab.goto(f'{site.url}/probe/browser')

    await tab.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.smuggled = 3';"
        " document.body.append(s); const i = document.createElement('img'); i.setAttribute('onerror',"
        " 'window.smuggled = 4'); i.src = '/nothing'; document.body.append(i); }"
    )
    await tab.wait_for_load_state('networkidle')

    assert await tab.evaluate('window.smuggled') is None
    await site.tidy()


async def test_all_tabs_of_a_session_go_to_the_door_when_it_ends(chromium: Browser, site: Site) -> None:
    context = await as_visitor(chromium, site, site.browser(account=2))
    tabs = [await context.new_page() for _ in range(2)]
    for tab in tabs:
        await tab.goto(f'{site.url}/probe/browser')
        await tab.get_by_role('button', name='press').click()
        await expect(tab.get_by_text('pressed by')).to_be_visible()

    site.access.sessions.clear()
    site.call(shut_session, 20)

    for tab in tabs:
        await tab.wait_for_url('**/login**')
    await site.tidy()


async def test_another_site_cannot_frame_us_or_open_a_socket(chromium: Browser, site: Site) -> None:
    context = await as_visitor(chromium, site, site.browser(account=3))
    tab = await context.new_page()
    await tab.route('http://evil.example/', lambda route: route.fulfill(content_type='text/html', body='<p>evil</p>'))
    await tab.goto('http://evil.example/')

    socket = site.url.replace('http', 'ws') + '/_nicegui_ws/socket.io/?EIO=4&transport=websocket'
    opened = await tab.evaluate(
        'url => new Promise(done => { const s = new WebSocket(url); s.onopen = () => done(true);'
        ' s.onerror = () => done(false); })',
        socket,
    )
    await tab.evaluate(
        "url => { const f = document.createElement('iframe'); f.src = url; document.body.append(f); }",
        f'{site.url}/login',
    )
    await tab.wait_for_load_state('networkidle')

    assert opened is False
    assert not [frame for frame in tab.frames[1:] if await frame.query_selector('form')]
    await site.tidy()


async def test_a_link_from_another_site_finds_the_person_signed_in(chromium: Browser, site: Site) -> None:
    context = await as_visitor(chromium, site, site.browser(account=4))
    tab = await context.new_page()
    link = f'<a href="{site.url}/probe/browser">go</a>'
    await tab.route('http://mail.example/', lambda route: route.fulfill(content_type='text/html', body=link))
    await tab.goto('http://mail.example/')

    await tab.get_by_text('go').click()

    await expect(tab.get_by_role('button', name='press')).to_be_visible()
    assert tab.url == f'{site.url}/probe/browser'
    await site.tidy()
