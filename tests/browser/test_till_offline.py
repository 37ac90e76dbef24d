"""PO-R10 in a real Chromium: the server is cut off, the till sells on, and what it sold arrives exactly once."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page
from pydantic import SecretStr

from domain.identity.commands import CreateAccount, GrantMembership
from domain.identity.operations import create_account, grant_membership, install_roles
from domain.inventory import items as inventory_items
from domain.inventory import operations as inventory
from domain.inventory.commands import ItemId, OpenLocation, Receive, RegisterItem
from domain.inventory.queries import on_hand
from domain.sales import pricing, queries, shifts
from domain.sales.commands import OpenShift, Price, RegisterTill, SetPrices
from domain.sales.views import SaleRow
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from tests.browser.cut_off import PASSWORD, WITHIN_MS, Server
from tests.browser.stand import chromium
from tests.conftest import Database
from tests.mall_day import mall_day
from tests.sealing_keys import install_test_keys

pytestmark = pytest.mark.browser
CASHIER, BARCODE, PRICE, STOCK = '收银员甲', '6901234567892', 650, 50


@pytest.fixture(scope='module')
def shop(database: Database, mall: MallId) -> tuple[Actor, ItemId]:
    """A till with one article, and a cashier whose shift is open."""
    install_test_keys()
    actor = system_actor('test', mall)
    perform(install_roles, actor=actor)
    account = perform(create_account, actor=actor, command=CreateAccount(
        login='till', display_name=CASHIER, password=SecretStr(PASSWORD), must_change_password=False
    )).id  # fmt: skip
    perform(grant_membership, actor=actor, command=GrantMembership(account_id=account, role_code='cashier'))
    place = perform(inventory_items.open_location, actor=actor, command=OpenLocation(code='shelf', kind='shelf')).id
    item = perform(inventory_items.register_item, actor=actor, command=RegisterItem(
        sku='beer', barcodes=(BARCODE,), name_zh='青岛啤酒', name_en='Beer'
    )).id  # fmt: skip
    long_ago = datetime.now(UTC) - timedelta(days=1)
    perform(inventory.receive, actor=actor, command=Receive(
        key='in', item_id=item, location_id=place, quantity=STOCK, occurred_at=long_ago
    ))  # fmt: skip
    perform(pricing.set_prices, actor=actor, command=SetPrices(
        shop='b1-01', prices=(Price(sku='beer', category='grocery', unit_fen=PRICE),)
    ))  # fmt: skip
    perform(shifts.register_till, actor=actor, command=RegisterTill(code='T01', shop='b1-01', location='shelf'))
    cashier = Actor(name=CASHIER, kind='person', mall_id=mall, permissions=frozenset({'*'}))
    perform(shifts.open_shift, actor=cashier, command=OpenShift(till='T01', float_fen=0))
    return actor, item


@pytest.fixture
def server(database: Database, shop: Any, tmp_path: Path) -> Iterator[Server]:
    made = Server(database, tmp_path)
    made.start()
    yield made
    made.cut()


@pytest.fixture(scope='module')
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def till(browser: Browser, server: Server) -> Iterator[Page]:
    """The till's page, ready to scan."""
    context = browser.new_context(viewport={'width': 1280, 'height': 800}, locale='zh-CN')
    page = context.new_page()
    page.goto(f'{server.address}/login?next=/pos')
    page.get_by_label('账号').fill('till')
    page.get_by_label('密码').fill(PASSWORD)
    page.get_by_role('button', name='登录', exact=True).click()
    page.wait_for_selector('.at-till__scan input', timeout=WITHIN_MS)
    page.wait_for_function("() => indexedDB.databases().then((all) => all.some((one) => one.name === 'atrium-till'))")
    page.wait_for_timeout(500)  # the key and the price list are on their way into the browser's database
    yield page
    context.close()


def offline_sales(actor: Actor) -> list[SaleRow]:
    today = mall_day()
    rows = [row for ago in (0, 1) for row in ask(queries.list_day, actor=actor, day=today - timedelta(days=ago))]
    return [row for row in rows if row.is_offline]


def sell_offline(page: Page, pieces: int) -> None:
    page.get_by_role('dialog', name='离线收银').wait_for(timeout=WITHIN_MS)
    for _ in range(pieces):
        page.get_by_label('扫码，或输入名称、拼音').fill(BARCODE)
        page.keyboard.press('Enter')
    page.keyboard.press('F9')
    page.locator('.at-offline .at-receipt').wait_for(timeout=WITHIN_MS)


def queued(page: Page) -> int:
    return int(page.evaluate(
        """() => new Promise((resolve) => {
            const opening = indexedDB.open('atrium-till', 1);
            opening.onsuccess = () => {
                const counting = opening.result.transaction('orders').objectStore('orders').count();
                counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
            };
        })"""
    ))  # fmt: skip


def wait_until_empty(page: Page) -> None:
    deadline = time.monotonic() + WITHIN_MS / 1000
    while time.monotonic() < deadline:
        page.wait_for_timeout(200)
        with suppress(Error):  # the page reloads itself when the server has forgotten it
            if queued(page) == 0:
                return
    raise AssertionError('the order never left the till')


def test_PO_R10_what_was_sold_while_the_server_was_away_arrives_exactly_once(
    till: Page, server: Server, shop: tuple[Actor, ItemId]
) -> None:
    actor, item = shop
    before = len(offline_sales(actor))
    server.cut()
    sell_offline(till, 3)
    assert queued(till) == 1
    server.start()
    wait_until_empty(till)
    [sale] = offline_sales(actor)[: len(offline_sales(actor)) - before]
    assert (sale.money_fen, sale.state, sale.cashier) == (3 * PRICE, 'paid', CASHIER)
    assert sum(row.quantity for row in ask(on_hand, actor=actor, item_id=item, day=mall_day())) == (
        STOCK - sum(row.pieces for row in offline_sales(actor))
    )


def test_PO_R10_two_tabs_with_one_queue_send_it_once(till: Page, server: Server, shop: tuple[Actor, ItemId]) -> None:
    actor, _ = shop
    before = len(offline_sales(actor))
    second = till.context.new_page()
    second.goto(f'{server.address}/pos')
    second.wait_for_selector('.at-till__scan input', timeout=WITHIN_MS)
    server.cut()
    sell_offline(till, 1)
    sell_offline(second, 2)
    assert queued(second) == 2
    server.start()
    wait_until_empty(second)
    assert sorted(row.pieces for row in offline_sales(actor)[: len(offline_sales(actor)) - before]) == [1, 2]


def test_a_basket_begun_online_goes_on_offline_and_back(till: Page, server: Server, shop: tuple[Actor, ItemId]) -> None:
    till.locator('.at-till__scan input').fill(f'4*{BARCODE}')
    till.keyboard.press('Enter')
    till.get_by_text('¥26.00').first.wait_for(timeout=WITHIN_MS)
    server.cut()
    dialog = till.get_by_role('dialog', name='离线收银')
    dialog.get_by_text('¥26.00').first.wait_for(timeout=WITHIN_MS)
    server.start()
    till.get_by_role('button', name='转回在线收银').click(timeout=WITHIN_MS)
    till.locator('.at-till__total').get_by_text('¥26.00').wait_for(timeout=WITHIN_MS)
    assert dialog.count() == 0


def test_a_deactivated_tills_order_is_kept_and_shown(till: Page, server: Server, shop: tuple[Actor, ItemId]) -> None:
    actor, _ = shop
    before = len(offline_sales(actor))
    server.cut()
    sell_offline(till, 1)
    perform(shifts.register_till, actor=actor, command=RegisterTill(
        code='T01', shop='b1-01', location='shelf', is_active=False
    ))  # fmt: skip
    answers: list[int] = []
    till.on('response', lambda answer: answers.append(answer.status) if '/pos/orders' in answer.url else None)
    server.start()
    deadline = time.monotonic() + WITHIN_MS / 1000
    while not answers and time.monotonic() < deadline:
        till.wait_for_timeout(200)
    assert answers[0] == 403
    assert len(offline_sales(actor)) == before
    till.wait_for_selector('.at-till__signing', timeout=WITHIN_MS)
    assert queued(till) == 1, 'nothing is lost'
    perform(shifts.register_till, actor=actor, command=RegisterTill(code='T01', shop='b1-01', location='shelf'))
    till.reload()
    wait_until_empty(till)
    assert len(offline_sales(actor)) == before + 1


def test_what_is_no_signed_order_is_refused_at_the_door(server: Server) -> None:
    for body in ({}, {'mall_id': 1, 'till': 'T01', 'payload': '{}', 'signature': '0' * 64}, {'mall_id': 'x'}):
        request = urllib.request.Request(
            f'{server.address}/api/v1/pos/orders', json.dumps(body).encode(), {'Content-Type': 'application/json'}
        )
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(request, timeout=10)
        assert refusal.value.code in (403, 422)
        assert json.loads(refusal.value.read())['code']
        refusal.value.close()
