"""Doors, escalators and lifts. Every door is one counting line; `inward` is the way that counts as *in*.

Outer doors lead into the mall, shop doors into the shop, inner doors from an escalator or a lift onto this floor: so
the people on a floor are the sum of in − out over its outer and inner doors.
"""

import itertools
from dataclasses import dataclass

from frame import Point, concourse_half, north_half, south_half
from plan import SHOP_FLOORS, Plan, Shop

FLOORS = ('B2', *SHOP_FLOORS)
WELLS = {'w': -1.0, 'e': 1.0}
RUN = (36.0, 50.0)
LIFTS = {'n': (0.0, -9.0), 's': (44.0, 15.5)}


@dataclass(kw_only=True)
class Door:
    code: str
    floor: str
    kind: str
    names: str
    at: Point
    inward: Point
    width: float
    unit: str | None = None
    connector: str | None = None


@dataclass(kw_only=True)
class Flight:
    """A pair of escalators between two floors, drawn on both, in (u, v)."""

    code: str
    lower: str
    upper: str
    start: Point
    end: Point


def outer_doors() -> list[Door]:
    def door(code: str, floor: str, kind: str, names: str, at: Point, inward: Point, width: float) -> Door:
        return Door(code=code, floor=floor, kind=kind, names=names, at=at, inward=inward, width=width)

    return [
        door('door-f1-main', 'F1', 'street', '南主入口|South main entrance', (0.0, 31.0), (0.0, -1.0), 9.0),
        door('door-f1-east', 'F1', 'street', '东入口|East entrance', (85.5, 0.0), (-1.0, 0.0), 6.0),
        door('door-f1-west', 'F1', 'street', '西入口|West entrance', (-85.5, 0.0), (1.0, 0.0), 6.0),
        door(
            'door-f1-north',
            'F1',
            'street',
            '北入口（落客区）|North entrance (drop-off)',
            (13.0, -north_half(13) + 1.2),
            (0.0, 1.0),
            4.5,
        ),
        door(
            'door-f1-plaza',
            'F1',
            'street',
            '西南广场入口|South-west plaza entrance',
            (-56.0, south_half(-56.0) - 1.2),
            (0.0, -1.0),
            6.0,
        ),
        door(
            'door-b1-metro',
            'B1',
            'metro',
            '地铁2号口|Metro link, exit 2',
            (13.5, -north_half(13.5) + 1.2),
            (0.0, 1.0),
            6.0,
        ),
        door('door-f2-bridge', 'F2', 'bridge', '东连廊|East footbridge', (85.5, 0.0), (-1.0, 0.0), 5.0),
        door('door-b2-lobby-n', 'B2', 'car_park', '车库北厅|Car park, north lobby', (0.0, -14.0), (0.0, 1.0), 3.0),
        door('door-b2-lobby-s', 'B2', 'car_park', '车库南厅|Car park, south lobby', (44.0, 10.5), (0.0, 1.0), 3.0),
    ]


def flights() -> list[Flight]:
    """Stacked runs that turn at each floor; neighbours lie side by side so that both show on the plan between."""
    found = []
    for well, side in WELLS.items():
        for number, (lower, upper) in enumerate(itertools.pairwise(SHOP_FLOORS)):
            near, far = RUN if number % 2 == 0 else RUN[::-1]
            lateral = -2.1 if number % 2 == 0 else 2.1
            found.append(
                Flight(
                    code=f'esc-{well}-{lower.lower()}-{upper.lower()}',
                    lower=lower,
                    upper=upper,
                    start=(side * near, lateral),
                    end=(side * far, lateral),
                )
            )
    return found


def inner_doors() -> list[Door]:
    found = []
    for flight in flights():
        run = (flight.end[0] - flight.start[0]) / abs(flight.end[0] - flight.start[0])
        well = '西' if flight.code[4] == 'w' else '东'
        english = 'West' if flight.code[4] == 'w' else 'East'
        for floor, way, at, inward in (
            (flight.lower, 'up', flight.start, (-run, 0.0)),
            (flight.upper, 'down', flight.end, (run, 0.0)),
        ):
            label = '上行口' if way == 'up' else '下行口'
            found.append(
                Door(
                    code=f'door-{floor.lower()}-esc-{flight.code[4]}-{way}',
                    floor=floor,
                    kind='internal',
                    names=f'{well}扶梯{label}|{english} escalators, {way}',
                    at=at,
                    inward=inward,
                    width=3.0,
                    connector=flight.code,
                )
            )
    return found + lift_doors()


def lift_doors() -> list[Door]:
    found = []
    for bank, at in LIFTS.items():
        names = '北观光电梯|North panorama lifts' if bank == 'n' else '南电梯|South lifts'
        inward = (0.0, -1.0)
        for floor in FLOORS:
            found.append(
                Door(
                    code=f'door-{floor.lower()}-lift-{bank}',
                    floor=floor,
                    kind='internal',
                    names=names,
                    at=at,
                    inward=inward,
                    width=7.0,
                    connector=f'lift-{bank}',
                )
            )
    return found


def shop_door(plan: Plan, shop: Shop, unit: str) -> Door:
    name_zh, name_en = shop.tenant.split('|')[:2]
    width = max(shop.door_width, 3.0) if shop.kind == 'shop' and shop.shape.area > 240 else shop.door_width
    return Door(
        code=f'door-{unit}',
        floor=plan.floor,
        kind='shop',
        names=f'{name_zh}|{name_en}',
        at=_clear_of_columns(shop),
        inward=shop.inward,
        width=width,
        unit=unit,
    )


def _clear_of_columns(shop: Shop) -> Point:
    u, v = shop.front
    if shop.kind != 'shop':
        return shop.front
    sign = 1.0 if v > 0 else -1.0
    return u, sign * concourse_half(u)
