"""The body of a page and its heading, inside whatever frame the shell draws around it."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.kit.text import Text


@contextmanager
def page_body() -> Iterator[ui.element]:
    """The column that holds all sections of a page."""
    with ui.element('main').classes('at-page column no-wrap') as body:
        yield body


@contextmanager
def page_header(title: str, subtitle: str = '') -> Iterator[ui.element]:
    """Title and one line of explanation; the body of the `with` holds the page's actions."""
    with ui.element('header').classes('at-page-header'):
        with ui.element('div').classes('at-page-header__words'):
            Text(title, tag='h1', classes='at-page-title')
            if subtitle:
                Text(subtitle, tag='p', classes='at-page-subtitle')
        with ui.element('div').classes('at-section__actions') as actions:
            yield actions
