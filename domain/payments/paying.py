"""Taking money (收款): orders, attempts, cash, prepaid card, what channels answer and notify. PO-R1 … PO-R5, PO-R10."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.payments import _rules
from domain.payments._books import CARD, CASH, book_money, clock_of, mall_of, open_exception
from domain.payments._cards import card_account, card_of
from domain.payments._reading import attempt_view, load_order, order_view
from domain.payments.commands import OpenAttempt, OpenOrder, PaymentNotice, TakeCard, TakeCash
from domain.payments.errors import (
    AmountInvalid,
    AttemptUnresolved,
    CardUnusable,
    NoticeDiffers,
    OrderClosed,
    OrderUnknown,
)
from domain.payments.events import OrderPaid
from domain.payments.models import PayAttempt, PayOrder
from domain.payments.permissions import RECEIVE_NOTICES, TAKE
from domain.payments.ports import Outcome, PayAnswer
from domain.payments.refunding import refund_by_itself
from domain.payments.views import AttemptView, OrderView
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.journal import InsufficientBalance
from domain.shared.live import notify
from domain.shared.operations import operation

MOST_FEN = 100_000_000_00


@operation(TAKE, name='payments.open_order', is_audited=False)
def open_order(session: Session, *, actor: Actor, command: OpenOrder, now: datetime) -> OrderView:
    """Makes an order, or finds the one that bears the key: synced twice, it is one (PO-R10).

    :raises AmountInvalid: for nothing, or absurdly much.
    :raises IdempotencyConflict: when the key names an order of another amount.
    """
    if not 0 < command.total_fen <= MOST_FEN:
        raise AmountInvalid(reason=f'{command.total_fen} is not between 1 and {MOST_FEN} fen')
    order = session.exec(select(PayOrder).where(PayOrder.key == command.key)).one_or_none()
    if order is None:
        order = _insert_order(session, actor, command, now)
    if order.total_fen != command.total_fen:
        raise IdempotencyConflict
    return order_view(session, order)


@operation(TAKE, name='payments.open_attempt', is_audited=False)
def open_attempt(session: Session, *, actor: Actor, command: OpenAttempt, now: datetime) -> AttemptView:
    """Writes an attempt down before its channel hears of it (PO-R2).

    :raises OrderUnknown:
    :raises OrderClosed: when the order is paid or closed.
    :raises AttemptUnresolved: while an earlier attempt may have moved money (PO-R5).
    :raises AmountInvalid: when it is more than what is still to be paid.
    """
    order = load_order(session, command.order_key, locked=True)
    _check_payable(session, order, command.fen)
    attempt = _new_attempt(session, order, command.channel, command.fen, out_no=None, now=now)
    order.state = 'pending'
    session.flush()
    return attempt_view(attempt)


@operation(TAKE, name='payments.take_cash', is_audited=False)
def take_cash(session: Session, *, actor: Actor, command: TakeCash, now: datetime) -> OrderView:
    """Takes cash for an order, wholly or in part; the same key takes it once.

    :raises OrderUnknown:
    :raises OrderClosed:
    :raises AttemptUnresolved:
    :raises AmountInvalid:
    """
    return _take_at_once(session, actor, command.order_key, command.key, CASH, command.fen, None, now)


@operation(TAKE, name='payments.take_card', is_audited=False)
def take_card(session: Session, *, actor: Actor, command: TakeCard, now: datetime) -> OrderView:
    """Takes money from a prepaid card; the same key takes it once.

    :raises CardUnusable: when it is unknown, blocked or holds too little.
    :raises OrderClosed:
    :raises AmountInvalid:
    """
    card = card_of(session, actor, command.card_number)
    try:
        return _take_at_once(session, actor, command.order_key, command.key, CARD, command.fen, card.id, now)
    except InsufficientBalance as error:
        raise CardUnusable from error


@operation(RECEIVE_NOTICES, name='payments.receive_notice', is_audited=False)
def receive_notice(
    session: Session, *, actor: Actor, command: PaymentNotice, merchant: str, now: datetime
) -> OrderView:
    """Believes a verified notice after comparing channel, merchant, amount, number; again, it changes nothing (PO-R1).

    :raises OrderUnknown: when we know no such attempt, so that the channel repeats the notice (PO-R2).
    :raises NoticeDiffers: when the notice tells of other money.
    """
    found = select(PayOrder.key).join(PayAttempt, col(PayAttempt.order_id) == PayOrder.id)
    key = session.exec(found.where(PayAttempt.out_no == command.out_no)).one_or_none()
    if key is None:
        raise OrderUnknown
    order = load_order(session, key, locked=True)
    attempt = _attempt(session, command.out_no)
    _compare(attempt, command, merchant)
    _refuse_reused_number(session, attempt, command.transaction_no)
    if attempt.state != 'paid':
        mark_paid(session, actor, order, attempt, command.transaction_no, paid_at=command.paid_at, now=now)
    return order_view(session, order)


@operation(TAKE, name='payments.record_answer', is_audited=False)
def record_answer(session: Session, *, actor: Actor, out_no: str, answer: PayAnswer, now: datetime) -> OrderView:
    """Writes down what a channel answered; a paid attempt stays paid, whatever a late answer says (PO-R3).

    :raises OrderUnknown:
    :raises NoticeDiffers: when another amount was paid.
    """
    first = session.exec(select(PayAttempt).where(PayAttempt.out_no == out_no)).one_or_none()
    if first is None:
        raise OrderUnknown
    order = session.exec(
        select(PayOrder)
        .where(PayOrder.id == first.order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    attempt = _attempt(session, out_no)
    if attempt.state != 'paid':
        _apply(session, actor, order, attempt, answer, now)
    return order_view(session, order)


@operation(TAKE, name='payments.fulfil_order', is_audited=False)
def fulfil_order(session: Session, *, actor: Actor, order_key: str, now: datetime) -> OrderView:
    """Hands the goods over.

    :raises OrderUnknown:
    :raises OrderClosed: when the order is not paid.
    """
    order = load_order(session, order_key, locked=True)
    if order.state not in ('paid', 'fulfilled'):
        raise OrderClosed(state=order.state)
    order.state = 'fulfilled'
    return order_view(session, order)


@operation(TAKE, name='payments.close_order', is_audited=False)
def close_order(session: Session, *, actor: Actor, order_key: str, now: datetime) -> OrderView:
    """Gives an order up; what was paid in part goes back. Money that arrives later does too (PO-R3).

    :raises OrderClosed: when it is paid.
    :raises AttemptUnresolved: while an attempt may have moved money.
    """
    order = load_order(session, order_key, locked=True)
    if order.state in ('paid', 'fulfilled'):
        raise OrderClosed(state=order.state)
    attempts = session.exec(select(PayAttempt).where(PayAttempt.order_id == order.id)).all()
    if any(attempt.state == 'unknown' for attempt in attempts):
        raise AttemptUnresolved
    for attempt in attempts if order.state != 'closed' else ():
        if attempt.state == 'pending':
            attempt.state = 'closed'
        elif attempt.state == 'paid' and not attempt.is_surplus:
            order.refunded_fen += attempt.fen
            refund_by_itself(session, actor, attempt, 'late', now=now)
    order.state = 'closed'
    return order_view(session, order)


def mark_paid(
    session: Session, actor: Actor, order: PayOrder, attempt: PayAttempt, transaction_no: str | None, *,
    paid_at: datetime, now: datetime, card_account: int | None = None,
) -> None:  # fmt: skip
    """Money has arrived for certain. What the order does not need goes back by itself (PO-R3, PO-R4)."""
    was_closed = order.state == 'closed'
    attempt.is_surplus = was_closed or order.paid_fen + attempt.fen > order.total_fen
    attempt.state, attempt.transaction_no, attempt.paid_at = 'paid', transaction_no, paid_at
    attempt.paid_on = clock_of(session, actor).business_on(paid_at)
    book_money(
        session,
        actor,
        attempt,
        attempt.fen,
        key=f'pay:{attempt.out_no}',
        at=paid_at,
        now=now,
        card_account=card_account,
    )
    if attempt.is_surplus:
        kind = 'paid_after_close' if was_closed else 'paid_twice'
        open_exception(session, actor, kind, attempt.out_no, {'order': order.key, 'fen': attempt.fen}, now=now)
        refund_by_itself(session, actor, attempt, 'late' if was_closed else 'surplus', now=now)
        return
    order.paid_fen += attempt.fen
    if order.paid_fen == order.total_fen and order.state in ('created', 'pending'):
        order.state, order.paid_at = 'paid', paid_at
        emit(session, OrderPaid(
            mall_id=order.mall_id, occurred_at=paid_at, order_key=order.key, fen=order.total_fen
        ))  # fmt: skip
    notify(session, 'payments', order.mall_id)


def _apply(
    session: Session, actor: Actor, order: PayOrder, attempt: PayAttempt, answer: PayAnswer, now: datetime
) -> None:
    attempt.queries += 1
    if answer.outcome is Outcome.PAID:
        if answer.fen is not None and answer.fen != attempt.fen:
            raise NoticeDiffers(reason='another amount was paid')
        number = answer.transaction_no or None
        _refuse_reused_number(session, attempt, number)
        mark_paid(session, actor, order, attempt, number, paid_at=answer.paid_at or now, now=now)
        return
    # UNKNOWN never becomes pending again: the till has been told to hand nothing over (PO-R5).
    if answer.outcome is Outcome.CLOSED or attempt.state == 'pending':
        attempt.state = answer.outcome.value
    attempt.next_query_at = now + _rules.pause_before_next(state=attempt.state, queries=attempt.queries)


def _take_at_once(
    session: Session, actor: Actor, order_key: str, key: str, channel: str, fen: int, card_id: int | None, now: datetime
) -> OrderView:
    order = load_order(session, order_key, locked=True)
    out_no = f'{channel}:{order.id}:{key}'
    earlier = session.exec(select(PayAttempt).where(PayAttempt.out_no == out_no)).one_or_none()
    if earlier is not None:
        if earlier.fen != fen:
            raise IdempotencyConflict
        return order_view(session, order)
    _check_payable(session, order, fen)
    attempt = _new_attempt(session, order, channel, fen, out_no=out_no, now=now)
    attempt.card_id = card_id
    session.flush()
    account = None if card_id is None else card_account(session, card_id)
    mark_paid(session, actor, order, attempt, None, paid_at=now, now=now, card_account=account)
    return order_view(session, order)


def _check_payable(session: Session, order: PayOrder, fen: int) -> None:
    if order.state not in ('created', 'pending'):
        raise OrderClosed(state=order.state)
    unknown = select(PayAttempt.id).where(PayAttempt.order_id == order.id, PayAttempt.state == 'unknown')
    if session.exec(unknown).first() is not None:
        raise AttemptUnresolved
    if not 0 < fen <= order.total_fen - order.paid_fen:
        raise AmountInvalid(reason=f'{order.total_fen - order.paid_fen} fen are still to be paid')


def _new_attempt(
    session: Session, order: PayOrder, channel: str, fen: int, *, out_no: str | None, now: datetime
) -> PayAttempt:
    if out_no is None:
        tried = session.exec(select(PayAttempt.id).where(PayAttempt.order_id == order.id)).all()
        out_no = uuid5(NAMESPACE_URL, f'{order.mall_id}/{order.key}/{len(tried)}').hex
    attempt = PayAttempt(
        mall_id=order.mall_id, order_id=order.id, channel=channel, out_no=out_no, fen=fen, created_at=now,
        next_query_at=now + _rules.QUERY_EVERY,
    )  # fmt: skip
    session.add(attempt)
    return attempt


def _insert_order(session: Session, actor: Actor, command: OpenOrder, now: datetime) -> PayOrder:
    facts = {
        'mall_id': mall_of(actor), 'key': command.key, 'subject': command.subject, 'total_fen': command.total_fen,
        'paid_fen': 0, 'refunded_fen': 0, 'state': 'created', 'created_at': now,
        'closes_at': now + timedelta(minutes=command.open_minutes),
    }  # fmt: skip
    session.execute(insert(PayOrder).values(facts).on_conflict_do_nothing(index_elements=['mall_id', 'key']))
    return session.exec(select(PayOrder).where(PayOrder.key == command.key)).one()


def _attempt(session: Session, out_no: str) -> PayAttempt:
    found = select(PayAttempt).where(PayAttempt.out_no == out_no).execution_options(populate_existing=True)
    return session.exec(found).one()


def _compare(attempt: PayAttempt, notice: PaymentNotice, merchant: str) -> None:
    if notice.channel != attempt.channel or notice.merchant != merchant:
        raise NoticeDiffers(reason='another channel or merchant')
    if notice.fen != attempt.fen:
        raise NoticeDiffers(reason=f'{notice.fen} fen instead of {attempt.fen}')
    if attempt.transaction_no not in (None, notice.transaction_no):
        raise NoticeDiffers(reason='this attempt was paid under another number')


def _refuse_reused_number(session: Session, attempt: PayAttempt, number: str | None) -> None:
    """A channel's number pays one attempt; another one bearing it is a forgery or a mistake."""
    if number is None:
        return
    other = select(PayAttempt.id).where(
        PayAttempt.channel == attempt.channel, PayAttempt.transaction_no == number, PayAttempt.id != attempt.id,
    )  # fmt: skip
    if session.exec(other).first() is not None:
        raise NoticeDiffers(reason='this number has paid something else')
