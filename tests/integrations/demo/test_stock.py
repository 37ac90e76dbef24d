"""The demo's store, and what the lists of stock and purchasing say about it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.inventory.overview import list_counts, list_journal, list_locations, list_lots, list_stock
from domain.mall.queries import get_business_clock
from domain.purchasing.commands import OrderId
from domain.purchasing.operations import OrderInvalid, get_order
from domain.purchasing.ordering import OrderRequests, order_requests
from domain.purchasing.overview import list_orders, list_requests, list_suppliers
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from integrations.demo import trade
from integrations.demo.stock import HOLD, MOVED_TO_STORE, ROAD, STORE, open_stock
from tests.domain.leasing.world import build_world
from tests.domain.sales.conftest import keys

__all__ = ['keys']
NOW = (datetime.now(UTC) - timedelta(days=1)).replace(hour=8)


@pytest.fixture(scope='module')
def actor(mall: MallId, keys: None) -> Actor:
    build_world(mall).tenant()
    trade.open_trade(mall, NOW, say=lambda _: None)
    open_stock(mall, NOW, say=lambda _: None)
    return system_actor('test', mall)


@pytest.fixture(scope='module')
def today(actor: Actor) -> date:
    return ask(get_business_clock, actor=actor).business_on(NOW)


def test_a_second_seeding_changes_nothing(actor: Actor, mall: MallId) -> None:
    before = ask(list_journal, actor=actor, limit=10_000)

    open_stock(mall, NOW, say=lambda _: None)

    assert ask(list_journal, actor=actor, limit=10_000) == before


def test_what_is_on_hand_is_available_held_on_the_road_or_blocked(actor: Actor, today: date) -> None:
    rows = ask(list_stock, actor=actor, day=today)

    assert all(row.on_hand == row.available + row.on_hold + row.in_transit + row.blocked for row in rows)
    assert sum(row.on_hold for row in rows) == 60
    assert sum(row.in_transit for row in rows) == 96
    assert {row.sku: row.blocked for row in rows if row.blocked} == {'ck-3002': 18}


def test_a_location_narrows_the_list_and_an_instant_asks_for_the_balance_of_then(actor: Actor, today: date) -> None:
    places = {place.code: place.id for place in ask(list_locations, actor=actor)}

    held = [row for row in ask(list_stock, actor=actor, day=today, location_id=places[HOLD]) if row.on_hand]
    before_the_road = ask(list_stock, actor=actor, day=today, location_id=places[ROAD], moment=NOW - timedelta(hours=1))
    in_store = ask(list_stock, actor=actor, day=today, location_id=places[STORE], moment=NOW - timedelta(days=5))

    assert [row.on_hand for row in held] == [60]
    assert sum(row.balance for row in before_the_road) == 0
    assert next(row.balance for row in in_store if row.sku == 'jc-2003') == MOVED_TO_STORE


def test_lots_come_by_expiry(actor: Actor) -> None:
    days = [lot.expires_on for lot in ask(list_lots, actor=actor)]

    assert days == sorted(day for day in days if day)


def test_an_open_count_stands_before_a_finished_one(actor: Actor) -> None:
    assert [row.validated_by for row in ask(list_counts, actor=actor)] == [None, '林悦']


def test_orders_come_in_every_state(actor: Actor, today: date) -> None:
    rows = [row for row in ask(list_orders, actor=actor) if row.number != 'PO-NEW']

    assert len(rows) == 5
    assert [row.lacking for row in rows if not row.is_open] == [0]
    assert any(row.expected_on < today for row in rows if row.is_open)
    assert any(0 < row.received < row.ordered for row in rows)


def test_requests_of_a_supplier_become_one_order_and_are_not_ordered_again(actor: Actor, today: date) -> None:
    dairy = next(one for one in ask(list_suppliers, actor=actor) if one.code == 'S02')
    wanted = {one.item_id: one.quantity for one in ask(list_requests, actor=actor) if one.supplier_id == dairy.id}
    command = OrderRequests(number='PO-NEW', supplier_id=dairy.id, ordered_on=today)

    made = perform(order_requests, actor=actor, command=command)

    assert wanted
    assert {
        line.item_id: line.ordered for line in ask(get_order, actor=actor, order_id=OrderId(made.id)).lines
    } == wanted
    assert dairy.id not in {one.supplier_id for one in ask(list_requests, actor=actor)}
    with pytest.raises(OrderInvalid):
        perform(order_requests, actor=actor, command=command)
