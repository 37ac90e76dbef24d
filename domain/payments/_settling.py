"""Which days a bank credit settles, on paper. No session, no clock.

A channel pays out what it took less its fee, one credit a day (T+1), and after a holiday the days before in one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LATEST = timedelta(days=10)
"""The longest between a day and its credit: the Spring Festival and a weekend."""
MOST_DAYS = 10
USUAL = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that came into the account."""

    id: int
    booked_on: date
    fen: int


@dataclass(frozen=True, slots=True)
class Due:
    """What a channel's bill of a day says it will pay: what it took less its fee."""

    on: date
    fen: int


@dataclass(frozen=True, slots=True)
class Fit:
    """A credit and the days that it settles, in order."""

    credit: Credit
    days: tuple[Due, ...]


def fits(credits: Iterable[Credit], due: Iterable[Due]) -> tuple[Fit, ...]:
    """Finds for every credit, in the order of booking, the run of open days whose sum it is, to the fen.

    No day is settled twice. Of several runs that fit, the one that ends the day before wins, then the shortest, then
    the latest.
    """
    left = sorted((day for day in due if day.fen), key=lambda day: day.on)
    found = []
    for credit in sorted(credits, key=lambda one: (one.booked_on, one.id)):
        runs = [run for run in _runs(left, credit.booked_on) if sum(day.fen for day in run) == credit.fen]
        if runs:
            best = min(runs, key=lambda run: _strangeness(run, credit.booked_on))
            found.append(Fit(credit, tuple(best)))
            left = [day for day in left if day not in best]
    return tuple(found)


def nearest(credit: Credit, due: Iterable[Due]) -> Due | None:
    """The open day that a credit most likely meant, when it fits none: the last before it."""
    before = [day for day in due if credit.booked_on - LATEST <= day.on < credit.booked_on]
    return max(before, key=lambda day: day.on, default=None)


def _runs(days: Sequence[Due], booked_on: date) -> Iterable[Sequence[Due]]:
    reachable = [day for day in days if booked_on - LATEST <= day.on <= booked_on]
    for start in range(len(reachable)):
        for end in range(start + 1, min(start + MOST_DAYS, len(reachable)) + 1):
            yield reachable[start:end]


def _strangeness(run: Sequence[Due], booked_on: date) -> tuple[bool, int, timedelta]:
    return (booked_on - run[-1].on != USUAL, len(run), booked_on - run[-1].on)
