"""The Chinese trading calendar: day kinds, holidays, and which past day a day is compared with (CK-R1 … CK-R4).

Pure. Announced holidays come from chinesecalendar, lunar dates from lunar-python; days that a person entered
(`overrides`) win over both, and years that nobody has announced yet are computed from the law and marked provisional.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import holidays as announced_holidays
from lunar_python import Lunar, Solar

WEEK = timedelta(days=7)
YEAR_OF_WEEKS = timedelta(days=364)
SPRING_BEFORE, SPRING_AFTER = 8, 15  # 小年 to 元宵: the days that follow the lunar year rather than the week
SEARCH_WEEKS = 8
ANNOUNCED_YEARS = frozenset(day.year for day in announced_holidays)  # a new release of the library comes each November


class DayKind(StrEnum):
    WORKDAY = 'workday'
    WEEKEND = 'weekend'
    HOLIDAY = 'holiday'
    MAKEUP = 'makeup'  # 调休上班日: a Saturday or Sunday on which offices work


class Holiday(StrEnum):
    NEW_YEAR = 'new_year'  # 元旦
    SPRING_FESTIVAL = 'spring_festival'  # 春节
    TOMB_SWEEPING = 'tomb_sweeping'  # 清明
    LABOUR_DAY = 'labour_day'  # 劳动节
    DRAGON_BOAT = 'dragon_boat'  # 端午
    MID_AUTUMN = 'mid_autumn'  # 中秋
    NATIONAL_DAY = 'national_day'  # 国庆


# Statutory days off from the day of the holiday on, since 2025; Spring Festival begins with its eve.
STATUTORY = {
    Holiday.NEW_YEAR: range(1),
    Holiday.SPRING_FESTIVAL: range(-1, 3),
    Holiday.TOMB_SWEEPING: range(1),
    Holiday.LABOUR_DAY: range(2),
    Holiday.DRAGON_BOAT: range(1),
    Holiday.MID_AUTUMN: range(1),
    Holiday.NATIONAL_DAY: range(3),
}
PRECEDENCE = (
    Holiday.SPRING_FESTIVAL, Holiday.NATIONAL_DAY, Holiday.LABOUR_DAY, Holiday.MID_AUTUMN, Holiday.DRAGON_BOAT,
    Holiday.TOMB_SWEEPING, Holiday.NEW_YEAR,
)  # fmt: skip
LIBRARY_NAMES = {
    "New Year's Day": Holiday.NEW_YEAR,
    'Spring Festival': Holiday.SPRING_FESTIVAL,
    'Tomb-sweeping Day': Holiday.TOMB_SWEEPING,
    'Labour Day': Holiday.LABOUR_DAY,
    'Dragon Boat Festival': Holiday.DRAGON_BOAT,
    'Mid-autumn Festival': Holiday.MID_AUTUMN,
    'National Day': Holiday.NATIONAL_DAY,
}


@dataclass(frozen=True, slots=True)
class DayOverride:
    """What a person entered about a day."""

    kind: DayKind
    holiday: Holiday | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one day is. `profile_weekday` (1–7) is the weekday whose pattern it follows (CK-R3)."""

    on: date
    kind: DayKind
    holidays: tuple[Holiday, ...] = ()
    profile_weekday: int
    is_provisional: bool = False


class Alignment(StrEnum):
    """By which rule a base day was chosen."""

    WEEKDAY = 'weekday'  # CK-R2
    SPRING_FESTIVAL = 'spring_festival'  # CK-R1
    HOLIDAY = 'holiday'  # CK-R4
    PROFILE = 'profile'  # CK-R3: the plain base was another kind of day


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedDay:
    """The past day to compare with. `residual` names holidays that only one of the two days has."""

    on: date
    base_on: date
    alignment: Alignment
    holiday: Holiday | None = None
    residual: tuple[Holiday, ...] = ()


@dataclass(frozen=True)
class TradingCalendar:
    """Days of one mall, with what people entered for it."""

    overrides: Mapping[date, DayOverride] = field(default_factory=dict)

    def day(self, on: date) -> Day:
        kind, named, is_provisional = self._kind(on)
        return Day(
            on=on, kind=kind, holidays=self._holidays(on, kind, named), profile_weekday=_profile(on, kind),
            is_provisional=is_provisional,
        )  # fmt: skip

    def aligned(self, on: date) -> AlignedDay:
        """The day of the year before that `on` is best compared with."""
        return self.alignments(on)[0]

    def alignments(self, on: date) -> tuple[AlignedDay, ...]:
        """Every fair base, the best first: a day that is two holidays at once has one for each (CK-R4)."""
        offset = spring_offset(on)
        if -SPRING_BEFORE <= offset <= SPRING_AFTER:
            base = anchor(Holiday.SPRING_FESTIVAL, spring_year(on) - 1) + timedelta(days=offset)
            return (self._aligned(on, base, Alignment.SPRING_FESTIVAL, Holiday.SPRING_FESTIVAL),)
        holidays = self.day(on).holidays
        if not holidays:
            return (self._ordinary(on),)
        return tuple(self._aligned(on, _same_place(on, h), Alignment.HOLIDAY, h) for h in holidays)

    def _ordinary(self, on: date) -> AlignedDay:
        """364 days before where that is the same kind of day, else the nearest week in which it is (CK-R2, CK-R3)."""
        day = self.day(on)
        to_profile = (day.profile_weekday - on.isoweekday() + 3) % 7 - 3  # a Sunday looks to the Monday after it
        plain = on + timedelta(days=to_profile) - YEAR_OF_WEEKS
        for weeks in sorted(range(-SEARCH_WEEKS, SEARCH_WEEKS + 1), key=lambda weeks: (abs(weeks), weeks)):
            base = plain + weeks * WEEK
            if self._is_ordinary(base, day.profile_weekday):
                how = Alignment.WEEKDAY if base == on - YEAR_OF_WEEKS else Alignment.PROFILE
                return self._aligned(on, base, how, None)
        return self._aligned(on, plain, Alignment.WEEKDAY, None)

    def _is_ordinary(self, on: date, profile_weekday: int) -> bool:
        day = self.day(on)
        is_plain = not day.holidays and day.kind in (DayKind.WORKDAY, DayKind.WEEKEND)
        in_spring = -SPRING_BEFORE <= spring_offset(on) <= SPRING_AFTER
        return is_plain and not in_spring and day.profile_weekday == profile_weekday

    def _aligned(self, on: date, base: date, alignment: Alignment, holiday: Holiday | None) -> AlignedDay:
        differing = set(self.day(on).holidays) ^ set(self.day(base).holidays)
        residual = tuple(h for h in PRECEDENCE if h in differing)
        return AlignedDay(on=on, base_on=base, alignment=alignment, holiday=holiday, residual=residual)

    def _kind(self, on: date) -> tuple[DayKind, Holiday | None, bool]:
        entered = self.overrides.get(on)
        if entered is not None:
            return entered.kind, entered.holiday, False
        return _announced(on) or _computed(on)

    def _holidays(self, on: date, kind: DayKind, named: Holiday | None) -> tuple[Holiday, ...]:
        if kind is not DayKind.HOLIDAY:
            return ()
        found = {named} if named else set()
        found |= {holiday for holiday in Holiday if anchor(holiday, on.year) == on}
        first = anchor(Holiday.NATIONAL_DAY, on.year)
        days = (on - first).days
        if 0 < days < 8 and all(self._kind(first + timedelta(days=n))[0] is DayKind.HOLIDAY for n in range(days)):
            found.add(Holiday.NATIONAL_DAY)  # 中秋 inside the National Day week does not interrupt it
        return tuple(holiday for holiday in PRECEDENCE if holiday in found)


@lru_cache(maxsize=512)
def anchor(holiday: Holiday, year: int) -> date:
    """The day a holiday is named after, in a Gregorian year."""
    fixed = {Holiday.NEW_YEAR: (1, 1), Holiday.LABOUR_DAY: (5, 1), Holiday.NATIONAL_DAY: (10, 1)}
    if holiday in fixed:
        return date(year, *fixed[holiday])
    if holiday is Holiday.TOMB_SWEEPING:
        return _solar(Lunar.fromYmd(year, 1, 1).getJieQiTable()['清明'])
    month, day = {
        Holiday.SPRING_FESTIVAL: (1, 1), Holiday.DRAGON_BOAT: (5, 5), Holiday.MID_AUTUMN: (8, 15),
    }[holiday]  # fmt: skip
    return _solar(Lunar.fromYmd(year, month, day).getSolar())


def spring_year(on: date) -> int:
    """The year whose Lunar New Year's Day is nearest."""
    years = (on.year - 1, on.year, on.year + 1)
    return min(years, key=lambda year: abs((on - anchor(Holiday.SPRING_FESTIVAL, year)).days))


def spring_offset(on: date) -> int:
    """Days since Lunar New Year's Day; −1 is 除夕."""
    return (on - anchor(Holiday.SPRING_FESTIVAL, spring_year(on))).days


def has_spring_shift(year: int, month: int) -> bool:
    """Whether a month's Spring Festival days differ from last year's, so that its 同比 needs the mark 春节 shift."""
    return _spring_days(year, month) != _spring_days(year - 1, month)


def month_to_date(on: date, *, back_months: int = 12) -> tuple[tuple[date, date], tuple[date, date]]:
    """The month so far and the same days of an earlier month, ends exclusive (CK-R6)."""
    index = on.year * 12 + on.month - 1 - back_months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    until = min(first + timedelta(days=on.day), following)
    return (on.replace(day=1), on + timedelta(days=1)), (first, until)


def _spring_days(year: int, month: int) -> int:
    first = anchor(Holiday.SPRING_FESTIVAL, year)
    days = [first + timedelta(days=offset) for offset in range(-SPRING_BEFORE, SPRING_AFTER + 1)]
    return sum((day.year, day.month) == (year, month) for day in days)


def _same_place(on: date, holiday: Holiday) -> date:
    """The day as far from last year's holiday as `on` is from this year's."""
    offset = (on - anchor(holiday, on.year)).days
    year = on.year
    if holiday is Holiday.NEW_YEAR and offset > 180:  # 31 December off belongs to the coming New Year
        year += 1
        offset = (on - anchor(holiday, year)).days
    return anchor(holiday, year - 1) + timedelta(days=offset)


def _profile(on: date, kind: DayKind) -> int:
    if kind is DayKind.MAKEUP:
        return 1 if on.isoweekday() == 7 else 5
    return on.isoweekday()


@lru_cache(maxsize=4096)
def _announced(on: date) -> tuple[DayKind, Holiday | None, bool] | None:
    if on.year not in ANNOUNCED_YEARS:
        return None
    is_off, name = chinese_calendar.get_holiday_detail(on)
    is_weekend = on.isoweekday() > 5
    if is_off and name:
        return DayKind.HOLIDAY, LIBRARY_NAMES.get(name), False
    if is_off:
        return DayKind.WEEKEND, None, False
    return (DayKind.MAKEUP if is_weekend else DayKind.WORKDAY), None, False


@lru_cache(maxsize=4096)
def _computed(on: date) -> tuple[DayKind, Holiday | None, bool]:
    """The statutory days alone; bridging days and make-up workdays are not known before they are announced."""
    for holiday in PRECEDENCE:
        if (on - anchor(holiday, on.year)).days in STATUTORY[holiday]:
            return DayKind.HOLIDAY, holiday, True
    return (DayKind.WEEKEND if on.isoweekday() > 5 else DayKind.WORKDAY), None, True


def _solar(day: Solar) -> date:
    return date(day.getYear(), day.getMonth(), day.getDay())
