"""What the property answers: frozen views. Geometry is GeoJSON in metres on the floor's sheet (y to the south)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from domain.mall.commands import BuildingId, ConnectorId, DoorId, FloorId, GroupId, UnitId, ZoneId
from domain.shared.actor import MallId

Geometry = dict[str, Any]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MallView:
    id: MallId
    code: str
    name_zh: str
    name_en: str
    group_id: GroupId
    group_code: str
    group_name_zh: str
    group_name_en: str
    timezone: str
    cutoff: time
    address_zh: str
    address_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorView:
    id: FloorId
    building_id: BuildingId
    building_code: str
    code: str
    name_zh: str
    name_en: str
    level: int
    elevation_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryView:
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    id: UnitId
    floor_id: FloorId
    floor_code: str
    code: str
    number: str
    kind: str  # shop, anchor, kiosk
    category: str
    name_zh: str
    name_en: str
    area_m2: float
    label_at: Point
    passby_zone: str | None
    geometry: Geometry


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneView:
    id: ZoneId
    floor_id: FloorId
    floor_code: str
    code: str
    kind: str
    name_zh: str
    name_en: str
    geometry: Geometry


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorView:
    """A door and its counting line. `inward` points where *in* goes."""

    id: DoorId
    floor_id: FloorId
    floor_code: str
    code: str
    kind: str  # street, metro, car_park, bridge, internal, shop
    name_zh: str
    name_en: str
    at: Point
    line: tuple[Point, Point]
    inward: Point
    unit_id: UnitId | None
    connector_id: ConnectorId | None

    @property
    def is_external(self) -> bool:
        """Whether it leads out of the mall; footfall is counted at these alone."""
        return self.kind not in ('internal', 'shop')


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorView:
    id: ConnectorId
    code: str
    kind: str  # escalator, lift
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkGraph:
    """Where people can walk on a floor: nodes in metres, undirected edges between them, the node of each door."""

    nodes: tuple[Point, ...]
    edges: tuple[tuple[int, int], ...]
    doors: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPlanView:
    """Everything needed to draw one floor. `fixtures` are decoration: each has a `kind` and `at` or `geometry`."""

    floor: FloorView
    outline: Geometry
    extent: tuple[float, float, float, float]  # min x, min y, max x, max y
    units: tuple[UnitView, ...]
    zones: tuple[ZoneView, ...]
    doors: tuple[DoorView, ...]
    fixtures: tuple[dict[str, Any], ...]
    walk: WalkGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did. `is_changed` is False where the same plan was there already."""

    is_changed: bool
    floors: int = 0
    units: int = 0
    zones: int = 0
    doors: int = 0
    connectors: int = 0
    retired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningView:
    """How one day is opened. `intervals` are instants with exclusive ends; none means closed."""

    on: date
    intervals: tuple[tuple[datetime, datetime], ...]
    is_exception: bool
    reason_zh: str = ''
    reason_en: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursChanged:
    """The answer to a change of hours: the days that it touched from, exclusive end where there is one."""

    from_on: date
    until_on: date | None
    days: int
