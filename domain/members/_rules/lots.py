"""Lots (积分批次): which points leave, which come back, and when they end. Rules PT-R1 … PT-R4, PT-R11.

A balance is a set of lots, never "credits minus debits": 100 points that expire and 120 that were spent must not meet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Lot:
    """As much of a lot as decisions need."""

    id: int
    remaining: int
    expires_at: datetime
    earned_at: datetime


@dataclass(frozen=True, slots=True)
class Draw:
    """So many points out of one lot."""

    lot_id: int
    points: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a redemption took from one lot and has not given back yet."""

    lot_id: int
    points: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Clawed:
    """Where a clawback takes its points; what nobody holds any more is the shortfall."""

    draws: tuple[Draw, ...]
    shortfall: int


class ExpiredLotPolicy(StrEnum):
    """What becomes of points that return to a lot that has expired meanwhile."""

    GRACE = 'grace'
    STAY_EXPIRED = 'stay_expired'


def draw(lots: Iterable[Lot], points: int) -> tuple[Draw, ...] | None:
    """Takes points by nearest expiry (PT-R2); None when there are too few."""
    left, draws = points, []
    for lot in sorted(lots, key=lambda lot: (lot.expires_at, lot.id)):
        taken = min(left, lot.remaining)
        if taken > 0:
            draws.append(Draw(lot.id, taken))
            left -= taken
    return None if left else tuple(draws)


def claw(own: Iterable[Lot], others: Iterable[Lot], points: int) -> Clawed:
    """Takes from the lots of the refunded receipt first, then from the newest (PT-R4)."""
    newest = sorted(others, key=lambda lot: (lot.earned_at, lot.id), reverse=True)
    left, draws = points, []
    for lot in (*own, *newest):
        taken = min(left, lot.remaining)
        if taken > 0:
            draws.append(Draw(lot.id, taken))
            left -= taken
    return Clawed(tuple(draws), left)


def give_back(drawn: Sequence[Drawn], points: int) -> tuple[Draw, ...]:
    """Returns points to the lots they came from, the one drawn last first (PT-R3).

    :raises ValueError: when more would return than was taken.
    """
    left, returned = points, []
    for part in sorted(drawn, key=lambda part: (part.expires_at, part.lot_id), reverse=True):
        back = min(left, part.points)
        if back > 0:
            returned.append(Draw(part.lot_id, back))
            left -= back
    if left:
        raise ValueError(f'{left} points more than were taken')
    return tuple(returned)


def settle(debts: Iterable[Lot], credits: Iterable[Lot]) -> tuple[tuple[Draw, int], ...]:
    """Fills debts, oldest first, from lots by nearest expiry: pairs of what a lot gives and the debt that gets it."""
    open_debts = [[lot.id, -lot.remaining] for lot in sorted(debts, key=lambda lot: lot.id)]
    pairs: list[tuple[Draw, int]] = []
    for lot in sorted(credits, key=lambda lot: (lot.expires_at, lot.id)):
        left = lot.remaining
        for debt in open_debts:
            paid = min(left, debt[1])
            if paid > 0:
                pairs.append((Draw(lot.id, paid), debt[0]))
                left, debt[1] = left - paid, debt[1] - paid
    return tuple(pairs)


def end_of_day(day: date, zone: str) -> datetime:
    """The instant at which a day is over on the mall's clocks (PT-R11); points of that day end then."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the month's last where it is shorter (31 Jan + 1 = 28 or 29 Feb)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))
