"""Where there is nothing to show: says so, and what to do about it."""

from collections.abc import Callable

from nicegui import ui

from ui.kit.button import button
from ui.kit.i18n import t
from ui.kit.icons import icon
from ui.kit.text import Text


def empty_state(
    title: str | None = None,
    help_text: str = '',
    *,
    symbol: str = 'empty',
    action: str = '',
    on_action: Callable[[], object] | None = None,
) -> ui.element:
    """An empty list or chart with the next step."""
    with ui.element('div').classes('at-empty') as panel:
        with ui.element('div').classes('at-empty__icon'):
            icon(symbol)
        Text(title or t('kit.empty.title'), tag='div', classes='at-empty__title')
        if help_text:
            Text(help_text, tag='div', classes='at-empty__help')
        if action:
            button(action, on_click=on_action, rank='primary').mark('empty.action')
    return panel
