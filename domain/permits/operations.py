"""Promotions are filed, spaces are booked, permits are asked for."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.permits import permissions
from domain.permits._filing import (
    MECHANICS,
    check_mechanics,
    check_permit,
    load_promotion,
    mall_of,
    occupy,
    promotion_view,
    submit_permit,
    submit_promotion,
    tenant_of,
)
from domain.permits._views import approval_of, booking_view, permit_view, space_view
from domain.permits.commands import (
    AskPermit,
    BookSpace,
    CancelBooking,
    FilePromotion,
    OpenSpace,
    PromotionId,
)
from domain.permits.errors import (
    CodeTaken,
    FilingClosed,
    FilingInvalid,
    SpaceUnknown,
)
from domain.permits.models import BookableSpace, Permit, Promotion, SpaceBooking
from domain.permits.views import BookingView, PermitView, PromotionView, SpaceView
from domain.shared.actor import Actor
from domain.shared.errors import NotFound
from domain.shared.live import notify
from domain.shared.operations import operation, query


@operation(permissions.MANAGE_SPACES, name='permits.open_space')
def open_space(session: Session, *, actor: Actor, command: OpenSpace, now: datetime) -> SpaceView:
    """A space that promotions can book.

    :raises CodeTaken:
    """
    space = BookableSpace(
        mall_id=mall_of(actor), code=command.code, name_zh=command.name_zh, name_en=command.name_en,
        kind=command.kind, buffer_minutes=command.buffer_minutes,
    )  # fmt: skip
    session.add(space)
    try:
        session.flush()
    except IntegrityError as error:
        raise CodeTaken(name=command.code) from error
    return space_view(space)


@operation(permissions.FILE, name='permits.file_promotion')
def file_promotion(session: Session, *, actor: Actor, command: FilePromotion, now: datetime) -> PromotionView:
    """Files a promotion for review.

    :raises FilingInvalid:
    :raises NotFound: when there is no such tenant that the actor may act for.
    """
    check_mechanics(command.mechanics)
    promotion = Promotion(
        mall_id=mall_of(actor), tenant_id=tenant_of(actor, command.tenant_id),
        mechanics=MECHANICS.dump_python(command.mechanics, mode='json'), filed_by=actor.name, filed_at=now,
    )  # fmt: skip
    session.add(promotion)
    try:
        session.flush()
    except IntegrityError as error:
        raise NotFound from error
    submit_promotion(session, actor, promotion, command.mechanics, now)
    return promotion_view(session, promotion)


@operation(permissions.FILE, name='permits.book_space')
def book_space(session: Session, *, actor: Actor, command: BookSpace, now: datetime) -> BookingView:
    """Takes a space for a promotion, set-up included (rule PF-R1). Times are half open: an end may be a beginning.

    :raises PromotionUnknown:
    :raises SpaceUnknown:
    :raises SpaceTaken: when another booking, or its set-up, meets this one.
    :raises FilingInvalid: when it ends before it begins.
    :raises FilingClosed: when the promotion was refused or withdrawn.
    """
    if command.ends_at <= command.starts_at:
        raise FilingInvalid(reason='the booking ends before it begins')
    promotion = load_promotion(session, actor, command.promotion_id)
    if approval_of(session, f'permits.promotion:{promotion.id}').status in ('rejected', 'withdrawn'):
        raise FilingClosed
    space = session.exec(select(BookableSpace).where(BookableSpace.id == command.space_id)).one_or_none()
    if space is None:
        raise SpaceUnknown(space=command.space_id)
    booking = SpaceBooking(
        mall_id=promotion.mall_id, tenant_id=promotion.tenant_id, space_id=space.id, promotion_id=promotion.id,
        starts_at=command.starts_at, ends_at=command.ends_at,
        occupied_from=command.starts_at - timedelta(minutes=space.buffer_minutes),
    )  # fmt: skip
    return occupy(session, booking)


@operation(permissions.FILE, name='permits.cancel_booking')
def cancel_booking(session: Session, *, actor: Actor, command: CancelBooking, now: datetime) -> BookingView:
    """Gives a space back; cancelling again changes nothing.

    :raises NotFound:
    """
    booking = session.exec(select(SpaceBooking).where(SpaceBooking.id == command.booking_id)).one_or_none()
    if booking is None:
        raise NotFound
    booking.is_cancelled = True
    session.flush()
    notify(session, 'permits', booking.mall_id)
    return booking_view(booking)


@operation(permissions.FILE, name='permits.ask_permit')
def ask_permit(session: Session, *, actor: Actor, command: AskPermit, now: datetime) -> PermitView:
    """Asks for leave to work, stay late or carry goods out.

    :raises FilingInvalid: when times, insurance or goods are missing.
    :raises NotFound: when there is no such tenant that the actor may act for.
    """
    check_permit(command)
    permit = Permit(
        mall_id=mall_of(actor), tenant_id=tenant_of(actor, command.tenant_id), kind=command.kind,
        starts_at=command.starts_at, ends_at=command.ends_at, text=command.text, insured_until=command.insured_until,
        goods=list(command.goods), asked_by=actor.name, asked_at=now,
    )  # fmt: skip
    session.add(permit)
    try:
        session.flush()
    except IntegrityError as error:
        raise NotFound from error
    approval = submit_permit(session, actor, permit, command, now)
    session.refresh(permit)
    return permit_view(permit, approval)


@query(permissions.VIEW)
def get_promotion(session: Session, *, actor: Actor, promotion_id: PromotionId) -> PromotionView:
    """:raises PromotionUnknown:"""
    return promotion_view(session, load_promotion(session, actor, promotion_id))


@query(permissions.VIEW)
def list_promotions(session: Session, *, actor: Actor) -> list[PromotionView]:
    """Filings, newest first; a tenant's people see their own."""
    rows = session.exec(select(Promotion).order_by(col(Promotion.id).desc())).all()
    return [promotion_view(session, promotion) for promotion in rows]
