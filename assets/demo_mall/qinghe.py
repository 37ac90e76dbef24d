"""青禾里 Qinghe Lane: the group's small neighbourhood mall, two floors and twelve shops around one court."""

from doors import Door, shop_door
from frame import WALL, Point, band, bend, box, polygon, rounded
from plan import Plan, Shop, Space
from sheet import devices, door_json, named, numbered, unit_json
from tenants import CATEGORIES

TENANTS = {
    'F1': {
        'w': '青禾鲜集|Qinghe Fresh|supermarket',
        'n': ['晓风咖啡|Dawn Breeze Coffee|cafe', '邻里药房|Linli Pharmacy|pharmacy', '小麦屋|Little Wheat|bakery'],
        's': ['家乡面|Hometown Noodles|dining', '快修坊|Quick Fix|services'],
    },
    'F2': {
        'w': '禾苗托育|Seedling Nursery|family',
        'n': ['邻家理发|Next-door Hair|beauty', '悦读角|Reading Corner|books', '巴蜀小灶|Bashu Stove|dining'],
        's': ['弄堂茶馆|Lane Teahouse|drinks', '元气瑜伽|Vital Yoga|fitness'],
    },
}
LEVELS = {'F1': (1, 0.0), 'F2': (2, 4.8)}
WALKS: dict[str, Point] = {
    'west': (-18.0, 0.0),
    'mid': (-6.0, 0.0),
    'foot': (0.0, 0.0),
    'south': (7.0, 2.8),
    'north': (7.0, -2.8),
    'east': (16.0, 0.0),
    'far': (25.0, 0.0),
}
CHAIN = [
    ('west', 'mid'),
    ('mid', 'foot'),
    ('foot', 'south'),
    ('foot', 'north'),
    ('south', 'east'),
    ('north', 'east'),
    ('east', 'far'),
]


def qinghe() -> dict[str, object]:
    return {
        'schema': 1,
        'group': {'code': 'yuntian', **named('云天商业集团|Yuntian Retail Group')},
        'mall': {
            'code': 'qinghe',
            **named('青禾里|Qinghe Lane'),
            'timezone': 'Asia/Shanghai',
            'cutoff': '04:00',
            'address_zh': '临江市青禾区槐荫街 12 号',
            'address_en': '12 Huaiyin Street, Qinghe District, Linjiang',
        },
        'categories': [{'code': code, 'name_zh': zh, 'name_en': en} for code, (zh, en) in CATEGORIES.items()],
        'hours': {
            'weekly': [{'weekdays': [1, 2, 3, 4, 5, 6, 7], 'opens': '08:00', 'closes': '21:30'}],
            'exceptions': [],
        },
        'buildings': [{'code': 'main', **named('主楼|Main building'), 'floors': [_floor('F1'), _floor('F2')]}],
        'connectors': [
            {
                'code': 'esc-c-f1-f2',
                'kind': 'escalator',
                'name_zh': '扶梯 F1–F2',
                'name_en': 'Escalators F1–F2',
                'stops': [{'floor': 'F1', 'door': 'door-f1-esc-c-up'}, {'floor': 'F2', 'door': 'door-f2-esc-c-down'}],
            },
            {
                'code': 'lift-e',
                'kind': 'lift',
                'name_zh': '电梯',
                'name_en': 'Lift',
                'stops': [{'floor': 'F1', 'door': 'door-f1-lift-e'}, {'floor': 'F2', 'door': 'door-f2-lift-e'}],
            },
        ],
    }


def _plan(floor: str) -> Plan:
    outline = rounded(band(-32, 32, lambda u: -21 + (u / 32) ** 2, lambda u: 21 - 2 * (u / 32) ** 2), 4)
    plan = Plan(floor=floor, outline=outline, concourse=box(-20, -4.5, 32, 4.5))
    inside = outline.buffer(-0.4)
    tenants = TENANTS[floor]
    anchor = box(-32, -22, -20, 22).intersection(inside).buffer(-WALL, join_style='mitre')
    plan.shops.append(
        Shop(tenant=f'{tenants["w"]}|1', kind='anchor', shape=anchor, front=(-20, 0), inward=(-1, 0), door_width=4)
    )
    north = zip(tenants['n'], ((-20, -6), (-6, 8), (8, 24)), strict=True)
    south = zip(tenants['s'], ((-20, 3), (11, 32)), strict=True)
    for sign, row in ((-1.0, north), (1.0, south)):
        for tenant, (u0, u1) in row:
            shape = box(u0, min(4.5 * sign, 22 * sign), u1, max(4.5 * sign, 22 * sign)).intersection(inside)
            plan.shops.append(
                Shop(
                    tenant=f'{tenant}|1',
                    kind='shop',
                    shape=shape.buffer(-WALL, join_style='mitre'),
                    front=((u0 + u1) / 2, 4.5 * sign),
                    inward=(0, sign),
                )
            )
    _spaces(plan)
    return plan


def _spaces(plan: Plan) -> None:
    lower, inside = plan.floor.lower(), plan.outline.buffer(-0.4)

    def put(code: str, kind: str, names: str, shape: object) -> None:
        plan.spaces.append(Space(code=f'{lower}-{code}', kind=kind, names=names, shape=shape.intersection(inside)))  # type: ignore[attr-defined]

    void = rounded(box(0.8, -2, 13.2, 2), 0.9)
    put('w', 'corridor', '西内街|West lane', box(-20, -4.5, -2, 4.5))
    court = box(-2, -4.5, 16, 4.5)
    put('court', 'corridor', '内庭|Court', court.difference(void) if plan.floor == 'F2' else court)
    put('e', 'corridor', '东内街|East lane', box(16, -4.5, 32, 4.5))
    if plan.floor == 'F2':
        put('void', 'void', '中空|Void', void)
    put('lobby-main', 'lobby', '南门厅|South lobby' if plan.floor == 'F1' else '露台|Terrace', box(3, 4.5, 11, 22))
    put('wc-w', 'toilet', '女卫生间|Women', box(24.2, -13.4, 28, -9.8))
    put('wc-m', 'toilet', '男卫生间|Men', box(28.2, -13.4, 32, -9.8))
    put('baby', 'mother_baby', '母婴室|Mother and baby', box(24.2, -17, 32, -13.6))
    put('stairs', 'stairs', '疏散楼梯|Stairs', box(24.2, -22, 32, -17.2))
    put('shaft', 'service', '设备间|Plant room', box(27.4, -9.6, 32, -7.4))
    put('lifthall', 'lobby', '电梯厅|Lift hall', box(24.2, -7.2, 32, -4.5))


def _doors(plan: Plan, units: list[tuple[str, Shop]]) -> list[Door]:
    lower = plan.floor.lower()
    stairs = (1.4, 'up') if plan.floor == 'F1' else (12.6, 'down')
    inward = (-1.0, 0.0) if plan.floor == 'F1' else (1.0, 0.0)
    found = [
        Door(
            code=f'door-{lower}-esc-c-{stairs[1]}',
            floor=plan.floor,
            kind='internal',
            names='扶梯口|Escalators',
            at=(stairs[0], 0.0),
            inward=inward,
            width=3.0,
            connector='esc-c-f1-f2',
        ),
        Door(
            code=f'door-{lower}-lift-e',
            floor=plan.floor,
            kind='internal',
            names='电梯口|Lift',
            at=(26.0, -7.0),
            inward=(0.0, 1.0),
            width=2.6,
            connector='lift-e',
        ),
    ]
    if plan.floor == 'F1':
        found += [
            Door(
                code='door-f1-main',
                floor='F1',
                kind='street',
                names='南入口|South entrance',
                at=(7.0, 19.2),
                inward=(0.0, -1.0),
                width=5.0,
            ),
            Door(
                code='door-f1-east',
                floor='F1',
                kind='street',
                names='东入口|East entrance',
                at=(30.6, 0.0),
                inward=(-1.0, 0.0),
                width=4.0,
            ),
        ]
    return found + [shop_door_at(plan, shop, unit) for unit, shop in units]


def shop_door_at(plan: Plan, shop: Shop, unit: str) -> Door:
    door = shop_door(plan, shop, unit)
    door.at = shop.front
    return door


def _walk(doors: list[Door]) -> dict[str, object]:
    names, places = list(WALKS), list(WALKS.values())
    edges = {(names.index(one), names.index(two)) for one, two in CHAIN}
    stops: dict[str, int] = {}
    for door in doors:
        stops[door.code] = len(places)
        near = min(
            range(len(WALKS)),
            key=lambda i: (WALKS[names[i]][0] - door.at[0]) ** 2 + (WALKS[names[i]][1] - door.at[1]) ** 2,
        )
        edges.add((near, len(places)))
        places.append(door.at)
    return {
        'nodes': [[round(c, 2) for c in bend(*at)] for at in places],
        'edges': sorted(map(list, edges)),
        'doors': stops,
    }


def _fixtures(plan: Plan) -> list[dict[str, object]]:
    found: list[dict[str, object]] = [
        {
            'kind': 'escalator',
            'connector': 'esc-c-f1-f2',
            'lane': lane,
            'leads': 'up' if plan.floor == 'F1' else 'down',
            'geometry': polygon(box(1.6, v - 0.6, 12.4, v + 0.6)),
        }
        for lane, v in (('up', -0.75), ('down', 0.75))
    ]
    found.append({'kind': 'lift', 'connector': 'lift-e', 'geometry': polygon(box(24.9, -9.2, 27.1, -7.1))})
    if plan.floor == 'F1':
        found += [
            {'kind': 'tree', 'at': [round(c, 2) for c in bend(u, 25.5)], 'radius': 1.8}
            for u in range(-30, 31, 6)
            if abs(u - 7) > 4
        ]
    return found


def _floor(code: str) -> dict[str, object]:
    plan = _plan(code)
    units = numbered(plan)
    doors = _doors(plan, units)
    level, elevation = LEVELS[code]
    return {
        'code': code,
        'level': level,
        'elevation_m': elevation,
        **named({'F1': '鲜集与小食|Market and snacks', 'F2': '生活与亲子|Services and family'}[code]),
        'outline': polygon(plan.outline),
        'units': [unit_json(plan, unit, shop) for unit, shop in units],
        'zones': [
            {'code': s.code, 'kind': s.kind, **named(s.names), 'geometry': polygon(s.shape)} for s in plan.spaces
        ],
        'doors': [door_json(plan, door) for door in doors],
        'fixtures': _fixtures(plan),
        'walk': _walk(doors),
        'devices': devices(code, doors),
    }
