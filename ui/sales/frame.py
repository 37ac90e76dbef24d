"""What all sales pages have in common: title, tabs, the choice of the business day."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from domain.sales.permissions import MANAGE_TILLS
from domain.shared.actor import Actor
from ui.kit.date_picker import date_picker
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.sales import addresses
from ui.saleswords import Counterfoil, read_counterfoil


async def read(actor: Actor, path: str) -> Counterfoil:
    """The mall around the tills, as the address asks for it."""
    return await read_counterfoil(actor, path, datetime.now(UTC))


@contextmanager
def sales_frame(current: str, actor: Actor) -> Iterator[None]:
    """Title and tabs; tills are for those who register them."""
    shown = {path: name for path, name in addresses.NAMES.items() if path != addresses.TILLS or actor.may(MANAGE_TILLS)}
    with page_body():
        with page_header(t('sales.title'), t(f'sales.subtitle.{addresses.NAMES[current]}')):
            pass
        tab_links({path: t(f'sales.tab.{name}') for path, name in shown.items()}, current)
        yield


def day_choice(place: Counterfoil, refresh: Callable[[], Awaitable[None]]) -> None:
    """Pick a business day; everything below is loaded anew."""

    async def chosen(day: object) -> None:
        place.choose_day(picker.value)
        await refresh()

    picker = date_picker(place.day, last=place.today, on_change=chosen).mark('sales.day')
