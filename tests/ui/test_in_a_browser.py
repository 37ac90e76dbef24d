"""The screens in a real Chromium: nothing leaves this machine, nothing fails in the console, news move the page."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from nicegui import core
from playwright.async_api import Page, async_playwright, expect

from domain.shared.live import LiveNotice
from tests.security.site import MALL, Site, serve
from tests.ui import fakes
from tests.ui.fakes import FakeDomain

pytestmark = pytest.mark.browser

CHROMIUM = '/usr/bin/chromium'
FLAGS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run',
]
PATIENCE_MS = 30_000
PATHS = ('/cockpit', '/cockpit/wall', '/operations/footfall', '/operations/footfall/plan', '/operations/footfall/flows',
         '/operations/footfall/coverage', '/devices')  # fmt: skip


@pytest.fixture(scope='module')
def site() -> Iterator[Site]:
    with serve() as running:
        yield running


@pytest.fixture
async def page(site: Site, domain: FakeDomain) -> AsyncIterator[Page]:
    """A tab of somebody who may see everything; it keeps what went wrong in `troubles`."""
    cookie = site.browser('*', account=1).http.cookies['atrium']
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await chromium.new_context(viewport={'width': 1440, 'height': 900})
        await context.add_cookies([{'name': 'atrium', 'value': cookie, 'url': site.url}])
        tab = await context.new_page()
        tab.set_default_timeout(PATIENCE_MS)
        yield tab
        await chromium.close()
    await site.tidy()


def watch(page: Page, site: Site) -> list[str]:
    """Whatever should not happen: errors in the console and requests that leave this machine."""
    troubles: list[str] = []
    page.on('console', lambda said: troubles.append(said.text) if said.type == 'error' else None)
    page.on('pageerror', lambda error: troubles.append(str(error)))
    page.on('request', lambda asked: troubles.append(asked.url)
            if not asked.url.startswith((site.url, 'data:', 'blob:')) else None)  # fmt: skip
    return troubles


@pytest.mark.parametrize('path', PATHS)
async def test_a_page_opens_without_a_fault_and_asks_nobody_but_us(page: Page, site: Site, path: str) -> None:
    troubles = watch(page, site)
    await page.goto(site.url + path)
    await expect(page.locator('.at-skeleton:visible')).to_have_count(0, timeout=PATIENCE_MS)
    assert await page.evaluate("document.fonts.check('14px \"Atrium Sans SC\"', '客流')")
    assert troubles == []


async def test_news_change_the_figure_on_the_screen(page: Page, site: Site, domain: FakeDomain) -> None:
    await page.goto(f'{site.url}/cockpit')
    await expect(page.get_by_text('12,846')).to_be_visible(timeout=PATIENCE_MS)
    domain.answers = {**domain.answers, 'cockpit_summary': lambda: fakes.summary(people=13_002)}
    await _tell(site, 'footfall')
    await expect(page.get_by_text('13,002')).to_be_visible(timeout=PATIENCE_MS)


async def test_a_shop_is_chosen_by_clicking_it_on_the_plan(page: Page, site: Site) -> None:
    await page.goto(f'{site.url}/operations/footfall/plan')
    unit = fakes.floor_plan(3).units[0]
    await page.locator('.at-plan__label', has_text=unit.name_zh).click(force=True)
    await expect(page.locator('aside').get_by_text(unit.name_zh)).to_be_visible(timeout=PATIENCE_MS)


async def test_names_of_shops_are_never_run(page: Page, site: Site, domain: FakeDomain) -> None:
    doors = tuple(replace(door, name_zh='<img src=x onerror="window.hit=1">') for door in fakes.door_ranks())
    domain.answers = {**domain.answers, 'door_ranking': lambda limit=50: doors}
    await _tell(site, 'footfall')  # pages of other tests may still be open and share what they were told
    await page.goto(f'{site.url}/cockpit')
    await expect(page.locator('.at-rank', has_text='onerror').first).to_be_visible(timeout=PATIENCE_MS)
    assert await page.evaluate('window.hit') is None


async def _tell(site: Site, topic: str) -> None:
    """A notice as the database would give it."""
    assert core.loop is not None
    told = asyncio.run_coroutine_threadsafe(site.shell.live.announce(LiveNotice(topic, MALL.id)), core.loop)
    await asyncio.wrap_future(told)
