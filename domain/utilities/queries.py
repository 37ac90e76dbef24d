"""Questions to utilities."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from sqlmodel import Session, col, select

from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.operations import query
from domain.utilities._desk import Desk
from domain.utilities._repository import (
    Kept,
    as_point,
    holders_in,
    load_meter,
    meter_view,
    points_of,
    reading_view,
    register_of,
)
from domain.utilities._rules import by_hour, leak, night_load
from domain.utilities.commands import MeterId, UsageWindow
from domain.utilities.models import Meter, MeterReading
from domain.utilities.permissions import BILL, VIEW
from domain.utilities.views import (
    AnomalyView,
    HeldMeter,
    HourView,
    MeterView,
    ReadingView,
    UsageBill,
    UsageBills,
)

BY_THE_HOUR = timedelta(hours=2)  # one reading may be missing; what is read by the day says nothing of its nights


@query(VIEW)
def list_meters(session: Session, *, actor: Actor) -> list[MeterView]:
    """Meters by code; a tenant's people see those that are or were their own."""
    return [meter_view(meter) for meter in session.exec(select(Meter).order_by(Meter.code))]


@query(VIEW)
def list_held_readings(session: Session, *, actor: Actor) -> list[ReadingView]:
    """What waits for a person, oldest first."""
    statement = select(MeterReading).where(col(MeterReading.is_held), col(MeterReading.voided_at).is_(None))
    return [reading_view(reading) for reading in session.exec(statement.order_by(col(MeterReading.read_at)))]


@query(VIEW)
def hourly_usage(session: Session, *, actor: Actor, meter_id: MeterId, window: UsageWindow) -> list[HourView]:
    """Usage between the readings of a window that are not held: by the hour where the meter is read every hour.

    :raises MeterUnknown:
    """
    meter = load_meter(session, actor, meter_id)
    readings = _readings_in(session, [meter_id], window)[meter_id]
    points = [as_point(reading) for reading in readings if not reading.is_held]
    return [HourView(starts_at=at, usage_milli=milli) for at, milli in by_hour(points, register_of(meter))]


@query(VIEW)
def list_anomalies(session: Session, *, actor: Actor, window: UsageWindow) -> list[AnomalyView]:
    """Night loads and leaks of a window, at the meters where something is used: a main meter never stands still."""
    clock = get_business_clock(session, actor=actor)
    found = []
    every = session.exec(select(Meter).order_by(Meter.code)).all()
    mains = {meter.parent_id for meter in every}
    meters = [meter for meter in every if meter.id not in mains]
    readings = _readings_in(session, [MeterId(meter.id) for meter in meters], window)
    for meter in meters:
        points = [as_point(reading) for reading in readings[MeterId(meter.id)] if not reading.is_held]
        if any(later.read_at - earlier.read_at > BY_THE_HOUR for earlier, later in pairwise(points)):
            continue
        hours = by_hour(points, register_of(meter))
        odd = leak(hours) if meter.utility == 'water' else night_load(hours, clock)
        if odd is not None:
            found.append(AnomalyView(
                meter_id=MeterId(meter.id), meter_code=meter.code, kind=odd.kind, since=odd.since,
                usage_milli=odd.milli,
            ))  # fmt: skip
    return found


@query(BILL)
def usage_bills(session: Session, *, actor: Actor, window: UsageWindow) -> UsageBills:
    """What every holder used in a window and what it costs; what cannot be billed yet is named with the reason.

    For the mall's staff: a loss can only be shared by who sees the main meter and all the others.
    """
    holders = holders_in(session, window.starts_at, window.ends_at)
    desk = Desk(session, actor, window, holders)
    answers = [desk.bill(holder) for holder in holders]
    bills = [answer for answer in answers if isinstance(answer, UsageBill)]
    held = [answer for answer in answers if isinstance(answer, HeldMeter)]
    return UsageBills(bills=tuple(bills), held=tuple(held))


def _readings_in(session: Session, meter_ids: Sequence[MeterId], window: UsageWindow) -> dict[MeterId, list[Kept]]:
    readings = points_of(session, meter_ids, window.starts_at, window.ends_at)
    return {one: [reading for reading in readings[one] if reading.read_at >= window.starts_at] for one in meter_ids}
