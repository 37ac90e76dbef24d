"""What all device pages have in common: title, tabs, and a place for the details of the chosen row."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from nicegui import ui

from domain.mall.permissions import VIEW as VIEW_MALL
from domain.mall.queries import get_business_clock, list_floors
from domain.mall.views import FloorView
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query
from ui.devices import addresses
from ui.kit.address import Address
from ui.kit.empty_state import empty_state
from ui.kit.format import MISSING, moment
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.screens import address_here


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The mall around the devices, for one client."""

    actor: Actor
    address: Address
    clock: BusinessClock
    floors: Mapping[int, FloorView]

    def floor_code(self, floor_id: int | None) -> str:
        """`F1`; a dash where a device hangs on no floor."""
        return self.floors[floor_id].code if floor_id in self.floors else MISSING

    def moment(self, instant: datetime | None) -> str:
        """An instant in the mall's own time."""
        return moment(self.clock.local(instant)) if instant else MISSING


async def read_place(actor: Actor, path: str) -> Place:
    """The mall's clock and floors, and what the address asks for."""
    clock = await run_query(get_business_clock, actor=actor)
    floors = await run_query(list_floors, actor=actor) if actor.may(VIEW_MALL) else []
    address = address_here(path)
    return Place(actor=actor, address=address, clock=clock, floors={int(floor.id): floor for floor in floors})


@contextmanager
def devices_frame(current: str) -> Iterator[None]:
    """Title and tabs; the page's own parts go into the body."""
    with page_body():
        with page_header(t('devices.title'), t(f'devices.subtitle.{addresses.NAMES[current]}')):
            pass
        tab_links({path: t(f'devices.tab.{name}') for path, name in addresses.NAMES.items()}, current)
        yield


class Details:
    """The card beside a table: a hint, until a row is chosen."""

    def __init__(self, hint: str, symbol: str) -> None:
        self._hint, self._symbol = hint, symbol
        self._card = ui.element('aside').classes('at-card').mark('devices.details')
        self.close()

    def close(self) -> None:
        """Back to the hint."""
        with self.refilled():
            empty_state(self._hint, symbol=self._symbol)

    @contextmanager
    def refilled(self) -> Iterator[None]:
        """Empty the card and fill it with the body."""
        self._card.clear()
        with self._card:
            yield
