"""Hangs the devices of a mall's plan on its walls: registers them and draws their counting lines and zones."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.devices.commands import DeviceId, DeviceKind, RegisterDevice
from domain.devices.operations import register_device
from domain.footfall.commands import DefineLine, DefineZone, EntranceKind, LineRole, Point, ZoneKind
from domain.footfall.operations import define_line, define_zone
from domain.mall.queries import get_floor_plan, list_floors
from domain.mall.views import DoorView, FloorPlanView, Geometry
from domain.shared.actor import Actor
from domain.shared.database import Session
from domain.shared.operations import operation
from domain.shared.permissions import UPKEEP

KINDS = {'counter': DeviceKind.COUNTER, 'camera': DeviceKind.CAMERA, 'zone_sensor': DeviceKind.SENSOR}
STAYED_IN = ('corridor', 'atrium', 'lobby', 'event')
# A counter reports every minute; five silent minutes are worth an alarm.
SILENCE_S = 300
STRIP_DEPTH_M, STRIP_MARGIN_M = 3.0, 1.0


@dataclass(frozen=True, slots=True)
class Furnished:
    """What was hung and drawn."""

    devices: int
    lines: int
    zones: int


@operation(UPKEEP, name='demo.furnish')
def furnish(
    session: Session, *, actor: Actor, document: Mapping[str, Any], since: datetime, now: datetime
) -> Furnished:
    """Registers every device of the plan and starts its lines and zones, valid from `since` on."""
    placed = {floor['code']: floor['devices'] for building in document['buildings'] for floor in building['floors']}
    total = Furnished(0, 0, 0)
    for floor in list_floors(session, actor=actor):
        plan = get_floor_plan(session, actor=actor, floor_id=floor.id)
        devices = _hang(session, actor, floor.id, placed[floor.code], now)
        lines = _draw_lines(session, actor, plan, _by_line(placed[floor.code], devices), since, now)
        zones = _draw_zones(session, actor, plan, devices.get(f'zs-{floor.code.lower()}'), since, now)
        total = Furnished(total.devices + len(devices), total.lines + lines, total.zones + zones)
    return total


def _hang(
    session: Session, actor: Actor, floor_id: int, devices: list[dict[str, Any]], now: datetime
) -> dict[str, DeviceId]:
    made = {}
    for device in devices:
        command = RegisterDevice(
            code=device['code'],
            kind=KINDS[device['kind']],
            floor_id=floor_id,
            x_m=device['at'][0],
            y_m=device['at'][1],
            silence_after_s=SILENCE_S,
        )
        made[device['code']] = register_device(session, actor=actor, command=command, now=now).id
    return made


def _by_line(devices: list[dict[str, Any]], ids: Mapping[str, DeviceId]) -> dict[str, DeviceId]:
    """The counter of each line; a camera may look at a line that a counter counts."""
    counters = [device for device in devices if device['kind'] == 'counter']
    return {line: ids[device['code']] for device in counters for line in device['lines']}


def _draw_lines(
    session: Session, actor: Actor, plan: FloorPlanView, devices: Mapping[str, DeviceId], since: datetime, now: datetime
) -> int:
    for door in plan.doors:
        start, end = _inward_to_the_left(door)
        command = DefineLine(
            code=door.code,
            name_zh=door.name_zh,
            name_en=door.name_en,
            role=_role(door),
            floor_id=plan.floor.id,
            door_id=door.id,
            unit_id=door.unit_id,
            entrance_kind=EntranceKind(door.kind) if door.is_external else None,
            device_id=devices.get(door.code),
            start=start,
            end=end,
            valid_from=since,
        )
        define_line(session, actor=actor, command=command, now=now)
    return len(plan.doors)


def _draw_zones(
    session: Session, actor: Actor, plan: FloorPlanView, sensor: DeviceId | None, since: datetime, now: datetime
) -> int:
    areas = list(_areas(plan))
    for area in areas:
        command = DefineZone(
            code=area.code,
            name_zh=area.name_zh,
            name_en=area.name_en,
            kind=area.kind,
            floor_id=plan.floor.id,
            polygon=area.polygon,
            unit_id=area.unit_id,
            device_id=sensor,
            valid_from=since,
        )
        define_zone(session, actor=actor, command=command, now=now)
    return len(areas)


@dataclass(frozen=True, slots=True)
class _Area:
    code: str
    name_zh: str
    name_en: str
    kind: ZoneKind
    polygon: tuple[Point, ...]
    unit_id: int | None = None


def _areas(plan: FloorPlanView) -> Iterator[_Area]:
    """The ways people walk, the shops, and the strip in front of each shop, where people pass by."""
    for zone in plan.zones:
        if zone.kind in STAYED_IN:
            yield _Area(zone.code, zone.name_zh, zone.name_en, ZoneKind.WAY, _ring(zone.geometry))
    doors = {door.unit_id: door for door in plan.doors if door.unit_id is not None}
    for unit in plan.units:
        yield _Area(unit.code, unit.name_zh, unit.name_en, ZoneKind.SHOP, _ring(unit.geometry), unit.id)
        if unit.id in doors:
            names = (f'{unit.name_zh}门前', f'In front of {unit.name_en}')
            yield _Area(f'pass-{unit.code}', *names, ZoneKind.PASSING, _strip_before(doors[unit.id]), unit.id)


def _role(door: DoorView) -> LineRole:
    if door.is_external:
        return LineRole.ENTRANCE
    return LineRole.SHOP if door.kind == 'shop' else LineRole.PASSAGE


def _inward_to_the_left(door: DoorView) -> tuple[Point, Point]:
    """The door's line, directed so that inward lies to its left as the plan is numbered (see `DefineLine`)."""
    (x1, y1), (x2, y2) = door.line
    turn = (x2 - x1) * door.inward[1] - (y2 - y1) * door.inward[0]
    return ((x1, y1), (x2, y2)) if turn > 0 else ((x2, y2), (x1, y1))


def _strip_before(door: DoorView) -> tuple[Point, ...]:
    """The strip of mall way in front of a door, three metres deep and a little wider than the door."""
    (x1, y1), (x2, y2) = door.line
    width = math.hypot(x2 - x1, y2 - y1)
    along_x, along_y = (x2 - x1) / width * STRIP_MARGIN_M, (y2 - y1) / width * STRIP_MARGIN_M
    out_x, out_y = -door.inward[0] * STRIP_DEPTH_M, -door.inward[1] * STRIP_DEPTH_M
    left, right = (x1 - along_x, y1 - along_y), (x2 + along_x, y2 + along_y)
    return (left, right, (right[0] + out_x, right[1] + out_y), (left[0] + out_x, left[1] + out_y))


def _ring(geometry: Geometry) -> tuple[Point, ...]:
    """The outer ring, without the closing point."""
    return tuple((float(x), float(y)) for x, y in geometry['coordinates'][0][:-1])
