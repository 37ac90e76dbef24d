"""Payments in the database: PO-R1 … PO-R6, PO-R8, PO-R10, and law X-R9."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from domain.payments import checkout, paying, queries, reconciling
from domain.payments.commands import BillLine, ImportBill, IssueCard, SettleException, TakeCard
from domain.payments.errors import (
    AmountInvalid,
    AttemptUnresolved,
    CardUnusable,
    ExceptionUnknown,
    NoticeDiffers,
    OrderClosed,
    OrderUnknown,
    RefundTooLarge,
)
from domain.payments.ports import Outcome, PayAnswer
from domain.shared import journal
from domain.shared.actor import MallId
from domain.shared.database import Scope, transaction
from domain.shared.idempotency import IdempotencyConflict
from tests.domain.payments.conftest import NOON, ScriptedChannel, Till

PENDING, UNKNOWN, CLOSED = (PayAnswer(outcome=Outcome(name)) for name in ('pending', 'unknown', 'closed'))


def paid(fen: int, number: str) -> PayAnswer:
    return PayAnswer(outcome=Outcome.PAID, fen=fen, transaction_no=number, paid_at=NOON)


def booked(mall: MallId, code: str) -> int:
    with transaction(Scope(mall_id=mall)) as session:
        assert set(journal.trial_balance(session).values()) <= {0}
        assert journal.drifted_accounts(session) == []
        found = journal.find_accounts(session, [code])
        return journal.balance_at(session, found[code], moment=NOON + timedelta(days=99)) if code in found else 0


def test_PO_R1_a_notice_that_comes_again_and_again_pays_once(till: Till, mall: MallId) -> None:
    channel = ScriptedChannel('po-r1')
    order = till.order(12_300)
    out_no = till.pending(channel, order, 12_300)

    with ThreadPoolExecutor(6) as pool:
        views = list(pool.map(lambda _: till.notice(channel, out_no, 12_300), range(15)))

    assert {view.state for view in views} == {'paid'}
    assert booked(mall, 'pay:clearing:po-r1') == 12_300


@pytest.mark.parametrize('changes', [{'fen': 12_301}, {'merchant': 'm-2'}, {'channel': 'alipay'}])
def test_PO_R1_a_notice_of_other_money_changes_nothing_but_the_exceptions(till: Till, changes: dict[str, Any]) -> None:
    channel = ScriptedChannel()
    order = till.order(12_300)
    out_no = till.pending(channel, order, 12_300)
    with pytest.raises(NoticeDiffers):
        till.notice(channel, out_no, **({'fen': 12_300} | changes))
    assert till.see(order).state == 'pending'
    assert till.exceptions()[out_no] == 'notice_differs'


def test_PO_R1_one_number_of_the_channel_pays_one_attempt(till: Till, wechat: ScriptedChannel) -> None:
    first, second = till.order(500), till.order(500)
    till.notice(wechat, till.pending(wechat, first, 500), 500, number='replayed')
    with pytest.raises(NoticeDiffers):
        till.notice(wechat, till.pending(wechat, second, 500), 500, number='replayed')
    assert till.see(second).state == 'pending'


def test_PO_R2_the_attempt_is_on_record_before_the_channel_hears_of_it(till: Till) -> None:
    order = till.order(700)
    seen: list[str] = []

    class Impatient(ScriptedChannel):
        def pay(self, request: Any) -> PayAnswer:
            seen.append(till.notice(self, request.out_no, 700).state)  # the notice overtakes the answer
            return PENDING

    view = till.pay(Impatient('impatient'), order, 700)
    assert seen == ['paid']
    assert view.state == 'paid'


def test_PO_R2_a_notice_for_an_unknown_order_is_to_be_repeated_and_counted(till: Till, wechat: ScriptedChannel) -> None:
    for _ in range(3):
        with pytest.raises(OrderUnknown) as refused:
            till.notice(wechat, 'nobody-knows', 1)
    assert refused.value.status == 503
    [exception] = [e for e in till.ask(queries.list_exceptions) if e.subject == 'nobody-knows']
    assert (exception.kind, exception.times) == ('notice_unknown', 3)


def test_PO_R3_states_never_go_back(till: Till, wechat: ScriptedChannel) -> None:
    order = till.order(800)
    out_no = till.pending(wechat, order, 800)
    till.notice(wechat, out_no, 800)
    assert till.do(paying.fulfil_order, order_key=order).state == 'fulfilled'
    assert till.notice(wechat, out_no, 800).state == 'fulfilled'
    assert till.do(paying.record_answer, out_no=out_no, answer=CLOSED).attempts[0].state == 'paid'
    for close in (lambda: till.do(paying.close_order, order_key=order), lambda: till.cash(order, 1)):
        with pytest.raises(OrderClosed):
            close()


def test_PO_R3_money_that_comes_after_we_gave_up_goes_back_and_is_shown(till: Till, mall: MallId) -> None:
    channel = ScriptedChannel('po-r3')
    order = till.order(900)
    out_no = till.pending(channel, order, 900)
    till.do(paying.close_order, order_key=order)

    view = till.notice(channel, out_no, 900)
    [refund] = checkout.refund_open(channel, actor=till.actor, now=NOON)

    assert (view.state, view.paid_fen, view.attempts[0].is_surplus) == ('closed', 0, True)
    assert (refund.state, refund.reason, refund.fen) == ('done', 'late', 900)
    assert till.exceptions()[out_no] == 'paid_after_close'
    assert booked(mall, 'pay:clearing:po-r3') == 0
    assert booked(mall, 'pay:surplus') == 0


def test_PO_R4_of_two_channels_that_both_paid_the_second_is_sent_back(till: Till, mall: MallId) -> None:
    one, two = ScriptedChannel('wechat-4'), ScriptedChannel('alipay-4')
    order = till.order(4_400)
    first, second = till.pending(one, order, 4_400), till.pending(two, order, 4_400)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: till.notice(pair[0], pair[1], 4_400), ((one, first), (two, second))))
    for channel in (one, two):
        checkout.refund_open(channel, actor=till.actor, now=NOON)

    view = till.see(order)
    assert (view.state, view.paid_fen, view.refunded_fen) == ('paid', 4_400, 0)
    assert sorted((a.is_surplus, a.refunded_fen) for a in view.attempts) == [(False, 0), (True, 4_400)]
    assert 'paid_twice' in till.exceptions().values()
    assert sorted([booked(mall, 'pay:clearing:wechat-4'), booked(mall, 'pay:clearing:alipay-4')]) == [0, 4_400]


def test_PO_R5_userpaying_is_asked_then_cancelled_and_stays_unknown_until_it_is_known(till: Till) -> None:
    channel = ScriptedChannel('po-r5')
    order = till.order(5_500)
    out_no = till.pending(channel, order, 5_500)
    channel.answers = [PENDING, PENDING, UNKNOWN]  # asked at 5 s; at 46 s asked again and cancelled without an answer

    checkout.resolve(channel, actor=till.actor, now=NOON + timedelta(seconds=4))
    checkout.resolve(channel, actor=till.actor, now=NOON + timedelta(seconds=5))
    checkout.resolve(channel, actor=till.actor, now=NOON + timedelta(seconds=46))

    assert [what for what, _ in channel.asked] == ['pay', 'query', 'query', 'cancel']
    view = till.see(order)
    assert view.is_unresolved
    assert not view.may_hand_over
    for refused in (lambda: till.cash(order, 5_500), lambda: till.pending(channel, order, 5_500)):
        with pytest.raises(AttemptUnresolved):
            refused()
    with pytest.raises(AttemptUnresolved):
        till.do(paying.close_order, order_key=order)
    channel.answers = [PENDING, paid(5_500, 'late-but-sure')]
    checkout.resolve(channel, actor=till.actor, now=NOON + timedelta(minutes=2))
    assert till.see(order).is_unresolved
    assert checkout.resolve(channel, actor=till.actor, now=NOON + timedelta(minutes=20)) == 1
    assert till.see(order).may_hand_over
    assert till.see(order).attempts[0].out_no == out_no


def test_PO_R5_a_cancel_that_is_certain_frees_the_order(till: Till) -> None:
    channel = ScriptedChannel('po-r5b')
    order = till.order(600)
    till.pending(channel, order, 600)
    channel.answers = [PENDING, PENDING, CLOSED]
    for seconds in (5, 50):
        checkout.resolve(channel, actor=till.actor, now=NOON + timedelta(seconds=seconds))
    assert till.see(order).attempts[0].state == 'closed'
    assert till.cash(order, 600).state == 'paid'


def test_an_answer_of_another_amount_goes_before_a_person(till: Till, wechat: ScriptedChannel) -> None:
    order = till.order(600)
    wechat.answers = [paid(599, 'short')]
    view = till.pay(wechat, order, 600)
    assert view.state == 'pending'
    assert till.exceptions()[view.attempts[0].out_no] == 'answer_differs'


def test_PO_R8_a_split_bill_returns_over_the_tenders_it_came_by(till: Till) -> None:
    channel = ScriptedChannel('po-r8')
    order = till.order(9_000)
    till.cash(order, 3_000)
    channel.answers = [paid(6_000, 'split')]
    assert till.pay(channel, order, 6_000).state == 'paid'

    first = {refund.channel: refund.fen for refund in till.refund(order, 3_600, key='first')}
    again = till.refund(order, 3_600, key='first')
    with pytest.raises(IdempotencyConflict):
        till.refund(order, 3_601, key='first')
    rest = {refund.channel: refund.fen for refund in till.refund(order, 5_400)}

    assert first == {'cash': 1_200, 'po-r8': 2_400}
    assert {refund.channel: refund.fen for refund in again} == first
    assert rest == {'cash': 1_800, 'po-r8': 3_600}
    with pytest.raises(RefundTooLarge):
        till.refund(order, 1)


def test_X_R6_a_hundred_hands_cannot_refund_more_than_was_paid(till: Till) -> None:
    order = till.order(1_000)
    till.cash(order, 1_000)

    def refund(_: int) -> int:
        try:
            return sum(view.fen for view in till.refund(order, 30))
        except RefundTooLarge:
            return 0

    with ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(refund, range(100))) == 990
    assert till.see(order).refunded_fen == 990


def test_a_refund_that_a_channel_does_not_confirm_is_asked_again_under_the_same_number(till: Till) -> None:
    channel = ScriptedChannel('again')
    order = till.order(700)
    channel.answers = [paid(700, 'again-1')]
    till.pay(channel, order, 700)
    till.refund(order, 700)
    channel.refund_answers = [Outcome.UNKNOWN]
    [first] = checkout.refund_open(channel, actor=till.actor, now=NOON)
    [second] = checkout.refund_open(channel, actor=till.actor, now=NOON)
    assert (first.state, second.state, first.out_no) == ('requested', 'done', second.out_no)
    assert checkout.refund_open(channel, actor=till.actor, now=NOON) == []


def test_PO_R10_an_order_synced_from_two_tabs_is_one(till: Till) -> None:
    key = str(uuid4())

    def sync(_: int) -> str:
        till.order(2_500, key)
        return till.cash(key, 2_500, key='tender-1').state

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(sync, range(12))) == {'paid'}
    view = till.see(key)
    assert (view.paid_fen, len(view.attempts)) == (2_500, 1)
    with pytest.raises(IdempotencyConflict):
        till.order(2_501, key)


def test_PO_R10_a_draft_that_was_paid_offline_is_paid(till: Till, wechat: ScriptedChannel) -> None:
    key = till.order(2_600)
    till.pending(wechat, key, 2_600)
    assert till.cash(key, 2_600, key='offline').state == 'paid'


@pytest.mark.parametrize('fen', [0, -1, 10**12])
def test_absurd_amounts_are_refused(till: Till, fen: int) -> None:
    with pytest.raises(AmountInvalid):
        till.order(fen)
    order = till.order(100)
    with pytest.raises(AmountInvalid):
        till.cash(order, fen)
    with pytest.raises(RefundTooLarge):
        till.refund(order, fen)


def test_a_prepaid_card_pays_what_it_holds_and_gets_refunds_back(till: Till, mall: MallId) -> None:
    number = SecretStr('6688000011112222')
    for _ in range(2):
        till.do(reconciling.issue_card, command=IssueCard(number=number, fen=5_000, key='issue-1'))

    def pay(order: str, fen: int, card: SecretStr = number) -> str:
        command = TakeCard(order_key=order, key=f'card-{order}', fen=fen, card_number=card)
        return str(till.do(paying.take_card, command=command).state)

    first, second = till.order(3_000), till.order(3_000)
    assert pay(first, 3_000) == 'paid'
    for card in (number, SecretStr('0000')):
        with pytest.raises(CardUnusable):
            pay(second, 3_000, card)
    assert till.see(second).state == 'created'
    assert booked(mall, 'pay:cards') == -2_000
    assert [view.state for view in till.refund(first, 1_000)] == ['done']
    assert booked(mall, 'pay:cards') == -3_000
    assert pay(second, 3_000) == 'paid'


def test_PO_R6_three_books_of_a_day_are_compared(till: Till) -> None:
    channel, day = ScriptedChannel('bill'), date(2026, 11, 22)
    orders = [till.order(10_000) for _ in range(3)]
    numbers = [till.pending(channel, order, 10_000) for order in orders]
    till.notice(channel, numbers[0], 10_000)
    till.notice(channel, numbers[1], 10_000)
    till.do(paying.close_order, order_key=orders[2])
    lines = (
        BillLine(out_no=numbers[0], fen=10_000, fee_fen=38), BillLine(out_no=numbers[2], fen=10_000, fee_fen=38),
        BillLine(out_no='strange', fen=77, fee_fen=0),
    )  # fmt: skip
    bill = ImportBill(channel='bill', bill_on=day, lines=lines, settled_fen=20_000)

    reports = [till.do(reconciling.reconcile, command=bill) for _ in range(2)]

    assert reports[0] == reports[1]
    assert (reports[0].ours_fen, reports[0].bill_fen, reports[0].exceptions) == (20_000, 20_077, 4)
    found = till.exceptions()
    assert {found[numbers[1]], found[numbers[2]], found['strange'], found['bill:2026-11-22']} == {
        'missing_in_bill', 'paid_there_closed_here', 'unknown_here', 'settlement_differs',
    }  # fmt: skip
    [strange] = [e for e in till.ask(queries.list_exceptions) if e.subject == 'strange']
    till.do(reconciling.settle_exception, command=SettleException(exception_id=strange.id, remark='called the bank'))
    assert 'strange' not in till.exceptions()
    with pytest.raises(ExceptionUnknown):
        till.do(reconciling.settle_exception, command=SettleException(exception_id=strange.id, remark='again'))


def test_PO_R6_a_clean_day_opens_nothing(till: Till) -> None:
    channel = ScriptedChannel('clean')
    order = till.order(5_000)
    out_no = till.pending(channel, order, 5_000)
    till.notice(channel, out_no, 5_000)
    [refund] = till.refund(order, 2_000)
    checkout.refund_open(channel, actor=till.actor, now=NOON)
    lines = (
        BillLine(out_no=out_no, fen=5_000, fee_fen=19), BillLine(out_no=refund.out_no, fen=-2_000, fee_fen=-8),
    )  # fmt: skip
    bill = ImportBill(channel='clean', bill_on=date(2026, 11, 22), lines=lines, settled_fen=2_989)
    report = till.do(reconciling.reconcile, command=bill)
    assert report.is_clean
    assert report.ours_fen == report.bill_fen == 3_000


def test_X_R9_no_order_and_no_attempt_returns_more_than_it_took(till: Till, mall: MallId) -> None:
    order = till.order(100)
    till.cash(order, 100)
    till.refund(order, 100)
    with transaction(Scope(mall_id=mall)) as session:
        broken = session.execute(
            text("""
            SELECT out_no FROM pay_attempt a WHERE refunded_fen > fen OR refunded_fen <>
                (SELECT coalesce(sum(fen), 0) FROM pay_refund r WHERE r.attempt_id = a.id)
            UNION ALL SELECT key FROM pay_order WHERE refunded_fen > paid_fen OR paid_fen > total_fen
        """)
        ).all()
    assert broken == []
