"""From rows to views, and the approval of a filing."""

from sqlmodel import Session

from domain.approvals.operations import get_approval
from domain.approvals.permissions import VIEW as VIEW_APPROVALS
from domain.approvals.views import ApprovalView
from domain.permits.commands import BookingId, PermitId, PromotionId, SpaceId
from domain.permits.models import BookableSpace, Permit, SpaceBooking
from domain.permits.views import BookingView, PermitView, SpaceView
from domain.shared.actor import Actor, TenantId


def approval_of(session: Session, subject: str) -> ApprovalView:
    """The approval of a filing or a permit; each has one from its first moment."""
    reader = Actor(name='permits', kind='system', permissions=frozenset({VIEW_APPROVALS.code}))
    approval = get_approval(session, actor=reader, subject=subject)
    assert approval is not None, 'every filing has an approval'
    return approval


def permit_view(permit: Permit, approval: ApprovalView) -> PermitView:
    return PermitView(
        id=PermitId(permit.id), tenant_id=TenantId(permit.tenant_id), kind=permit.kind, starts_at=permit.starts_at,
        ends_at=permit.ends_at, text=permit.text, code=permit.code, insured_until=permit.insured_until,
        goods=tuple(permit.goods), asked_by=permit.asked_by, asked_at=permit.asked_at, approval=approval,
    )  # fmt: skip


def space_view(space: BookableSpace) -> SpaceView:
    return SpaceView(
        id=SpaceId(space.id), code=space.code, name_zh=space.name_zh, name_en=space.name_en, kind=space.kind,
        buffer_minutes=space.buffer_minutes,
    )  # fmt: skip


def booking_view(booking: SpaceBooking) -> BookingView:
    promotion = booking.promotion_id
    return BookingView(
        id=BookingId(booking.id), space_id=SpaceId(booking.space_id),
        promotion_id=None if promotion is None else PromotionId(promotion), starts_at=booking.starts_at,
        ends_at=booking.ends_at, occupied_from=booking.occupied_from, is_cancelled=booking.is_cancelled,
        reason=booking.reason,
    )  # fmt: skip
