"""Work orders (报修工单): asked by a shop, accepted, done, confirmed or asked again, escalated when nobody comes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from domain.leasing.views import TenantView
from domain.shared import attachments
from domain.shared.actor import Actor, TenantId
from domain.shared.attachments import AttachmentUnknown, AttachmentView, Kept, Purpose
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation, query
from domain.tenancy._common import mall_of, tenant_of, tenants
from domain.tenancy.commands import (
    ConfirmWorkOrder,
    OpenWorkOrder,
    ReopenWorkOrder,
    StepWorkOrder,
    Trouble,
    Urgency,
    WorkOrderId,
)
from domain.tenancy.errors import StepOutOfOrder, WorkOrderUnknown
from domain.tenancy.events import WorkOrderDone, WorkOrderEscalated, WorkOrderOpened
from domain.tenancy.models import WorkOrder, WorkOrderStep
from domain.tenancy.permissions import ASK, HANDLE, RUN, VIEW
from domain.tenancy.views import StepView, WorkOrderView

# How soon somebody must have mended it.
WITHIN = {
    Urgency.NORMAL: timedelta(hours=24),
    Urgency.URGENT: timedelta(hours=4),
    Urgency.EMERGENCY: timedelta(minutes=30),
}
BATCH = 200


@operation(ASK, name='tenancy.open_work_order')
def open_work_order(session: Session, *, actor: Actor, command: OpenWorkOrder, now: datetime) -> WorkOrderView:
    """Asks the mall to mend something; the same key asks once.

    :raises TenantUnknown:
    :raises AttachmentUnknown: when a photograph is not kept here, or another tenant's.
    """
    tenant_of(session, actor, command.tenant_id)
    earlier = session.exec(select(WorkOrder).where(WorkOrder.key == command.key)).one_or_none()
    if earlier is not None:
        return _views(session, actor, [earlier])[0]
    order = WorkOrder(
        mall_id=mall_of(actor), tenant_id=command.tenant_id, key=command.key, trouble=command.trouble.value,
        urgency=command.urgency.value, place=command.place, words=command.words, state='open', opened_at=now,
        due_at=now + WITHIN[command.urgency],
    )  # fmt: skip
    session.add(order)
    session.flush()
    emit(session, WorkOrderOpened(
        mall_id=order.mall_id, occurred_at=now, work_order_id=order.id, tenant_id=order.tenant_id,
        urgency=order.urgency,
    ))  # fmt: skip
    return _stepped(session, actor, order, 'opened', '', now, command.photos)


@operation(HANDLE, name='tenancy.accept_work_order')
def accept_work_order(session: Session, *, actor: Actor, command: StepWorkOrder, now: datetime) -> WorkOrderView:
    """Somebody takes an order on.

    :raises WorkOrderUnknown:
    :raises StepOutOfOrder: when somebody has taken it already.
    """
    order = _load(session, command.work_order_id, 'open')
    order.state, order.handler = 'accepted', actor.name
    return _stepped(session, actor, order, 'accepted', command.words, now, command.photos)


@operation(HANDLE, name='tenancy.finish_work_order')
def finish_work_order(session: Session, *, actor: Actor, command: StepWorkOrder, now: datetime) -> WorkOrderView:
    """It is mended; the shop confirms.

    :raises WorkOrderUnknown:
    :raises StepOutOfOrder: when it is done or confirmed already.
    """
    order = _load(session, command.work_order_id, 'open', 'accepted')
    order.state, order.handler, order.done_at = 'done', order.handler or actor.name, now
    emit(session, WorkOrderDone(
        mall_id=order.mall_id, occurred_at=now, work_order_id=order.id, tenant_id=order.tenant_id
    ))  # fmt: skip
    return _stepped(session, actor, order, 'done', command.words, now, command.photos)


@operation(ASK, name='tenancy.confirm_work_order')
def confirm_work_order(session: Session, *, actor: Actor, command: ConfirmWorkOrder, now: datetime) -> WorkOrderView:
    """The shop is content, with a mark.

    :raises WorkOrderUnknown:
    :raises StepOutOfOrder: before it is done, and after it was confirmed.
    """
    order = _load(session, command.work_order_id, 'done')
    order.state, order.mark = 'confirmed', command.mark
    return _stepped(session, actor, order, 'confirmed', command.words, now)


@operation(ASK, name='tenancy.reopen_work_order')
def reopen_work_order(session: Session, *, actor: Actor, command: ReopenWorkOrder, now: datetime) -> WorkOrderView:
    """It is not mended after all: the clock starts again.

    :raises WorkOrderUnknown:
    :raises StepOutOfOrder: before it was said to be done, and after it was confirmed.
    """
    order = _load(session, command.work_order_id, 'done')
    order.state, order.handler, order.done_at, order.escalated_at = 'open', None, None, None
    order.due_at = now + WITHIN[Urgency(order.urgency)]
    return _stepped(session, actor, order, 'reopened', command.words, now, command.photos)


@operation(RUN, name='tenancy.escalate_work_orders')
def escalate_work_orders(session: Session, *, actor: Actor, now: datetime) -> int:
    """Lifts orders that are over time to the mall's management, each once."""
    late = select(WorkOrder).where(
        col(WorkOrder.state).in_(['open', 'accepted']),
        col(WorkOrder.due_at) <= now,
        col(WorkOrder.escalated_at).is_(None),
    )
    orders = session.exec(late.order_by(col(WorkOrder.due_at)).limit(BATCH).with_for_update(skip_locked=True)).all()
    for order in orders:
        order.escalated_at = now
        emit(session, WorkOrderEscalated(
            mall_id=order.mall_id, occurred_at=now, work_order_id=order.id, tenant_id=order.tenant_id
        ))  # fmt: skip
        _step(session, actor, order, 'escalated', '', now)
        notify(session, 'tenancy', order.mall_id)
    return len(orders)


@query(VIEW)
def list_work_orders(session: Session, *, actor: Actor, is_open: bool | None = None) -> list[WorkOrderView]:
    """Orders, those that are due first, then the newest; a tenant's people see their own."""
    found = select(WorkOrder)
    if is_open is not None:
        states = ['open', 'accepted'] if is_open else ['done', 'confirmed']
        found = found.where(col(WorkOrder.state).in_(states))
    orders = session.exec(found.order_by(col(WorkOrder.id).desc()).limit(500)).all()
    return sorted(_views(session, actor, orders), key=_most_pressing)


@query(VIEW)
def get_work_order(session: Session, *, actor: Actor, work_order_id: WorkOrderId) -> WorkOrderView:
    """:raises WorkOrderUnknown:"""
    order = session.exec(select(WorkOrder).where(WorkOrder.id == work_order_id)).one_or_none()
    if order is None:
        raise WorkOrderUnknown
    return _views(session, actor, [order])[0]


@operation(VIEW, name='tenancy.keep_order_photo', is_audited=False)
def keep_order_photo(session: Session, *, actor: Actor, content: bytes, tenant_id: TenantId, now: datetime) -> Kept:
    """Keeps a photograph for a work order of a tenant, taken by its people or by those who mend.

    :raises PermissionDenied: for whoever may neither ask nor handle.
    :raises TenantUnknown:
    :raises PictureUnknownKind:
    :raises PictureTooLarge:
    :raises PictureBroken:
    """
    if not actor.may(HANDLE):
        actor.require(ASK)
    tenant_of(session, actor, tenant_id)
    return attachments.keep(
        session, actor=actor, purpose=Purpose.WORK_ORDER, content=content, now=now, tenant_id=tenant_id
    )


@query(VIEW)
def get_order_photos(session: Session, *, actor: Actor, work_order_id: WorkOrderId) -> dict[str, AttachmentView]:
    """The photographs of an order by their names.

    :raises WorkOrderUnknown:
    :raises AttachmentUnknown:
    """
    order = get_work_order(session, actor=actor, work_order_id=work_order_id)
    found: dict[str, AttachmentView] = {}
    for name in (name for step in order.steps for name in step.photos):
        photo = attachments.find(session, Purpose.WORK_ORDER, name)
        if photo is None:
            raise AttachmentUnknown
        found[name] = photo
    return found


def _most_pressing(order: WorkOrderView) -> tuple[bool, float]:
    is_over = order.state in ('done', 'confirmed')
    return is_over, -order.opened_at.timestamp() if is_over else order.due_at.timestamp()


def _load(session: Session, work_order_id: WorkOrderId, *states: str) -> WorkOrder:
    order = session.exec(select(WorkOrder).where(WorkOrder.id == work_order_id).with_for_update()).one_or_none()
    if order is None:
        raise WorkOrderUnknown
    if order.state not in states:
        raise StepOutOfOrder(state=order.state)
    return order


def _stepped(
    session: Session, actor: Actor, order: WorkOrder, what: str, words: str, now: datetime,
    photos: tuple[str, ...] = (),
) -> WorkOrderView:  # fmt: skip
    attachments.check_cited(session, Purpose.WORK_ORDER, *photos, tenant_id=TenantId(order.tenant_id))
    _step(session, actor, order, what, words, now, photos)
    notify(session, 'tenancy', order.mall_id)
    return _views(session, actor, [order])[0]


def _step(
    session: Session, actor: Actor, order: WorkOrder, what: str, words: str, now: datetime,
    photos: tuple[str, ...] = (),
) -> None:  # fmt: skip
    session.add(WorkOrderStep(
        mall_id=order.mall_id, tenant_id=order.tenant_id, work_order_id=order.id, what=what, by=actor.name, at=now,
        words=words, photos=list(photos),
    ))  # fmt: skip
    session.flush()


def _views(session: Session, actor: Actor, orders: Iterable[WorkOrder]) -> list[WorkOrderView]:
    orders = list(orders)
    known = tenants(session, actor)
    steps: dict[int, list[StepView]] = {order.id: [] for order in orders}
    found = select(WorkOrderStep).where(col(WorkOrderStep.work_order_id).in_(steps)).order_by(col(WorkOrderStep.id))
    for step in session.exec(found):
        view = StepView(what=step.what, by=step.by, at=step.at, words=step.words, photos=tuple(step.photos))
        steps[step.work_order_id].append(view)
    return [_view(order, known[TenantId(order.tenant_id)], steps[order.id]) for order in orders]


def _view(order: WorkOrder, tenant: TenantView, steps: list[StepView]) -> WorkOrderView:
    return WorkOrderView(
        id=WorkOrderId(order.id), tenant_id=tenant.id, tenant_zh=tenant.name_zh, tenant_en=tenant.name_en,
        trouble=Trouble(order.trouble), urgency=Urgency(order.urgency), place=order.place, words=order.words,
        state=order.state, opened_at=order.opened_at, due_at=order.due_at, handler=order.handler,
        done_at=order.done_at, mark=order.mark, is_escalated=order.escalated_at is not None, steps=tuple(steps),
    )  # fmt: skip
