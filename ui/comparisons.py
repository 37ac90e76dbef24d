"""How a comparison of the domain is put into words: the base, its days and whether it may be compared at all."""

from collections.abc import Iterable
from datetime import date, timedelta

from domain.footfall.views import Comparability, ComparisonView, Mode
from domain.shared.business_time import BusinessClock
from ui.kit.format import Change, day
from ui.kit.i18n import t, words

LAST_YEAR = frozenset({Mode.SAME_WEEKDAY, Mode.HOLIDAY_ALIGNED, Mode.CALENDAR_YEAR})
NOT_COMPARABLE = frozenset({Comparability.REDRAWN, Comparability.INCOMPLETE})
A_MOMENT = timedelta(microseconds=1)


def changes_of(comparisons: Iterable[ComparisonView], clock: BusinessClock) -> list[Change]:
    """Comparisons as the kit shows them; two that fall upon the same base are said once."""
    said: set[tuple[object, object]] = set()
    changes = []
    for comparison in comparisons:
        base = (comparison.base_window.started_at, comparison.base_window.ended_at)
        if base not in said:
            changes.append(change_of(comparison, clock))
        said.add(base)
    return changes


def change_of(comparison: ComparisonView, clock: BusinessClock) -> Change:
    """A comparison as the kit shows it."""
    return Change(
        value=comparison.current.value,
        base=comparison.base.value,
        base_label=base_label(comparison, clock),
        is_comparable=comparison.comparability not in NOT_COMPARABLE,
    )


def base_label(comparison: ComparisonView, clock: BusinessClock) -> str:
    """`上周同时段 11月15日 周日`; of several days the first and the last; a holiday shift with its reason."""
    window = comparison.base_window
    first, last = clock.business_on(window.started_at), clock.business_on(window.ended_at - A_MOMENT)
    note = words(comparison.note_zh, comparison.note_en)
    label = mode_label(comparison.mode, comparison.base_on) if last <= first else _span_label(comparison, first, last)
    return f'{label} {note}' if note else label


def mode_label(mode: Mode, base_on: date) -> str:
    """The base of a mode, with its date."""
    return t(f'comparison.{mode.value}', day=day(base_on, with_year=mode in LAST_YEAR))


def _span_label(comparison: ComparisonView, first: date, last: date) -> str:
    first_day = day(first, with_year=comparison.mode in LAST_YEAR, with_weekday=False)
    kind = 'span_holiday' if comparison.mode is Mode.HOLIDAY_ALIGNED else 'span'
    return t(f'comparison.{kind}', first=first_day, last=day(last, with_weekday=False))
