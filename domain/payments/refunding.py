"""Giving money back (退款): asked once, spread over the tenders, never more than was paid. PO-R3, PO-R4, PO-R8."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from domain.payments import _rules
from domain.payments._books import CARD, CASH, book_money, clock_of, mall_of
from domain.payments._cards import card_account
from domain.payments._reading import load_order
from domain.payments.commands import RequestRefund
from domain.payments.errors import RefundTooLarge, RefundUnknown
from domain.payments.events import RefundRequested
from domain.payments.models import PayAttempt, PayOrder, PayRefund
from domain.payments.permissions import REFUND
from domain.payments.views import RefundView
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.operations import operation, query

AT_ONCE = (CASH, CARD)


@operation(REFUND, name='payments.request_refund')
def request_refund(session: Session, *, actor: Actor, command: RequestRefund, now: datetime) -> list[RefundView]:
    """Gives money of an order back over the tenders it came by; the same key gives it back once.

    Cash and prepaid cards are done at once, the other channels are asked by the worker.

    :raises OrderUnknown:
    :raises RefundTooLarge: when less is left of what was paid.
    :raises IdempotencyConflict: when the key was used for another amount.
    """
    order = load_order(session, command.order_key, locked=True)
    attempts = _attempts(session, order)
    earlier = _of_key(session, command.key, [attempt.id for attempt in attempts])
    if earlier:
        if sum(refund.fen for refund in earlier) != command.fen:
            raise IdempotencyConflict
        return [_view(session, refund) for refund in earlier]
    if order.state == 'closed' or not 0 < command.fen <= order.paid_fen - order.refunded_fen:
        raise RefundTooLarge
    shares = _rules.spread_refund([_rules.Tender(a.fen, a.refunded_fen) for a in attempts], command.fen)
    order.refunded_fen += command.fen
    refunds = [
        _refund(session, actor, attempt, share, command.key, 'customer', now)
        for attempt, share in zip(attempts, shares, strict=True) if share
    ]  # fmt: skip
    return [_view(session, refund) for refund in refunds]


@operation(REFUND, name='payments.finish_refund', is_audited=False)
def finish_refund(session: Session, *, actor: Actor, out_no: str, is_done: bool, now: datetime) -> RefundView:
    """Writes down what a channel said to a refund: done, or to be asked again. Once done, it stays done.

    :raises RefundUnknown:
    """
    refund = session.exec(select(PayRefund).where(PayRefund.out_no == out_no).with_for_update()).one_or_none()
    if refund is None:
        raise RefundUnknown
    if refund.state == 'requested':
        refund.tries += 1
        if is_done:
            attempt = session.exec(select(PayAttempt).where(PayAttempt.id == refund.attempt_id)).one()
            _done(session, actor, attempt, refund, now)
    return _view(session, refund)


@query(REFUND)
def list_open_refunds(session: Session, *, actor: Actor, channel: str, limit: int = 100) -> list[RefundView]:
    """What a channel must still be asked to give back."""
    rows = select(PayRefund).join(PayAttempt, col(PayAttempt.id) == PayRefund.attempt_id)
    rows = rows.where(PayRefund.state == 'requested', PayAttempt.channel == channel)
    return [_view(session, refund) for refund in session.exec(rows.order_by(col(PayRefund.id)).limit(limit))]


def refund_by_itself(session: Session, actor: Actor, attempt: PayAttempt, reason: str, *, now: datetime) -> None:
    """Sends back money that nobody should have paid."""
    session.flush()
    _refund(session, actor, attempt, attempt.fen - attempt.refunded_fen, f'{reason}:{attempt.out_no}', reason, now)


def _refund(
    session: Session, actor: Actor, attempt: PayAttempt, fen: int, key: str, reason: str, now: datetime
) -> PayRefund:
    attempt.refunded_fen += fen
    refund = PayRefund(
        mall_id=mall_of(actor), attempt_id=attempt.id, key=key, out_no=f'r{attempt.id}-{attempt.refunded_fen}', fen=fen,
        reason=reason, requested_at=now,
    )  # fmt: skip
    session.add(refund)
    session.flush()
    if attempt.channel in AT_ONCE:
        _done(session, actor, attempt, refund, now)
    else:
        emit(session, RefundRequested(
            mall_id=refund.mall_id, occurred_at=now, out_no=refund.out_no, channel=attempt.channel
        ))  # fmt: skip
    return refund


def _done(session: Session, actor: Actor, attempt: PayAttempt, refund: PayRefund, now: datetime) -> None:
    account = None if attempt.card_id is None else card_account(session, attempt.card_id)
    book_money(
        session, actor, attempt, -refund.fen, key=f'refund:{refund.out_no}', at=now, now=now, card_account=account
    )
    refund.state, refund.done_at, refund.done_on = 'done', now, clock_of(session, actor).business_on(now)
    session.flush()


def _attempts(session: Session, order: PayOrder) -> Sequence[PayAttempt]:
    rows = select(PayAttempt).where(
        PayAttempt.order_id == order.id, PayAttempt.state == 'paid', col(PayAttempt.is_surplus).is_(False)
    )
    return session.exec(rows.order_by(col(PayAttempt.id)).execution_options(populate_existing=True)).all()


def _of_key(session: Session, key: str, attempts: Sequence[int]) -> Sequence[PayRefund]:
    rows = select(PayRefund).where(PayRefund.key == key, col(PayRefund.attempt_id).in_(attempts))
    return session.exec(rows.order_by(col(PayRefund.id))).all()


def _view(session: Session, refund: PayRefund) -> RefundView:
    attempt = session.exec(select(PayAttempt).where(PayAttempt.id == refund.attempt_id)).one()
    return RefundView(
        id=refund.id, key=refund.key, out_no=refund.out_no, attempt_out_no=attempt.out_no, channel=attempt.channel,
        fen=refund.fen, total_fen=attempt.fen, reason=refund.reason, state=refund.state,
    )  # fmt: skip
