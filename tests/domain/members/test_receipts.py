"""Receipts in the database: PT-R4, PT-R5, PT-R6, PT-R9, PT-R10; PO-R7, PO-R9, PO-R12, PO-R13 as far as points go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from domain.members import accounts, loyalty, queries, receipts, upkeep
from domain.members.commands import Channel, DecideReceipt, MemberId
from domain.members.errors import NotEnoughPoints, ReceiptDiffers, ReceiptUnknown, RefundTooLarge
from domain.shared.actor import MallId
from domain.shared.errors import Invalid
from tests.domain.members.conftest import NOON, Desk

GOLD_DOUBLE = [{'code': 'gold', 'kind': 'tier', 'percent': 200, 'matches': ['gold', 'black']}]
SOON = timedelta(seconds=1)


def lots(desk: Desk, member: MemberId) -> dict[str, int]:
    return {lot.source: lot.remaining for lot in desk.ask(accounts.list_lots, member_id=member)}


def test_X_R2_a_late_notice_earns_under_the_rules_of_the_moment_of_purchase(another_mall: MallId) -> None:
    desk = Desk(another_mall)
    desk.tiers()
    saturday_night = datetime(2026, 11, 21, 15, 50, tzinfo=UTC)  # 23:50 on Saturday in Shanghai
    desk.rules(bonuses=[{'code': 'saturday', 'kind': 'day', 'percent': 300, 'matches': ['sat']}])
    desk.rules(valid_from=saturday_night + timedelta(hours=1))
    earned = desk.buy(desk.enrol(), 4_000, at=saturday_night, now=saturday_night + timedelta(hours=14))
    assert earned.points == 120
    assert desk.buy(desk.enrol(), 4_000, at=saturday_night + timedelta(hours=2)).points == 40


def test_X_R4_the_same_receipt_earns_once_whoever_brings_it(desk: Desk) -> None:
    member = desk.enrol()

    def bring(_: int) -> bool:
        return desk.buy(member, 5_000, 2_000, key='r-once').is_replay

    with ThreadPoolExecutor(8) as pool:
        replays = list(pool.map(bring, range(15)))

    assert replays.count(False) == 1
    assert desk.balance(member, NOON + SOON).available == 70
    with pytest.raises(ReceiptDiffers):
        desk.buy(member, 5_000, 2_001, key='r-once')


def test_a_receipt_needs_lines_and_no_negative_ones(desk: Desk) -> None:
    member = desk.enrol()
    for fen in ((), (100, -1)):
        with pytest.raises(Invalid):
            desk.buy(member, *fen)


def test_PT_R4_a_refund_takes_from_its_own_lot_then_the_newest_then_into_debt(desk: Desk) -> None:
    member = desk.enrol()
    desk.buy(member, 6_000, at=NOON, key='r4-a')
    desk.buy(member, 5_000, at=NOON + timedelta(hours=1), key='r4-b', shop='l1-02')
    desk.grant(member, 10, now=NOON + timedelta(hours=2))
    desk.spend(member, 50, NOON + timedelta(hours=3))  # 50 of a's 60

    answer = desk.refund('r4-a', (0, 6_000), now=NOON + timedelta(hours=4))

    assert (answer.clawed, answer.owed) == (60, 0)
    assert lots(desk, member) == {'earn': 10}  # a gave its last 10, the grant 10, b 40
    answer = desk.refund('r4-b', (0, 5_000), now=NOON + timedelta(hours=5))
    assert (answer.clawed, answer.owed) == (10, 40)
    assert desk.balance(member, NOON + timedelta(hours=6)).available == -40


def test_PO_R9_a_debt_is_filled_by_the_next_points_and_cannot_be_spent_around(desk: Desk) -> None:
    member = desk.enrol()
    desk.buy(member, 9_000, key='po9')
    desk.spend(member, 70, NOON + SOON)
    assert desk.refund('po9', (0, 9_000), now=NOON + 2 * SOON).owed == 70

    desk.buy(member, 10_000, at=NOON + timedelta(hours=1), shop='l1-03')

    then = NOON + timedelta(hours=1, seconds=1)
    assert desk.balance(member, then).available == 30
    assert lots(desk, member) == {'earn': 30}
    with pytest.raises(NotEnoughPoints):
        desk.spend(member, 31, then)
    desk.spend(member, 30, then)


def test_PO_R9_by_the_other_policy_cash_is_kept_back_for_points_that_are_gone(desk: Desk) -> None:
    desk.rules(shortfall='deduct_cash', value_millifen=2_000)
    member = desk.enrol()
    desk.buy(member, 9_000, key='po9-cash')
    desk.spend(member, 65)
    answer = desk.refund('po9-cash', (0, 9_000))
    assert (answer.clawed, answer.owed, answer.deduct_fen) == (25, 0, 130)
    assert desk.balance(member, NOON + SOON).available == 0


def test_PT_R4_what_expired_unspent_is_not_taken_twice(desk: Desk) -> None:
    desk.rules(lifetime_months=1)
    member = desk.enrol()
    desk.buy(member, 8_000, key='gone')
    desk.spend(member, 30)
    later = NOON + timedelta(days=40)
    desk.do(upkeep.expire_points, later)
    desk.grant(member, 100, now=later)

    answer = desk.refund('gone', (0, 8_000), now=later + SOON)

    assert (answer.clawed, answer.owed) == (30, 0)
    assert desk.balance(member, later + 2 * SOON).available == 70


def test_PO_R7_only_money_earns_and_PO_R8_parts_take_back_their_part(desk: Desk) -> None:
    """Lines of 70 + 50, 12 of it by points: money 63 + 45. Return the 50, then the 70."""
    member = desk.enrol()
    assert desk.buy(member, 6_300, 4_500, key='po8').points == 108
    assert desk.refund('po8', (1, 4_500)).clawed == 45
    assert desk.refund('po8', (0, 6_300), key='po8-rest').clawed == 63
    assert desk.refund('po8', (0, 6_300), key='po8-rest').is_replay
    with pytest.raises(RefundTooLarge):
        desk.refund('po8', (0, 1))


@pytest.mark.parametrize('lines', [((0, 1_001),), ((1, 5),), ((-1, 5),), ((0, 0),), ((0, -5),), ((0, 600), (0, 600))])
def test_refunds_beyond_what_was_paid_are_refused_and_change_nothing(
    desk: Desk, lines: tuple[tuple[int, int], ...]
) -> None:
    member = desk.enrol()
    receipt = desk.buy(member, 1_000)
    with pytest.raises(RefundTooLarge):
        desk.refund(receipt.key, *lines)
    assert desk.balance(member, NOON + SOON).available == 10
    with pytest.raises(ReceiptUnknown):
        desk.refund('no-such-receipt', (0, 1))


def test_PO_R12_a_refund_on_day_forty_still_takes_its_points(desk: Desk) -> None:
    member = desk.enrol()
    desk.buy(member, 7_000, key='day40')
    assert desk.refund('day40', (0, 7_000), now=NOON + timedelta(days=40)).clawed == 70


def test_PT_R5_redeeming_never_lowers_a_tier_but_refunding_does_after_the_grace(desk: Desk) -> None:
    desk.tiers(grace_days=30)
    member = desk.enrol()
    desk.buy(member, 1_200_000, key='pt5')
    desk.spend(member, 12_000, NOON + SOON)

    def tier(at: datetime) -> str:
        desk.do(loyalty.review_tiers, at, after_id=member - 1)
        return desk.ask(queries.get_member, member_id=member, now=at).tier

    assert tier(NOON + timedelta(days=1)) == 'gold'
    desk.refund('pt5', (0, 500_000), now=NOON + timedelta(days=2))
    assert tier(NOON + timedelta(days=3)) == 'gold'
    assert tier(NOON + timedelta(days=32)) == 'gold'
    assert tier(NOON + timedelta(days=33)) == 'silver'
    reasons = [(step.tier, step.reason) for step in desk.ask(queries.list_tier_steps, member_id=member)]
    assert reasons == [('gold', 'upgrade'), ('silver', 'soft_landing')]


@pytest.mark.parametrize(('timing', 'points'), [('old_rate', 3_000), ('split', 3_000 + 1_500)])
def test_PT_R6_the_receipt_that_lifts_earns_the_old_rate_or_is_split(desk: Desk, timing: str, points: int) -> None:
    desk.rules(bonuses=GOLD_DOUBLE, upgrade_timing=timing)
    member = desk.enrol()
    desk.buy(member, 850_000)
    assert desk.buy(member, 300_000, at=NOON + SOON, shop='l1-09').points == points
    assert desk.buy(member, 10_000, at=NOON + 2 * SOON).points == 200


@pytest.mark.parametrize('order', list(permutations(range(3))))
def test_PT_R6_the_order_of_arrival_changes_nothing(desk: Desk, order: tuple[int, ...]) -> None:
    desk.rules(bonuses=GOLD_DOUBLE)
    member = desk.enrol()
    bought = [(900_000, 0), (200_000, 1), (50_000, 2)]
    for number in order:
        fen, hours = bought[number]
        desk.buy(member, fen, at=NOON + timedelta(hours=hours), now=NOON + timedelta(hours=9), shop=f's{number}')

    assert desk.balance(member, NOON + timedelta(hours=10)).available == 9_000 + 2_000 + 1_000
    [step] = {(s.tier, s.effective_at) for s in desk.ask(queries.list_tier_steps, member_id=member)} - {
        ('gold', NOON + timedelta(hours=2))
    }
    assert step == ('gold', NOON + timedelta(hours=1))


def test_PT_R9_a_daily_cap_holds_when_receipts_come_together(desk: Desk) -> None:
    desk.rules(cap_per_day=700)
    member = desk.enrol()

    def buy(number: int) -> int:
        return desk.buy(member, 25_000, shop=f'cap-{number}').points

    with ThreadPoolExecutor(8) as pool:
        earned = sorted(pool.map(buy, range(5)))

    assert earned == [0, 0, 200, 250, 250]
    assert desk.buy(member, 25_000, at=NOON + timedelta(days=1)).points == 250


def test_PT_R9_caps_by_receipt_and_shop_and_a_refund_gives_the_cap_back(desk: Desk) -> None:
    desk.rules(cap_per_receipt=80, cap_per_shop_day=100)
    member = desk.enrol()
    assert desk.buy(member, 9_900, key='cap-r').points == 80
    assert desk.buy(member, 9_900).points == 20
    assert desk.buy(member, 9_900, shop='elsewhere').points == 80
    assert desk.refund('cap-r', (0, 9_900)).clawed == 80
    assert desk.buy(member, 9_900).points == 80


def test_PT_R10_pending_points_cannot_be_spent_and_vanish_without_a_trace_in_the_balance(desk: Desk) -> None:
    desk.rules(pending_days=10)
    member = desk.enrol()
    desk.buy(member, 6_000, key='pending-1')
    desk.buy(member, 3_000, shop='l2-02')
    third, tenth = NOON + timedelta(days=3), NOON + timedelta(days=10)

    assert desk.balance(member, third) == accounts.BalanceView(available=0, pending=90, held=0)
    with pytest.raises(NotEnoughPoints):
        desk.spend(member, 1, third)
    assert desk.refund('pending-1', (0, 6_000), now=third).clawed == 60
    assert desk.balance(member, tenth) == accounts.BalanceView(available=0, pending=30, held=0)
    desk.spend(member, 30, tenth)

    lines = desk.ask(accounts.get_statement, member_id=member, since=NOON, until=tenth + SOON)
    assert [(line.kind, line.points) for line in lines] == [('points.mature', 30), ('points.take', -30)]


def test_PT_R10_the_run_matures_what_is_due_dated_when_it_was_due(desk: Desk) -> None:
    desk.rules(pending_days=5)
    member = desk.enrol()
    desk.buy(member, 4_000)
    late = NOON + timedelta(days=8)
    while desk.do(upkeep.mature_points, late).done:
        pass
    assert desk.balance(member, NOON + timedelta(days=5)).available == 0
    assert desk.balance(member, NOON + timedelta(days=5, seconds=1)).available == 40


def test_PO_R13_one_payment_by_two_channels_waits_for_review(desk: Desk) -> None:
    one, two = desk.enrol(), desk.enrol()
    desk.buy(one, 26_800, shop='twin', channel=Channel.DISTRICT)
    near = desk.buy(two, 26_800, at=NOON + timedelta(minutes=9), shop='twin', channel=Channel.PHOTO, key='twin-near')
    far = desk.buy(two, 26_800, at=NOON + timedelta(minutes=21), shop='twin', channel=Channel.PHOTO)
    other = desk.buy(two, 26_801, at=NOON, shop='twin', channel=Channel.PHOTO)

    assert (near.state, near.points) == ('held', 0)
    assert (far.state, other.state) == ('earned', 'earned')
    decided = desk.do(receipts.decide_receipt, command=DecideReceipt(receipt_key='twin-near', is_genuine=True))
    assert (decided.state, decided.points) == ('earned', 268)
    with pytest.raises(ReceiptUnknown):
        desk.do(receipts.decide_receipt, command=DecideReceipt(receipt_key='twin-near', is_genuine=True))


def test_PO_R13_a_rejected_twin_earns_nothing_and_may_still_be_refunded(desk: Desk) -> None:
    member = desk.enrol()
    desk.buy(member, 5_500, shop='twin-2', channel=Channel.DISTRICT)
    desk.buy(member, 5_500, shop='twin-2', channel=Channel.PHOTO, key='rejected')
    desk.do(receipts.decide_receipt, command=DecideReceipt(receipt_key='rejected', is_genuine=False))
    assert desk.refund('rejected', (0, 5_500)).clawed == 0
    assert desk.balance(member, NOON + SOON).available == 55


def test_a_first_purchase_bonus_is_given_once(desk: Desk) -> None:
    desk.rules(bonuses=[{'code': 'first', 'kind': 'first_purchase', 'percent': 500}])
    member = desk.enrol()
    assert [desk.buy(member, 1_000, at=NOON + n * SOON).points for n in range(3)] == [50, 10, 10]
