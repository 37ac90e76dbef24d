"""What all sales pages have in common: title, tabs, the choice of the business day."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from domain.sales.permissions import MANAGE_TILLS
from domain.shared.actor import Actor
from ui.kit.date_picker import date_picker
from ui.sales import addresses
from ui.saleswords import Counterfoil, read_counterfoil
from ui.screens import tabbed_frame


async def read(actor: Actor, path: str) -> Counterfoil:
    """The mall around the tills, as the address asks for it."""
    return await read_counterfoil(actor, path, datetime.now(UTC))


def sales_frame(current: str, actor: Actor) -> AbstractContextManager[None]:
    """A page of sales; tills are for those who register them."""
    return tabbed_frame('sales', addresses.NAMES, current, actor, {addresses.TILLS: MANAGE_TILLS})


def day_choice(place: Counterfoil, refresh: Callable[[], Awaitable[None]]) -> None:
    """Pick a business day; everything below is loaded anew."""

    async def chosen(day: object) -> None:
        place.choose_day(picker.value)
        await refresh()

    picker = date_picker(place.day, last=place.today, on_change=chosen).mark('sales.day')
