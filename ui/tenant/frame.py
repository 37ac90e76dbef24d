"""What the shop's pages have in common: a narrow column, the shop's name, a way back to what is to be done."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.kit.i18n import t, words
from ui.kit.page import page_body, page_header
from ui.tenant.place import Place


@contextmanager
def shop_frame(place: Place, title: str) -> Iterator[None]:
    """A page of this shop."""
    with page_body():
        with page_header(title, words(place.tenant.name_zh, place.tenant.name_en)):
            pass
        yield


def entry_list() -> ui.element:
    """A list for a thumb: one row under the other, as wide as the screen."""
    return ui.element('div').classes('at-thumb-list').props(f'role=list aria-label="{t("tenant.list")}"')
