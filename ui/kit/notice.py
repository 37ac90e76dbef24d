"""One line that qualifies what stands below it: not comparable, partly estimated, unverified."""

from nicegui import ui

from ui.kit.icons import icon
from ui.kit.text import Text
from ui.kit.tokens import State

SYMBOLS: dict[State, str] = {'good': 'check', 'watch': 'warning', 'act': 'error', 'off': 'info'}


def notice(text: str, state: State = 'off') -> ui.element:
    """A calm line of caution."""
    with ui.element('div').classes(f'at-notice at-notice--{state}').props('role=note') as line:
        icon(SYMBOLS[state])
        Text(text)
    return line
