"""Rows into views."""

from typing import Any

from sqlmodel import Session, col, select

from domain.payments.errors import OrderUnknown
from domain.payments.models import PayAttempt, PayOrder
from domain.payments.views import AttemptView, OrderView

_ATTEMPT = ('id', 'out_no', 'channel', 'fen', 'refunded_fen', 'state', 'is_surplus', 'transaction_no', 'paid_at')
_ORDER = ('id', 'key', 'subject', 'total_fen', 'paid_fen', 'refunded_fen', 'state')


def load_order(session: Session, key: str, *, locked: bool = False) -> PayOrder:
    """The order of a key.

    :raises OrderUnknown:
    """
    found = select(PayOrder).where(PayOrder.key == key)
    if locked:
        found = found.with_for_update().execution_options(populate_existing=True)
    order = session.exec(found).one_or_none()
    if order is None:
        raise OrderUnknown
    return order


def attempt_view(attempt: PayAttempt) -> AttemptView:
    facts: dict[str, Any] = {name: getattr(attempt, name) for name in _ATTEMPT}
    return AttemptView(**facts)


def order_view(session: Session, order: PayOrder) -> OrderView:
    session.flush()
    rows = select(PayAttempt).where(PayAttempt.order_id == order.id).order_by(col(PayAttempt.id))
    facts: dict[str, Any] = {name: getattr(order, name) for name in _ORDER}
    return OrderView(**facts, attempts=tuple(attempt_view(row) for row in session.exec(rows)))
