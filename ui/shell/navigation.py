"""The menu at the left: only what would open, grouped by the work it belongs to."""

from collections.abc import Iterable
from itertools import groupby

from nicegui import ui

from ui.kit.i18n import t
from ui.kit.icons import icon
from ui.kit.text import Text
from ui.session import ClientSession
from ui.shell.pages import PAGES, PageSpec


def navigation(spec: PageSpec, session: ClientSession) -> ui.left_drawer:
    """A drawer that stands open where there is room and slides in where there is not."""
    drawer = ui.left_drawer(value=None, bordered=False).props('width=232 breakpoint=1023').classes('at-nav')
    with drawer, ui.element('nav').props(f'aria-label="{t("shell.navigation")}"'):
        entries = PAGES.navigation(session)
        current = _current(entries, spec)
        for group, pages in groupby(entries, key=lambda page: page.nav):
            Text(t(f'shell.nav.{group}'), tag='div', classes='at-nav__group')
            for page in pages:
                _entry(page, session, is_current=page is current)
    return drawer


def _entry(page: PageSpec, session: ClientSession, *, is_current: bool) -> None:
    classes = 'at-nav__item at-nav__item--current' if is_current else 'at-nav__item'
    with ui.link(target=page.path).classes(classes).mark(f'nav:{page.path}') as link:
        icon(page.icon)
        Text(page.title.text(session.locale), classes='at-truncate')
    if is_current:
        link.props('aria-current=page')


def _current(entries: Iterable[PageSpec], shown: PageSpec) -> PageSpec | None:
    """The entry of the page itself, or of the nearest section above it."""
    above = (
        page
        for page in entries
        if shown.path == page.path or (page.path != '/' and shown.path.startswith(f'{page.path}/'))
    )
    return max(above, key=lambda page: len(page.path), default=None)
