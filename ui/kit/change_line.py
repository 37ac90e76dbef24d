"""A change with its direction, its base and its base date: ↑ 4.0%  较上周六 11月15日 同时段 12,345."""

from nicegui import ui

from ui.kit.format import Change, number
from ui.kit.i18n import t
from ui.kit.icons import icon
from ui.kit.text import Text

ARROWS = {'up': 'arrow-up', 'down': 'arrow-down', 'flat': 'arrow-right'}


def change_line(change: Change, *, shows_base: bool = True) -> None:
    """One comparison; the base's own value is in the tooltip and, with room, in the line."""
    with ui.element('div').classes(f'at-change at-change--{change.direction}'):
        with ui.element('span').classes('at-change__delta'):
            if change.direction in ARROWS:
                icon(ARROWS[change.direction])
            Text(change.text())
        Text(t('kit.change.against', base=change.base_label), classes='at-change__base')
        if shows_base:
            ui.tooltip(t('kit.change.base_value', label=change.base_label, value=number(change.base)))
