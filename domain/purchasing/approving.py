"""Orders above the limit are approved by somebody else (采购审批), or refused and closed."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from domain.approvals import permissions as approvals
from domain.approvals.commands import Decide
from domain.approvals.operations import decide, get_approval
from domain.approvals.views import ApprovalView
from domain.mall.queries import get_business_clock
from domain.purchasing._limits import subject_of
from domain.purchasing._rules import arrives_on
from domain.purchasing.commands import DecideOrder, OrderId, SetLimit
from domain.purchasing.errors import MallNeeded, OrderUnknown
from domain.purchasing.models import PurchaseLimit, PurchaseOrder, Supplier
from domain.purchasing.operations import CLOSURES, get_order
from domain.purchasing.permissions import APPROVE, SET_LIMIT, VIEW
from domain.purchasing.views import OrderView
from domain.shared.actor import Actor
from domain.shared.live import notify
from domain.shared.operations import operation, query


@operation(SET_LIMIT, name='purchasing.set_limit')
def set_limit(session: Session, *, actor: Actor, command: SetLimit, now: datetime) -> int:
    """From now on orders worth more need approval; those that were placed before do not."""
    if actor.mall_id is None:
        raise MallNeeded
    values = {'limit_fen': command.limit_fen, 'set_by': actor.name, 'set_at': now}
    row = insert(PurchaseLimit).values(mall_id=actor.mall_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=['mall_id'], set_=values))
    return command.limit_fen


@operation(APPROVE, name='purchasing.decide_order')
def decide_order(session: Session, *, actor: Actor, command: DecideOrder, now: datetime) -> OrderView:
    """Lets an order go to the supplier, which is when its lead time begins, or refuses and closes it.

    :raises OrderUnknown: when no such order waits.
    :raises OwnSubmission: when the actor placed it.
    :raises ContentChanged: when it is not the order that was looked at.
    """
    statement = select(PurchaseOrder).where(PurchaseOrder.id == command.order_id).with_for_update()
    order = session.exec(statement).one_or_none()
    approval = get_order_approval(session, actor=actor.also(VIEW), order_id=command.order_id)
    if order is None or approval is None or not (order.is_open and order.awaits_approval):
        raise OrderUnknown(order=command.order_id)
    decide(session, actor=actor.also(approvals.DECIDE), now=now, command=Decide(
        approval_id=approval.id, content_hash=command.content_hash,
        verdict='agree' if command.is_agreed else 'reject', comment=command.comment,
    ))  # fmt: skip
    if command.is_agreed:
        order.awaits_approval = False
        supplier = session.get_one(Supplier, order.supplier_id)
        today = get_business_clock(session, actor=actor).business_on(now)
        closures = CLOSURES.validate_python(supplier.closures)
        order.expected_on = arrives_on(max(order.ordered_on, today), supplier.lead_days, closures)
    else:
        order.is_open = False
    session.flush()
    notify(session, 'purchasing', order.mall_id)
    return get_order(session, actor=actor.also(VIEW), order_id=command.order_id)


@query(VIEW)
def get_order_approval(session: Session, *, actor: Actor, order_id: OrderId) -> ApprovalView | None:
    """The approval that an order needed, with its trail; None where it needed none."""
    return get_approval(session, actor=actor.also(approvals.VIEW), subject=subject_of(order_id))


@query(VIEW)
def get_limit(session: Session, *, actor: Actor) -> int | None:
    """The value above which orders need approval; None where none does."""
    limit = session.exec(select(PurchaseLimit)).one_or_none()
    return limit.limit_fen if limit else None
