"""Rows made into views."""

from typing import Any

from domain.mall.commands import BuildingId, ConnectorId, DoorId, FloorId, UnitId, ZoneId
from domain.mall.models import Building, Door, Floor, Unit, Zone
from domain.mall.views import DoorView, FloorView, UnitView, ZoneView


def as_floor(floor: Floor, building: Building) -> FloorView:
    return FloorView(
        id=FloorId(floor.id), building_id=BuildingId(building.id), building_code=building.code, code=floor.code,
        name_zh=floor.name_zh, name_en=floor.name_en, level=floor.level, elevation_m=floor.elevation_m,
    )  # fmt: skip


def as_unit(unit: Unit, floor_code: str) -> UnitView:
    return UnitView(
        id=UnitId(unit.id), floor_id=FloorId(unit.floor_id), floor_code=floor_code, code=unit.code, number=unit.number,
        kind=unit.kind, category=unit.category, name_zh=unit.name_zh, name_en=unit.name_en, area_m2=unit.area_m2,
        label_at=(unit.label_x, unit.label_y), passby_zone=unit.passby_zone, geometry=dict(unit.geometry),
    )  # fmt: skip


def as_zone(zone: Zone, floor_code: str) -> ZoneView:
    return ZoneView(
        id=ZoneId(zone.id), floor_id=FloorId(zone.floor_id), floor_code=floor_code, code=zone.code, kind=zone.kind,
        name_zh=zone.name_zh, name_en=zone.name_en, geometry=dict(zone.geometry),
    )  # fmt: skip


def as_door(door: Door, floor_code: str) -> DoorView:
    line: Any = door.line
    inward: Any = door.inward
    return DoorView(
        id=DoorId(door.id), floor_id=FloorId(door.floor_id), floor_code=floor_code, code=door.code, kind=door.kind,
        name_zh=door.name_zh, name_en=door.name_en, at=(door.x, door.y),
        line=((line[0][0], line[0][1]), (line[1][0], line[1][1])), inward=(inward[0], inward[1]),
        unit_id=UnitId(door.unit_id) if door.unit_id else None,
        connector_id=ConnectorId(door.connector_id) if door.connector_id else None,
    )  # fmt: skip


def extent_of(outline: Any) -> tuple[float, float, float, float]:
    """The bounding box of an outline: min x, min y, max x, max y."""
    ring = outline['coordinates'][0]
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)
