"""Who has which space when: the calendar of the spaces, what stands in the way of a booking, and the mall's blocks."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.permits._filing import occupy
from domain.permits._views import approval_of, booking_view, space_view
from domain.permits.commands import BlockSpace, CancelBooking, SpaceId
from domain.permits.errors import FilingInvalid, SpaceUnknown
from domain.permits.models import BookableSpace, Promotion, SpaceBooking
from domain.permits.permissions import MANAGE_SPACES, VIEW
from domain.permits.views import BookingView, CalendarEntry, Conflict, SpaceView, Taken
from domain.shared.actor import Actor, TenantId
from domain.shared.errors import NotFound
from domain.shared.live import notify
from domain.shared.operations import operation, query


@query(VIEW)
def list_spaces(session: Session, *, actor: Actor) -> list[SpaceView]:
    """Spaces that can be booked, by code."""
    return [space_view(space) for space in session.exec(select(BookableSpace).order_by(BookableSpace.code))]


@query(VIEW)
def list_bookings(session: Session, *, actor: Actor, starts_at: datetime, ends_at: datetime) -> list[BookingView]:
    """What takes a space at some time of a window, set-up included; given back ones are left out."""
    statement = select(SpaceBooking).where(
        SpaceBooking.ends_at > starts_at, SpaceBooking.occupied_from < ends_at,
        col(SpaceBooking.is_cancelled).is_(False),
    )  # fmt: skip
    return [booking_view(one) for one in session.exec(statement.order_by(col(SpaceBooking.occupied_from)))]


@query(VIEW)
def list_calendar(session: Session, *, actor: Actor, starts_at: datetime, ends_at: datetime) -> list[CalendarEntry]:
    """The bookings of a window with what they are for: held while their filing is in review, approved, or blocked by
    the mall. A tenant's people see their own alone; `list_taken` tells them of the others.
    """
    bookings = list_bookings(session, actor=actor, starts_at=starts_at, ends_at=ends_at)
    wanted = {one.promotion_id for one in bookings if one.promotion_id is not None}
    found = {one.id: one for one in session.exec(select(Promotion).where(col(Promotion.id).in_(wanted)))}
    standing = {
        promotion: 'approved' if approval_of(session, f'permits.promotion:{promotion}').is_approved else 'held'
        for promotion in found
    }
    return [
        CalendarEntry(booking=one, standing='blocked', title=one.reason or '', tenant_id=None)
        if one.promotion_id is None else CalendarEntry(
            booking=one, standing=standing[one.promotion_id], title=found[one.promotion_id].mechanics['title'],
            tenant_id=TenantId(found[one.promotion_id].tenant_id),
        ) for one in bookings
    ]  # fmt: skip


@query(VIEW)
def list_taken(session: Session, *, actor: Actor, starts_at: datetime, ends_at: datetime) -> list[Taken]:
    """When spaces are taken in a window, set-up included, whoever has them: nobody learns who."""
    rows = session.execute(
        text('SELECT space_id, occupied_from, starts_at, ends_at FROM taken_spaces(:since, :until)'),
        {'since': starts_at, 'until': ends_at},
    )
    return [
        Taken(space_id=SpaceId(row.space_id), occupied_from=row.occupied_from, starts_at=row.starts_at,
              ends_at=row.ends_at) for row in rows
    ]  # fmt: skip


@query(VIEW)
def list_conflicts(
    session: Session, *, actor: Actor, space_id: SpaceId, starts_at: datetime, ends_at: datetime
) -> list[Conflict]:
    """What would meet a booking (rule PF-R1), and why: the event itself, its own set-up, or the set-up of what is
    already there. Times are half open: an end may be a beginning.

    :raises SpaceUnknown:
    """
    space = _load(session, space_id)
    occupied_from = starts_at - timedelta(minutes=space.buffer_minutes)
    statement = select(SpaceBooking).where(
        SpaceBooking.space_id == space_id, SpaceBooking.ends_at > occupied_from,
        SpaceBooking.occupied_from < ends_at, col(SpaceBooking.is_cancelled).is_(False),
    )  # fmt: skip
    found = session.exec(statement.order_by(col(SpaceBooking.starts_at))).all()
    return [Conflict(booking=booking_view(one), why=_why(one, starts_at, ends_at)) for one in found]


@operation(MANAGE_SPACES, name='permits.block_space')
def block_space(session: Session, *, actor: Actor, command: BlockSpace, now: datetime) -> BookingView:
    """Takes a space for the mall itself. What is booked already stays: the two have to be sorted out by people.

    :raises SpaceUnknown:
    :raises FilingInvalid: when it ends before it begins.
    :raises SpaceTaken:
    """
    space = _load(session, command.space_id)
    if command.ends_at <= command.starts_at:
        raise FilingInvalid(reason='the block ends before it begins')
    block = SpaceBooking(
        mall_id=space.mall_id, space_id=space.id, reason=command.reason, starts_at=command.starts_at,
        ends_at=command.ends_at, occupied_from=command.starts_at,
    )  # fmt: skip
    return occupy(session, block)


@operation(MANAGE_SPACES, name='permits.unblock_space')
def unblock_space(session: Session, *, actor: Actor, command: CancelBooking, now: datetime) -> BookingView:
    """Gives a space back that the mall had blocked; doing it again changes nothing.

    :raises NotFound: also for a booking of a shop's, which is the shop's to give back.
    """
    found = select(SpaceBooking).where(SpaceBooking.id == command.booking_id, col(SpaceBooking.promotion_id).is_(None))
    block = session.exec(found.with_for_update()).one_or_none()
    if block is None:
        raise NotFound
    block.is_cancelled = True
    session.flush()
    notify(session, 'permits', block.mall_id)
    return booking_view(block)


def _load(session: Session, space_id: SpaceId) -> BookableSpace:
    """:raises SpaceUnknown:"""
    space = session.exec(select(BookableSpace).where(BookableSpace.id == space_id)).one_or_none()
    if space is None:
        raise SpaceUnknown(space=space_id)
    return space


def _why(there: SpaceBooking, starts_at: datetime, ends_at: datetime) -> str:
    if there.starts_at < ends_at and starts_at < there.ends_at:
        return 'event'
    return 'own_setup' if there.ends_at <= starts_at else 'their_setup'
