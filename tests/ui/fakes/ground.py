"""The demo mall as drawn, its clock, and the instant at which all made-up figures are taken."""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from domain.footfall.commands import Window
from domain.mall.views import DoorView, FloorPlanView, FloorView, UnitView, WalkGraph
from domain.mall.views import ZoneView as PlaceView
from domain.shared.business_time import BusinessClock
from domain.shared.measure import Measure, Status

DRAWING = Path(__file__).parents[3] / 'assets' / 'demo_mall' / 'yunji.json'
NOW = datetime(2026, 11, 22, 7, 20, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CLOCK = BusinessClock(zone='Asia/Shanghai', cutoff=time(4))
WINDOW = Window(started_at=NOW - timedelta(hours=11, minutes=20), ended_at=NOW)
OPENING = datetime(2026, 11, 22, 2, tzinfo=UTC)
PEAKS = ((10, 2.6, 290), (27, 5.5, 520), (37, 4.2, 640))


@cache
def drawing() -> dict[str, Any]:
    return json.loads(DRAWING.read_text(encoding='utf-8'))


@cache
def floors() -> tuple[FloorView, ...]:
    plans = drawing()['buildings'][0]['floors']
    made = [
        FloorView(
            id=place,
            building_id=1,
            building_code='main',
            code=plan['code'],
            name_zh=plan['name_zh'],
            name_en=plan['name_en'],
            level=plan['level'],
            elevation_m=plan['elevation_m'],
        )
        for place, plan in enumerate(plans, start=1)
    ]
    return tuple(sorted(made, key=lambda floor: -floor.level))


@cache
def floor_plan(floor_id: int) -> FloorPlanView:
    floor = next(one for one in floors() if one.id == floor_id)
    plan = drawing()['buildings'][0]['floors'][floor_id - 1]
    units = tuple(
        UnitView(
            id=floor_id * 1000 + place,
            floor_id=floor_id,
            floor_code=floor.code,
            area_m2=unit['area_m2'],
            code=unit['code'],
            number=unit['number'],
            kind=unit['kind'],
            category=unit['category'],
            name_zh=unit['name_zh'],
            name_en=unit['name_en'],
            label_at=tuple(unit['label_at']),
            passby_zone=unit['passby_zone'],
            geometry=unit['geometry'],
        )
        for place, unit in enumerate(plan['units'], start=1)
    )
    places = tuple(
        PlaceView(
            id=floor_id * 1000 + place,
            floor_id=floor_id,
            floor_code=floor.code,
            code=zone['code'],
            kind=zone['kind'],
            name_zh=zone['name_zh'],
            name_en=zone['name_en'],
            geometry=zone['geometry'],
        )
        for place, zone in enumerate(plan['zones'], start=1)
    )
    doors = tuple(
        DoorView(
            id=floor_id * 1000 + place,
            floor_id=floor_id,
            floor_code=floor.code,
            code=door['code'],
            kind=door['kind'],
            name_zh=door['name_zh'],
            name_en=door['name_en'],
            at=tuple(door['at']),
            line=tuple(map(tuple, door['line'])),
            inward=tuple(door['inward']),
            unit_id=None,
            connector_id=None,
        )
        for place, door in enumerate(plan['doors'], start=1)
    )
    return FloorPlanView(
        floor=floor,
        outline=plan['outline'],
        extent=(0, 0, 184, 110),
        units=units,
        zones=places,
        doors=doors,
        fixtures=tuple(plan['fixtures']),
        walk=WalkGraph(nodes=(), edges=(), doors={}),
    )


def entrances() -> list[DoorView]:
    return [door for floor in floors() for door in floor_plan(floor.id).doors if door.is_external]


def measure(
    value: float | None, *, coverage: float = 1.0, imputed: float = 0.0, status: Status = Status.PROVISIONAL
) -> Measure:
    return Measure(value=value, coverage=coverage, imputed=imputed, status=status)
