"""What the hand-held hands over: each kind of move, once, and a refusal in words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from nicegui.testing import User

from domain.identity.roles import ROLE_BY_CODE
from domain.inventory import counts
from domain.inventory.commands import OpenCount
from domain.inventory.overview import list_counts, list_journal, list_locations
from domain.inventory.queries import balance_at
from domain.purchasing.commands import OrderLine, PlaceOrder, RegisterSupplier
from domain.purchasing.operations import get_order, place_order, register_supplier
from domain.shared.actor import Actor
from domain.shared.operations import ask, perform
from tests.domain.inventory.store import Store
from tests.domain.leasing.world import build_world
from tests.ui.screens import person, screens
from ui.warehouse.screen import Handheld

LONG_AGO = datetime.now(UTC) - timedelta(days=3)


@pytest.fixture(scope='module')
def store(mall: Any) -> Store:
    return Store(build_world(mall))


@asynccontextmanager
async def handheld(actor: Actor, locale: Any = 'zh-CN') -> AsyncIterator[tuple[User, Handheld]]:
    session = person(*ROLE_BY_CODE['warehouse'].grants, locale=locale)
    session = replace(session, actor=replace(session.actor, mall_id=actor.mall_id))
    async with screens(session) as (user, _):
        await user.open('/warehouse')
        await user.should_see(kind=Handheld)
        [browser] = user.find(kind=Handheld).elements
        yield user, browser


async def hand_over(user: User, browser: Handheld, **move: Any) -> list[tuple[str, Any]]:
    """Hands a move over and returns what the browser was told."""
    told: list[tuple[str, Any]] = []
    browser.settle = lambda key, refused: told.append((key, refused))  # type: ignore[method-assign]
    user.find(kind=Handheld).trigger('move', noted(**move))
    for _ in range(100):
        if told:
            return told
        await asyncio.sleep(0.05)
    raise AssertionError('the browser was told nothing')


def noted(**more: Any) -> dict[str, Any]:
    blank = {
        'key': str(uuid4()), 'target': 0, 'lot': 0, 'order': 0, 'sheet': 0, 'reason': 'damaged', 'lot_code': '',
        'expires': None, 'pieces': 1, 'at': (datetime.now(UTC) - timedelta(seconds=5)).isoformat(),
    }  # fmt: skip
    return blank | more


def there(store: Store, item: Any, place: Any) -> int:
    return ask(balance_at, actor=store.world.actor, item_id=item, moment=datetime.now(UTC), location_id=place)


async def test_a_move_is_carried_out_once_however_often_it_is_handed_over(store: Store) -> None:
    item, near, far = store.item(), store.shelf('stockroom'), store.shelf('stockroom')
    store.receive(item, near, 10, on=LONG_AGO, now=datetime.now(UTC))
    move = noted(kind='move', item=item, place=near, target=far, pieces=4)
    async with handheld(store.world.actor) as (user, browser):
        assert await hand_over(user, browser, **move) == [(move['key'], None)]
        assert await hand_over(user, browser, **move) == [(move['key'], None)]
    assert (there(store, item, near), there(store, item, far)) == (6, 4)


async def test_goods_come_in_against_an_order_by_lot(store: Store) -> None:
    actor, place = store.world.actor, store.shelf('stockroom')
    item = store.item(has_lots=True)
    supplier = perform(register_supplier, actor=actor, command=RegisterSupplier(
        code='S1', name_zh='供应商', name_en='Supplier', lead_days=1
    )).id  # fmt: skip
    order = perform(place_order, actor=actor, command=PlaceOrder(
        number='PO-1', supplier_id=supplier, ordered_on=LONG_AGO.date(), lines=(OrderLine(item_id=item, quantity=5),)
    )).id  # fmt: skip
    move = noted(
        kind='receive', item=item, place=place, order=order, pieces=5, lot_code='L1', expires='2030-01-31'
    )  # fmt: skip
    async with handheld(actor) as (user, browser):
        assert await hand_over(user, browser, **move) == [(move['key'], None)]
        [(_, refused)] = await hand_over(user, browser, **(move | {'key': str(uuid4())}))
    assert refused['code'] == 'purchasing.more_than_ordered'
    assert ask(get_order, actor=actor, order_id=order).lines[0].received == 5
    [row] = ask(list_journal, actor=actor, item_id=item)
    assert (row.quantity, row.lot_code) == (5, 'L1')


async def test_goods_come_in_without_an_order_and_go_out_with_a_reason(store: Store) -> None:
    item, place = store.item(), store.shelf('stockroom')
    async with handheld(store.world.actor, 'en') as (user, browser):
        await hand_over(user, browser, kind='receive', item=item, place=place, pieces=3)
        await hand_over(user, browser, kind='issue', item=item, place=place, pieces=1, reason='tester')
        [(_, refused)] = await hand_over(user, browser, kind='issue', item=item, place=place, pieces=9)
    assert refused == {
        'code': 'inventory.not_enough', 'detail': 'There is not enough stock that may be used.'
    }  # fmt: skip
    assert [row.reason for row in ask(list_journal, actor=store.world.actor, item_id=item)] == ['tester', 'receipt']


async def test_what_was_counted_is_noted_once(store: Store) -> None:
    actor, item, place = store.world.actor, store.item(), store.shelf('stockroom')
    sheet = perform(counts.open_count, actor=actor, command=OpenCount(location_ids=(place,))).id
    move = noted(kind='count', item=item, place=place, sheet=sheet, pieces=0)
    async with handheld(actor) as (user, browser):
        await hand_over(user, browser, **move)
        await hand_over(user, browser, **move)
    assert next(row.places for row in ask(list_counts, actor=actor) if row.id == sheet) == 1


@pytest.mark.parametrize(
    'broken',
    [{'kind': 'burn'}, {'kind': 'issue', 'pieces': 0}, {'kind': 'move', 'at': 'now'}, {'kind': 'issue', 'reason': ''}],
)
async def test_what_is_no_move_is_refused_in_words(store: Store, broken: dict[str, Any]) -> None:
    item, place = store.item(), store.shelf('stockroom')
    async with handheld(store.world.actor) as (user, browser):
        [(_, refused)] = await hand_over(user, browser, **({'item': item, 'place': place} | broken))
    assert refused['code'] == 'warehouse.no_move'
    assert there(store, item, place) == 0


async def test_the_browser_gets_the_items_and_where_they_lie(store: Store) -> None:
    item, place = store.item(barcodes=('6900000000017',)), store.shelf('stockroom')
    store.receive(item, place, 4, on=LONG_AGO, now=datetime.now(UTC))
    async with handheld(store.world.actor) as (_, browser):
        for _ in range(100):
            if browser.props.get('items'):
                break
            await asyncio.sleep(0.05)
        given = browser.props
    assert next(one['barcodes'] for one in given['items'] if one['id'] == item) == ['6900000000017']
    assert {'item': item, 'place': place, 'lot': 0, 'lot_code': '', 'pieces': 4} in given['quants']
    assert {one['id'] for one in given['places']} == {one.id for one in ask(list_locations, actor=store.world.actor)}
