"""Days in half-open periods: what a lease, an item and an invoice interval cover."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From a day until another, which is no longer part of it."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.ends_on <= self.starts_on:
            raise ValueError(f'the period {self.starts_on} … {self.ends_on} holds no day')

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days

    def meets(self, other: 'Period') -> bool:
        """Whether the two share a day."""
        return self.starts_on < other.ends_on and other.starts_on < self.ends_on

    def overlap(self, other: 'Period') -> 'Period | None':
        starts, ends = max(self.starts_on, other.starts_on), min(self.ends_on, other.ends_on)
        return Period(starts, ends) if starts < ends else None

    def without(self, holes: Iterable['Period']) -> list['Period']:
        """What is left when every hole is cut out, in order."""
        left = [self]
        for hole in holes:
            left = [piece for part in left for piece in part._minus(hole)]
        return left

    def _minus(self, hole: 'Period') -> Iterator['Period']:
        common = self.overlap(hole)
        if common is None:
            yield self
            return
        if self.starts_on < common.starts_on:
            yield Period(self.starts_on, common.starts_on)
        if common.ends_on < self.ends_on:
            yield Period(common.ends_on, self.ends_on)


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    if day.day <= SHORTEST_MONTH:
        return date(index // 12, index % 12 + 1, day.day)
    first = date(index // 12, index % 12 + 1, 1)
    last = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def month_of(day: date) -> Period:
    return Period(first_of_month(day), add_months(first_of_month(day), 1))


def months_in(period: Period) -> list[Period]:
    """The whole calendar months that the period touches."""
    found, starts = [], first_of_month(period.starts_on)
    while starts < period.ends_on:
        found.append(month_of(starts))
        starts = add_months(starts, 1)
    return found


def count_months(period: Period) -> int:
    """How many calendar months the period touches."""
    last = period.ends_on - timedelta(days=1)
    return (last.year - period.starts_on.year) * 12 + last.month - period.starts_on.month + 1


@lru_cache(maxsize=64)
def invoice_intervals(window: Period, months: int) -> tuple[Period, ...]:
    """Whole invoicing intervals (1, 3, 6 or 12 months, counted from January) that begin within the window."""
    starts = first_of_month(window.starts_on)
    starts = add_months(starts, -((starts.month - 1) % months))
    found = []
    while starts < window.ends_on:
        if starts >= window.starts_on:
            found.append(Period(starts, add_months(starts, months)))
        starts = add_months(starts, months)
    return tuple(found)
