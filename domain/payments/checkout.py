"""The steps between us and a channel (收银流程): each write is a transaction of its own, no lock waits for a network.

An attempt is on record before its channel hears of it (PO-R2); what the channel answers is on record before anybody
acts on it. Whoever dies in between leaves an attempt that `resolve` finds again.
"""

from collections.abc import Callable
from datetime import datetime

from domain.payments import _rules
from domain.payments.commands import OpenAttempt, PaymentNotice
from domain.payments.errors import NoticeDiffers, OrderUnknown
from domain.payments.paying import open_attempt, receive_notice, record_answer
from domain.payments.ports import Outcome, PayAnswer, PayChannel, PayRequest, RefundRequest
from domain.payments.queries import list_due_attempts, order_of_attempt
from domain.payments.reconciling import report_exception
from domain.payments.refunding import finish_refund, list_open_refunds
from domain.payments.views import OrderView, RefundView
from domain.shared.actor import Actor
from domain.shared.operations import ask, perform


def pay(
    channel: PayChannel, *, actor: Actor, command: OpenAttempt, now: datetime, subject: str, auth_code: str = ''
) -> tuple[OrderView, PayAnswer]:
    """Tries to be paid over a channel. The second value holds what to show where the customer must act.

    :raises OrderUnknown:
    :raises OrderClosed:
    :raises AttemptUnresolved: while an earlier attempt may have moved money.
    """
    attempt = perform(open_attempt, actor=actor, now=now, command=command)
    request = PayRequest(out_no=attempt.out_no, fen=attempt.fen, subject=subject, auth_code=auth_code)
    answer = channel.pay(request)
    return _record(actor, attempt.out_no, answer, now), answer


def resolve(channel: PayChannel, *, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Asks a channel about due attempts and cancels those that took too long (PO-R5). Returns how many are decided."""
    done = 0
    for due in ask(list_due_attempts, actor=actor, channel=channel.name, now=now, limit=limit):
        step = _rules.next_step(
            state=due.state, created_at=due.created_at, next_query_at=due.next_query_at, queries=due.queries, now=now
        )
        answer = channel.query(due.out_no)
        if step is _rules.Step.CANCEL and answer.outcome is not Outcome.PAID:
            answer = _cancelled(channel, due.out_no)
        order = _record(actor, due.out_no, answer, now)
        done += any(attempt.out_no == due.out_no and attempt.state in ('paid', 'closed') for attempt in order.attempts)
    return done


def refund_open(channel: PayChannel, *, actor: Actor, now: datetime, limit: int = 100) -> list[RefundView]:
    """Asks a channel for the refunds that are open; what it does not confirm is asked again later."""
    found = ask(list_open_refunds, actor=actor, channel=channel.name, limit=limit)
    return [_ask_refund(channel, actor, refund, now) for refund in found]


def accept_notice(channel: PayChannel, *, actor: Actor, notice: PaymentNotice, now: datetime) -> OrderView:
    """Takes a verified notice in; one that does not fit changes no books and goes before a person.

    :raises OrderUnknown: the adapter answers 5xx and the channel repeats it (PO-R2).
    :raises NoticeDiffers: the adapter answers an error.
    """
    try:
        return perform(receive_notice, actor=actor, now=now, command=notice, merchant=channel.merchant)
    except (OrderUnknown, NoticeDiffers) as error:
        kind = 'notice_unknown' if isinstance(error, OrderUnknown) else 'notice_differs'
        facts = {'channel': notice.channel, 'fen': notice.fen, 'transaction': notice.transaction_no, 'why': str(error)}
        perform(report_exception, actor=actor, now=now, kind=kind, subject=notice.out_no, facts=facts)
        raise


def _cancelled(channel: PayChannel, out_no: str) -> PayAnswer:
    """Cancelling is certain only when the channel says closed; anything else leaves the attempt unknown."""
    answer = channel.cancel(out_no)
    certain = answer.outcome in (Outcome.CLOSED, Outcome.PAID)
    return answer if certain else PayAnswer(outcome=Outcome.UNKNOWN)


def _record(actor: Actor, out_no: str, answer: PayAnswer, now: datetime) -> OrderView:
    try:
        return perform(record_answer, actor=actor, now=now, out_no=out_no, answer=answer)
    except NoticeDiffers as error:
        facts = {'fen': answer.fen, 'transaction': answer.transaction_no, 'why': str(error)}
        perform(report_exception, actor=actor, now=now, kind='answer_differs', subject=out_no, facts=facts)
        return ask(order_of_attempt, actor=actor, out_no=out_no)


def _ask_refund(channel: PayChannel, actor: Actor, refund: RefundView, now: datetime) -> RefundView:
    answer = channel.refund(RefundRequest(
        out_no=refund.attempt_out_no, out_refund_no=refund.out_no, refund_fen=refund.fen, total_fen=refund.total_fen
    ))  # fmt: skip
    finish: Callable[..., RefundView] = finish_refund
    return perform(finish, actor=actor, now=now, out_no=refund.out_no, is_done=answer is Outcome.PAID)
