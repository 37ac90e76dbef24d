"""Questions to utilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, col, select

from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor, TenantId
from domain.shared.business_time import BusinessClock
from domain.shared.operations import query
from domain.utilities._repository import (
    Kept,
    as_point,
    holders_in,
    load_meter,
    meter_view,
    points_of,
    reading_view,
    register_of,
    tariffs_of,
)
from domain.utilities._rules import Tariff, Usage, by_hour, leak, night_load, price, share_loss, to_bill, usage
from domain.utilities.commands import LossPolicy, MeterId, ReadingId, ReadingKind, UsageWindow
from domain.utilities.models import Meter, MeterReading
from domain.utilities.permissions import BILL, VIEW
from domain.utilities.views import (
    AnomalyView,
    HeldMeter,
    HourView,
    MeterView,
    PriceLine,
    ReadingView,
    UsageBill,
    UsageBills,
)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One meter's readings of a window: those since the last actual one before it, and where the window begins."""

    readings: list[Kept]
    begins: int

    @property
    def inside(self) -> list[Kept]:
        return self.readings[self.begins :]


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
    """Usage between the readings of a window: by the hour where the meter is read every hour.

    :raises MeterUnknown:
    """
    meter = load_meter(session, actor, meter_id)
    points = [as_point(reading) for reading in _readings_in(session, [meter_id], window)[meter_id]]
    return [HourView(starts_at=at, usage_milli=milli) for at, milli in by_hour(points, register_of(meter))]


@query(VIEW)
def list_anomalies(session: Session, *, actor: Actor, window: UsageWindow) -> list[AnomalyView]:
    """Night loads and leaks of a window."""
    clock = get_business_clock(session, actor=actor)
    found = []
    meters = session.exec(select(Meter).order_by(Meter.code)).all()
    readings = _readings_in(session, [MeterId(meter.id) for meter in meters], window)
    for meter in meters:
        points = [as_point(reading) for reading in readings[MeterId(meter.id)]]
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
    desk = _Desk(session, actor, window, holders)
    answers = [desk.bill(holder) for holder in holders]
    bills = [answer for answer in answers if isinstance(answer, UsageBill)]
    held = [answer for answer in answers if isinstance(answer, HeldMeter)]
    return UsageBills(bills=tuple(bills), held=tuple(held))


class _Desk:
    """Bills the holders of one window; keeps what it loaded."""

    def __init__(self, session: Session, actor: Actor, window: UsageWindow, holders: Sequence[Row[Any]]) -> None:
        self.session = session
        self.window = window
        self.clock: BusinessClock = get_business_clock(session, actor=actor)
        self.meters = {meter.id: meter for meter in session.exec(select(Meter))}
        self.readings = points_of(session, self.meters, window.starts_at, window.ends_at)
        self._known: dict[tuple[int, datetime, datetime], Usage | str] = {}
        self.tariffs: dict[str, list[Tariff]] = {
            utility: tariffs_of(session, utility) for utility in {holder.utility for holder in holders}
        }

    def bill(self, holder: Row[Any]) -> UsageBill | HeldMeter:
        meter = self.meters[holder.meter_id]
        starts = max(self.window.starts_at, holder.from_at)
        ends = min(self.window.ends_at, holder.until_at or self.window.ends_at)
        stretch = self._stretch(meter, starts, ends)
        used = self._used(meter, stretch)
        if isinstance(used, str) or used.held_at is not None:
            return self._held(holder, used)
        loss = self._loss(meter, starts, ends, used.milli)
        if isinstance(loss, str):
            return self._held(holder, loss)
        return self._priced(holder, meter, stretch, used.milli, loss)

    def _stretch(self, meter: Meter, starts: datetime, ends: datetime) -> _Stretch:
        """The readings until `ends`, from the last actual one at or before `starts`."""
        readings = [reading for reading in self.readings[meter.id] if reading.read_at <= ends]
        before = [n for n, reading in enumerate(readings) if reading.read_at <= starts]
        begins = before[-1] if before else 0
        anchors = [n for n in before if readings[n].kind != ReadingKind.ESTIMATE]
        first = anchors[-1] if anchors else begins
        return _Stretch(readings[first:], begins - first)

    def _used(self, meter: Meter, stretch: _Stretch) -> Usage | str:
        if len(stretch.inside) < 2:
            return 'no_reading'
        points, register = [as_point(reading) for reading in stretch.readings], register_of(meter)
        whole, before = usage(points, register), usage(points[: stretch.begins + 1], register)
        return Usage(to_bill(whole.milli, before.milli), whole.held_at)

    def _used_between(self, meter: Meter, starts: datetime, ends: datetime) -> Usage | str:
        """The same for every meter beside the one being billed, so it is worked out once."""
        key = (meter.id, starts, ends)
        if key not in self._known:
            self._known[key] = self._used(meter, self._stretch(meter, starts, ends))
        return self._known[key]

    def _loss(self, meter: Meter, starts: datetime, ends: datetime, used: int) -> int | str:
        """This meter's share of its main meter's loss, or why it cannot be said."""
        main = self.meters.get(meter.parent_id or 0)
        if main is None or main.loss_policy != LossPolicy.PRO_RATA:
            return 0
        total = self._used_between(main, starts, ends)
        subs = {
            sub.id: self._used_between(sub, starts, ends)
            for sub in self.meters.values() if sub.parent_id == main.id
        }  # fmt: skip
        if not isinstance(total, Usage) or total.held_at is not None:
            return 'main_held'
        known = {sub: one.milli for sub, one in subs.items() if isinstance(one, Usage) and one.held_at is None}
        if len(known) < len(subs):
            return 'main_held'
        try:
            return share_loss(total.milli, known | {meter.id: used}, LossPolicy.PRO_RATA)[meter.id]
        except ValueError:
            return 'subs_exceed_main'

    def _priced(self, holder: Row[Any], meter: Meter, stretch: _Stretch, used: int, loss: int) -> UsageBill | HeldMeter:
        points = [as_point(reading) for reading in stretch.inside]
        try:
            bill = price(points, register_of(meter), self.tariffs[meter.utility], self.clock, used)
        except LookupError:
            return self._held(holder, 'no_tariff')
        return UsageBill(
            meter_id=MeterId(meter.id), meter_code=meter.code, utility=meter.utility,
            tenant_id=TenantId(holder.tenant_id), lease_id=holder.lease_id, first=reading_view(stretch.inside[0]),
            last=reading_view(stretch.inside[-1]), usage_milli=used, loss_milli=loss, amount_fen=bill.with_loss(loss),
            is_estimated=stretch.inside[-1].kind == ReadingKind.ESTIMATE, is_estimated_split=bill.is_estimated_split,
            lines=tuple(
                PriceLine(valid_from=line.valid_from, slot=line.slot, usage_milli=line.milli, price_e4=line.price_e4)
                for line in bill.lines
            ),
        )  # fmt: skip

    def _held(self, holder: Row[Any], why: Usage | str) -> HeldMeter:
        reading = why.held_at if isinstance(why, Usage) else None
        return HeldMeter(
            meter_id=MeterId(holder.meter_id), meter_code=holder.code, lease_id=holder.lease_id,
            reason=why if isinstance(why, str) else 'reading_held',
            reading_id=None if reading is None else ReadingId(reading),
        )  # fmt: skip


def _readings_in(session: Session, meter_ids: Sequence[MeterId], window: UsageWindow) -> dict[MeterId, list[Kept]]:
    readings = points_of(session, meter_ids, window.starts_at, window.ends_at)
    return {one: [reading for reading in readings[one] if reading.read_at >= window.starts_at] for one in meter_ids}
