"""A row of controls above what they act upon."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui


@contextmanager
def toolbar() -> Iterator[ui.element]:
    """Controls from left to right, wrapping where there is little room."""
    with ui.element('div').classes('at-toolbar').props('role=toolbar') as row:
        yield row


def spacer() -> None:
    """Pushes what follows to the right end of the toolbar."""
    ui.element('div').classes('at-toolbar__spacer')
