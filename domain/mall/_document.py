"""The import document: its shape, and the checks that a floor plan must pass. Every complaint names its feature."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from shapely import Polygon

Point = tuple[float, float]
Code = str
CODE = re.compile(r'^[a-z0-9-]{1,64}$')
TOLERANCE_M = 0.5


class Part(BaseModel):
    model_config = ConfigDict(extra='ignore', frozen=True)


class Named(Part):
    code: Code
    name_zh: str = Field(min_length=1)
    name_en: str = Field(min_length=1)


class Geometry(Part):
    type: Literal['Polygon']
    coordinates: list[list[Point]] = Field(min_length=1)


class UnitPart(Named):
    number: str
    kind: Literal['shop', 'anchor', 'kiosk']
    category: str
    area_m2: float = Field(gt=0)
    label_at: Point
    passby_zone: str | None = None
    hours: list['HoursPart'] | None = None
    geometry: Geometry


class ZonePart(Named):
    kind: str
    geometry: Geometry


class DoorPart(Named):
    kind: Literal['street', 'metro', 'car_park', 'bridge', 'internal', 'shop']
    at: Point
    line: tuple[Point, Point]
    inward: Point
    unit: str | None = None
    connector: str | None = None


class WalkPart(Part):
    nodes: list[Point]
    edges: list[tuple[int, int]]
    doors: dict[str, int]


class FloorPart(Named):
    level: int
    elevation_m: float
    outline: Geometry
    units: list[UnitPart]
    zones: list[ZonePart]
    doors: list[DoorPart]
    fixtures: list[dict[str, Any]] = Field(default_factory=list)
    walk: WalkPart


class BuildingPart(Named):
    floors: list[FloorPart] = Field(min_length=1)


class StopPart(Part):
    floor: str
    door: str


class ConnectorPart(Named):
    kind: Literal['escalator', 'lift']
    stops: list[StopPart] = Field(min_length=2)


class HoursPart(Part):
    weekdays: list[int]
    opens: time
    closes: time


class ExceptionPart(Part):
    on: date
    opens: time | None = None
    closes: time | None = None
    reason_zh: str = ''
    reason_en: str = ''


class HoursDocument(Part):
    weekly: list[HoursPart]
    exceptions: list[ExceptionPart] = Field(default_factory=list)


class PlanDocument(Part):
    categories: list[Named]
    hours: HoursDocument
    buildings: list[BuildingPart] = Field(min_length=1)
    connectors: list[ConnectorPart] = Field(default_factory=list)

    def floors(self) -> Iterator[FloorPart]:
        for building in self.buildings:
            yield from building.floors


def read_document(document: Mapping[str, Any]) -> tuple[PlanDocument | None, list[str]]:
    """The document, or what is wrong with it, each complaint with the feature it is about."""
    try:
        plan = PlanDocument.model_validate(document)
    except ValidationError as error:
        return None, [f'{_feature(document, e["loc"])}: {e["msg"]}' for e in error.errors()[:20]]
    complaints = list(_complaints(plan))
    return (None, complaints[:20]) if complaints else (plan, [])


def _feature(document: Any, location: tuple[int | str, ...]) -> str:
    """`floor F1, unit f1-05, geometry` instead of `buildings.0.floors.2.units.4.geometry`."""
    words: list[str] = []
    here = document
    for step in location:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(step, int) and isinstance(here, Mapping) and 'code' in here:
            words[-1:] = [f'{words[-1].rstrip("s")} {here["code"]}'] if words else [str(here['code'])]
        else:
            words.append(str(step))
    return ', '.join(words)


def _complaints(plan: PlanDocument) -> Iterator[str]:
    yield from _code_complaints(plan)
    categories = {category.code for category in plan.categories}
    connectors = {connector.code for connector in plan.connectors}
    doors = {door.code for floor in plan.floors() for door in floor.doors}
    for connector in plan.connectors:
        for stop in connector.stops:
            if stop.door not in doors:
                yield f'connector {connector.code}: its stop {stop.floor} names door {stop.door}, which is not there'
    for floor in plan.floors():
        yield from _floor_complaints(floor, categories, connectors)


def _code_complaints(plan: PlanDocument) -> Iterator[str]:
    groups = {
        'unit or zone': [part.code for floor in plan.floors() for part in (*floor.units, *floor.zones)],
        'door': [door.code for floor in plan.floors() for door in floor.doors],
        'connector': [connector.code for connector in plan.connectors],
        'category': [category.code for category in plan.categories],
        'building': [building.code for building in plan.buildings],
    }
    for kind, codes in groups.items():
        yield from (f'{kind} {code}: the code is used {n} times' for code, n in Counter(codes).items() if n > 1)
        yield from (f'{kind} {code}: a code has a–z, 0–9 and - only' for code in codes if not CODE.match(code))
    for building in plan.buildings:
        counted = Counter(floor.code for floor in building.floors)
        yield from (f'floor {code}: the code is used {n} times' for code, n in counted.items() if n > 1)


def _floor_complaints(floor: FloorPart, categories: set[str], connectors: set[str]) -> Iterator[str]:
    where = f'floor {floor.code}'
    outline, complaint = _polygon(floor.outline)
    if outline is None:
        yield f'{where}: outline {complaint}'
        return
    parts: list[UnitPart | ZonePart] = [*floor.units, *floor.zones]
    for part in parts:
        label = f'{where}, {"unit" if isinstance(part, UnitPart) else "zone"} {part.code}'
        shape, complaint = _polygon(part.geometry)
        if shape is None:
            yield f'{label}: geometry {complaint}'
        elif not outline.buffer(TOLERANCE_M).covers(shape):
            yield f'{label}: geometry leaves the outline of the floor'
    yield from _unit_complaints(floor, categories, where)
    yield from _door_complaints(floor, connectors, where)
    yield from _walk_complaints(floor, where)


def _unit_complaints(floor: FloorPart, categories: set[str], where: str) -> Iterator[str]:
    zones = {zone.code for zone in floor.zones}
    for unit in floor.units:
        if unit.category not in categories:
            yield f'{where}, unit {unit.code}: category {unit.category} is not listed'
        if unit.passby_zone is not None and unit.passby_zone not in zones:
            yield f'{where}, unit {unit.code}: pass-by zone {unit.passby_zone} is not on this floor'


def _door_complaints(floor: FloorPart, connectors: set[str], where: str) -> Iterator[str]:
    units = {unit.code for unit in floor.units}
    for door in floor.doors:
        label = f'{where}, door {door.code}'
        if (door.kind == 'shop') != (door.unit is not None) or (door.unit and door.unit not in units):
            yield f'{label}: a shop door leads to a unit of its floor, any other door to none'
        if door.connector is not None and (door.kind != 'internal' or door.connector not in connectors):
            yield f'{label}: connector {door.connector} is not listed, or the door is not internal'
        (x0, y0), (x1, y1) = door.line
        if (x1 - x0) * door.inward[1] - (y1 - y0) * door.inward[0] <= 0:
            yield f'{label}: inward must lie on the side of the line where the cross product is positive'


def _walk_complaints(floor: FloorPart, where: str) -> Iterator[str]:
    count = len(floor.walk.nodes)
    if any(not 0 <= node < count for edge in floor.walk.edges for node in edge):
        yield f'{where}, walk: an edge names a node that is not there'
    for door in floor.doors:
        if not 0 <= floor.walk.doors.get(door.code, -1) < count:
            yield f'{where}, walk: door {door.code} has no node'


def _polygon(geometry: Geometry) -> tuple[Polygon | None, str]:
    for ring in geometry.coordinates:
        if len(ring) < 4 or ring[0] != ring[-1]:
            return None, 'has a ring that is not closed'
    shape = Polygon(geometry.coordinates[0], geometry.coordinates[1:])
    if not shape.is_valid or shape.area == 0:
        return None, 'crosses itself or has no area'
    return shape, ''
