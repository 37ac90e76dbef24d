"""`make screenshots`: starts a demo of its own and takes the pictures of docs/screenshots."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import stand
from tests.integrations.brokers import free_port

FOLDER = stand.ROOT / 'docs' / 'screenshots'
DESK, LAPTOP, PHONE = (1920, 1080), (1280, 800), (390, 844)
SETTLED_MS = 6000


@dataclass(frozen=True)
class Shot:
    """One picture: whose page, how large, in which language."""

    name: str
    path: str
    size: tuple[int, int]
    login: str = 'manager'
    locale: str = 'zh'


SHOTS = (
    Shot('login', '/login', LAPTOP),
    Shot('login', '/login', PHONE),
    Shot('cockpit', '/cockpit', DESK),
    Shot('cockpit', '/cockpit', PHONE),
    Shot('cockpit-wall', '/cockpit/wall', DESK),
    Shot('footfall', '/operations/footfall', DESK, login='operations'),
    Shot('footfall-plan', '/operations/footfall/plan', DESK, login='operations'),
    Shot('footfall-capture', '/operations/footfall/capture', LAPTOP, login='operations'),
    Shot('footfall-dwell', '/operations/footfall/dwell', LAPTOP, login='operations'),
    Shot('footfall-flows', '/operations/footfall/flows', LAPTOP, login='operations'),
    Shot('footfall-lines', '/operations/footfall/lines', LAPTOP, login='operations'),
    Shot('footfall-coverage', '/operations/footfall/coverage', LAPTOP, login='operations'),
    Shot('devices', '/devices', DESK, login='engineer'),
    Shot('devices', '/devices', PHONE, login='engineer'),
    Shot('safety', '/safety', DESK, login='security'),
    Shot('cameras', '/cameras', DESK, login='security'),
    Shot('pos', '/pos', LAPTOP, login='cashier'),
    Shot('sales', '/operations/sales', LAPTOP, login='operations'),
    Shot('payments', '/payments', LAPTOP, login='finance'),
    Shot('after-sales', '/operations/after-sales', LAPTOP, login='service'),
    Shot('members', '/marketing/members', LAPTOP, login='marketing'),
    Shot('member', '/marketing/members/1', DESK, login='marketing'),
    Shot('members-rules', '/marketing/members/rules', LAPTOP, login='marketing'),
    Shot('coupons-register', '/marketing/coupons/register', LAPTOP, login='marketing'),
    Shot('leasing-units', '/operations/leasing/units', LAPTOP, login='leasing'),
    Shot('leasing-portfolio', '/operations/leasing/portfolio', LAPTOP, login='leasing'),
    Shot('billing', '/operations/billing', LAPTOP, login='finance'),
    Shot('utilities', '/operations/utilities', LAPTOP, login='engineer'),
    Shot('inventory', '/operations/inventory', LAPTOP, login='warehouse'),
    Shot('inventory-item', '/operations/inventory/items/1', LAPTOP, login='warehouse'),
    Shot('warehouse', '/warehouse', PHONE, login='warehouse'),
    Shot('tenants', '/operations/tenants', LAPTOP, login='operations'),
    Shot('permits', '/operations/tenants/permits', LAPTOP, login='operations'),
    Shot('gate', '/operations/gate', LAPTOP, login='security'),
    Shot('prices', '/operations/sales/prices', LAPTOP, login='operations'),
    Shot('tenant-sales', '/tenant/sales', PHONE, login='shop'),
    Shot('tenant', '/tenant', PHONE, login='shop'),
    Shot('tenant-bills', '/tenant/bills', PHONE, login='shop'),
    Shot('tenant-turnover', '/tenant/turnover', PHONE, login='shop'),
    Shot('tenant-energy', '/tenant/energy', PHONE, login='shop'),
    # The language is kept with the account, so English comes last.
    Shot('cockpit', '/cockpit', LAPTOP, locale='en'),
    Shot('footfall-plan', '/operations/footfall/plan', LAPTOP, login='operations', locale='en'),
)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix='atrium-shots-', ignore_cleanup_errors=True) as folder,
        stand.demo(Path(folder) / 'state', port=free_port()) as running,
        stand.chromium() as browser,
    ):
        take(browser, running, SHOTS)


def take(browser: Browser, running: stand.Demo, shots: tuple[Shot, ...]) -> None:
    """Takes each picture in a browser of its own person."""
    for shot in shots:
        width, height = shot.size
        if shot.path == '/login':
            page = browser.new_context(viewport={'width': width, 'height': height}).new_page()
        else:
            _, page = stand.signed_in(browser, running, shot.login, width=width, height=height)
            if shot.locale == 'en':
                _speak_english(page, running)
        page.goto(f'{running.address}{shot.path}')
        page.wait_for_timeout(SETTLED_MS)
        target = FOLDER / f'{shot.name}-{width}x{height}-{shot.locale}.png'
        page.screenshot(path=target)
        page.context.close()
        print(target.relative_to(stand.ROOT), flush=True)  # noqa: T201 - a tool's answer


def _speak_english(page: Page, running: stand.Demo) -> None:
    page.goto(f'{running.address}/me')
    page.get_by_text('EN', exact=True).first.click()
    page.wait_for_timeout(1500)


if __name__ == '__main__':
    main()
