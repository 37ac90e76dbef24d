"""What registers say was used, and what that costs. Pure; rules UT-R1 … UT-R7."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

from domain.shared.business_time import BusinessClock
from domain.shared.money import split_largest_remainder
from domain.utilities.commands import LossPolicy, ReadingKind, Slot, TariffSlot

MILLI = 1_000
HOUR = timedelta(hours=1)
MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Point:
    """A reading as the arithmetic sees it."""

    reading_id: int
    read_at: datetime
    register_milli: int
    kind: ReadingKind


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used between two readings, in thousandths. Held: what follows `held_at` waits for a person."""

    milli: int
    held_at: int | None = None


@dataclass(frozen=True, slots=True)
class RegisterType:
    """How the meter counts."""

    digits: int
    multiplier: int

    @property
    def modulus_milli(self) -> int:
        return int(10**self.digits) * MILLI


def usage(points: Sequence[Point], register: RegisterType) -> Usage:
    """Usage from the first to the last point (rules UT-R1 … UT-R4). An estimate stands only until the next actual
    reading, which is compared with the last actual one; so the sum is right whatever was estimated between.
    """
    total, estimated, base = 0, 0, None
    for point in points:
        if base is None or point.kind is ReadingKind.INSTALLED:
            base, estimated = point, 0
            continue
        step = _step(base, point, register)
        if step is None:
            return Usage((total + estimated) * register.multiplier, point.reading_id)
        if point.kind is ReadingKind.ESTIMATE:
            estimated = step
        else:
            total, estimated, base = total + step, 0, point
    return Usage((total + estimated) * register.multiplier)


def _step(earlier: Point, later: Point, register: RegisterType) -> int | None:
    """The units between two readings, or None where the register fell and nobody says why (rule UT-R3)."""
    units = later.register_milli - earlier.register_milli
    if later.kind is ReadingKind.ROLLOVER:
        return units + register.modulus_milli if units < 0 else None
    return units if units >= 0 else None


def to_bill(since_last_actual: int, billed_as_estimate: int) -> int:
    """What an actual reading adds to what was billed on an estimate (rule UT-R4); negative is a credit."""
    return since_last_actual - billed_as_estimate


def share_loss(main: int, subs: Mapping[int, int], policy: LossPolicy) -> dict[int, int]:
    """What each sub-meter bears of the main meter's loss (rule UT-R5); shares sum to the loss exactly.

    :raises ValueError: when the sub-meters show more than the main meter; then a reading is wrong.
    """
    loss = main - sum(subs.values())
    if loss < 0:
        raise ValueError(f'the sub-meters exceed the main meter by {-loss}')
    if policy is LossPolicy.LANDLORD or not any(subs.values()):
        return dict.fromkeys(subs, 0)
    return dict(zip(subs, split_largest_remainder(loss, list(subs.values())), strict=True))


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices from a day on."""

    valid_from: date
    slots: tuple[TariffSlot, ...]

    def at(self, wall: time) -> TariffSlot:
        """The slot of a time of the day."""
        return next(slot for slot in self.slots if _covers(slot, wall))


def _covers(slot: TariffSlot, wall: time) -> bool:
    return slot.starts <= wall and (wall < slot.until or slot.until == time.min)


def complaint_about(slots: Sequence[TariffSlot]) -> str | None:
    """What is wrong with the slots of a day: they follow each other from midnight to midnight."""
    ordered = sorted(slots, key=lambda slot: slot.starts)
    ends = time.min
    for number, slot in enumerate(ordered):
        if slot.starts != ends or (number and ends == time.min):
            return f'the day is not covered once at {slot.starts:%H:%M}'
        if slot.until != time.min and slot.until <= slot.starts:
            return f'the slot from {slot.starts:%H:%M} ends before it begins'
        if slot.starts.minute or slot.until.minute:
            return 'slots begin and end on the hour'
        ends = slot.until
    return None if ends == time.min else f'the day is not covered after {ends:%H:%M}'


@dataclass(frozen=True, slots=True)
class Priced:
    """One price's part of a bill."""

    valid_from: date
    slot: Slot
    milli: int
    price_e4: int


@dataclass(frozen=True, slots=True)
class Bill:
    """Usage by price. `is_estimated_split` is printed: only two readings stood behind a split between prices."""

    lines: tuple[Priced, ...]
    is_estimated_split: bool

    @property
    def amount_fen(self) -> int:
        """Rounded half up once, for the bill as a whole."""
        return _half_up(self._exact)

    def with_loss(self, loss_milli: int) -> int:
        """The amount with a share of the main meter's loss, at this bill's mean price."""
        used = sum(line.milli for line in self.lines)
        return _half_up(self._exact * Fraction(used + loss_milli, used)) if used else self.amount_fen

    @property
    def _exact(self) -> Fraction:
        return sum((Fraction(line.milli * line.price_e4, MILLI * 100) for line in self.lines), Fraction(0))


def _half_up(exact: Fraction) -> int:
    sign = -1 if exact < 0 else 1
    return sign * int(abs(exact) + Fraction(1, 2))


def price(
    points: Sequence[Point], register: RegisterType, tariffs: Sequence[Tariff], clock: BusinessClock, milli: int
) -> Bill:
    """What `milli` used between the first and the last point costs (rule UT-R6). Hourly readings are priced hour by
    hour. With fewer, usage is spread evenly over the days and each day over its slots by their length, and the bill
    says that it is an estimate.

    :raises LookupError: with the first day that has no tariff.
    """
    hours = _hourly(points, register, clock) if is_hourly(points) else []
    is_exact = bool(hours) and sum(part for _, _, part in hours) == milli
    parts = hours if is_exact else _daily(points, clock, tariffs, milli)
    sums: dict[tuple[date, Slot, int], int] = {}
    for day, wall, milli in parts:
        tariff = _in_force(tariffs, day)
        slot = tariff.at(wall)
        key = (tariff.valid_from, slot.slot, slot.price_e4)
        sums[key] = sums.get(key, 0) + milli
    lines = tuple(Priced(*key[:2], milli, key[2]) for key, milli in sorted(sums.items()) if milli)
    return Bill(lines, is_estimated_split=not is_exact and len(lines) > 1)


def is_hourly(points: Sequence[Point]) -> bool:
    """Whether no two readings that follow each other lie more than an hour apart."""
    return len(points) > 1 and all(b.read_at - a.read_at <= HOUR for a, b in pairwise(points))


def by_hour(points: Sequence[Point], register: RegisterType) -> list[tuple[datetime, int]]:
    """Usage of each stretch between readings, by its beginning; what a tenant sees of its day."""
    return [
        (earlier.read_at, usage([earlier, later], register).milli)
        for earlier, later in pairwise(points)
        if later.kind is not ReadingKind.INSTALLED
    ]


def _hourly(points: Sequence[Point], register: RegisterType, clock: BusinessClock) -> list[tuple[date, time, int]]:
    found = []
    for at, milli in by_hour(points, register):
        local = clock.local(at)
        found.append((local.date(), local.time(), milli))
    return found


def _daily(
    points: Sequence[Point], clock: BusinessClock, tariffs: Sequence[Tariff], total: int
) -> list[tuple[date, time, int]]:
    first, last = clock.local(points[0].read_at).date(), clock.local(points[-1].read_at).date()
    days = [first + timedelta(days=n) for n in range(max(1, (last - first).days))]
    found = []
    for day, milli in zip(days, split_largest_remainder(total, [1] * len(days)), strict=True):
        slots = _in_force(tariffs, day).slots
        for slot, part in zip(slots, split_largest_remainder(milli, [_minutes(slot) for slot in slots]), strict=True):
            found.append((day, slot.starts, part))
    return found


def _minutes(slot: TariffSlot) -> int:
    ends = slot.until.hour * 60 if slot.until != time.min else MINUTES_OF_DAY
    return ends - slot.starts.hour * 60


def _in_force(tariffs: Sequence[Tariff], day: date) -> Tariff:
    known = [tariff for tariff in tariffs if tariff.valid_from <= day]
    if not known:
        raise LookupError(day)
    return max(known, key=lambda tariff: tariff.valid_from)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something odd in hourly usage: when it began, and how much it is about."""

    kind: str
    since: datetime
    milli: int


NIGHT = (1, 5)
NIGHT_SHARE = Fraction(35, 100)
LEAK_HOURS = 48


def night_load(hours: Sequence[tuple[datetime, int]], clock: BusinessClock) -> Anomaly | None:
    """A shop that uses more than 35 % of its energy between one and five at night."""
    night = [(at, m) for at, m in hours if NIGHT[0] <= clock.local(at).hour < NIGHT[1]]
    total, at_night = sum(m for _, m in hours), sum(m for _, m in night)
    if not night or total == 0 or Fraction(at_night, total) <= NIGHT_SHARE:
        return None
    return Anomaly('night_load', night[0][0], at_night)


def leak(hours: Sequence[tuple[datetime, int]]) -> Anomaly | None:
    """Water that runs in every one of the last 48 hours: some tap or pipe never closes."""
    recent = hours[-LEAK_HOURS:]
    if len(recent) < LEAK_HOURS or any(milli == 0 for _, milli in recent):
        return None
    return Anomaly('leak', recent[0][0], min(milli for _, milli in recent) * LEAK_HOURS)
