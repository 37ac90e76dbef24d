"""How a comparison of the domain is put into words: the base, its day and whether it may be compared at all."""

from datetime import date

from domain.footfall.views import Comparability, ComparisonView, Mode
from ui.kit.format import Change, day
from ui.kit.i18n import t, words


def change_of(comparison: ComparisonView) -> Change:
    """A comparison as the kit shows it."""
    return Change(
        value=comparison.current.value,
        base=comparison.base.value,
        base_label=base_label(comparison),
        is_comparable=comparison.comparability is not Comparability.REDRAWN,
    )


def base_label(comparison: ComparisonView) -> str:
    """`上周 11月15日 周六 同时段`; a year back names the year, a holiday shift its reason."""
    label = mode_label(comparison.mode, comparison.base_on)
    note = words(comparison.note_zh, comparison.note_en)
    return f'{label} {note}' if note else label


def mode_label(mode: Mode, base_on: date) -> str:
    """The base of a mode, with its date."""
    has_year = mode in (Mode.SAME_WEEKDAY, Mode.HOLIDAY_ALIGNED, Mode.CALENDAR_YEAR)
    return t(f'comparison.{mode.value}', day=day(base_on, with_year=has_year))
