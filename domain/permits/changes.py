"""What an applicant changes afterwards: another version of what was filed, or taking it back."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.approvals.commands import Withdraw
from domain.approvals.operations import withdraw
from domain.approvals.permissions import SUBMIT
from domain.approvals.views import ApprovalView
from domain.mall.queries import get_business_clock
from domain.permits._filing import (
    MECHANICS,
    check_mechanics,
    check_permit,
    load_promotion,
    promotion_view,
    submit_permit,
    submit_promotion,
)
from domain.permits._views import approval_of, permit_view
from domain.permits.commands import (
    PermitId,
    PromotionId,
    RevisePermit,
    RevisePromotion,
    WithdrawPermit,
    WithdrawPromotion,
)
from domain.permits.errors import FilingClosed, FilingInvalid, NothingChanged, PermitMissing, SpaceTaken
from domain.permits.models import Permit, Promotion, SpaceBooking
from domain.permits.permissions import FILE, MANAGE_SPACES
from domain.permits.views import PermitView, PromotionView
from domain.shared.actor import Actor
from domain.shared.live import notify
from domain.shared.operations import operation

OVER = frozenset({'rejected', 'withdrawn'})
OPEN = frozenset({'pending', 'returned'})


@operation(FILE, name='permits.revise_promotion')
def revise_promotion(session: Session, *, actor: Actor, command: RevisePromotion, now: datetime) -> PromotionView:
    """Another version of a filing. If anything differs from what was reviewed, its approval opens again (rule PF-R2).

    :raises PromotionUnknown:
    :raises FilingInvalid: also when its costs are settled.
    :raises FilingClosed: when it was rejected or withdrawn.
    :raises NothingChanged: when it was sent back and reads as before.
    :raises SpaceTaken: when its spaces shall move to where others are; then nothing is changed.
    """
    check_mechanics(command.mechanics)
    promotion = load_promotion(session, actor, command.promotion_id, for_change=True)
    if promotion.brand_fen is not None:
        raise FilingInvalid(reason='its costs are settled')
    before, status = MECHANICS.validate_python(promotion.mechanics), _status(session, _subject(promotion))
    if status in OVER:
        raise FilingClosed
    if status == 'returned' and before == command.mechanics:
        raise NothingChanged
    promotion.mechanics = MECHANICS.dump_python(command.mechanics, mode='json')
    session.flush()
    if command.spaces == 'release':
        _release(session, promotion)
    elif command.spaces == 'move':
        _move(session, actor, promotion, command.mechanics.starts_on - before.starts_on)
    submit_promotion(session, actor, promotion, command.mechanics, now)
    notify(session, 'permits', promotion.mall_id)
    return promotion_view(session, promotion)


@operation(FILE, name='permits.withdraw_promotion')
def withdraw_promotion(session: Session, *, actor: Actor, command: WithdrawPromotion, now: datetime) -> PromotionView:
    """Takes a filing back that is not decided yet, and gives its spaces back with it.

    :raises PromotionUnknown:
    :raises FilingClosed: when it is decided or withdrawn already.
    """
    promotion = load_promotion(session, actor, command.promotion_id, for_change=True)
    _take_back(session, actor, _subject(promotion), command.reason, now)
    _release(session, promotion)
    notify(session, 'permits', promotion.mall_id)
    return promotion_view(session, promotion)


@operation(FILE, name='permits.revise_permit')
def revise_permit(session: Session, *, actor: Actor, command: RevisePermit, now: datetime) -> PermitView:
    """Another version of what was asked, reviewed from its first step.

    :raises PermitMissing:
    :raises FilingInvalid: when times, insurance or goods are missing, or the kind differs.
    :raises FilingClosed: when it is decided or withdrawn.
    :raises NothingChanged: when it was sent back and reads as before.
    """
    check_permit(command)
    permit = _load_permit(session, command.permit_id)
    status = _status(session, f'permits.permit:{permit.id}')
    if status not in OPEN:
        raise FilingClosed
    if permit.kind != command.kind:
        raise FilingInvalid(reason='the kind cannot change; withdraw it and ask anew')
    if status == 'returned' and _reads_as(permit, command):
        raise NothingChanged
    permit.starts_at, permit.ends_at, permit.text = command.starts_at, command.ends_at, command.text
    permit.insured_until, permit.goods = command.insured_until, list(command.goods)
    session.flush()
    approval = submit_permit(session, actor, permit, command, now)
    notify(session, 'permits', permit.mall_id)
    return permit_view(permit, approval)


@operation(FILE, name='permits.withdraw_permit')
def withdraw_permit(session: Session, *, actor: Actor, command: WithdrawPermit, now: datetime) -> PermitView:
    """Takes back what was asked and is not decided yet.

    :raises PermitMissing:
    :raises FilingClosed: when it is decided or withdrawn already.
    """
    permit = _load_permit(session, command.permit_id)
    approval = _take_back(session, actor, f'permits.permit:{permit.id}', command.reason, now)
    notify(session, 'permits', permit.mall_id)
    return permit_view(permit, approval)


@operation(MANAGE_SPACES, name='permits.release_refused')
def release_refused(session: Session, *, actor: Actor, promotion_id: PromotionId, now: datetime) -> int:
    """Gives back the spaces of a promotion that was refused; answers how many. Done again, it does nothing.

    :raises PromotionUnknown:
    """
    promotion = load_promotion(session, actor, promotion_id, for_change=True)
    if _status(session, _subject(promotion)) not in OVER:
        return 0
    released = _release(session, promotion)
    if released:
        notify(session, 'permits', promotion.mall_id)
    return released


def _subject(promotion: Promotion) -> str:
    return f'permits.promotion:{promotion.id}'


def _status(session: Session, subject: str) -> str:
    return approval_of(session, subject).status


def _take_back(session: Session, actor: Actor, subject: str, reason: str, now: datetime) -> ApprovalView:
    """Who may file may take back what his own side filed, and nothing else.

    :raises FilingClosed:
    """
    if _status(session, subject) not in OPEN:
        raise FilingClosed
    return withdraw(session, actor=actor.also(SUBMIT), command=Withdraw(subject=subject, reason=reason), now=now)


def _load_permit(session: Session, permit_id: PermitId) -> Permit:
    """:raises PermitMissing: also for another tenant's."""
    permit = session.exec(select(Permit).where(Permit.id == permit_id).with_for_update()).one_or_none()
    if permit is None:
        raise PermitMissing
    return permit


def _reads_as(permit: Permit, command: RevisePermit) -> bool:
    return (permit.starts_at, permit.ends_at, permit.text, permit.insured_until, tuple(permit.goods)) == (
        command.starts_at, command.ends_at, command.text, command.insured_until, command.goods,
    )  # fmt: skip


def _bookings(session: Session, promotion: Promotion) -> list[SpaceBooking]:
    found = select(SpaceBooking).where(
        SpaceBooking.promotion_id == promotion.id, col(SpaceBooking.is_cancelled).is_(False)
    )
    return list(session.exec(found.with_for_update()))


def _release(session: Session, promotion: Promotion) -> int:
    bookings = _bookings(session, promotion)
    for booking in bookings:
        booking.is_cancelled = True
    session.flush()
    return len(bookings)


def _move(session: Session, actor: Actor, promotion: Promotion, by: timedelta) -> None:
    """By so many days of the mall's own calendar, at the same hours; those moved first make room for the rest.

    :raises SpaceTaken:
    """
    clock = get_business_clock(session, actor=actor)
    backwards = by < timedelta(0)
    try:
        for booking in sorted(_bookings(session, promotion), key=lambda one: one.starts_at, reverse=not backwards):
            setup = booking.starts_at - booking.occupied_from
            booking.starts_at = clock.local(booking.starts_at) + by
            booking.ends_at = clock.local(booking.ends_at) + by
            booking.occupied_from = booking.starts_at - setup
            session.flush()
    except IntegrityError as error:
        raise SpaceTaken from error
