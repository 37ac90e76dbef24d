"""What went wrong in one sentence, with a code to quote and a way on. Never a stack trace."""

from collections.abc import Callable

from nicegui import ui

from ui.kit.button import button
from ui.kit.i18n import t
from ui.kit.icons import icon
from ui.kit.text import Text


def error_panel(sentence: str, code: str, *, on_retry: Callable[[], object] | None = None) -> ui.element:
    """An error in the place of what it prevented."""
    with ui.element('div').classes('at-error').props('role=alert') as panel:
        icon('error')
        with ui.element('div').classes('at-error__words'):
            Text(sentence, tag='div')
            Text(t('kit.error.code', code=code), tag='div', classes='at-error__code')
        if on_retry:
            button(t('kit.error.retry'), on_click=on_retry, icon='refresh').mark('error.retry')
    return panel
