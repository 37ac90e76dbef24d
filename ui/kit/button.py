"""Buttons by importance: one primary act in a view, secondary beside it, quiet in toolbars, danger to destroy."""

from typing import Any, Literal

from nicegui import ui
from nicegui.events import ClickEventArguments, Handler

from ui.kit.icons import icon_source

Rank = Literal['primary', 'secondary', 'quiet', 'danger']


def button(
    text: str,
    on_click: Handler[ClickEventArguments] | None = None,
    *,
    rank: Rank = 'secondary',
    icon: str | None = None,
) -> ui.button:
    """A button with words, and an icon before them where it helps."""
    made = ui.button(text, on_click=on_click, color=None).classes(f'at-button--{rank}')
    return made.props(f'icon="{icon_source(icon)}"') if icon else made


def icon_button(icon: str, label: str, on_click: Handler[ClickEventArguments] | None = None) -> ui.button:
    """A square button with an icon only; its label is read out and shown as a tooltip."""
    made = ui.button(on_click=on_click, color=None).classes('at-button--quiet at-button--icon')
    with made.props(f'icon="{icon_source(icon)}"'):
        ui.tooltip(label)
    return _labelled(made, label)


def _labelled(element: ui.button, label: Any) -> ui.button:
    element.props['aria-label'] = str(label)
    return element
