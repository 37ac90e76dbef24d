"""What makes a plan a drawing: columns, escalator steps, lift cabins, planters, seats, trees, screens."""

from doors import FLOORS, LIFTS, flights
from frame import bend, box, concourse_half, north_half, polygon, south_half
from parking import aisle_arrows, bays, ramp
from plan import Plan
from shapely import LineString, Point, union_all

GRID = 8.8


def fixtures(plan: Plan) -> list[dict[str, object]]:
    found = [*_escalators(plan.floor), *_lifts(plan.floor)]
    if plan.floor == 'B2':
        return [*found, *bays(plan), ramp(), *aisle_arrows(), *_columns_b2(plan)]
    found += [*_columns(plan), *_planters(plan)]
    if plan.floor == 'F1':
        found += _trees()
    if plan.floor == 'F4':
        found += _screens(plan)
    return found


def _point(kind: str, u: float, v: float, **more: object) -> dict[str, object]:
    return {'kind': kind, 'at': [round(c, 2) for c in bend(u, v)], **more}


def _escalators(floor: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for flight in flights():
        if floor not in (flight.lower, flight.upper):
            continue
        (u0, v), (u1, _) = sorted((flight.start, flight.end))
        for lane, offset in (('up', -0.75), ('down', 0.75)):
            found.append(
                {
                    'kind': 'escalator',
                    'connector': flight.code,
                    'lane': lane,
                    'leads': 'up' if floor == flight.lower else 'down',
                    'geometry': polygon(box(u0 + 0.6, v + offset - 0.6, u1 - 0.6, v + offset + 0.6)),
                }
            )
    return found


def _lifts(floor: str) -> list[dict[str, object]]:
    if floor not in FLOORS:
        return []
    found = []
    for bank, (u, v) in LIFTS.items():
        for cabin in (-2.5, 0.0, 2.5):
            shape = box(u + cabin - 1.1, v + 0.15, u + cabin + 1.1, v + 2.45)
            found.append({'kind': 'lift', 'connector': f'lift-{bank}', 'geometry': polygon(shape)})
    return found


def _columns(plan: Plan) -> list[dict[str, object]]:
    walls = union_all(
        [shop.shape for shop in plan.shops if shop.kind != 'kiosk']
        + [space.shape for space in plan.spaces if space.kind in ('toilet', 'stairs', 'service', 'mother_baby')]
    )
    labels = union_all([shop.shape.representative_point().buffer(4.4) for shop in plan.shops])
    found = []
    for step in range(-9, 10):
        u = step * GRID
        half = concourse_half(max(-60.0, min(60.0, u))) + 0.7
        for v in (-half - 17.5, -half - 8.5, -half, half, half + 8.5, half + 17.5):
            spot = Point(u, v)
            if plan.outline.buffer(-1.2).contains(spot) and walls.contains(spot) and not labels.contains(spot):
                found.append(_point('column', u, v))
    return found


def _columns_b2(plan: Plan) -> list[dict[str, object]]:
    taken = union_all(
        [space.shape.buffer(0.6) for space in plan.spaces if space.kind == 'lobby'] + [box(66, 12, 80, 40)]
    )
    return [
        _point('column', -78.3 + step * 8.0, v)
        for step in range(20)
        for v in (-14.9, 1.7, 18.3)
        if plan.outline.buffer(-2).contains(Point(-78.3 + step * 8.0, v))
        and not taken.contains(Point(-78.3 + step * 8.0, v))
    ]


def _planters(plan: Plan) -> list[dict[str, object]]:
    """Rounded planters with a bench along the corridors, alternating sides."""
    found: list[dict[str, object]] = []
    for u in (-46, -8.5, 8.5, 46) if plan.voids else (-46, -12, 12, 46):
        for sign in (-1, 1):
            v = sign * (concourse_half(u) - 5.2)
            if plan.voids or abs(u) > 20:
                shape = LineString([(u - 1.6, v), (u + 1.6, v)]).buffer(0.45)
                found.append({'kind': 'planter', 'geometry': polygon(shape)})
    return found


def _trees() -> list[dict[str, object]]:
    found = []
    for number, u in enumerate(range(-78, 79, 6)):
        if abs(u) > 14 and abs(u + 57) > 5:
            found.append(_point('tree', u, south_half(u) + 5.2 + (number % 2) * 0.9, radius=1.7 + 0.25 * (number % 3)))
        if abs(u) < 66 and abs(u - 13) > 6:
            found.append(_point('tree', u, -north_half(u) - 4.2, radius=1.3 + 0.2 * (number % 3)))
    return found


def _screens(plan: Plan) -> list[dict[str, object]]:
    """The cinema's eight halls, inside its unit."""
    unit = next(shop for shop in plan.shops if shop.tenant.endswith('cinema|1'))
    found: list[dict[str, object]] = []
    for row, v in enumerate((-27.5, -13.5, 3.5, 17.0)):
        for column, u in enumerate((66.5, 77.0)):
            hall = box(u, v, u + 9.6, v + 11.2).intersection(unit.shape.buffer(-0.9))
            if hall.area > 30:
                found.append({'kind': 'hall', 'label': str(row * 2 + column + 1), 'geometry': polygon(hall)})
    return found
