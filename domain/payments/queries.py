"""Questions to payments."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.payments._reading import load_order, order_view
from domain.payments.errors import OrderUnknown
from domain.payments.models import PayAttempt, PayException, PayOrder
from domain.payments.permissions import RECONCILE, TAKE, VIEW
from domain.payments.views import ExceptionView, OrderView
from domain.shared.actor import Actor
from domain.shared.operations import query


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAttempt:
    """An attempt whose channel should be asked."""

    out_no: str
    state: str
    created_at: datetime
    next_query_at: datetime
    queries: int


@query(VIEW)
def get_order(session: Session, *, actor: Actor, key: str) -> OrderView:
    """An order with its attempts.

    :raises OrderUnknown:
    """
    return order_view(session, load_order(session, key))


@query(VIEW)
def order_of_attempt(session: Session, *, actor: Actor, out_no: str) -> OrderView:
    """The order an attempt belongs to.

    :raises OrderUnknown:
    """
    found = select(PayOrder).join(PayAttempt, col(PayAttempt.order_id) == PayOrder.id)
    order = session.exec(found.where(PayAttempt.out_no == out_no)).one_or_none()
    if order is None:
        raise OrderUnknown
    return order_view(session, order)


@query(TAKE)
def list_due_attempts(
    session: Session, *, actor: Actor, channel: str, now: datetime, limit: int = 100
) -> list[DueAttempt]:
    """Attempts that are pending or unknown and due to be asked about."""
    rows = session.execute(
        text(
            'SELECT out_no, state, created_at, next_query_at, queries FROM pay_attempt WHERE mall_id = app_mall()'
            " AND state IN ('pending', 'unknown') AND channel = :channel AND next_query_at <= :now"
            ' ORDER BY next_query_at LIMIT :limit'
        ),
        {'channel': channel, 'now': now, 'limit': limit},
    )
    return [DueAttempt(**row._mapping) for row in rows]


@query(RECONCILE)
def list_exceptions(session: Session, *, actor: Actor) -> list[ExceptionView]:
    """What a person must look at, oldest first."""
    rows = select(PayException).where(col(PayException.settled_at).is_(None)).order_by(col(PayException.opened_at))
    return [
        ExceptionView(
            id=row.id, kind=row.kind, subject=row.subject, facts=row.facts, times=row.times, opened_at=row.opened_at
        )
        for row in session.exec(rows)
    ]
