"""Orders received within tolerance; replenishment that does not ask twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory.commands import ItemId, LocationId, Transfer
from domain.inventory.errors import MoveConflict
from domain.inventory.operations import transfer
from domain.purchasing._rules import arrives_on, most_receivable, projected, reorder_point, to_order
from domain.purchasing.commands import (
    CloseOrder,
    Closure,
    OrderLine,
    PlaceOrder,
    ProposeReplenishment,
    ReceiveOrder,
    RegisterSupplier,
    SetReorderRule,
    SettleRequest,
    SupplierId,
)
from domain.purchasing.errors import CodeTaken, MoreThanOrdered, OrderInvalid, OrderUnknown, SupplierUnknown
from domain.purchasing.operations import (
    close_order,
    get_order,
    place_order,
    propose_replenishment,
    receive_order,
    register_supplier,
    set_reorder_rule,
    settle_request,
)
from domain.purchasing.permissions import RECEIVE
from domain.purchasing.views import OrderView, RequestView
from domain.shared.actor import Actor
from domain.shared.errors import NotFound
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.inventory.store import NOW, Store

TODAY = date(2026, 5, 8)
SPRING_FESTIVAL = Closure(from_on=date(2026, 2, 14), until_on=date(2026, 2, 24))
_numbers = count(1)


def supplier(store: Store, **more: object) -> SupplierId:
    command = RegisterSupplier(code=f'v{next(_numbers)}', name_zh='供', name_en='S', lead_days=7, **more)  # type: ignore[arg-type]
    return perform(register_supplier, actor=store.world.actor, command=command).id


def order(store: Store, item: ItemId, pieces: int, *, tolerance_bp: int = 0, on: date = TODAY) -> OrderView:
    return perform(place_order, actor=store.world.actor, command=PlaceOrder(
        number=f'po-{next(_numbers)}', supplier_id=supplier(store), ordered_on=on,
        lines=(OrderLine(item_id=item, quantity=pieces, unit_cost_fen=500),), over_tolerance_bp=tolerance_bp,
    ))  # fmt: skip


def take(
    store: Store, placed: OrderView, item: ItemId, pieces: int, where: LocationId, *, key: str = '',
    actor: Actor | None = None,
) -> int:  # fmt: skip
    posted = perform(receive_order, actor=actor or store.world.actor, now=NOW, command=ReceiveOrder(
        key=key or f'in-{next(_numbers)}', order_id=placed.id, item_id=item, quantity=pieces, location_id=where,
        occurred_at=NOW,
    ))  # fmt: skip
    return sum(move.quantity for move in posted.moves)


def received(store: Store, placed: OrderView) -> int:
    return ask(get_order, actor=store.world.actor, order_id=placed.id).lines[0].received


def propose(store: Store, on: date = TODAY) -> list[RequestView]:
    return perform(propose_replenishment, actor=store.world.actor, command=ProposeReplenishment(on=on), now=NOW)


def proposed(store: Store, item: ItemId, on: date = TODAY) -> list[int]:
    return [request.quantity for request in propose(store, on) if request.item_id == item]


def rule(store: Store, item: ItemId, point: int, up_to: int) -> None:
    perform(set_reorder_rule, actor=store.world.actor, command=SetReorderRule(
        item_id=item, supplier_id=supplier(store), reorder_point=point, order_up_to=up_to,
    ))  # fmt: skip


def test_IN_R3_what_is_on_order_counts_whenever_it_comes() -> None:
    assert projected(8, 30, 0) == 38
    assert to_order(38, 20, 50) == 0
    assert to_order(8, 20, 50) == 42
    assert to_order(20, 20, 50) == 30
    assert to_order(21, 20, 50) == 0


@given(st.integers(-100, 500), st.integers(0, 500), st.integers(0, 100), st.integers(1, 500))
def test_IN_R3_after_a_request_nothing_more_is_asked_for(on_hand: int, on_order: int, point: int, more: int) -> None:
    up_to = point + more
    first = to_order(projected(on_hand, on_order, 0), point, up_to)

    assert to_order(projected(on_hand, on_order, first), point, up_to) == 0
    assert first == 0 or on_hand + on_order + first == up_to


def test_IN_R3_an_item_on_order_is_not_asked_for_and_a_request_not_repeated(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    store.receive(item, shelf, 8)
    rule(store, item, 20, 50)
    placed = order(store, item, 30, on=TODAY + timedelta(days=200))
    assert proposed(store, item) == []

    perform(close_order, actor=store.world.actor, command=CloseOrder(order_id=placed.id))
    first = [request for request in propose(store) if request.item_id == item]

    assert [(request.quantity, request.projected) for request in first] == [(42, 8)]
    assert first[0].arrives_on == TODAY + timedelta(days=7)
    assert proposed(store, item, TODAY + timedelta(days=1)) == []
    settle = SettleRequest(request_id=first[0].id, is_ordered=False)
    perform(settle_request, actor=store.world.actor, command=settle)
    assert proposed(store, item) == [42]
    with pytest.raises(NotFound):
        perform(settle_request, actor=store.world.actor, command=settle)


def test_IN_R3_runs_at_the_same_moment_ask_once(store: Store) -> None:
    item = store.item()
    rule(store, item, 5, 10)

    with ThreadPoolExecutor(6) as pool:
        asked = list(pool.map(lambda _: proposed(store, item), range(6)))

    assert sorted(asked) == [[], [], [], [], [], [10]]


def test_receipts_stay_within_the_tolerance_also_when_they_come_at_once(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    placed = order(store, item, 100, tolerance_bp=500)

    def attempt(_: int) -> int:
        try:
            return take(store, placed, item, 10, shelf)
        except MoreThanOrdered:
            return 0

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(16))) == 100
    assert take(store, placed, item, 5, shelf) == 5
    with pytest.raises(MoreThanOrdered):
        take(store, placed, item, 1, shelf)
    assert (received(store, placed), store.there(item)) == (105, 105)


def test_X_R4_a_receipt_that_comes_again_takes_nothing_of_the_order(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    placed = order(store, item, 10)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: take(store, placed, item, 10, shelf, key='asn-1'), range(8)))

    assert (received(store, placed), store.there(item)) == (10, 10)
    with pytest.raises(MoveConflict):
        take(store, placed, item, 9, shelf, key='asn-1')
    assert received(store, placed) == 10


def test_goods_are_held_for_quality_control_until_released(store: Store) -> None:
    item, hold, shelf = store.item(), store.shelf('quality'), store.shelf()
    take(store, order(store, item, 5), item, 5, hold)

    perform(transfer, actor=store.world.actor, now=NOW, command=Transfer(
        key='qc-1', item_id=item, from_id=hold, to_id=shelf, quantity=5, occurred_at=NOW,
    ))  # fmt: skip

    assert (store.there(item, hold), store.there(item, shelf)) == (0, 5)


def test_unsound_orders_are_refused_and_change_nothing(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    placed = order(store, item, 10)
    line = OrderLine(item_id=item, quantity=1)
    where = supplier(store)

    def place(number: str, supplier_id: int, *lines: OrderLine) -> None:
        perform(place_order, actor=store.world.actor, command=PlaceOrder(
            number=number, supplier_id=SupplierId(supplier_id), ordered_on=TODAY, lines=lines,
        ))  # fmt: skip

    with pytest.raises(SupplierUnknown):
        place('n1', 10**9, line)
    with pytest.raises(OrderInvalid):
        place('n2', where, line, line)
    with pytest.raises(CodeTaken):
        place(placed.number, where, line)
    with pytest.raises(NotFound):
        place('n3', where, OrderLine(item_id=ItemId(10**9), quantity=1))
    with pytest.raises(OrderInvalid):
        rule(store, item, 10, 10)
    with pytest.raises(OrderUnknown):
        take(store, placed, store.item(), 1, shelf)
    perform(close_order, actor=store.world.actor, command=CloseOrder(order_id=placed.id))
    with pytest.raises(OrderUnknown):
        take(store, placed, item, 1, shelf)
    assert (received(store, placed), store.there(item)) == (0, 0)


def test_X_R6_the_database_refuses_more_than_the_tolerance(database: Database, store: Store) -> None:
    placed = order(store, store.item(), 10)

    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.CheckViolation):
        owner.execute('UPDATE purchase_order_line SET received = 11 WHERE order_id = %s', [placed.id])


def test_who_receives_needs_no_other_permission(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    clerk = Actor(name='仓管', kind='person', mall_id=store.world.actor.mall_id, permissions=frozenset({RECEIVE.code}))

    assert take(store, order(store, item, 3), item, 3, shelf, actor=clerk) == 3


def test_the_lead_time_counts_working_days_and_the_spring_festival_does_not() -> None:
    assert arrives_on(date(2026, 3, 2), 7, ()) == date(2026, 3, 9)
    assert arrives_on(date(2026, 2, 10), 7, (SPRING_FESTIVAL,)) == date(2026, 2, 27)
    assert arrives_on(date(2026, 2, 15), 0, (SPRING_FESTIVAL,)) == date(2026, 2, 24)


@given(st.integers(0, 60), st.integers(0, 400), st.integers(1, 40))
def test_goods_never_arrive_on_a_closed_day(lead: int, after: int, length: int) -> None:
    closed = Closure(from_on=date(2026, 1, 20), until_on=date(2026, 1, 20) + timedelta(days=length))
    ordered = date(2026, 1, 1) + timedelta(days=after)

    arrives = arrives_on(ordered, lead, (closed,))

    assert not closed.from_on <= arrives < closed.until_on
    assert lead <= (arrives - ordered).days <= lead + length


def test_the_reorder_point_covers_the_lead_time_and_its_spread() -> None:
    assert reorder_point(10, 4, 0, 1.65) == 40
    assert reorder_point(10, 4, 3, 1.65) == 50
    assert most_receivable(33, 500) == 34
