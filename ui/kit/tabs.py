"""Tabs that are addresses: each is a link, so that a view can be bookmarked and opened in a new tab."""

from collections.abc import Mapping

from nicegui import ui


def tab_links(tabs: Mapping[str, str], current: str) -> ui.element:
    """Links of `path: label`; `current` is the path being shown."""
    with ui.element('nav').classes('at-tabs') as row:
        for path, label in tabs.items():
            link = ui.link(label, path).classes('at-tabs__tab')
            if path == current:
                link.classes('at-tabs__tab--current').props('aria-current=page')
    return row
