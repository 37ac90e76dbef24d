"""The hand-held in a real Chromium: the server is cut off, goods are moved on, and every move arrives exactly once."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page
from pydantic import SecretStr

from domain.identity.commands import CreateAccount, GrantMembership
from domain.identity.operations import create_account, grant_membership, install_roles
from domain.inventory import items, operations
from domain.inventory.commands import ItemId, LocationId, OpenLocation, Receive, RegisterItem, WriteOff
from domain.inventory.overview import JournalRow, list_journal, list_locations
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from tests.browser.cut_off import PASSWORD, WITHIN_MS, Server
from tests.browser.stand import chromium
from tests.conftest import Database
from tests.sealing_keys import install_test_keys

pytestmark = pytest.mark.browser
BARCODE, STOCK, NAME = '6901234567892', 50, '梁仓生'
QUEUE = """() => new Promise((resolve) => {
    const opening = indexedDB.open('atrium-warehouse', 1);
    opening.onsuccess = () => {
        const reading = opening.result.transaction('moves').objectStore('moves').getAll();
        reading.onsuccess = () => { opening.result.close(); resolve(reading.result); };
    };
})"""


@pytest.fixture(scope='module')
def store(database: Database, mall: MallId) -> tuple[Actor, ItemId]:
    """Two places, one item in the first, and somebody who may move it."""
    install_test_keys()
    actor = system_actor('test', mall)
    perform(install_roles, actor=actor)
    account = perform(create_account, actor=actor, command=CreateAccount(
        login='store', display_name=NAME, password=SecretStr(PASSWORD), must_change_password=False
    )).id  # fmt: skip
    perform(grant_membership, actor=actor, command=GrantMembership(account_id=account, role_code='warehouse'))
    places = [
        perform(items.open_location, actor=actor, command=OpenLocation(code=code, kind='stockroom')).id
        for code in ('a-first', 'b-second')
    ]
    item = perform(items.register_item, actor=actor, command=RegisterItem(
        sku='beer', barcodes=(BARCODE,), name_zh='青岛啤酒', name_en='Beer'
    )).id  # fmt: skip
    perform(operations.receive, actor=actor, command=Receive(
        key='in', item_id=item, location_id=places[0], quantity=STOCK,
        occurred_at=datetime.now(UTC) - timedelta(days=1),
    ))  # fmt: skip
    return actor, item


@pytest.fixture
def server(database: Database, store: tuple[Actor, ItemId], tmp_path: Path) -> Iterator[Server]:
    made = Server(database, tmp_path)
    made.start()
    yield made
    made.cut()


@pytest.fixture(scope='module')
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def handheld(browser: Browser, server: Server) -> Iterator[Page]:
    """The hand-held, ready to scan."""
    context = browser.new_context(viewport={'width': 390, 'height': 844}, locale='zh-CN')
    page = context.new_page()
    page.goto(f'{server.address}/login?next=/warehouse')
    page.get_by_label('账号').fill('store')
    page.get_by_label('密码').fill(PASSWORD)
    page.get_by_role('button', name='登录', exact=True).click()
    page.wait_for_selector('.at-handheld', timeout=WITHIN_MS)
    scan(page, '查询')
    yield page
    context.close()


def scan(page: Page, mode: str) -> None:
    """Scans until the item is known: the catalogue comes just after the page."""
    page.get_by_role('button', name=mode, exact=True).click()
    deadline = time.monotonic() + WITHIN_MS / 1000
    while time.monotonic() < deadline:
        page.get_by_label('扫码，或输入名称、拼音首字母').fill(BARCODE)
        page.keyboard.press('Enter')
        if page.locator('.at-handheld__name').count():
            return
        page.wait_for_timeout(200)
    raise AssertionError('the catalogue never came')


def do(page: Page, mode: str, pieces: int) -> None:
    scan(page, mode)
    page.get_by_label('件数').fill(str(pieces))
    page.get_by_role('button', name='确认', exact=True).click()
    page.get_by_role('status').wait_for(timeout=WITHIN_MS)


def wait_until_empty(page: Page) -> None:
    deadline = time.monotonic() + WITHIN_MS / 1000
    while time.monotonic() < deadline:
        page.wait_for_timeout(200)
        with suppress(Error):  # the page reloads itself when the server has forgotten it
            if not page.evaluate(QUEUE):
                return
    raise AssertionError('the moves never left the hand-held')


def journal(actor: Actor, reason: str) -> list[JournalRow]:
    return ask(list_journal, actor=actor, reasons=(reason,))


def test_moves_made_while_the_server_was_away_arrive_exactly_once(
    handheld: Page, server: Server, store: tuple[Actor, ItemId]
) -> None:
    actor, _ = store
    before = len(journal(actor, 'damaged'))
    server.cut()
    handheld.get_by_text('离线').wait_for(timeout=WITHIN_MS)
    do(handheld, '移库', 7)
    do(handheld, '出库', 2)
    assert len(handheld.evaluate(QUEUE)) == 2

    server.start()
    wait_until_empty(handheld)

    assert sorted(row.quantity for row in journal(actor, 'transfer')) == [-7, 7]
    rows = journal(actor, 'damaged')
    assert [(row.quantity, row.moved_by) for row in rows[: len(rows) - before]] == [(-2, NAME)]


def test_a_move_that_is_handed_over_again_is_no_second_move(
    handheld: Page, server: Server, store: tuple[Actor, ItemId]
) -> None:
    actor, _ = store
    before = len(journal(actor, 'damaged'))
    server.cut()
    handheld.get_by_text('离线').wait_for(timeout=WITHIN_MS)
    do(handheld, '出库', 1)
    [move] = handheld.evaluate(QUEUE)
    server.start()
    wait_until_empty(handheld)
    put_back = """(move) => new Promise((resolve) => {
        const opening = indexedDB.open('atrium-warehouse', 1);
        opening.onsuccess = () => {
            const writing = opening.result.transaction('moves', 'readwrite');
            writing.objectStore('moves').put(move);
            writing.oncomplete = () => { opening.result.close(); resolve(); };
        };
    })"""
    handheld.evaluate(put_back, move)

    handheld.reload()
    wait_until_empty(handheld)

    assert len(journal(actor, 'damaged')) == before + 1


def test_what_is_no_longer_there_is_refused_and_stays_until_it_was_read(
    handheld: Page, server: Server, store: tuple[Actor, ItemId]
) -> None:
    actor, item = store
    server.cut()
    handheld.get_by_text('离线').wait_for(timeout=WITHIN_MS)
    do(handheld, '移库', 5)
    lying = ask(list_journal, actor=actor)
    first = next(row.location_code for row in lying if row.reason == 'receipt')
    left = sum(row.quantity for row in lying if row.location_code == first)
    perform(operations.write_off, actor=actor, command=WriteOff(
        key='all', item_id=item, location_id=_place(actor, first), quantity=left, occurred_at=datetime.now(UTC),
        reason='lost',
    ))  # fmt: skip
    server.start()
    handheld.get_by_text('可用库存不足').wait_for(timeout=WITHIN_MS)

    handheld.get_by_role('button', name='知道了').click()
    wait_until_empty(handheld)

    perform(operations.receive, actor=actor, command=Receive(
        key='again', item_id=item, location_id=_place(actor, first), quantity=STOCK, occurred_at=datetime.now(UTC)
    ))  # fmt: skip
    assert handheld.get_by_text('可用库存不足').count() == 0


def _place(actor: Actor, code: str) -> LocationId:
    return next(one.id for one in ask(list_locations, actor=actor) if one.code == code)
