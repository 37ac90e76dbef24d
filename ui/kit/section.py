"""Cards and titled sections: the pieces that a page is composed of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.kit.text import Text


@contextmanager
def card(classes: str = '') -> Iterator[ui.element]:
    """A plain surface."""
    with ui.element('div').classes(f'at-card {classes}') as surface:
        yield surface


@contextmanager
def section(
    title: str, hint: str = '', *, actions: Callable[[], None] | None = None, classes: str = ''
) -> Iterator[ui.element]:
    """A card with a title, a short hint beside it and actions at its right."""
    with ui.element('section').classes(f'at-card {classes}') as surface:
        with ui.element('div').classes('at-section__head'):
            with ui.element('div').classes('at-section__words'):
                Text(title, tag='h2', classes='at-section__title')
                if hint:
                    Text(hint, classes='at-section__hint')
            if actions:
                with ui.element('div').classes('at-section__actions'):
                    actions()
        yield surface


@contextmanager
def grid(*, least_width: int = 240) -> Iterator[ui.element]:
    """Equal columns, as many as fit without any being narrower than `least_width` px."""
    with ui.element('div').classes('at-grid').style(f'--at-grid-min: {least_width}px') as columns:
        yield columns


@contextmanager
def split(*, even: bool = False) -> Iterator[ui.element]:
    """Two columns, the first twice as wide unless `even`; one below the other where there is little room."""
    with ui.element('div').classes('at-split at-split--even' if even else 'at-split') as columns:
        yield columns
