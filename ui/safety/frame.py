"""What the safety pages have in common: title, tabs, the mall's clock and floors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from domain.mall.permissions import VIEW as VIEW_MALL
from domain.mall.queries import get_business_clock, list_floors
from domain.safety.permissions import VIEW_LOG
from domain.safety.ports import CameraPort
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query
from ui.kit.address import Address
from ui.kit.format import MISSING, moment
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.safety import addresses
from ui.screens import address_here
from ui.session import ClientSession
from ui.shell.context import shell


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The mall around the hazards, for one client."""

    session: ClientSession
    address: Address
    clock: BusinessClock
    floors: Mapping[int, str]
    cameras: CameraPort | None

    @property
    def actor(self) -> Actor:
        return self.session.actor

    def floor_code(self, floor_id: int | None) -> str:
        return self.floors.get(floor_id or 0, MISSING)

    def moment(self, instant: datetime | None) -> str:
        """An instant in the mall's own time."""
        return moment(self.clock.local(instant)) if instant else MISSING


async def read_place(session: ClientSession, path: str) -> Place:
    actor = session.actor
    clock = await run_query(get_business_clock, actor=actor)
    floors = await run_query(list_floors, actor=actor) if actor.may(VIEW_MALL) else []
    return Place(
        session=session,
        address=address_here(path),
        clock=clock,
        floors={int(floor.id): floor.code for floor in floors},
        cameras=shell().cameras(session.mall.code) if session.mall else None,
    )


@contextmanager
def safety_frame(current: str, session: ClientSession) -> Iterator[None]:
    """Title and tabs; the page's own parts go into the body."""
    with page_body():
        with page_header(t('safety.title'), t(f'safety.subtitle.{addresses.NAMES[current]}')):
            pass
        names = {
            path: name for path, name in addresses.NAMES.items() if path != addresses.VIEWINGS or session.may(VIEW_LOG)
        }
        tab_links({path: t(f'safety.tab.{name}') for path, name in names.items()}, current)
        yield
