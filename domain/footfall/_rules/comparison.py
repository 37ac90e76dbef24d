"""Comparing like with like: the same weekday, the same holiday, the same time of day, the same number of days.

A running day is compared with its base until the same time (CK-R5), a month to date with the same days (CK-R6). A base
of nothing gives no percentage (CK-R9), and a series that was redrawn in between is not compared at all (FT-R15).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.footfall.commands import Window
from domain.footfall.views import Comparability, Mode
from domain.shared.measure import Measure, change

HolidayAligned = Callable[[date], date]

# Below this share, or this far apart, a change says more about the sensors than about the visitors.
LEAST_COVERAGE, MOST_APART = 0.5, 0.25
_DAYS_BACK = {Mode.PREVIOUS_DAY: 1, Mode.PREVIOUS_WEEK: 7, Mode.SAME_WEEKDAY: 364}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of a figure against its base."""

    change: float | None
    comparability: Comparability


def base_day(day: date, mode: Mode, holiday_aligned: HolidayAligned) -> date:
    """The day that a day is held against."""
    if mode is Mode.HOLIDAY_ALIGNED:
        return holiday_aligned(day)
    if mode is Mode.CALENDAR_YEAR:
        return _same_date_last_year(day)
    return day - timedelta(days=_DAYS_BACK[mode])


def shifted(window: Window, *, day_start: datetime, base_start: datetime) -> Window:
    """A window moved from one business day to another, keeping its distance from the day's start."""
    move = base_start - day_start
    return Window(started_at=window.started_at + move, ended_at=window.ended_at + move)


def until_now(window: Window, now: datetime) -> Window:
    """The part of a window that has happened."""
    return Window(started_at=min(window.started_at, now), ended_at=max(min(window.ended_at, now), window.started_at))


def judge(current: Measure, base: Measure, *, is_redrawn: bool) -> Verdict:
    """The change, or why there is none."""
    if is_redrawn:
        return Verdict(None, Comparability.REDRAWN)
    if base.value is None:
        return Verdict(None, Comparability.NO_BASE)
    if base.value == 0:
        return Verdict(None, Comparability.ZERO_BASE)
    if not _are_alike(current, base):
        return Verdict(None, Comparability.INCOMPLETE)
    return Verdict(change(current.value, base.value), Comparability.COMPARABLE)


def _are_alike(current: Measure, base: Measure) -> bool:
    """Whether both sides were observed, or estimated for what was not, to a similar degree.

    Counters that never report how much they observed give no coverage on either side: that is no argument.
    """
    ours, theirs = _known(current), _known(base)
    if current.value is not None and ours == theirs == 0:
        return True
    return min(ours, theirs) >= LEAST_COVERAGE and abs(ours - theirs) <= MOST_APART


def _known(measure: Measure) -> float:
    """The share of the time that the figure speaks for: what was observed, and what was filled in by estimate."""
    if measure.value is None:
        return 0.0
    return 1.0 if measure.imputed else measure.coverage


def _same_date_last_year(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
