"""The frames: work pages with header and navigation, bare ones for walls, kiosks, boards and the login page."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.session import ClientSession
from ui.shell.header import header
from ui.shell.navigation import navigation
from ui.shell.pages import PageSpec
from ui.shell.palette import command_palette

FRAME_CLASSES = {'wall': 'at-wall', 'board': 'at-wall', 'kiosk': 'at-kiosk', 'till': 'at-till', 'bare': 'at-bare'}


@contextmanager
def frame(spec: PageSpec, session: ClientSession) -> Iterator[None]:
    """Draws the frame that the page declares and lets its builder fill the middle."""
    if spec.frame == 'work':
        drawer = navigation(spec, session)
        palette = command_palette(session)
        header(spec, session, drawer, palette)
        yield
    else:
        with ui.element('div').classes(f'at-frame {FRAME_CLASSES[spec.frame]}'):
            yield
