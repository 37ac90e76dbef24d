"""The product's own icons, drawn in the colour of the text around them."""

from nicegui import ui

from ui.kit.theme import icon_sheet


def icon_source(name: str) -> str:
    """What Quasar's `icon` properties take to draw this icon of the sprite."""
    return f'svguse:{icon_sheet()}#{name}|0 0 24 24'


def icon(name: str) -> ui.icon:
    """An icon of the sprite; sized by its surroundings, silent to screen readers because words stand beside it."""
    return ui.icon(icon_source(name)).classes('at-icon').props('aria-hidden=true')
