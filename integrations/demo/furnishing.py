"""Hangs the devices of a mall's plan on its walls: registers them and draws their counting lines and zones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.devices.commands import DeviceId, DeviceKind, RegisterDevice
from domain.devices.operations import register_device
from domain.footfall.commands import DefineLine, DefineZone, EntranceKind, LineRole, ZoneKind
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
    stayed_in = [zone for zone in plan.zones if zone.kind in STAYED_IN]
    areas = [(zone, ZoneKind.WAY, None) for zone in stayed_in] + [(unit, ZoneKind.SHOP, unit.id) for unit in plan.units]
    for area, kind, unit_id in areas:
        command = DefineZone(
            code=area.code,
            name_zh=area.name_zh,
            name_en=area.name_en,
            kind=kind,
            floor_id=plan.floor.id,
            polygon=_ring(area.geometry),
            unit_id=unit_id,
            device_id=sensor,
            valid_from=since,
        )
        define_zone(session, actor=actor, command=command, now=now)
    return len(areas)


def _role(door: DoorView) -> LineRole:
    if door.is_external:
        return LineRole.ENTRANCE
    return LineRole.SHOP if door.kind == 'shop' else LineRole.PASSAGE


def _inward_to_the_left(door: DoorView) -> tuple[tuple[float, float], tuple[float, float]]:
    """The door's line, directed so that inward lies to its left as the plan is numbered (see `DefineLine`)."""
    (x1, y1), (x2, y2) = door.line
    turn = (x2 - x1) * door.inward[1] - (y2 - y1) * door.inward[0]
    return ((x1, y1), (x2, y2)) if turn > 0 else ((x2, y2), (x1, y1))


def _ring(geometry: Geometry) -> tuple[tuple[float, float], ...]:
    """The outer ring, without the closing point."""
    return tuple((float(x), float(y)) for x, y in geometry['coordinates'][0][:-1])
