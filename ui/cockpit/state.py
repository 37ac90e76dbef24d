"""What the cockpit knows for one client: loads all its figures at one instant."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from nicegui import context

from domain.devices.alarms import list_alarms
from domain.devices.permissions import VIEW as VIEW_DEVICES
from domain.devices.queries import get_fleet
from domain.devices.views import AlarmView, FleetView
from domain.footfall.commands import Window
from domain.footfall.permissions import VIEW as VIEW_FOOTFALL
from domain.footfall.queries import cockpit_summary, curve_15min, door_ranking, heat_map, occupancy_by_floor
from domain.footfall.views import CockpitSummary, Curve, DoorRank, FloorOccupancy, HeatMap
from domain.mall.commands import FloorId
from domain.mall.permissions import VIEW as VIEW_MALL
from domain.mall.queries import get_business_clock, get_floor_plan, list_floors
from domain.mall.views import FloorView
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query
from ui.floorplan.shape import shape_of
from ui.kit.floor_plan import FloorShape
from ui.kit.i18n import current_locale
from ui.live import shared
from ui.loading import together

DOORS = 40
ALARMS = 6
HEAT_SPAN = timedelta(hours=1)
GROUND = 1

T = TypeVar('T')


@dataclass(frozen=True, kw_only=True, slots=True)
class CockpitData:
    """The figures of the moment, taken together."""

    summary: CockpitSummary
    doors: tuple[DoorRank, ...]
    occupancy: tuple[FloorOccupancy, ...]
    fleet: FleetView | None
    alarms: tuple[AlarmView, ...]
    floors: Mapping[int, FloorView]
    clock: BusinessClock

    def local(self, instant: datetime | None) -> datetime | None:
        """An instant in the mall's own time."""
        return self.clock.local(instant) if instant else None


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseData:
    """What the day and the last hour looked like."""

    curve: Curve
    heat: HeatMap | None
    doors: tuple[DoorRank, ...]
    shape: FloorShape | None
    clock: BusinessClock

    def local(self, instant: datetime | None) -> datetime | None:
        """An instant in the mall's own time."""
        return self.clock.local(instant) if instant else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What does not change while the page is open."""

    clock: BusinessClock
    floors: Mapping[int, FloorView]
    ground_id: FloorId | None
    shape: FloorShape | None


class CockpitState:
    """Loads for one actor. Answers are shared by all pages of the mall until the next notice."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._frame: Frame | None = None

    async def load(self) -> CockpitData:
        """The moment. What the actor may not see of devices is left out, not refused."""
        now = datetime.now(UTC)
        frame = self._frame = self._frame or await self._load_frame()
        summary, doors, occupancy, fleet, alarms = await together(
            self._footfall('summary', lambda: run_query(cockpit_summary, actor=self._actor, now=now)),
            self._doors(now),
            self._footfall('floors', lambda: run_query(occupancy_by_floor, actor=self._actor, now=now)),
            self._fleet(),
            self._alarms(),
        )
        return CockpitData(
            summary=summary,
            doors=doors,
            occupancy=tuple(occupancy),
            fleet=fleet,
            alarms=alarms,
            floors=frame.floors,
            clock=frame.clock,
        )

    async def load_course(self) -> CourseData:
        """The day's curve and the heat of the last hour."""
        now = datetime.now(UTC)
        frame = self._frame = self._frame or await self._load_frame()
        curve, heat, doors = await together(
            self._footfall('curve', lambda: run_query(curve_15min, actor=self._actor, now=now)),
            self._heat(frame, now),
            self._doors(now),
        )
        return CourseData(curve=curve, heat=heat, doors=doors, shape=frame.shape, clock=frame.clock)

    async def _doors(self, now: datetime) -> tuple[DoorRank, ...]:
        return tuple(
            await self._footfall('doors', lambda: run_query(door_ranking, actor=self._actor, now=now, limit=DOORS))
        )

    async def _load_frame(self) -> Frame:
        clock = await run_query(get_business_clock, actor=self._actor)
        if not self._actor.may(VIEW_MALL):
            return Frame(clock=clock, floors={}, ground_id=None, shape=None)
        floors = {floor.id: floor for floor in await run_query(list_floors, actor=self._actor)}
        ground = next((floor.id for floor in floors.values() if floor.level == GROUND), None)
        shape = await self._load_shape(ground) if ground else None
        return Frame(clock=clock, floors=floors, ground_id=ground, shape=shape)

    async def _load_shape(self, floor_id: FloorId) -> FloorShape:
        """The ground floor as it is drawn: one for all pages of the mall in a language."""

        slot = context.slot  # a shared answer is loaded by a task of its own, which does not know the reader's language

        async def load() -> FloorShape:
            plan = await run_query(get_floor_plan, actor=self._actor, floor_id=floor_id)
            with slot:
                return shape_of(plan)

        return await shared(VIEW_MALL, 'mall', 'cockpit.shape', load, current_locale())

    async def _footfall(self, key: str, load: Callable[[], Awaitable[T]]) -> T:
        return await shared(VIEW_FOOTFALL, 'footfall', f'cockpit.{key}', load)

    async def _heat(self, frame: Frame, now: datetime) -> HeatMap | None:
        if frame.ground_id is None:
            return None
        floor_id, window = frame.ground_id, Window(started_at=now - HEAT_SPAN, ended_at=now)
        return await self._footfall(
            'heat', lambda: run_query(heat_map, actor=self._actor, now=now, floor_id=floor_id, window=window)
        )

    async def _fleet(self) -> FleetView | None:
        if not self._actor.may(VIEW_DEVICES):
            return None
        return await shared(VIEW_DEVICES, 'devices', 'cockpit.fleet', lambda: run_query(get_fleet, actor=self._actor))

    async def _alarms(self) -> tuple[AlarmView, ...]:
        if not self._actor.may(VIEW_DEVICES):
            return ()
        return tuple(
            await shared(
                VIEW_DEVICES,
                'devices',
                'cockpit.alarms',
                lambda: run_query(list_alarms, actor=self._actor, is_open=True, limit=ALARMS),
            )
        )
