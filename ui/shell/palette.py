"""The command palette (Ctrl K): finds pages, and whatever else a slice offers to find.

Providers are asked with the words and the session, off their own pages; what they find must be theirs to show.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui

from ui.kit.i18n import t
from ui.kit.icons import icon
from ui.kit.text import Text
from ui.session import ClientSession
from ui.shell.pages import PAGES

MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    title: str
    path: str
    subtitle: str = ''
    icon: str = 'arrow-right'


Provider = Callable[[ClientSession, str], Awaitable[list[Hit]]]
_PROVIDERS: list[Provider] = []  # filled while modules are imported, like the page registry


def palette_provider(provider: Provider) -> Provider:
    """Lets the palette find more: tenants, members, devices."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


async def find(session: ClientSession, words: str) -> list[Hit]:
    """Pages first, then what the providers found."""
    hits = _pages(session, words)
    if words:
        for found in await asyncio.gather(*(provider(session, words) for provider in _PROVIDERS)):
            hits += found
    return hits[:MOST]


def _pages(session: ClientSession, words: str) -> list[Hit]:
    wanted = words.casefold()
    return [
        Hit(title=spec.title.text(session.locale), path=spec.path, subtitle=spec.path, icon=spec.icon)
        for spec in PAGES.navigation(session)
        if wanted in f'{spec.title.zh} {spec.title.en} {spec.path}'.casefold()
    ]


class Hotkey(ui.element, component='hotkey.js'):
    """Tells the server of one key combination and of no other key."""

    def __init__(self, letter: str, on_press: Callable[[], object]) -> None:
        super().__init__()
        self._props['letter'] = letter
        self.on('pressed', on_press, args=[])


class CommandPalette:
    """One dialog per client, refilled while one types."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session
        self._hits: list[Hit] = []
        Hotkey('k', self.open)
        self._dialog = ui.dialog().props('position=top transition-duration=120')
        with self._dialog, ui.element('div').classes('at-palette').props('role=dialog'):
            self._words = ui.input(placeholder=t('shell.palette.hint')).classes('at-palette__input')
            self._words.props('borderless debounce=120 autofocus').mark('palette.words')
            self._words.on_value_change(self._search).on('keydown.enter', self._open_first)
            self._list = ui.element('div').classes('at-palette__list').props('role=listbox')

    async def open(self) -> None:
        self._words.value = ''
        await self._search()
        self._dialog.open()

    async def _search(self) -> None:
        words = str(self._words.value or '').strip()
        hits = await find(self._session, words)
        if words != str(self._words.value or '').strip():
            return  # the person typed on; the next search answers
        self._hits = hits
        self._list.clear()
        with self._list:
            for hit in hits:
                self._entry(hit)
            if not hits:
                Text(t('shell.palette.nothing'), tag='div', classes='at-palette__nothing')

    def _entry(self, hit: Hit) -> None:
        with ui.link(target=hit.path).classes('at-palette__hit').props('role=option').mark(f'palette:{hit.path}'):
            icon(hit.icon)
            Text(hit.title, classes='at-palette__title at-truncate')
            Text(hit.subtitle, classes='at-palette__subtitle at-truncate')

    def _open_first(self) -> None:
        if self._hits:
            ui.navigate.to(self._hits[0].path)


def command_palette(session: ClientSession) -> CommandPalette:
    return CommandPalette(session)
