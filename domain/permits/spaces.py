"""Who has which space when: the calendar of the spaces, and what stands in the way of a booking."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from domain.permits._views import booking_view, space_view
from domain.permits.commands import SpaceId
from domain.permits.models import BookableSpace, SpaceBooking
from domain.permits.permissions import VIEW
from domain.permits.views import BookingView, Conflict, SpaceView
from domain.shared.actor import Actor
from domain.shared.operations import query


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
def list_conflicts(
    session: Session, *, actor: Actor, space_id: SpaceId, starts_at: datetime, ends_at: datetime
) -> list[Conflict]:
    """What would meet a booking (rule PF-R1), and why: the event itself, its own set-up, or the set-up of what is
    already there. Times are half open: an end may be a beginning.
    """
    space = session.exec(select(BookableSpace).where(BookableSpace.id == space_id)).one()
    occupied_from = starts_at - timedelta(minutes=space.buffer_minutes)
    statement = select(SpaceBooking).where(
        SpaceBooking.space_id == space_id, SpaceBooking.ends_at > occupied_from,
        SpaceBooking.occupied_from < ends_at, col(SpaceBooking.is_cancelled).is_(False),
    )  # fmt: skip
    found = session.exec(statement.order_by(col(SpaceBooking.starts_at))).all()
    return [Conflict(booking=booking_view(one), why=_why(one, starts_at, ends_at)) for one in found]


def _why(there: SpaceBooking, starts_at: datetime, ends_at: datetime) -> str:
    if there.starts_at < ends_at and starts_at < there.ends_at:
        return 'event'
    return 'own_setup' if there.ends_at <= starts_at else 'their_setup'
