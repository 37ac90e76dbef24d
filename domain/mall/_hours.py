"""When a mall or a unit is open: weekly hours by the day they hold from, exceptions, days that end past midnight. Pure.

A span belongs to the day on which it opens. Closing at or before opening means the next day; equal times mean 24 hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One opening on the mall's clocks."""

    opens: time
    closes: time

    @property
    def ends_next_day(self) -> bool:
        return self.closes <= self.opens


Week = Mapping[int, tuple[Span, ...]]  # by ISO weekday; a weekday that is missing is closed


@dataclass(frozen=True)
class OpeningHours:
    """`weeks` by the first day they hold; `exceptions` win, an empty one means closed."""

    zone: str
    weeks: Mapping[date, Week]
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        if day in self.exceptions:
            return self.exceptions[day]
        holding = [start for start in self.weeks if start <= day]
        return self.weeks[max(holding)].get(day.isoweekday(), ()) if holding else ()

    def intervals_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The openings that begin on a day, as instants with exclusive ends, in order."""
        return [self._interval(day, span) for span in sorted(self.spans_on(day))]

    def is_open_at(self, instant: datetime) -> bool:
        """Spans of the day before count too: they may run past midnight."""
        today = instant.astimezone(ZoneInfo(self.zone)).date()
        days = (today - ONE_DAY, today)
        return any(start <= instant < end for day in days for start, end in self.intervals_on(day))

    def next_opening_at(self, instant: datetime, *, within_days: int = 60) -> datetime | None:
        """When it opens next, seen from a moment at which it is closed."""
        today = instant.astimezone(ZoneInfo(self.zone)).date()
        for number in range(within_days):
            later = [start for start, _ in self.intervals_on(today + number * ONE_DAY) if start > instant]
            if later:
                return later[0]
        return None

    def _interval(self, day: date, span: Span) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.zone)
        last = day + ONE_DAY if span.ends_next_day else day
        start = datetime.combine(day, span.opens, zone).astimezone(UTC)
        return start, datetime.combine(last, span.closes, zone).astimezone(UTC)


def overlapping(spans: Sequence[Span]) -> bool:
    """Whether openings of one day run into each other."""
    ordered = sorted(spans)
    minutes = [(_minute(span.opens), _minute(span.closes) + (1440 if span.ends_next_day else 0)) for span in ordered]
    return any(end > start for (_, end), (start, _) in pairwise(minutes))


def _minute(wall: time) -> int:
    return wall.hour * 60 + wall.minute
