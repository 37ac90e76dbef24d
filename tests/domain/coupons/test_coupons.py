"""Coupons in the database: CP-R1, CP-R2, CP-R3, CP-R6, the rush and the rotating code."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from domain.coupons import granting, queries, redeeming
from domain.coupons.commands import CouponId, RedeemByCode, VoidCoupon
from domain.coupons.errors import (
    BudgetSpent,
    CapReached,
    CodeExpired,
    CouponUnavailable,
    NotClaimable,
    SoldOut,
    TemplateUnknown,
)
from domain.coupons.views import BasketLine
from domain.shared.errors import Invalid
from domain.shared.idempotency import IdempotencyConflict
from tests.domain.coupons.conftest import NOON, Counter


@pytest.mark.parametrize('slots', [1, 7, 16])
def test_CP_R1_two_hundred_people_get_fifty_coupons_of_fifty(counter: Counter, slots: int) -> None:
    template = counter.template(stock=50, slots=slots)
    members = [counter.member() for _ in range(200)]

    def claim(member: int) -> bool:
        try:
            return len(counter.grant(template, member)) == 1
        except SoldOut:
            return False

    with ThreadPoolExecutor(200) as pool:
        assert sum(pool.map(claim, members)) == 50
    stock = counter.stock(template)
    assert (stock.left, stock.issued, stock.unused) == (0, 50, 50)


def test_CP_R1_six_taps_of_one_finger_give_one_coupon(counter: Counter) -> None:
    template, member = counter.template(), counter.member()

    def tap(_: int) -> bool:
        try:
            return bool(counter.grant(template, member))
        except CapReached:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tap, range(6))) == 1
    assert counter.state(member) == ['unused']


@pytest.mark.parametrize(('policy', 'granted'), [('partial', 2), ('nothing', 0)])
def test_CP_R1_a_batch_gets_what_is_left_or_nothing_and_never_more(counter: Counter, policy: str, granted: int) -> None:
    template = counter.template(stock=2, slots=2, cap_per_member=9, batch_policy=policy)
    member = counter.member()
    if granted:
        assert len(counter.grant(template, member, 4)) == granted
    else:
        with pytest.raises(SoldOut):
            counter.grant(template, member, 4)
    assert counter.stock(template).left == 2 - granted


def test_CP_R1_a_batch_does_not_pass_the_members_cap(counter: Counter) -> None:
    template, member = counter.template(stock=20, cap_per_member=3), counter.member()
    counter.grant(template, member, 2)
    with pytest.raises(CapReached):
        counter.grant(template, member, 2)
    assert counter.stock(template).left == 18


def test_X_R4_the_same_key_grants_once(counter: Counter) -> None:
    template, member = counter.template(cap_per_member=9), counter.member()

    def tap(_: int) -> CouponId:
        return counter.grant(template, member, key=f'again-{template}')[0].id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(tap, range(8)))) == 1
    with pytest.raises(IdempotencyConflict):
        counter.grant(template, counter.member(), key=f'again-{template}')


def test_claims_keep_to_their_time_and_the_days_share(counter: Counter) -> None:
    validity = {
        'claim_from': NOON, 'claim_until': NOON + timedelta(hours=2), 'valid_until': NOON + timedelta(days=9),
    }  # fmt: skip
    template = counter.template(validity=validity, cap_per_day=2)
    for early_or_late in (NOON - timedelta(seconds=1), NOON + timedelta(hours=2)):
        with pytest.raises(NotClaimable):
            counter.grant(template, counter.member(), now=early_or_late)
    for _ in range(2):
        counter.grant(template, counter.member())
    with pytest.raises(CapReached):
        counter.grant(template, counter.member())
    with pytest.raises(TemplateUnknown):
        counter.grant('no-such-template', 1)
    with pytest.raises(Invalid):
        counter.grant(template, 1, 0)


def test_CP_R2_a_lock_holds_for_its_order_and_ends(counter: Counter) -> None:
    member = counter.member()
    coupon = counter.one(counter.template(), member)
    order, other = str(uuid4()), str(uuid4())
    counter.do(redeeming.release_overdue_locks, NOON + timedelta(hours=1))  # what other tests left locked
    counter.lock(member, order, coupon)
    with pytest.raises(CouponUnavailable):
        counter.lock(member, other, coupon, now=NOON + timedelta(minutes=14))
    assert counter.do(redeeming.release_overdue_locks, NOON + timedelta(minutes=14)) == 0
    assert counter.do(redeeming.release_overdue_locks, NOON + timedelta(minutes=15)) >= 1
    counter.lock(member, other, coupon, now=NOON + timedelta(minutes=15))
    assert counter.release(other) == 1
    assert counter.release(other) == 0
    assert counter.state(member) == ['unused']


def test_CP_R2_a_commit_after_the_release_takes_the_coupon_again_or_fails_before_charging(counter: Counter) -> None:
    member, order, other = counter.member(), str(uuid4()), str(uuid4())
    template = counter.template(cap_per_member=2)
    kept, lost = counter.one(template, member), counter.one(template, member)
    counter.lock(member, order, kept, lost)
    counter.release(order)
    counter.lock(member, other, lost)

    with pytest.raises(CouponUnavailable):
        counter.commit(member, order, (kept, 2_000), (lost, 2_000))
    assert counter.stock(template).used == 0
    counter.commit(member, order, (kept, 2_000))
    counter.commit(member, order, (kept, 2_000))
    assert counter.stock(template).used == 1
    assert sorted(counter.state(member)) == ['locked', 'used']


def test_CP_R2_twenty_tills_use_a_coupon_once(counter: Counter) -> None:
    member = counter.member()
    coupon = counter.one(counter.template(), member)

    def use(number: int) -> bool:
        try:
            counter.commit(member, f'till-{coupon}-{number}', (coupon, 2_000))
        except CouponUnavailable:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(use, range(20))) == 1


def test_a_coupon_is_used_by_its_owner_in_its_time_only(counter: Counter) -> None:
    member = counter.member()
    coupon = counter.one(counter.template(validity={
        'valid_from': NOON + timedelta(hours=1), 'valid_until': NOON + timedelta(days=3),
        'blackout_on': [date(2026, 11, 23)],
    }), member)  # fmt: skip
    for who, when in (
        (counter.member(), NOON + timedelta(hours=2)),
        (member, NOON),
        (member, NOON + timedelta(days=1)),
        (member, NOON + timedelta(days=3)),
    ):
        with pytest.raises(CouponUnavailable):
            counter.commit(who, str(uuid4()), (coupon, 1), now=when)
    counter.commit(member, str(uuid4()), (coupon, 1), now=NOON + timedelta(hours=2))


def test_CP_R6_a_roll_back_returns_coupon_budget_and_count_once(counter: Counter) -> None:
    template = counter.template(cap_per_member=3, budget_fen=3_500, uses_per_member_day=1)
    member, order = counter.member(), str(uuid4())
    first, second = counter.one(template, member), counter.one(template, member)
    counter.commit(member, order, (first, 2_000))
    with pytest.raises(CapReached):
        counter.commit(member, str(uuid4()), (second, 100))
    with pytest.raises(BudgetSpent):
        counter.commit(member, str(uuid4()), (second, 1_501))

    assert counter.roll_back(order) == [first]
    assert counter.roll_back(order) == []

    assert counter.stock(template).spent_fen == 0
    counter.commit(member, str(uuid4()), (second, 3_500))
    assert sorted(counter.state(member)) == ['unused', 'used']


def test_CP_R6_a_coupon_that_expired_meanwhile_gets_its_days_of_grace(counter: Counter) -> None:
    template = counter.template(validity={'valid_until': NOON + timedelta(days=1)}, rollback_grace_days=5)
    member, order = counter.member(), str(uuid4())
    coupon = counter.one(template, member)
    counter.commit(member, order, (coupon, 2_000))
    later = NOON + timedelta(days=2)

    counter.roll_back(order, later)

    [view] = counter.ask(queries.list_coupons, member_id=member)
    assert view.valid_until == later + timedelta(days=5)
    counter.do(granting.expire_coupons, later + timedelta(days=5))
    assert counter.state(member) == ['expired']


def test_X_R9_coupons_are_conserved(counter: Counter) -> None:
    template = counter.template(
        stock=30, slots=4, cap_per_member=10, validity={'valid_until': NOON + timedelta(days=1)}
    )
    member = counter.member()
    coupons = [view.id for view in counter.grant(template, member, 9)]
    counter.lock(member, f'{template}-l', *coupons[:3], minutes=9_999)
    counter.commit(member, f'{template}-c', (coupons[3], 5), (coupons[4], 5))
    counter.do(granting.void_coupon, command=VoidCoupon(coupon_id=coupons[5], reason='misprint'))
    counter.do(granting.expire_coupons, NOON + timedelta(days=1))
    with pytest.raises(CouponUnavailable):
        counter.do(granting.void_coupon, command=VoidCoupon(coupon_id=coupons[5], reason='again'))

    stock = counter.stock(template)
    assert (stock.unused, stock.locked, stock.used, stock.expired, stock.void) == (0, 3, 2, 3, 1)
    assert stock.issued + stock.left == stock.stock


def test_a_rotating_code_uses_a_coupon_and_a_screenshot_does_not(counter: Counter) -> None:
    member = counter.member()
    coupon = counter.one(counter.template(terms={'kind': 'exchange'}), member)
    code = counter.ask(queries.show_coupon_code, coupon_id=coupon, now=NOON)
    for forged in (f'{coupon}.AAAAAAAA', f'{coupon + 1}.{code.split(".")[1]}', 'x', ''):
        with pytest.raises(CodeExpired):
            counter.do(redeeming.redeem_by_code, command=RedeemByCode(code=forged, order_key='k'))
    with pytest.raises(CodeExpired):
        counter.do(
            redeeming.redeem_by_code, NOON + timedelta(minutes=1), command=RedeemByCode(code=code, order_key='k')
        )
    command = RedeemByCode(code=code, order_key=f'kiosk-{coupon}')
    first, second = (counter.do(redeeming.redeem_by_code, command=command) for _ in range(2))
    assert (first.state, first.id) == ('used', second.id)
    with pytest.raises(CouponUnavailable):
        counter.do(redeeming.redeem_by_code, command=RedeemByCode(code=code, order_key='another'))


def test_CP_R3_the_best_of_a_members_coupons_is_explained(counter: Counter) -> None:
    counter.stacking(most_coupons=2)
    member = counter.member()
    big = counter.one(counter.template(), member)
    percent = counter.one(counter.template(terms={'kind': 'discount', 'percent': 90}), member)
    far = counter.one(counter.template(terms={'kind': 'discount', 'percent': 10, 'shops': ['moon']}), member)
    lines = [BasketLine(shop='l1', category='food', fen=10_500)]

    best = counter.ask(queries.explain_best, member_id=member, lines=lines, now=NOON)
    mine = counter.ask(queries.explain_best, member_id=member, lines=lines, now=NOON, only=[percent])

    assert [(step.coupon_id, step.fen) for step in best.steps] == [(big, 2_000), (percent, 850)]
    assert best.left_out == ((far, 'out_of_scope'),)
    assert mine.discount_fen == 1_050
    with pytest.raises(CouponUnavailable):
        counter.ask(queries.explain_best, member_id=counter.member(), lines=lines, now=NOON, only=[percent])
    later = datetime(2027, 3, 1, tzinfo=UTC)
    assert counter.ask(queries.explain_best, member_id=member, lines=lines, now=later).discount_fen == 0


def test_a_random_coupon_is_drawn_once_within_its_bounds(counter: Counter) -> None:
    template = counter.template(
        terms={'kind': 'random', 'random_low_fen': 100, 'random_high_fen': 900}, stock=40, cap_per_member=40
    )
    values = {counter.grant(template, 1, key=f'{template}-{number}')[0].value_fen for number in range(20)}
    assert all(100 <= value <= 900 for value in values)
    assert len(values) > 1
