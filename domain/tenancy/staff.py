"""The staff of shops (商户员工) and their badges."""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.shared.actor import Actor, TenantId
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation, query
from domain.tenancy._common import mall_of, tenant_of
from domain.tenancy.commands import EngageStaff, ReleaseStaff, StaffId
from domain.tenancy.errors import BadgeTaken, LeavesBeforeStart, StaffUnknown
from domain.tenancy.events import StaffReleased
from domain.tenancy.models import ShopStaff
from domain.tenancy.permissions import CHECK_BADGE, MANAGE_STAFF, VIEW
from domain.tenancy.views import BadgeCheck, StaffView


@operation(MANAGE_STAFF, name='tenancy.engage_staff')
def engage_staff(session: Session, *, actor: Actor, command: EngageStaff, now: datetime) -> StaffView:
    """Gives somebody who begins to work in a shop a badge.

    :raises TenantUnknown:
    :raises BadgeTaken: while somebody who works in the mall wears it.
    """
    tenant_of(session, actor, command.tenant_id)
    worn = select(ShopStaff).where(ShopStaff.badge == command.badge, col(ShopStaff.last_on) >= command.starts_on)
    if session.exec(worn).first() is not None:
        raise BadgeTaken(badge=command.badge)
    staff = ShopStaff(
        mall_id=mall_of(actor), tenant_id=command.tenant_id, name=command.name, position=command.position,
        badge=command.badge, starts_on=command.starts_on,
    )  # fmt: skip
    session.add(staff)
    try:
        session.flush()
    except IntegrityError as error:
        raise BadgeTaken(badge=command.badge) from error
    notify(session, 'tenancy', staff.mall_id)
    return _view(staff)


@operation(MANAGE_STAFF, name='tenancy.release_staff')
def release_staff(session: Session, *, actor: Actor, command: ReleaseStaff, now: datetime) -> StaffView:
    """Ends somebody's work in a shop; the badge opens nothing from the day after.

    :raises StaffUnknown: also for one who has left already.
    :raises LeavesBeforeStart:
    """
    found = select(ShopStaff).where(ShopStaff.id == command.staff_id, col(ShopStaff.last_on).is_(None))
    staff = session.exec(found.with_for_update()).one_or_none()
    if staff is None:
        raise StaffUnknown
    if command.last_on < staff.starts_on:
        raise LeavesBeforeStart(starts_on=staff.starts_on)
    staff.last_on = command.last_on
    session.flush()
    emit(session, StaffReleased(
        mall_id=staff.mall_id, occurred_at=now, staff_id=staff.id, tenant_id=staff.tenant_id, badge=staff.badge,
        last_on=command.last_on.isoformat(),
    ))  # fmt: skip
    notify(session, 'tenancy', staff.mall_id)
    return _view(staff)


@query(VIEW)
def list_staff(session: Session, *, actor: Actor, tenant_id: TenantId | None = None) -> list[StaffView]:
    """Who works in the shops, those who have left last; a tenant's people see their own."""
    found = select(ShopStaff).order_by(col(ShopStaff.last_on).desc().nulls_first(), col(ShopStaff.id))
    if tenant_id is not None:
        found = found.where(ShopStaff.tenant_id == tenant_id)
    return [_view(staff) for staff in session.exec(found)]


@query(CHECK_BADGE, name='tenancy.check_badge', is_audited=True)
def check_badge(session: Session, *, actor: Actor, badge: str, on: date) -> BadgeCheck:
    """Whether a badge opens doors on a day. An unknown one does not."""
    found = select(ShopStaff).where(ShopStaff.badge == badge.strip().upper()).order_by(col(ShopStaff.id).desc())
    worn = [_view(staff) for staff in session.exec(found)]
    valid = next((staff for staff in worn if staff.works_on(on)), None)
    shown = valid or next(iter(worn), None)
    tenant = tenant_of(session, actor, shown.tenant_id) if shown else None
    return BadgeCheck(
        is_valid=valid is not None, staff=shown, tenant_zh=tenant.name_zh if tenant else '',
        tenant_en=tenant.name_en if tenant else '',
    )  # fmt: skip


def _view(staff: ShopStaff) -> StaffView:
    return StaffView(
        id=StaffId(staff.id), tenant_id=TenantId(staff.tenant_id), name=staff.name, position=staff.position,
        badge=staff.badge, starts_on=staff.starts_on, last_on=staff.last_on,
    )  # fmt: skip
