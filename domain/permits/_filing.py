"""What filing, asking and revising have in common: what is sound, who reviews it, and how it is submitted."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.approvals.commands import Step, Submit
from domain.approvals.operations import submit
from domain.approvals.permissions import SUBMIT
from domain.approvals.views import ApprovalView
from domain.permits import permissions
from domain.permits._views import approval_of, booking_view
from domain.permits.commands import Mechanics, PermitFacts, PromotionId
from domain.permits.errors import FilingInvalid, MallNeeded, PromotionOutOfReach, PromotionUnknown, SpaceTaken
from domain.permits.models import Permit, Promotion, SpaceBooking
from domain.permits.views import BookingView, PromotionView
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.errors import NotFound
from domain.shared.live import notify

MECHANICS = TypeAdapter(Mechanics)


def mall_of(actor: Actor) -> MallId:
    if actor.mall_id is None:
        raise MallNeeded
    return actor.mall_id


def tenant_of(actor: Actor, tenant_id: TenantId) -> TenantId:
    if actor.tenant_id not in (None, tenant_id):
        raise NotFound
    return tenant_id


def load_promotion(session: Session, actor: Actor, promotion_id: PromotionId, *, for_change: bool = False) -> Promotion:
    """:raises PromotionUnknown: also for another tenant's, on record then."""
    found = select(Promotion).where(Promotion.id == promotion_id)
    promotion = session.exec(found.with_for_update() if for_change else found).one_or_none()
    if promotion is None:
        unknown = PromotionUnknown if actor.tenant_id is None else PromotionOutOfReach
        raise unknown(promotion=promotion_id)
    return promotion


def check_mechanics(mechanics: Mechanics) -> None:
    if mechanics.ends_on <= mechanics.starts_on:
        raise FilingInvalid(reason='the promotion ends before it begins')
    for price in mechanics.prices:
        if price.promoted_fen >= price.regular_fen:
            raise FilingInvalid(reason=f'{price.item}: the promoted price is no lower than the regular one')


def check_permit(command: PermitFacts) -> None:
    if command.ends_at <= command.starts_at:
        raise FilingInvalid(reason='the permit ends before it begins')
    if command.kind == 'works' and (command.insured_until is None or command.insured_until < command.ends_at.date()):
        raise FilingInvalid(reason='the insurance does not cover the works')
    if command.kind == 'goods_out' and not command.goods:
        raise FilingInvalid(reason='no goods are named')


def submit_promotion(session: Session, actor: Actor, promotion: Promotion, mechanics: Mechanics, now: datetime) -> None:
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


def promotion_view(session: Session, promotion: Promotion) -> PromotionView:
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


def submit_permit(session: Session, actor: Actor, permit: Permit, command: PermitFacts, now: datetime) -> ApprovalView:
    """Works are looked at for fire, too."""
    steps = [_step('营运 Operations', permissions.REVIEW_OPERATIONS.code)]
    if permit.kind == 'works':
        steps.append(_step('消防 Safety', permissions.REVIEW_SAFETY.code))
    content = {'kind': permit.kind, 'starts_at': command.starts_at, 'ends_at': command.ends_at, 'text': command.text,
               'insured_until': command.insured_until, 'goods': command.goods}  # fmt: skip
    return _ask(session, actor, f'permits.permit:{permit.id}', content, steps, permit.tenant_id, now)


def occupy(session: Session, booking: SpaceBooking) -> BookingView:
    """Writes a booking or a block down; the database keeps two from one space at one time.

    :raises SpaceTaken:
    """
    session.add(booking)
    try:
        session.flush()
    except IntegrityError as error:
        raise SpaceTaken from error
    notify(session, 'permits', booking.mall_id)
    return booking_view(booking)
