"""What all footfall pages have in common: title, tabs, and the choice of day and floor."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.footfall import addresses
from ui.footfall.selection import Selection
from ui.kit.date_picker import date_picker
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.segmented import segmented
from ui.kit.tabs import tab_links

Refresh = Callable[[], Awaitable[None]]


@contextmanager
def footfall_frame(current: str) -> Iterator[None]:
    """Title and tabs; the page's own parts go into the body."""
    with page_body():
        with page_header(t('footfall.title'), t(f'footfall.subtitle.{addresses.NAMES[current]}')):
            pass
        tab_links({path: t(f'footfall.tab.{name}') for path, name in addresses.NAMES.items()}, current)
        yield


def day_choice(selection: Selection, refresh: Refresh) -> None:
    """Pick a business day; everything below is loaded anew."""

    async def chosen(day: object) -> None:
        selection.choose_day(date_field.value)
        await refresh()

    date_field = date_picker(selection.day, last=selection.today, on_change=chosen).mark('footfall.day')


def floor_choice(selection: Selection, refresh: Refresh, *, has_all: bool = False) -> None:
    """Pick a floor, or the whole mall where that makes sense."""
    options: dict[int | None, str] = {None: t('footfall.all_floors')} if has_all else {}
    options |= {floor_id: floor.code for floor_id, floor in selection.floors.items()}

    async def chosen(floor_id: int | None) -> None:
        selection.choose_floor(floor_id)
        await refresh()

    segmented(options, selection.floor_id, chosen).mark('footfall.floor')


def nothing_yet() -> ui.element:
    """A place that a part fills once it has figures."""
    return ui.element('div').classes('at-stack')
