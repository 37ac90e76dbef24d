"""Which day and which floor a footfall page shows, for one client, kept in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from domain.footfall.commands import Window
from domain.mall.permissions import VIEW as VIEW_MALL
from domain.mall.queries import get_business_clock, list_floors
from domain.mall.views import FloorView
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query
from ui.kit.address import Address
from ui.screens import address_here

GROUND = 1


@dataclass(kw_only=True, slots=True)
class Selection:
    """The reader's choice. `today` is the running business day."""

    actor: Actor
    address: Address
    clock: BusinessClock
    floors: Mapping[int, FloorView]
    today: date
    day: date
    floor_id: int | None

    def window(self, now: datetime) -> Window:
        """The chosen business day; the running one ends now."""
        return self.days(self.day, 1, now)

    def days(self, last: date, count: int, now: datetime) -> Window:
        """`count` business days up to and including `last`, none of it in the future."""
        started_at = self.clock.bounds(last - timedelta(days=count - 1))[0]
        return Window(started_at=started_at, ended_at=max(min(self.clock.bounds(last)[1], now), started_at))

    def choose_day(self, day: date) -> None:
        """Another day."""
        self.day = day
        self.address.update(on=None if day == self.today else day.isoformat(), page=None)

    def choose_floor(self, floor_id: int | None) -> None:
        """Another floor, or none for the whole mall."""
        self.floor_id = floor_id
        self.address.update(floor=floor_id, page=None)

    def local(self, instant: datetime | None) -> datetime | None:
        """An instant in the mall's own time."""
        return self.clock.local(instant) if instant else None

    def floor_code(self, floor_id: int | None) -> str:
        """`F1`; empty for the whole mall."""
        return self.floors[floor_id].code if floor_id in self.floors else ''


async def read_selection(actor: Actor, path: str) -> Selection:
    """What the address asks for. A day in the future or one that is no day becomes today, an unknown floor none."""
    address = address_here(path)
    clock = await run_query(get_business_clock, actor=actor)
    floors = await run_query(list_floors, actor=actor) if actor.may(VIEW_MALL) else []
    by_id = {int(floor.id): floor for floor in floors}
    today = clock.business_on(datetime.now(UTC))
    floor_id = address.integer('floor', 0)
    return Selection(
        actor=actor,
        address=address,
        clock=clock,
        floors=by_id,
        today=today,
        day=_day(address.get('on'), today),
        floor_id=floor_id if floor_id in by_id else None,
    )


def ground_floor(floors: Mapping[int, FloorView]) -> int | None:
    """The floor a plan opens with."""
    ground = next((floor_id for floor_id, floor in floors.items() if floor.level == GROUND), None)
    return ground if ground is not None else next(iter(floors), None)


def _day(text: str, today: date) -> date:
    """`2026-11-22`; anything else, or a day to come, is today."""
    parts = text.split('-')
    if len(text) != 10 or [len(part) for part in parts] != [4, 2, 2] or not all(part.isdigit() for part in parts):
        return today
    year, month, day = map(int, parts)
    if not (2000 <= year <= today.year and 1 <= month <= 12 and 1 <= day <= _last_of(year, month)):
        return today
    return min(date(year, month, day), today)


def _last_of(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day
