"""Rows for a thumb."""

from collections.abc import Callable

from nicegui import ui

from ui.kit.icons import icon
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State


def row(
    title: str, detail: str = '', *, end: str = '', badge: tuple[State, str] | None = None, target: str = '',
    on_click: Callable[[], object] | None = None, mark: str = '',
) -> ui.element:  # fmt: skip
    """One entry: what it is, a line about it, and at its right an amount or a state. With a target it leads on."""
    if target:
        made: ui.element = ui.link(target=target)
    else:
        made = ui.element('button').props('type=button') if on_click else ui.element('div').props('role=listitem')
    made.classes('at-thumb at-thumb--act' if target or on_click else 'at-thumb')
    if on_click:
        made.on('click', on_click)
    with made.mark(mark) if mark else made:
        with ui.element('span').classes('at-thumb__words'):
            Text(title, classes='at-thumb__title')
            if detail:
                Text(detail, classes='at-muted at-small')
        with ui.element('span').classes('at-thumb__end'):
            if end:
                Text(end)
            if badge:
                status_badge(*badge)
        if target or on_click:
            icon('chevron-right')
    return made
