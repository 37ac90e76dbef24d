"""A mall's plan as the simulator needs it: doors, shops and the walking graph of each floor, in metres."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from shapely import Point as Dot
from shapely import Polygon, prepare

Point = tuple[float, float]
ASSETS = Path(__file__).parents[2] / 'assets' / 'demo_mall'
WALKED = ('corridor', 'atrium', 'lobby', 'event')
SPOTS_PER_UNIT = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSpot:
    """A door, which is also a counting line of the same code."""

    code: str
    floor: str
    kind: str
    at: Point
    inward: Point
    unit: str | None
    connector: str | None

    @property
    def is_external(self) -> bool:
        return self.kind not in ('internal', 'shop')


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A unit with places inside where people stand; the first is just behind the door."""

    code: str
    floor: str
    kind: str
    category: str
    area_m2: float
    door: str
    passby_zone: str | None
    spots: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSpot:
    """A device as placed on the plan: a counter with its lines, or a zone sensor of a whole floor."""

    code: str
    floor: str
    kind: str
    at: Point
    lines: tuple[str, ...]


@dataclass(frozen=True)
class MallPlan:
    """One mall, read from its document."""

    document: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.document['mall']['code'])

    @cached_property
    def floors(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(floor for building in self.document['buildings'] for floor in building['floors'])

    @cached_property
    def doors(self) -> dict[str, DoorSpot]:
        return {d['code']: _door(floor['code'], d) for floor in self.floors for d in floor['doors']}

    @cached_property
    def shops(self) -> dict[str, Shop]:
        by_unit = {door.unit: door for door in self.doors.values() if door.unit}
        return {
            unit['code']: _shop(floor['code'], unit, by_unit[unit['code']])
            for floor in self.floors
            for unit in floor['units']
            if unit['code'] in by_unit
        }

    @cached_property
    def devices(self) -> tuple[DeviceSpot, ...]:
        return tuple(_device(floor['code'], d) for floor in self.floors for d in floor['devices'])

    @cached_property
    def external_doors(self) -> tuple[DoorSpot, ...]:
        return tuple(door for door in self.doors.values() if door.is_external)

    def by_category(self, *categories: str) -> tuple[Shop, ...]:
        return tuple(shop for shop in self.shops.values() if shop.category in categories)


def load_plan(code: str, folder: Path = ASSETS) -> MallPlan:
    """The plan of a demo mall.

    :raises FileNotFoundError: when there is none of this code.
    """
    return MallPlan(json.loads((folder / f'{code}.json').read_text(encoding='utf-8')))


def zone_of_points(floor: Mapping[str, Any], points: list[Point]) -> list[str | None]:
    """The walked zone in which each point lies."""
    zones = [(zone['code'], _polygon(zone['geometry'])) for zone in floor['zones'] if zone['kind'] in WALKED]
    for _, shape in zones:
        prepare(shape)
    return [next((code for code, shape in zones if shape.covers(Dot(point))), None) for point in points]


def _door(floor: str, door: Mapping[str, Any]) -> DoorSpot:
    return DoorSpot(
        code=door['code'], floor=floor, kind=door['kind'], at=tuple(door['at']), inward=tuple(door['inward']),
        unit=door.get('unit'), connector=door.get('connector'),
    )  # fmt: skip


def _shop(floor: str, unit: Mapping[str, Any], door: DoorSpot) -> Shop:
    return Shop(
        code=unit['code'], floor=floor, kind=unit['kind'], category=unit['category'], area_m2=unit['area_m2'],
        door=door.code, passby_zone=unit.get('passby_zone'), spots=_spots(unit, door),
    )  # fmt: skip


def _spots(unit: Mapping[str, Any], door: DoorSpot) -> tuple[Point, ...]:
    """Places inside, the same on every run; drawn from the unit's own code."""
    shape = _polygon(unit['geometry'])
    inner = shape.buffer(-0.6) if shape.buffer(-0.6).area > 1 else shape
    random = Random(f'{unit["code"]}/{unit["area_m2"]}')  # noqa: S311 - furniture, not secrets
    min_x, min_y, max_x, max_y = inner.bounds
    found: list[Point] = [(door.at[0] + door.inward[0] * 0.8, door.at[1] + door.inward[1] * 0.8)]
    for _ in range(400):
        spot = (round(random.uniform(min_x, max_x), 2), round(random.uniform(min_y, max_y), 2))
        if inner.covers(Dot(spot)):
            found.append(spot)
        if len(found) > SPOTS_PER_UNIT:
            break
    return tuple(found)


def _device(floor: str, device: Mapping[str, Any]) -> DeviceSpot:
    return DeviceSpot(
        code=device['code'], floor=floor, kind=device['kind'], at=tuple(device['at']), lines=tuple(device['lines']),
    )  # fmt: skip


def _polygon(geometry: Mapping[str, Any]) -> Polygon:
    return Polygon(geometry['coordinates'][0], geometry['coordinates'][1:])
