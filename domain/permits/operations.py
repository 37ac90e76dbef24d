"""Promotions are filed, revised and settled; spaces are booked; permits are asked for."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.approvals.commands import Step, Submit
from domain.approvals.operations import submit
from domain.approvals.permissions import SUBMIT
from domain.approvals.views import ApprovalView
from domain.permits import permissions
from domain.permits._views import approval_of, booking_view, permit_view, space_view
from domain.permits.commands import (
    AskPermit,
    BookSpace,
    CancelBooking,
    FilePromotion,
    Mechanics,
    OpenSpace,
    PromotionId,
    RevisePromotion,
    SettlePromotion,
)
from domain.permits.errors import (
    CodeTaken,
    FilingInvalid,
    MallNeeded,
    NotApproved,
    PromotionOutOfReach,
    PromotionUnknown,
    SpaceTaken,
    SpaceUnknown,
)
from domain.permits.events import PromotionSettled
from domain.permits.models import BookableSpace, Permit, Promotion, SpaceBooking
from domain.permits.views import BookingView, PermitView, PromotionView, SpaceView
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.errors import NotFound
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.money import split_largest_remainder
from domain.shared.operations import operation, query

MECHANICS = TypeAdapter(Mechanics)


@operation(permissions.MANAGE_SPACES, name='permits.open_space')
def open_space(session: Session, *, actor: Actor, command: OpenSpace, now: datetime) -> SpaceView:
    """A space that promotions can book.

    :raises CodeTaken:
    """
    space = BookableSpace(
        mall_id=_mall_of(actor), code=command.code, name_zh=command.name_zh, name_en=command.name_en,
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
    _check(command.mechanics)
    promotion = Promotion(
        mall_id=_mall_of(actor), tenant_id=_tenant(actor, command.tenant_id),
        mechanics=MECHANICS.dump_python(command.mechanics, mode='json'), filed_by=actor.name, filed_at=now,
    )  # fmt: skip
    session.add(promotion)
    try:
        session.flush()
    except IntegrityError as error:
        raise NotFound from error
    _submit(session, actor, promotion, command.mechanics, now)
    return _view(session, promotion)


@operation(permissions.FILE, name='permits.revise_promotion')
def revise_promotion(session: Session, *, actor: Actor, command: RevisePromotion, now: datetime) -> PromotionView:
    """Changes a filing. If anything differs from what was reviewed, its approval opens again (rule PF-R2).

    :raises PromotionUnknown:
    :raises FilingInvalid:
    """
    _check(command.mechanics)
    promotion = _load(session, actor, command.promotion_id)
    promotion.mechanics = MECHANICS.dump_python(command.mechanics, mode='json')
    session.flush()
    _submit(session, actor, promotion, command.mechanics, now)
    return _view(session, promotion)


@operation(permissions.FILE, name='permits.book_space')
def book_space(session: Session, *, actor: Actor, command: BookSpace, now: datetime) -> BookingView:
    """Takes a space for a promotion, set-up included (rule PF-R1). Times are half open: an end may be a beginning.

    :raises PromotionUnknown:
    :raises SpaceUnknown:
    :raises SpaceTaken: when another booking, or its set-up, meets this one.
    :raises FilingInvalid: when it ends before it begins.
    """
    if command.ends_at <= command.starts_at:
        raise FilingInvalid(reason='the booking ends before it begins')
    promotion = _load(session, actor, command.promotion_id)
    space = session.exec(select(BookableSpace).where(BookableSpace.id == command.space_id)).one_or_none()
    if space is None:
        raise SpaceUnknown(space=command.space_id)
    booking = SpaceBooking(
        mall_id=promotion.mall_id, tenant_id=promotion.tenant_id, space_id=space.id, promotion_id=promotion.id,
        starts_at=command.starts_at, ends_at=command.ends_at,
        occupied_from=command.starts_at - timedelta(minutes=space.buffer_minutes),
    )  # fmt: skip
    session.add(booking)
    try:
        session.flush()
    except IntegrityError as error:
        raise SpaceTaken from error
    notify(session, 'permits', promotion.mall_id)
    return booking_view(booking)


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


@operation(permissions.SETTLE, name='permits.settle_promotion')
def settle_promotion(session: Session, *, actor: Actor, command: SettlePromotion, now: datetime) -> PromotionView:
    """Splits what a promotion cost between brand and mall, as its approved filing says. Billing charges the brand.

    :raises PromotionUnknown:
    :raises NotApproved:
    :raises FilingInvalid: when it was settled already.
    """
    promotion = _load(session, actor, command.promotion_id)
    approval = approval_of(session, f'permits.promotion:{promotion.id}')
    if not approval.is_approved:
        raise NotApproved
    if promotion.brand_fen is not None:
        raise FilingInvalid(reason='it was settled already')
    share = MECHANICS.validate_python(approval.content).brand_share_bp
    brand, mall = split_largest_remainder(command.actual_cost_fen, [share, 10_000 - share])
    promotion.brand_fen, promotion.mall_fen = brand, mall
    session.flush()
    emit(session, PromotionSettled(
        mall_id=promotion.mall_id, occurred_at=now, promotion_id=promotion.id, tenant_id=promotion.tenant_id,
        brand_fen=brand, mall_fen=mall,
    ))  # fmt: skip
    return _view(session, promotion)


@operation(permissions.FILE, name='permits.ask_permit')
def ask_permit(session: Session, *, actor: Actor, command: AskPermit, now: datetime) -> PermitView:
    """Asks for leave to work, stay late or carry goods out.

    :raises FilingInvalid: when times, insurance or goods are missing.
    :raises NotFound: when there is no such tenant that the actor may act for.
    """
    _check_permit(command)
    permit = Permit(
        mall_id=_mall_of(actor), tenant_id=_tenant(actor, command.tenant_id), kind=command.kind,
        starts_at=command.starts_at, ends_at=command.ends_at, text=command.text, insured_until=command.insured_until,
        goods=list(command.goods), asked_by=actor.name, asked_at=now,
    )  # fmt: skip
    session.add(permit)
    try:
        session.flush()
    except IntegrityError as error:
        raise NotFound from error
    steps = [_step('营运 Operations', permissions.REVIEW_OPERATIONS.code)]
    if command.kind == 'works':
        steps.append(_step('消防 Safety', permissions.REVIEW_SAFETY.code))
    content = {'kind': command.kind, 'starts_at': command.starts_at, 'ends_at': command.ends_at, 'text': command.text,
               'insured_until': command.insured_until, 'goods': command.goods}  # fmt: skip
    approval = _ask(session, actor, f'permits.permit:{permit.id}', content, steps, permit.tenant_id, now)
    session.refresh(permit)
    return permit_view(permit, approval)


@query(permissions.VIEW)
def get_promotion(session: Session, *, actor: Actor, promotion_id: PromotionId) -> PromotionView:
    """:raises PromotionUnknown:"""
    return _view(session, _load(session, actor, promotion_id))


@query(permissions.VIEW)
def list_promotions(session: Session, *, actor: Actor) -> list[PromotionView]:
    """Filings, newest first; a tenant's people see their own."""
    rows = session.exec(select(Promotion).order_by(col(Promotion.id).desc())).all()
    return [_view(session, promotion) for promotion in rows]


def _mall_of(actor: Actor) -> MallId:
    if actor.mall_id is None:
        raise MallNeeded
    return actor.mall_id


def _tenant(actor: Actor, tenant_id: TenantId) -> TenantId:
    if actor.tenant_id not in (None, tenant_id):
        raise NotFound
    return tenant_id


def _load(session: Session, actor: Actor, promotion_id: PromotionId) -> Promotion:
    promotion = session.exec(select(Promotion).where(Promotion.id == promotion_id)).one_or_none()
    if promotion is None:
        unknown = PromotionUnknown if actor.tenant_id is None else PromotionOutOfReach
        raise unknown(promotion=promotion_id)
    return promotion


def _check(mechanics: Mechanics) -> None:
    if mechanics.ends_on <= mechanics.starts_on:
        raise FilingInvalid(reason='the promotion ends before it begins')
    for price in mechanics.prices:
        if price.promoted_fen >= price.regular_fen:
            raise FilingInvalid(reason=f'{price.item}: the promoted price is no lower than the regular one')


def _check_permit(command: AskPermit) -> None:
    if command.ends_at <= command.starts_at:
        raise FilingInvalid(reason='the permit ends before it begins')
    if command.kind == 'works' and (command.insured_until is None or command.insured_until < command.ends_at.date()):
        raise FilingInvalid(reason='the insurance does not cover the works')
    if command.kind == 'goods_out' and not command.goods:
        raise FilingInvalid(reason='no goods are named')


def _submit(session: Session, actor: Actor, promotion: Promotion, mechanics: Mechanics, now: datetime) -> None:
    steps = [_step('营运 Operations', permissions.REVIEW_OPERATIONS.code)]
    if mechanics.prices:
        steps.append(_step('价格 Prices', permissions.REVIEW_PRICES.code))
    if mechanics.is_loud or mechanics.builds_stand:
        steps.append(_step('消防与噪声 Safety', permissions.REVIEW_SAFETY.code))
    subject = f'permits.promotion:{promotion.id}'
    _ask(session, actor, subject, promotion.mechanics, steps, promotion.tenant_id, now)


def _step(name: str, permission: str) -> Step:
    return Step(name=name, permission=permission)


def _ask(
    session: Session, actor: Actor, subject: str, content: dict[str, Any], steps: list[Step], tenant_id: int,
    now: datetime,
) -> ApprovalView:  # fmt: skip
    """Who may file may submit what he files, and nothing else."""
    command = Submit(subject=subject, content=content, steps=tuple(steps), tenant_id=TenantId(tenant_id))
    return submit(session, actor=actor.also(SUBMIT), command=command, now=now)


def _view(session: Session, promotion: Promotion) -> PromotionView:
    statement = select(SpaceBooking).where(SpaceBooking.promotion_id == promotion.id)
    bookings = session.exec(statement.order_by(col(SpaceBooking.starts_at)))
    return PromotionView(
        id=PromotionId(promotion.id), tenant_id=TenantId(promotion.tenant_id),
        mechanics=MECHANICS.validate_python(promotion.mechanics), filed_by=promotion.filed_by,
        filed_at=promotion.filed_at,
        approval=approval_of(session, f'permits.promotion:{promotion.id}'),
        bookings=tuple(booking_view(booking) for booking in bookings), brand_fen=promotion.brand_fen,
        mall_fen=promotion.mall_fen,
    )  # fmt: skip
