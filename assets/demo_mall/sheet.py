"""How plans become JSON: units, doors and devices with their places on the sheet in metres."""

import json
from pathlib import Path

from doors import Door
from frame import Point, bend, bent, bent_direction, polygon
from plan import Plan, Shop
from shapely import Point as Dot

HERE = Path(__file__).parent


def named(names: str) -> dict[str, str]:
    chinese, english = names.split('|')[:2]
    return {'name_zh': chinese, 'name_en': english}


def numbered(plan: Plan) -> list[tuple[str, Shop]]:
    """Units are numbered clockwise from the west: anchors and north row, then south row, kiosks last."""
    rank = {'shop': 0, 'anchor': 0, 'kiosk': 1}
    ordered = sorted(
        plan.shops, key=lambda s: (rank[s.kind], s.front[1] > 0, s.front[0] * (-1 if s.front[1] > 0 else 1))
    )
    lower = plan.floor.lower()
    return [(f'{lower}-{number:02d}', shop) for number, shop in enumerate(ordered, start=1)]


def unit_json(plan: Plan, unit: str, shop: Shop) -> dict[str, object]:
    centre = bent(shop.shape).representative_point() if shop.kind == 'anchor' else bent(shop.shape).centroid
    if shop.tenant.endswith('cinema|1'):  # its foyer, clear of the halls
        centre = Dot(bend(55.5, -23.0))
    return {
        'code': unit,
        'number': unit.upper(),
        'kind': shop.kind,
        'category': shop.tenant.split('|')[2],
        **named(shop.tenant),
        'area_m2': round(bent(shop.shape).area, 1),
        'label_at': [round(centre.x, 2), round(centre.y, 2)],
        'passby_zone': zone_before(plan, shop.front, shop.inward),
        'geometry': polygon(shop.shape),
    }


def zone_before(plan: Plan, at: Point, inward: Point) -> str:
    before = Dot(at[0] - inward[0] * 1.5, at[1] - inward[1] * 1.5)
    walked = [space for space in plan.spaces if space.kind in ('corridor', 'atrium', 'lobby')]
    return min(walked, key=lambda space: space.shape.distance(before)).code


def door_json(plan: Plan, door: Door) -> dict[str, object]:
    (u, v), (du, dv), half = door.at, door.inward, door.width / 2
    ends = [bend(u - dv * half, v + du * half), bend(u + dv * half, v - du * half)]
    found: dict[str, object] = {
        'code': door.code,
        'kind': door.kind,
        **named(door.names),
        'at': [round(c, 2) for c in bend(u, v)],
        'line': [[round(c, 2) for c in end] for end in ends],
        'inward': list(bent_direction(u, v, du, dv)),
    }
    if door.unit:
        found['unit'] = door.unit
    if door.connector:
        found['connector'] = door.connector
    return found


def devices(code: str, doors: list[Door]) -> list[dict[str, object]]:
    lower = code.lower()
    found: list[dict[str, object]] = [
        {
            'code': f'cnt-{door.code}',
            'kind': 'counter',
            'at': [round(c, 2) for c in bend(*door.at)],
            'lines': [door.code],
        }
        for door in doors
    ]
    found.append({'code': f'zs-{lower}', 'kind': 'zone_sensor', 'at': [round(c, 2) for c in bend(0, 0)], 'lines': []})
    return found + [_camera(lower, door) for door in doors if door.kind not in ('internal', 'shop')]


def _camera(lower: str, door: Door) -> dict[str, object]:
    """A camera hangs inside each outer door, 4 m in, and looks back at it."""
    (u, v), (du, dv) = door.at, door.inward
    return {
        'code': f'cam-{door.code.removeprefix("door-")}',
        'kind': 'camera',
        'at': [round(c, 2) for c in bend(u + du * 4, v + dv * 4)],
        'lines': [door.code],
        'looks': list(bent_direction(u, v, -du, -dv)),
        'height_m': 3.6,
        'fov_deg': 78,
        'range_m': 9.0,
    }


def write(name: str, mall: dict[str, object]) -> None:
    text = json.dumps(mall, ensure_ascii=False, separators=(',', ':'))
    text = text.replace('{"code":', '\n{"code":').replace('{"kind":', '\n{"kind":')
    (HERE / f'{name}.json').write_text(text + '\n', encoding='utf-8')
