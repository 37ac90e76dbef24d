"""What the stock pages have in common: title, tabs by right, the mall around them, names of places."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Protocol

from domain.inventory.views import LocationView
from domain.purchasing.permissions import VIEW as SEE_ORDERS
from domain.shared.actor import Actor
from ui.inventory import addresses
from ui.kit.i18n import t, words
from ui.kit.tokens import State
from ui.saleswords import Counterfoil, read_counterfoil
from ui.screens import tabbed_frame

RIGHTS = {addresses.ORDERS: SEE_ORDERS, addresses.REPLENISHMENT: SEE_ORDERS}
SOON_DAYS = 7


class Named(Protocol):
    """Whatever has a name in both languages."""

    @property
    def name_zh(self) -> str: ...

    @property
    def name_en(self) -> str: ...


async def read(actor: Actor, path: str) -> Counterfoil:
    """The mall around the stock."""
    return await read_counterfoil(actor, path, datetime.now(UTC))


def stock_frame(current: str, actor: Actor) -> AbstractContextManager[None]:
    """A page of the stock; orders are for those who may see purchasing."""
    return tabbed_frame('inventory', addresses.NAMES, current, actor, RIGHTS)


def name_of(one: Named) -> str:
    """An item in the reader's language."""
    return words(one.name_zh, one.name_en)


def place_names(place: Counterfoil, locations: Sequence[LocationView]) -> Mapping[str, str]:
    """What people call the locations, by their code: a shop's shelf by the shop, the others by what they are for."""
    return {one.code: _place_name(place, one) for one in locations}


def expiry_state(expires_on: date | None, is_recalled: bool, today: date) -> tuple[State, str]:
    """A lot's state in words."""
    if is_recalled:
        return 'act', t('inventory.lot.recalled')
    if expires_on is None:
        return 'off', t('inventory.lot.lasting')
    left = (expires_on - today).days
    if left < 0:
        return 'act', t('inventory.lot.expired')
    return ('watch' if left <= SOON_DAYS else 'good'), t('inventory.lot.left', days=left)


def _place_name(place: Counterfoil, location: LocationView) -> str:
    if location.kind == 'shelf':
        return t('inventory.shelf', shop=place.shop(location.code.removeprefix('shop-')))
    return f'{t(f"inventory.kind.{location.kind}")} {location.code}'
