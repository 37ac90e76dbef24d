"""PO-R10: what a till sold offline arrives once, however often and from how many tabs it is sent."""

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from domain.sales import shifts, syncing
from domain.sales.commands import CloseShift, OpenShift, RegisterTill, SyncOrder
from domain.sales.errors import NoShift, OrderUnreadable, SignatureWrong, TillUnusable
from domain.sales.queries import list_day
from domain.sales.views import SaleView
from domain.shared.actor import system_actor
from domain.shared.database import Scope, reading
from domain.shared.idempotency import IdempotencyConflict
from tests.domain.sales.conftest import NOON, Shop, item


def order(shop: Shop, at: int = 0, **changes: Any) -> dict[str, Any]:
    one = {'sku': 'sku-1250', 'name': '商品', 'category': 'food', 'quantity': 2, 'unit_fen': 1_250}
    return {
        'key': str(uuid4()), 'till': shop.tills[at], 'occurred_at': NOON.isoformat(), 'items': [one],
        'cash_fen': 2_500, 'seconds': 17,
    } | changes  # fmt: skip


def signed(shop: Shop, document: dict[str, Any], till: int = 0) -> SyncOrder:
    key = shop.do(syncing.pair_till, till=shop.tills[till]).key.get_secret_value()
    payload = json.dumps(document)
    signature = hmac.digest(bytes.fromhex(key), payload.encode(), hashlib.sha256).hex()
    return SyncOrder(till=shop.tills[till], payload=payload, signature=signature)


def accept(shop: Shop, command: SyncOrder) -> SaleView:
    return syncing.accept_order(actor=shop.actor, command=command, now=NOON + timedelta(hours=1))


def refusals(shop: Shop) -> list[str]:
    with reading(Scope.of(shop.actor)) as session:
        rows = session.execute(text("SELECT outcome FROM audit_entry WHERE action = 'sales.sync_order' ORDER BY id"))
        return [row.outcome for row in rows if row.outcome.startswith('refused')]


def test_PO_R10_an_order_synced_twice_from_two_tabs_at_once_is_one(shop: Shop) -> None:
    command = signed(shop, order(shop))
    with ThreadPoolExecutor(4) as pool:
        sales = list(pool.map(lambda _: accept(shop, command), range(8)))
    assert {sale.id for sale in sales} == {sales[0].id}
    assert {sale.state for sale in sales} == {'paid'}
    rows = [row for row in shop.ask(list_day, day=NOON.date()) if row.id == sales[0].id]
    assert [(row.money_fen, row.is_offline, row.seconds) for row in rows] == [(2_500, True, 17)]
    assert shop.ask(shifts.get_x_report, till=shop.tills[0]).cash_taken_fen == 2_500


def test_PO_R10_a_draft_on_the_server_that_was_paid_offline_stays_paid(shop: Shop) -> None:
    draft = shop.ring(item(1_250, 2))
    sale = accept(shop, signed(shop, order(shop, key=draft.key)))
    assert (sale.id, sale.state) == (draft.id, 'paid')


def test_an_order_of_a_deactivated_till_is_refused_and_audited(shop: Shop) -> None:
    command = signed(shop, order(shop))
    before = len(refusals(shop))
    shop.do(shifts.register_till, command=RegisterTill(code=shop.tills[0], shop='l1-01', is_active=False))
    with pytest.raises(TillUnusable):
        accept(shop, command)
    assert refusals(shop)[before:] == ['refused:sales.till_unusable']


def test_forged_and_changed_orders_change_no_books(shop: Shop) -> None:
    good = signed(shop, order(shop))
    other = signed(shop, order(shop, at=1), till=1)
    forged = [
        SyncOrder(till=good.till, payload=good.payload.replace('1250', '1'), signature=good.signature),
        SyncOrder(till=good.till, payload=good.payload, signature='00' * 32),
        SyncOrder(till=good.till, payload=good.payload, signature='é'),
        SyncOrder(till=good.till, payload=other.payload, signature=other.signature),
    ]
    for command in forged:
        with pytest.raises(SignatureWrong):
            accept(shop, command)
    assert shop.ask(shifts.get_x_report, till=shop.tills[0]).sales == 0
    assert accept(shop, good).state == 'paid'


@pytest.mark.parametrize(
    'changes',
    [
        {'items': []},
        {'key': 'no uuid'},
        {'occurred_at': '2026-11-22T04:00:00'},
        {'cash_fen': 1},
        {'till': 'another'},
        {'seconds': -1},
        {'key': None},
    ],
)
def test_a_malformed_order_is_refused(shop: Shop, changes: dict[str, Any]) -> None:
    with pytest.raises(OrderUnreadable):
        accept(shop, signed(shop, order(shop, **changes)))


def test_an_order_waits_until_its_drawer_belongs_to_a_shift_again(shop: Shop) -> None:
    command = signed(shop, order(shop))
    shop.do(shifts.close_shift, command=CloseShift(till=shop.tills[0], counted_fen=50_000))
    with pytest.raises(NoShift):
        accept(shop, command)
    shop.do(shifts.open_shift, command=OpenShift(till=shop.tills[0], float_fen=50_000))
    assert accept(shop, command).state == 'paid'


def test_a_key_names_one_order_for_ever(shop: Shop) -> None:
    first = order(shop)
    accept(shop, signed(shop, first))
    again = first | {'items': [first['items'][0] | {'quantity': 3}], 'cash_fen': 3_750}
    with pytest.raises(IdempotencyConflict):
        accept(shop, signed(shop, again))


def test_an_order_from_a_till_whose_clock_runs_ahead_happened_now(shop: Shop) -> None:
    late = signed(shop, order(shop, occurred_at=(NOON + timedelta(days=2)).isoformat()))
    assert accept(shop, late).occurred_at == NOON + timedelta(hours=1)


def test_a_till_keeps_its_key_and_an_unpaired_one_signs_nothing(shop: Shop) -> None:
    keys = {shop.do(syncing.pair_till, till=shop.tills[1]).key.get_secret_value() for _ in range(2)}
    assert len(keys) == 1
    command = SyncOrder(till=shop.tills[0], payload=json.dumps(order(shop)), signature='00' * 32)
    with pytest.raises(SignatureWrong):
        syncing.accept_order(actor=system_actor('till', shop.actor.mall_id), command=command, now=NOON)
