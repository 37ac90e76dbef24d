"""Sales in the database: PO-R7 … PO-R11, PO-R14, CP-R2, and the tills."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.coupons.errors import CouponUnavailable
from domain.members.errors import NotEnoughPoints
from domain.payments import queries as payment_queries
from domain.payments.errors import AmountInvalid
from domain.sales import overriding, selling, shifts
from domain.sales.commands import CloseShift, MoveCash, OpenShift, RegisterTill
from domain.sales.errors import (
    BasketInvalid,
    NoShift,
    ReturnTooLarge,
    SaleEnded,
    SaleUnknown,
    ShiftBusy,
    ShiftOpen,
    TillUnusable,
)
from domain.sales.permissions import SELL
from domain.shared.errors import PermissionDenied
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.operations import perform
from tests.domain.sales.conftest import NOON, Shop, item


def test_a_basket_is_paid_and_makes_a_receipt(shop: Shop) -> None:
    sale = shop.ring(item(2_500, 2), item(990))
    assert (sale.state, sale.money_fen) == ('open', 5_990)
    with pytest.raises(AmountInvalid):
        shop.cash(sale, 5_991)
    half = shop.cash(sale, 3_000, key=f'{sale.key}-a')
    assert shop.cash(sale, 3_000, key=f'{sale.key}-a').state == half.state == 'confirmed'
    assert shop.cash(sale, 2_990).state == 'paid'
    assert shop.ask(shifts.get_sale, key=sale.key).state == 'paid'
    assert shop.ask(payment_queries.get_order, key=sale.key).state == 'fulfilled'


def test_PO_R7_points_and_coupons_pay_and_only_money_earns(shop: Shop) -> None:
    member = shop.member(3_000)
    shop.coupon(member, kind='full_reduction', threshold_fen=20_000, reduce_fen=2_000)
    sale = shop.sell(item(15_000), item(10_000), member_id=member, points=3_000)
    assert (sale.price_fen, sale.discount_fen, sale.points_fen, sale.money_fen) == (25_000, 2_000, 3_000, 20_000)
    assert sale.earned_points == 200
    assert shop.points(member) == 200
    assert shop.coupons(member) == ['used']


def test_PO_R8_a_partial_return_gives_money_and_points_back_and_takes_earned_ones(shop: Shop) -> None:
    """Items of 70 + 50, 1,200 points for 12.00. The 50 returns, then the 70."""
    member = shop.member(1_200)
    sale = shop.sell(item(7_000), item(5_000), member_id=member, points=1_200)
    assert (sale.money_fen, shop.points(member)) == (10_800, 108)

    first = shop.take_back(sale, (1, 1))
    assert (first.money_fen, first.points, first.clawed_points) == (4_500, 500, 45)
    assert shop.points(member) == 108 + 500 - 45
    rest = shop.take_back(sale, (0, 1))
    assert (rest.money_fen, rest.points, rest.clawed_points) == (6_300, 700, 63)
    assert shop.points(member) == 1_200
    with pytest.raises(ReturnTooLarge):
        shop.take_back(sale, (0, 1))


def test_PO_R9_points_that_were_spent_meanwhile_are_owed(shop: Shop) -> None:
    member = shop.member()
    sale = shop.sell(item(10_000), member_id=member)
    shop.sell(item(20_000), member_id=member, points=100, coupons=())
    before = shop.points(member)
    assert shop.take_back(sale, (0, 1)).clawed_points == 100
    assert shop.points(member) == before - 100


def test_PO_R10_a_sale_synced_from_many_tabs_is_one(shop: Shop) -> None:
    def sync(_: int) -> int:
        sale = shop.ring(item(1_234), key=f'offline-{shop.tills[0]}')
        return shop.cash(sale, 1_234, key=f'offline-cash-{shop.tills[0]}').id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(sync, range(12)))) == 1
    report = shop.ask(shifts.get_x_report, till=shop.tills[0])
    assert (report.sales, report.cash_taken_fen) == (1, 1_234)
    with pytest.raises(IdempotencyConflict):
        shop.ring(item(1_235), key=f'offline-{shop.tills[0]}')


def test_PO_R10_an_order_from_a_deactivated_till_is_refused(shop: Shop) -> None:
    shop.do(shifts.register_till, command=RegisterTill(code=shop.tills[1], shop='l1-01', is_active=False))
    with pytest.raises(TillUnusable):
        shop.ring(item(100), till=1)


def test_PO_R11_a_return_at_another_till_pays_the_price_paid_once(shop: Shop) -> None:
    member = shop.member()
    shop.coupon(member, kind='discount', percent=75)
    sale = shop.sell(item(1_000, 3), member_id=member)
    back = shop.take_back(sale, (0, 1), key=f'r-{sale.key}', till=1)
    assert (back.money_fen, back.cash_fen) == (750, 750)
    assert shop.take_back(sale, (0, 1), key=f'r-{sale.key}', till=1) == back
    with pytest.raises(IdempotencyConflict):
        shop.take_back(sale, (0, 2), key=f'r-{sale.key}', till=1)
    assert shop.coupons(member) == ['used']
    assert shop.take_back(sale, (0, 2)).money_fen == 1_500
    assert shop.coupons(member) == ['unused']


@pytest.mark.parametrize('lines', [(), ((0, 2),), ((1, 1),), ((-1, 1),), ((0, 0),), ((0, -1),), ((0, 1), (0, 1))])
def test_absurd_returns_are_refused(shop: Shop, lines: tuple[tuple[int, int], ...]) -> None:
    sale = shop.sell(item(700))
    with pytest.raises(ReturnTooLarge):
        shop.take_back(sale, *lines)
    unpaid = shop.ring(item(700))
    with pytest.raises(SaleEnded):
        shop.take_back(unpaid, (0, 1))


def test_PO_R14_a_blind_count_records_the_difference(shop: Shop) -> None:
    sale = shop.sell(item(73_450), seconds=30)
    shop.sell(item(1_000), seconds=50)
    shop.take_back(sale, (0, 1))
    shop.do(
        shifts.move_cash, command=MoveCash(till=shop.tills[0], key=shop.tills[0], fen=-20_000, reason='to the safe')
    )
    assert shop.ask(shifts.get_x_report, till=shop.tills[0]).expected_fen is None

    report = shop.do(shifts.close_shift, command=CloseShift(till=shop.tills[0], counted_fen=30_550))

    assert (report.expected_fen, report.variance_fen) == (31_000, -450)
    assert (report.sales, report.money_fen, report.returned_fen) == (2, 74_450, 73_450)
    assert report.seconds_per_basket == 40
    for refused in (
        lambda: shop.ring(item(1)),
        lambda: shop.do(shifts.close_shift, command=CloseShift(till=shop.tills[0], counted_fen=0)),
    ):
        with pytest.raises(NoShift):
            refused()


def test_a_till_has_one_shift_and_it_ends_when_its_sales_have(shop: Shop) -> None:
    with pytest.raises(ShiftOpen):
        shop.do(shifts.open_shift, command=OpenShift(till=shop.tills[0], float_fen=0))
    sale = shop.ring(item(500))
    close = CloseShift(till=shop.tills[0], counted_fen=50_000)
    with pytest.raises(ShiftBusy):
        shop.do(shifts.close_shift, command=close)
    shop.do(selling.abandon_sale, sale_key=sale.key)
    assert shop.do(shifts.close_shift, command=close).variance_fen == 0


def test_CP_R2_coupons_and_points_are_used_before_anything_is_charged(shop: Shop) -> None:
    shop_sale = None
    member = shop.member(500)
    coupon = shop.coupon(member, kind='full_reduction', threshold_fen=1_000, reduce_fen=300)
    shop_sale = shop.ring(item(5_000), member_id=member, points=500)
    assert shop.coupons(member) == ['locked']
    late = NOON + timedelta(minutes=20)
    other = shop.ring(item(5_000), member_id=member, coupons=(coupon,), now=late)
    assert other.discount_fen == 300

    with pytest.raises(CouponUnavailable):
        shop.cash(shop_sale, shop_sale.money_fen, now=late)

    assert shop.ask(payment_queries.get_order, key=shop_sale.key).paid_fen == 0
    assert shop.cash(other, other.money_fen, now=late).state == 'paid'


@pytest.mark.parametrize('is_confirmed', [False, True])
def test_an_abandoned_sale_gives_everything_back(shop: Shop, is_confirmed: bool) -> None:
    member = shop.member(500)
    shop.coupon(member, kind='full_reduction', threshold_fen=1_000, reduce_fen=300)
    sale = shop.ring(item(5_000), member_id=member, points=500)
    if is_confirmed:
        shop.cash(sale, 1_000)
    assert shop.points(member) == 0

    assert shop.do(selling.abandon_sale, sale_key=sale.key).state == 'abandoned'

    assert (shop.points(member), shop.coupons(member)) == (500, ['unused'])
    order = shop.ask(payment_queries.get_order, key=sale.key)
    assert (order.state, order.paid_fen - order.refunded_fen) == ('closed', 0)
    assert shop.ask(shifts.get_x_report, till=shop.tills[0]).cash_taken_fen == 0
    with pytest.raises(SaleEnded):
        shop.do(selling.abandon_sale, sale_key=sale.key)


def test_a_basket_paid_by_points_alone_needs_no_money(shop: Shop) -> None:
    member = shop.member(900)
    sale = shop.ring(item(900), member_id=member, points=900)
    assert shop.do(selling.confirm_sale, sale_key=sale.key).state == 'paid'
    assert shop.do(selling.finish_sale, sale_key=sale.key).earned_points == 0
    assert shop.take_back(sale, (0, 1)).points == 900


def test_a_sale_is_finished_only_when_it_is_paid_for_certain(shop: Shop) -> None:
    sale = shop.ring(item(900))
    for state in ('open', 'not paid'):
        with pytest.raises(SaleEnded, match=state):
            shop.do(selling.finish_sale, sale_key=sale.key)
        shop.do(selling.confirm_sale, sale_key=sale.key)
    with pytest.raises(SaleUnknown):
        shop.do(selling.finish_sale, sale_key='nothing')


def test_training_never_posts(shop: Shop) -> None:
    member = shop.member(100)
    sale = shop.ring(item(5_000), member_id=member, is_training=True)
    assert (sale.state, sale.money_fen) == ('training', 5_000)
    for step in (lambda: shop.cash(sale, 5_000), lambda: shop.do(selling.confirm_sale, sale_key=sale.key)):
        with pytest.raises(SaleEnded):
            step()
    assert shop.ask(shifts.get_x_report, till=shop.tills[0]).sales == 0
    assert shop.points(member) == 100


def test_another_price_needs_the_right_and_a_reason(shop: Shop, actor_with) -> None:  # type: ignore[no-untyped-def]
    cheaper = item(5_000, override_fen=4_000, override_reason='scratched')
    sale = shop.sell(cheaper)
    assert (sale.money_fen, sale.lines[0].override_reason) == (4_000, 'scratched')
    with pytest.raises(BasketInvalid):
        shop.ring(item(5_000, override_fen=4_000))
    command = selling.RingUp(key='cheap', till=shop.tills[0], items=(cheaper,), occurred_at=NOON)
    with pytest.raises(PermissionDenied):
        perform(selling.ring_up, actor=actor_with(SELL), now=NOON, command=command)


def test_an_overridden_price_is_on_record_with_who_gave_it_and_why(shop: Shop) -> None:
    cheaper = item(5_000, 2, override_fen=4_000, override_reason='scratched')
    supervisor = replace(shop.actor, name='supervisor', roles=frozenset({'operations'}))
    command = selling.RingUp(key=str(uuid4()), till=shop.tills[0], items=(item(100), cheaper), occurred_at=NOON)
    for _ in range(2):  # rung up again, it is one sale and one override
        sale = perform(selling.ring_up, actor=supervisor, now=NOON, command=command)
    shop.ring(cheaper, is_training=True)

    days = {'from_on': NOON.date(), 'until_on': NOON.date() + timedelta(days=1)}
    for question in (overriding.list_overrides, overriding.export_overrides):
        [row] = [one for one in shop.ask(question, **days) if one.till == shop.tills[0]]
        assert (row.receipt_no, row.quantity, row.from_fen, row.to_fen, row.given_fen) == (
            sale.id,
            2,
            5_000,
            4_000,
            2_000,
        )
        assert (row.overridden_by, row.role, row.reason) == ('supervisor', 'operations', 'scratched')
    assert shop.ask(overriding.list_overrides, from_on=days['until_on'], until_on=days['until_on']) == []


@pytest.mark.parametrize('bad', [item(100, 0), item(100, -3), item(-100), item(10**13), item(1, 10**6)])
def test_absurd_baskets_are_refused(shop: Shop, bad: object) -> None:
    with pytest.raises(BasketInvalid):
        shop.ring(bad)  # type: ignore[arg-type]
    with pytest.raises(BasketInvalid):
        shop.ring()
    with pytest.raises(BasketInvalid):
        shop.ring(item(100), points=5)


def test_points_beyond_the_balance_or_the_basket_are_refused_and_nothing_is_held(shop: Shop) -> None:
    member = shop.member(1_000)
    with pytest.raises(NotEnoughPoints):
        shop.ring(item(5_000), member_id=member, points=1_001)
    with pytest.raises(BasketInvalid):
        shop.ring(item(500), member_id=member, points=600)
    assert shop.points(member) == 1_000
