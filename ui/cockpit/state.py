"""What the cockpit knows for one client: loads all its figures at one instant."""
import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.devices.alarms import list_alarms
from domain.devices.permissions import VIEW as VIEW_DEVICES
from domain.devices.queries import get_fleet
from domain.devices.views import AlarmView, FleetView
from domain.footfall.queries import cockpit_summary, curve_15min, door_ranking, occupancy_by_floor
from domain.footfall.views import CockpitSummary, Curve, DoorRank, FloorOccupancy
from domain.mall.queries import get_business_clock, list_floors
from domain.mall.views import FloorView
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query

DOORS = 8
ALARMS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class CockpitData:
    """All figures of the cockpit, taken together."""

    summary: CockpitSummary
    curve: Curve
    doors: tuple[DoorRank, ...]
    occupancy: tuple[FloorOccupancy, ...]
    floors: Mapping[int, FloorView]
    clock: BusinessClock
    fleet: FleetView | None
    alarms: tuple[AlarmView, ...]

    def local(self, instant: datetime | None) -> datetime | None:
        """An instant in the mall's own time."""
        return self.clock.local(instant) if instant else None


class CockpitState:
    """Loads for one actor; floors and clock, which do not change during a day, only once."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._floors: Mapping[int, FloorView] | None = None
        self._clock: BusinessClock | None = None

    async def load(self) -> CockpitData:
        """Everything as of now. What the actor may not see of devices is left out, not refused."""
        now = datetime.now(UTC)
        await self._load_frame()
        summary, curve, doors, occupancy, fleet, alarms = await asyncio.gather(
            run_query(cockpit_summary, actor=self._actor, now=now),
            run_query(curve_15min, actor=self._actor, now=now),
            run_query(door_ranking, actor=self._actor, now=now, limit=DOORS),
            run_query(occupancy_by_floor, actor=self._actor, now=now),
            self._fleet(), self._alarms())
        assert self._floors is not None
        assert self._clock is not None
        return CockpitData(summary=summary, curve=curve, doors=tuple(doors), occupancy=tuple(occupancy), fleet=fleet,
                           alarms=alarms, floors=self._floors, clock=self._clock)

    async def _load_frame(self) -> None:
        if self._floors is None or self._clock is None:
            floors = await run_query(list_floors, actor=self._actor)
            self._floors = {floor.id: floor for floor in floors}
            self._clock = await run_query(get_business_clock, actor=self._actor)

    async def _fleet(self) -> FleetView | None:
        return await run_query(get_fleet, actor=self._actor) if self._actor.may(VIEW_DEVICES) else None

    async def _alarms(self) -> tuple[AlarmView, ...]:
        if not self._actor.may(VIEW_DEVICES):
            return ()
        return tuple(await run_query(list_alarms, actor=self._actor, is_open=True, limit=ALARMS))
