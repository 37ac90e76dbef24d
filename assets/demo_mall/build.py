"""Draws the demo malls and writes them beside this file: `python assets/demo_mall/build.py`.

The result is committed; running this again gives the same bytes.
"""

from doors import FLOORS, LIFTS, Door, flights, inner_doors, outer_doors, shop_door
from fixtures import fixtures
from frame import bend, polygon
from parking import draw_parking
from plan import draw_floor
from qinghe import qinghe
from sheet import devices, door_json, named, numbered, unit_json, write
from spaces import add_spaces
from tenants import CATEGORIES
from walk import walking_graph

LEVELS = {'B2': (-2, -9.6), 'B1': (-1, -5.4), 'F1': (1, 0.0), 'F2': (2, 5.6), 'F3': (3, 10.8), 'F4': (4, 16.0)}
FLOOR_NAMES = {
    'B2': '停车场|Car park',
    'B1': '美食与超市|Food and supermarket',
    'F1': '名品与美妆|Luxury and beauty',
    'F2': '潮流服饰|Fashion',
    'F3': '亲子与家居|Family and home',
    'F4': '餐饮与影院|Dining and cinema',
}


def yunji() -> dict[str, object]:
    return {
        'schema': 1,
        'group': {'code': 'yuntian', **named('云天商业集团|Yuntian Retail Group')},
        'mall': {
            'code': 'yunji',
            **named('云集天地|Yunji Plaza'),
            'timezone': 'Asia/Shanghai',
            'cutoff': '04:00',
            'address_zh': '临江市云集区天元路 88 号',
            'address_en': '88 Tianyuan Road, Yunji District, Linjiang',
        },
        'categories': [{'code': code, 'name_zh': zh, 'name_en': en} for code, (zh, en) in CATEGORIES.items()],
        'hours': hours(),
        'buildings': [{'code': 'main', **named('主楼|Main building'), 'floors': [floor(code) for code in FLOORS]}],
        'connectors': connectors(),
    }


def hours() -> dict[str, object]:
    return {
        'weekly': [
            {'weekdays': [1, 2, 3, 4, 7], 'opens': '10:00', 'closes': '22:00'},
            {'weekdays': [5, 6], 'opens': '10:00', 'closes': '22:30'},
        ],
        'exceptions': [
            {
                'on': '2025-12-31',
                'opens': '10:00',
                'closes': '00:30',
                'reason_zh': '跨年夜',
                'reason_en': 'New Year’s Eve',
            },
            {
                'on': '2026-02-16',
                'opens': '10:00',
                'closes': '18:00',
                'reason_zh': '除夕',
                'reason_en': 'Chinese New Year’s Eve',
            },
            {
                'on': '2026-12-31',
                'opens': '10:00',
                'closes': '00:30',
                'reason_zh': '跨年夜',
                'reason_en': 'New Year’s Eve',
            },
        ],
    }


def floor(code: str) -> dict[str, object]:
    plan = draw_parking() if code == 'B2' else draw_floor(code)
    if code != 'B2':
        add_spaces(plan)
    units = numbered(plan)
    doors = [door for door in (*outer_doors(), *inner_doors()) if door.floor == code]
    doors += [shop_door(plan, shop, unit) for unit, shop in units]
    level, elevation = LEVELS[code]
    return {
        'code': code,
        'level': level,
        'elevation_m': elevation,
        **named(FLOOR_NAMES[code]),
        'outline': polygon(plan.outline),
        'units': [unit_json(plan, unit, shop) for unit, shop in units],
        'zones': [
            {'code': s.code, 'kind': s.kind, **named(s.names), 'geometry': polygon(s.shape)} for s in plan.spaces
        ],
        'doors': [door_json(plan, door) for door in doors],
        'fixtures': fixtures(plan),
        'walk': parking_walk(doors) if code == 'B2' else walking_graph(plan, doors),
        'devices': devices(code, doors),
    }


def parking_walk(doors: list[Door]) -> dict[str, object]:
    """On B2 people walk between a lobby's glass door and its lifts; the bays are the car park's affair."""
    order = sorted(doors, key=lambda door: door.code)
    index = {door.code: number for number, door in enumerate(order)}
    return {
        'nodes': [[round(c, 2) for c in bend(*door.at)] for door in order],
        'edges': [
            [index['door-b2-lift-n'], index['door-b2-lobby-n']],
            [index['door-b2-lift-s'], index['door-b2-lobby-s']],
        ],
        'doors': index,
    }


def connectors() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for flight in flights():
        side = '西|West' if flight.code[4] == 'w' else '东|East'
        zh, en = side.split('|')
        found.append(
            {
                'code': flight.code,
                'kind': 'escalator',
                'name_zh': f'{zh}扶梯 {flight.lower}–{flight.upper}',
                'name_en': f'{en} escalators {flight.lower}–{flight.upper}',
                'stops': [
                    {'floor': flight.lower, 'door': f'door-{flight.lower.lower()}-esc-{flight.code[4]}-up'},
                    {'floor': flight.upper, 'door': f'door-{flight.upper.lower()}-esc-{flight.code[4]}-down'},
                ],
            }
        )
    for bank in LIFTS:
        names = '北观光电梯|North panorama lifts' if bank == 'n' else '南电梯|South lifts'
        stops = [{'floor': code, 'door': f'door-{code.lower()}-lift-{bank}'} for code in FLOORS]
        found.append({'code': f'lift-{bank}', 'kind': 'lift', **named(names), 'stops': stops})
    return found


if __name__ == '__main__':
    write('yunji', yunji())
    write('qinghe', qinghe())
