"""Days of the trading calendar as the world wants them; only here the simulator asks the mall's calendar."""

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any

from domain.mall.calendar import DayKind, TradingCalendar, spring_offset
from integrations.simulator.patterns import DayFacts

DayLookup = Callable[[date], DayFacts]


def day_lookup(document: Mapping[str, Any], calendar: TradingCalendar | None = None) -> DayLookup:
    """Facts of any day for the mall of a document."""
    known = calendar or TradingCalendar()
    exceptions = {date.fromisoformat(e['on']): e for e in document['hours']['exceptions']}
    weekly = {day: part for part in document['hours']['weekly'] for day in part['weekdays']}

    def facts(on: date) -> DayFacts:
        day = known.day(on)
        opens, closes = _minutes(exceptions.get(on) or weekly[on.isoweekday()])
        return DayFacts(
            on=on, weekday=day.profile_weekday, is_holiday=day.kind is DayKind.HOLIDAY,
            is_makeup=day.kind is DayKind.MAKEUP, spring_offset=spring_offset(on), opens=opens, closes=closes,
            holiday=day.holidays[0] if day.holidays else None, holiday_day=_holiday_day(known, on),
        )  # fmt: skip

    return facts


def _holiday_day(calendar: TradingCalendar, on: date) -> int:
    count = 0
    while count < 12 and calendar.day(on - timedelta(days=count)).kind is DayKind.HOLIDAY:
        count += 1
    return count


def _minutes(part: Mapping[str, str]) -> tuple[int, int]:
    opens, closes = time.fromisoformat(part['opens']), time.fromisoformat(part['closes'])
    first, last = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
    return first, last if last > first else last + 1440
