"""Form fields: a label above, help below, and the error in place of the help."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from ui.kit.i18n import t
from ui.kit.text import Text

Check = Callable[[Any], str | None]


def required(value: object) -> str | None:
    """Something must be there."""
    return t('kit.form.required') if value is None or not str(value).strip() else None


def at_most(limit: int) -> Check:
    """No more than this many characters."""
    return lambda value: t('kit.form.too_long', limit=limit) if len(str(value or '')) > limit else None


def between(low: float, high: float) -> Check:
    """A number in this range, both ends included."""

    def check(value: object) -> str | None:
        if not isinstance(value, int | float):
            return t('kit.form.number')
        return None if low <= value <= high else t('kit.form.range', low=low, high=high)

    return check


def text_field(label: str, value: str = '', *, help_text: str = '', checks: tuple[Check, ...] = ()) -> ui.input:
    """One line of text."""
    with _field(label, help_text):
        made = ui.input(value=value, validation=_all(checks)).without_auto_validation()
    return _named(made, label)


def number_field(
    label: str, value: float | None = None, *, help_text: str = '', unit: str = '', checks: tuple[Check, ...] = ()
) -> ui.number:
    """A number, with its unit at the right."""
    with _field(label, help_text):
        made = ui.number(value=value, validation=_all(checks)).without_auto_validation()
    return _named(made.props(f'suffix="{unit}"') if unit else made, label)


def choice_field(
    label: str, options: Mapping[Any, str], value: Any = None, *, help_text: str = '', checks: tuple[Check, ...] = ()
) -> ui.select:
    """One of several options."""
    with _field(label, help_text):
        made = ui.select(dict(options), value=value, validation=_all(checks)).without_auto_validation()
    return _named(made, label)


def choices_field(
    label: str, options: Mapping[Any, str], value: Sequence[Any] = (), *, help_text: str = '',
    checks: tuple[Check, ...] = (),
) -> ui.select:  # fmt: skip
    """Any number of several options; its value is a list."""
    with _field(label, help_text):
        made = ui.select(dict(options), value=list(value), multiple=True, validation=_all(checks))
    return _named(made.without_auto_validation().props('use-chips'), label)


def _field(label: str, help_text: str) -> ui.element:
    with ui.element('div').classes('at-field'):
        Text(label, tag='label', classes='at-field__label')
        slot = ui.element('div')
        if help_text:
            Text(help_text, classes='at-field__help')
    return slot


def _named(element: Any, label: str) -> Any:
    element.props['aria-label'] = label
    return element


def _all(checks: tuple[Check, ...]) -> Check:
    """The first objection of these checks."""
    return lambda value: next((objection for check in checks if (objection := check(value))), None)
