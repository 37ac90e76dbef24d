"""A day in a form, and the month that a page is about."""

from collections.abc import Callable
from datetime import date, datetime

from nicegui import ui

from ui.kit.button import icon_button
from ui.kit.field import Check, text_field
from ui.kit.format import month_words
from ui.kit.i18n import t
from ui.kit.text import Text

MONTHS_OF_YEAR = 12


def parse_day(text: object) -> date | None:
    """What a day field holds; None where it is no day."""
    try:
        return date.fromisoformat(str(text or '').strip())
    except ValueError:
        return None


def is_day(value: object) -> str | None:
    """A field's check: a day of the calendar."""
    return None if parse_day(value) else t('kit.form.day')


def is_day_or_empty(value: object) -> str | None:
    """A field's check: a day of the calendar, or nothing."""
    return is_day(value) if value else None


def day_field(
    label: str,
    value: date | None = None,
    *,
    help_text: str = '',
    checks: tuple[Check, ...] = (),
    is_optional: bool = False,
) -> ui.input:
    """A day, picked or typed; read it with `parse_day(field.value)`."""
    check = is_day_or_empty if is_optional else is_day
    made = text_field(label, value.isoformat() if value else '', help_text=help_text, checks=(check, *checks))
    return made.props('type=date')


def parse_moment(text: object) -> datetime | None:
    """What a field of day and time holds, by the wall clock and without a zone; None where it is none."""
    try:
        found = datetime.fromisoformat(str(text or '').strip())
    except ValueError:
        return None
    return None if found.tzinfo else found


def is_moment(value: object) -> str | None:
    """A field's check: a day and a time."""
    return None if parse_moment(value) else t('kit.form.day')


def moment_field(label: str, value: datetime | None = None, *, checks: tuple[Check, ...] = ()) -> ui.input:
    """A day and a time by the mall's own clock; read it with `parse_moment(field.value)`."""
    made = text_field(label, f'{value:%Y-%m-%dT%H:%M}' if value else '', checks=(is_moment, *checks))
    return made.props('type=datetime-local')


class MonthPicker(ui.element):
    """A month with its neighbours one click away; never beyond `last`."""

    def __init__(self, value: date, *, last: date, on_change: Callable[[date], object]) -> None:
        super().__init__('div')
        self.classes('at-datepick')
        self.value, self._last, self._on_change = value.replace(day=1), last.replace(day=1), on_change
        with self:
            icon_button('chevron-left', t('kit.date.previous_month'), lambda: self._step(-1)).mark('month.previous')
            self._label = Text(classes='at-datepick__day')
            self._next = icon_button('chevron-right', t('kit.date.next_month'), lambda: self._step(1))
        self._next.mark('month.next')
        self._say()

    def _step(self, months: int) -> object:
        index = self.value.year * MONTHS_OF_YEAR + self.value.month - 1 + months
        value = date(index // MONTHS_OF_YEAR, index % MONTHS_OF_YEAR + 1, 1)
        if value > self._last:
            return None
        self.value = value
        self._say()
        return self._on_change(value)

    def _say(self) -> None:
        self._label.text = month_words(self.value)
        self._next.set_enabled(self.value < self._last)
