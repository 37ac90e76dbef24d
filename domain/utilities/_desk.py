"""Bills the holders of one window: what each used, its share of the main meter's loss, and what that costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, select

from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor, TenantId
from domain.shared.business_time import BusinessClock
from domain.utilities._repository import Kept, as_point, points_of, reading_view, register_of, tariffs_of
from domain.utilities._rules import Tariff, Usage, price, share_loss, to_bill, usage
from domain.utilities.commands import LossPolicy, MeterId, ReadingId, ReadingKind, UsageWindow
from domain.utilities.models import Meter
from domain.utilities.views import HeldMeter, PriceLine, UsageBill


@dataclass(frozen=True, slots=True)
class Stretch:
    """One meter's readings of a window: those since the last actual one before it, and where the window begins."""

    readings: list[Kept]
    begins: int

    @property
    def inside(self) -> list[Kept]:
        return self.readings[self.begins :]


class Desk:
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
        stretch = self.stretch(meter, starts, ends)
        used = self._used(meter, stretch)
        if isinstance(used, str) or used.held_at is not None:
            return self._held(holder, used)
        loss = self._loss(meter, starts, ends, used.milli)
        if isinstance(loss, str):
            return self._held(holder, loss)
        return self._priced(holder, meter, stretch, used.milli, loss)

    def stretch(self, meter: Meter, starts: datetime, ends: datetime) -> Stretch:
        """The readings until `ends`, from the last actual one at or before `starts`."""
        readings = [reading for reading in self.readings[meter.id] if reading.read_at <= ends]
        before = [n for n, reading in enumerate(readings) if reading.read_at <= starts]
        begins = before[-1] if before else 0
        anchors = [n for n in before if readings[n].kind != ReadingKind.ESTIMATE]
        first = anchors[-1] if anchors else begins
        return Stretch(readings[first:], begins - first)

    def _used(self, meter: Meter, stretch: Stretch) -> Usage | str:
        if len(stretch.inside) < 2:
            return 'no_reading'
        points, register = [as_point(reading) for reading in stretch.readings], register_of(meter)
        whole, before = usage(points, register), usage(points[: stretch.begins + 1], register)
        return Usage(to_bill(whole.milli, before.milli), whole.held_at)

    def used_between(self, meter: Meter, starts: datetime, ends: datetime) -> Usage | str:
        """The same for every meter beside the one being billed, so it is worked out once."""
        key = (meter.id, starts, ends)
        if key not in self._known:
            self._known[key] = self._used(meter, self.stretch(meter, starts, ends))
        return self._known[key]

    def _loss(self, meter: Meter, starts: datetime, ends: datetime, used: int) -> int | str:
        """This meter's share of its main meter's loss, or why it cannot be said."""
        main = self.meters.get(meter.parent_id or 0)
        if main is None or main.loss_policy != LossPolicy.PRO_RATA:
            return 0
        total = self.used_between(main, starts, ends)
        subs = {
            sub.id: self.used_between(sub, starts, ends)
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

    def _priced(self, holder: Row[Any], meter: Meter, stretch: Stretch, used: int, loss: int) -> UsageBill | HeldMeter:
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
