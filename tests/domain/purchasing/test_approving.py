"""Orders above the limit wait for somebody else's word."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.approvals.operations import ContentChanged, OwnSubmission
from domain.inventory.commands import ItemId
from domain.purchasing.approving import decide_order, get_limit, get_order_approval, set_limit
from domain.purchasing.commands import (
    CloseOrder,
    DecideOrder,
    OrderLine,
    PlaceOrder,
    ProposeReplenishment,
    RegisterSupplier,
    SetLimit,
    SetReorderRule,
)
from domain.purchasing.errors import OrderAwaitsApproval, OrderUnknown
from domain.purchasing.operations import (
    close_order,
    get_order,
    place_order,
    propose_replenishment,
    register_supplier,
    set_reorder_rule,
)
from domain.purchasing.overview import list_orders
from domain.purchasing.permissions import APPROVE, ORDER
from domain.purchasing.views import OrderView
from domain.shared.actor import Actor
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask, perform
from tests.domain.inventory.store import NOW, Store
from tests.domain.purchasing.test_purchasing import TODAY, take

LIMIT = 100_000
LATER = datetime(2026, 5, 11, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _limit(store: Store) -> Iterator[None]:
    perform(set_limit, actor=store.world.actor, command=SetLimit(limit_fen=LIMIT))
    yield
    perform(set_limit, actor=store.world.actor, command=SetLimit(limit_fen=10**15))


def manager(store: Store) -> Actor:
    return Actor(name='总经理', kind='person', mall_id=store.world.actor.mall_id, permissions=frozenset({APPROVE.code}))


def placed(store: Store, item: ItemId, pieces: int, number: str) -> OrderView:
    supplier = RegisterSupplier(code=f'a-{number}', name_zh='供', name_en='S', lead_days=4)
    by = perform(register_supplier, actor=store.world.actor, command=supplier).id
    return perform(place_order, actor=store.world.actor, now=NOW, command=PlaceOrder(
        number=number, supplier_id=by, ordered_on=TODAY,
        lines=(OrderLine(item_id=item, quantity=pieces, unit_cost_fen=1_000),),
    ))  # fmt: skip


def decision(store: Store, order: OrderView, *, is_agreed: bool = True) -> DecideOrder:
    approval = ask(get_order_approval, actor=store.world.actor, order_id=order.id)
    assert approval is not None
    return DecideOrder(order_id=order.id, content_hash=approval.content_hash, is_agreed=is_agreed)


def test_up_to_the_limit_an_order_needs_nobody_else(store: Store) -> None:
    item = store.item()

    order = placed(store, item, LIMIT // 1_000, 'ap-1')

    assert not order.awaits_approval
    assert ask(get_order_approval, actor=store.world.actor, order_id=order.id) is None
    assert take(store, order, item, 5, store.shelf()) == 5
    assert ask(get_limit, actor=store.world.actor) == LIMIT


def test_above_it_nothing_is_received_before_somebody_else_agreed(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    order = placed(store, item, LIMIT // 1_000 + 1, 'ap-2')
    assert (order.awaits_approval, order.expected_on) == (True, date(2026, 5, 12))

    with pytest.raises(OrderAwaitsApproval):
        take(store, order, item, 5, shelf)
    agreed = perform(decide_order, actor=manager(store), command=decision(store, order), now=LATER)

    assert (agreed.awaits_approval, agreed.is_open) == (False, True)
    assert agreed.expected_on == date(2026, 5, 15)  # the lead time begins with the approval
    assert take(store, order, item, 5, shelf) == 5
    approval = ask(get_order_approval, actor=store.world.actor, order_id=order.id)
    assert approval is not None
    assert [(one.decided_by, one.verdict) for one in approval.trail] == [('总经理', 'agree')]
    with pytest.raises(OrderUnknown):
        perform(decide_order, actor=manager(store), command=decision(store, order))


def test_who_ordered_may_not_approve_nor_may_who_saw_something_else(store: Store) -> None:
    order = placed(store, store.item(), 200, 'ap-3')
    command = decision(store, order)

    with pytest.raises(OwnSubmission):
        perform(decide_order, actor=store.world.actor, command=command)
    with pytest.raises(ContentChanged):
        perform(decide_order, actor=manager(store), command=replace(command, content_hash='0'))
    with pytest.raises(PermissionDenied):
        perform(decide_order, actor=replace(manager(store), permissions=frozenset({ORDER.code})), command=command)
    assert ask(get_order, actor=store.world.actor, order_id=order.id).awaits_approval


def test_a_refused_order_is_closed_and_its_goods_are_asked_for_again(store: Store) -> None:
    item, actor = store.item(), store.world.actor
    order = placed(store, item, 200, 'ap-4')
    perform(set_reorder_rule, actor=actor, command=SetReorderRule(
        item_id=item, supplier_id=order.supplier_id, reorder_point=10, order_up_to=30
    ))  # fmt: skip

    def asked() -> set[ItemId]:
        made = perform(propose_replenishment, actor=actor, command=ProposeReplenishment(on=TODAY))
        return {one.item_id for one in made}

    assert item not in asked()  # what waits for approval counts as on order (rule IN-R3)
    refused = perform(decide_order, actor=manager(store), command=decision(store, order, is_agreed=False))

    assert (refused.is_open, refused.awaits_approval) == (False, True)
    assert item in asked()
    with pytest.raises(OrderAwaitsApproval):
        take(store, order, item, 5, store.shelf())


def test_an_order_that_was_closed_while_it_waited_is_not_approved(store: Store) -> None:
    order = placed(store, store.item(), 200, 'ap-5')
    command = decision(store, order)
    perform(close_order, actor=store.world.actor, command=CloseOrder(order_id=order.id))

    with pytest.raises(OrderUnknown):
        perform(decide_order, actor=manager(store), command=command)
    row = next(one for one in ask(list_orders, actor=store.world.actor) if one.id == order.id)
    assert (row.awaits_approval, row.is_open) == (True, False)
