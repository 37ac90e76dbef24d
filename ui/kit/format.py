"""Figures and dates as people read them: 1,234 · 1.2万 · 11月22日 周日 · “—” where nothing is known."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from ui.kit.i18n import Locale, current_locale, t

MISSING = '—'
"""What is not known is never written as zero."""

FLAT = 0.0005
"""Below half of the last shown digit a change is none."""

MINUS = '\N{MINUS SIGN}'
Direction = Literal['up', 'down', 'flat', 'none']

_WEEKDAYS = {
    'zh-CN': ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
    'en': ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
}
_MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
_SHORT_STEPS: dict[Locale, tuple[tuple[float, str], ...]] = {
    'zh-CN': ((1e8, '亿'), (1e4, '万')),
    'en': ((1e9, 'B'), (1e6, 'M'), (1e4, 'K')),
}
SHORT_FROM = 100_000
"""Below it all digits fit on the wall, and a figure that moves is seen to move."""

_SHORT_DIVISORS = {'亿': 1e8, '万': 1e4, 'B': 1e9, 'M': 1e6, 'K': 1e3}


def number(value: float | None, *, digits: int = 0) -> str:
    """With thousands separators and a true minus sign: `12,345`, `−3.5`."""
    if value is None:
        return MISSING
    return f'{value:,.{digits}f}'.replace('-', MINUS)


def short_number(value: float | None, *, locale: Locale | None = None) -> tuple[str, str]:
    """Figure and unit for the wall: `('34.2', '万')` in Chinese, `('342', 'K')` in English; three digits count."""
    if value is None:
        return MISSING, ''
    if abs(value) < SHORT_FROM:
        return number(value), ''
    for threshold, unit in _SHORT_STEPS[locale or current_locale()]:
        if abs(value) >= threshold:
            scaled = value / _SHORT_DIVISORS[unit]
            return number(scaled, digits=0 if abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2), unit
    return number(value), ''


def percent(value: float | None, *, digits: int = 1) -> str:
    """A share between 0 and 1 as `12.3%`."""
    return MISSING if value is None else f'{number(value * 100, digits=digits)}%'


def signed_percent(ratio: float | None) -> str:
    """A relative change: `+4.0%`, `−50.0%`, `0.0%`."""
    if ratio is None:
        return MISSING
    return percent(0) if abs(ratio) < FLAT else f'{"+" if ratio > 0 else ""}{percent(ratio)}'


def coverage_percent(value: float) -> str:
    """How much was observed, rounded down so that 99.9 % never reads as complete."""
    return f'{int(value * 100 + 1e-9)}%'


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A figure against its base. The base and its date are part of the statement, not a footnote."""

    value: float | None
    base: float | None
    base_label: str
    is_comparable: bool = True

    @property
    def ratio(self) -> float | None:
        """Relative change; none without a positive base (a change from nothing is “new”, never ∞)."""
        if not self.is_comparable or self.value is None or self.base is None or self.base <= 0:
            return None
        return self.value / self.base - 1

    @property
    def direction(self) -> Direction:
        """Where the arrow points; flat below half of the last shown digit."""
        ratio = self.ratio
        if ratio is None:
            return 'none'
        return 'flat' if abs(ratio) < FLAT else 'up' if ratio > 0 else 'down'

    def text(self) -> str:
        """`+4.0%`, `−50.0%`, `新增` from a zero base, `—` where there is nothing to compare with."""
        ratio = self.ratio
        if not self.is_comparable:
            return t('kit.change.not_comparable')
        if ratio is None:
            return t('kit.change.new') if self.base == 0 and self.value else MISSING
        return signed_percent(ratio)


def day(value: date, *, with_year: bool = False, with_weekday: bool = True, locale: Locale | None = None) -> str:
    """`11月22日 周日` or `Sun 22 Nov`."""
    locale = locale or current_locale()
    weekday = _WEEKDAYS[locale][value.weekday()]
    if locale == 'zh-CN':
        text = f'{value.month}月{value.day}日'
        text = f'{value.year}年{text}' if with_year else text
        return f'{text} {weekday}' if with_weekday else text
    text = f'{value.day} {_MONTHS[value.month - 1]}'
    text = f'{text} {value.year}' if with_year else text
    return f'{weekday} {text}' if with_weekday else text


def weekday_of_month(value: date, *, locale: Locale | None = None) -> str:
    """`周日 22` or `Sun 22`: a column's head where there is little room."""
    return f'{_WEEKDAYS[locale or current_locale()][value.weekday()]} {value.day}'


def month_words(value: date, *, locale: Locale | None = None) -> str:
    """`2026年11月` or `Nov 2026`."""
    locale = locale or current_locale()
    return f'{value.year}年{value.month}月' if locale == 'zh-CN' else f'{_MONTHS[value.month - 1]} {value.year}'


def clock(value: datetime | time) -> str:
    """`15:20`, in whatever zone the instant is given in: convert it to the mall's first."""
    return value.strftime('%H:%M')


def moment(value: datetime, *, locale: Locale | None = None) -> str:
    """`11月22日 15:20` or `22 Nov 15:20`."""
    return f'{day(value.date(), with_weekday=False, locale=locale)} {clock(value)}'


def duration(value: timedelta | None) -> str:
    """`45 分钟`, `1 小时 20 分`, `30 秒`: the two largest units that matter."""
    if value is None:
        return MISSING
    seconds = int(value.total_seconds())
    if seconds < 60:
        return t('kit.duration.seconds', seconds=seconds)
    hours, minutes = divmod(seconds // 60, 60)
    days, hours_of_day = divmod(hours, 24)
    if days:
        return t('kit.duration.days' if hours_of_day else 'kit.duration.full_days', days=days, hours=hours_of_day)
    if hours:
        return t('kit.duration.hours' if minutes else 'kit.duration.full_hours', hours=hours, minutes=minutes)
    return t('kit.duration.minutes', minutes=minutes)


def bytes_size(value: int) -> str:
    """`1.2 MB`."""
    size = float(value)
    for unit in ('B', 'kB', 'MB', 'GB'):
        if size < 1000 or unit == 'GB':
            break
        size /= 1000
    return f'{number(size, digits=0 if unit == "B" else 1)} {unit}'
