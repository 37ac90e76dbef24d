"""What the camera pages have in common: title, tabs, the mall's clock and floors, and its vision service."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from nicegui import context

from domain.mall.permissions import VIEW as VIEW_MALL
from domain.mall.queries import get_business_clock, list_floors
from domain.mall.views import FloorView
from domain.safety.permissions import WATCH
from domain.safety.ports import CameraPort, VisionUnavailable
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query
from ui.cameras import addresses
from ui.kit.address import Address
from ui.kit.format import MISSING, moment
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.screens import address_here
from ui.session import ClientSession
from ui.shell.context import shell


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The mall around the cameras, for one client."""

    session: ClientSession
    address: Address
    clock: BusinessClock
    floors: Mapping[int, FloorView]
    vision: CameraPort | None

    @property
    def actor(self) -> Actor:
        return self.session.actor

    @property
    def port(self) -> CameraPort:
        """:raises VisionUnavailable: in a mall without a vision service"""
        if self.vision is None:
            raise VisionUnavailable
        return self.vision

    def floor_code(self, floor_id: int | None) -> str:
        return self.floors[floor_id].code if floor_id in self.floors else MISSING

    def moment(self, instant: datetime | None) -> str:
        """An instant in the mall's own time."""
        return moment(self.clock.local(instant)) if instant else MISSING

    def picture(self, camera: str) -> str:
        """The address of a camera's picture for this tab."""
        port = self.port
        return shell().pictures.offer(context.client, self.session, WATCH, lambda: port.snapshot(camera))


async def read_place(session: ClientSession, path: str) -> Place:
    actor = session.actor
    clock = await run_query(get_business_clock, actor=actor)
    floors = await run_query(list_floors, actor=actor) if actor.may(VIEW_MALL) else []
    return Place(
        session=session,
        address=address_here(path),
        clock=clock,
        floors={int(floor.id): floor for floor in floors},
        vision=shell().cameras(session.mall.code) if session.mall else None,
    )


@contextmanager
def cameras_frame(current: str, hint: str = '') -> Iterator[None]:
    """Title and tabs; the page's own parts go into the body."""
    with page_body():
        with page_header(t('cameras.title'), hint or t(f'cameras.subtitle.{addresses.NAMES[current]}')):
            pass
        tab_links({path: t(f'cameras.tab.{name}') for path, name in addresses.NAMES.items()}, current)
        yield
