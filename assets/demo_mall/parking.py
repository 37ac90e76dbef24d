"""B2: the car park, drawn square to the sheet's arc: bays, aisles, colour zones, two lift lobbies."""

from frame import CONCOURSE_END, band, bend, box, polygon, rounded
from plan import Plan, Space
from shapely import Polygon

BAY = (2.5, 5.3)
AISLE = 6.0
ROW_V = (-31.5, -20.2, -14.9, -3.6, 1.7, 13.0, 18.3, 29.6)
ZONES = {
    'a': ('A区|Zone A', -88.0, -44.0),
    'b': ('B区|Zone B', -44.0, 0.0),
    'c': ('C区|Zone C', 0.0, 44.0),
    'd': ('D区|Zone D', 44.0, 88.0),
}
LOBBIES = {'n': (-6.0, -14.0, 6.0, -5.8), 's': (38.0, 10.5, 50.0, 19.2)}


def draw_parking() -> Plan:
    outline = rounded(band(-88, 88, -36.5, 38.5), 9)
    plan = Plan(floor='B2', outline=outline, concourse=Polygon())
    for code, (names, start, end) in ZONES.items():
        plan.spaces.append(
            Space(
                code=f'b2-zone-{code}',
                kind='parking',
                names=names,
                shape=band(start, end, -38, 40).intersection(outline.buffer(-0.4)),
            )
        )
    for code, edges in LOBBIES.items():
        side = '北' if code == 'n' else '南'
        english = 'North' if code == 'n' else 'South'
        plan.spaces.append(
            Space(
                code=f'b2-lobby-{code}',
                kind='lobby',
                names=f'{side}电梯厅|{english} lift lobby',
                shape=box(*edges),
            )
        )
    return plan


def bays(plan: Plan) -> list[dict[str, object]]:
    """Numbered bays in double rows; those beside a lobby are accessible, the north-west ones have chargers."""
    keep_clear = [box(*edges).buffer(2.2) for edges in LOBBIES.values()]
    found = []
    for row, v in enumerate(ROW_V):
        for place in range(60):
            u = -78.0 + place * BAY[0] + (place // 3) * 0.5
            spot = box(u, v, u + BAY[0], v + BAY[1])
            inside = plan.outline.buffer(-1.0).contains(spot) and abs(u) < 84
            if inside and not any(spot.intersects(clear) for clear in keep_clear) and not _on_ramp(u, v):
                found.append(_bay(row, u, v, spot, len(found) + 1))
    return found


def _on_ramp(u: float, v: float) -> bool:
    return u > 64.5 and v > 7


def _bay(row: int, u: float, v: float, spot: Polygon, number: int) -> dict[str, object]:
    near = min(abs(u - 0) + abs(v + 10), abs(u - 44) + abs(v - 15))
    kind = 'accessible' if near < 19 else 'charging' if row == 0 and u < -CONCOURSE_END / 3 else 'standard'
    zone = next(code for code, (_, start, end) in ZONES.items() if start <= u < end)
    return {'kind': 'bay', 'code': f'b2-{zone}{number:03d}', 'use': kind, 'geometry': polygon(spot)}


def ramp() -> dict[str, object]:
    return {'kind': 'ramp', 'geometry': polygon(band(68, 78, 14, 36))}


def aisle_arrows() -> list[dict[str, object]]:
    """Driving direction marks in the middle of each aisle."""
    found = []
    for number, v in enumerate((-23.2, -6.6, 9.9, 26.6)):
        for u in range(-66, 67, 22):
            way = 1 if number % 2 == 0 else -1
            found.append({'kind': 'arrow', 'at': [round(c, 2) for c in bend(u, v)], 'way': [way, 0]})
    return found
