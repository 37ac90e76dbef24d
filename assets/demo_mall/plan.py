"""The architecture: cores, passages, voids and shops of each floor in the straight (u, v) frame."""

from dataclasses import dataclass, field

from frame import (
    CONCOURSE_END,
    CORRIDOR,
    SERVICE,
    WALL,
    Point,
    band,
    box,
    concourse_half,
    north_half,
    rounded,
    south_half,
)
from shapely import Polygon, union_all
from shapely.geometry.base import BaseGeometry
from tenants import ANCHORS, KIOSKS, ROWS

NORTH_CORES = ((-22.0, -12.0), (38.0, 46.0))
SOUTH_CORE = (-52.0, -44.0)
LIFT_CORE = (40.0, 48.0)
RING_END = 50.0
SHOP_FLOORS = ('B1', 'F1', 'F2', 'F3', 'F4')


@dataclass(kw_only=True)
class Shop:
    """A lettable unit; `front` is the middle of its shop front, `inward` points through the door into it."""

    tenant: str
    kind: str
    shape: BaseGeometry
    front: Point
    inward: Point
    door_width: float = 2.4
    side: str = ''


@dataclass(kw_only=True)
class Space:
    """A public or back-of-house space with a code that is unique on its floor."""

    code: str
    kind: str
    names: str
    shape: BaseGeometry


@dataclass(kw_only=True)
class Plan:
    floor: str
    outline: BaseGeometry
    concourse: BaseGeometry
    voids: list[BaseGeometry] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)
    passages: list[BaseGeometry] = field(default_factory=list)


def draw_floor(floor: str) -> Plan:
    outline = building(floor)
    plan = Plan(floor=floor, outline=outline, concourse=lens())
    plan.voids = voids() if floor in ('F2', 'F3', 'F4') else []
    plan.passages = [shape.intersection(outline) for shape in passages(floor)]
    for side in ('n', 's'):
        _draw_row(plan, side)
    _draw_anchors(plan)
    _draw_kiosks(plan)
    return plan


def building(floor: str) -> BaseGeometry:
    body = rounded(band(-88, 88, lambda u: -north_half(u), south_half), 13)
    if floor == 'F1':
        return body.difference(_forecourt())
    if floor == 'F4':
        return body.difference(rounded(band(-24, 24, 36.2, 60), 2))
    return body


def _forecourt() -> Polygon:
    """The recess in the south façade before the main entrance."""
    return Polygon([(-15, 45), (15, 45), (9, 34.5), (5, 33), (-5, 33), (-9, 34.5)]).buffer(1.2)


def lens() -> BaseGeometry:
    return band(-CONCOURSE_END, CONCOURSE_END, lambda u: -concourse_half(u), concourse_half)


def voids() -> list[BaseGeometry]:
    """One oval atrium in the middle and a smaller void with the escalators at each end."""

    def inner(u: float) -> float:
        return concourse_half(u) - CORRIDOR

    centre = rounded(band(-27, 27, lambda u: -inner(u) * _oval(u, 27), lambda u: inner(u) * _oval(u, 27)), 3)
    west = rounded(band(-RING_END, -36, lambda u: -inner(u), inner), 1.2)
    east = rounded(band(36, RING_END, lambda u: -inner(u), inner), 1.2)
    return [west, centre, east]


def _oval(u: float, half: float) -> float:
    return float(max(0.0, 1 - abs(u / half) ** 3.2) ** 0.5)


def passages(floor: str) -> list[BaseGeometry]:
    """Ways from the concourse to the façades (and the metro) besides the cores."""
    if floor == 'B1':
        return [box(10, -60, 17, -13)]
    if floor == 'F1':
        flare = Polygon([(-5.5, 13), (5.5, 13), (9.5, 60), (-9.5, 60)])
        ends = [box(-100, -4, -CONCOURSE_END, 4), box(CONCOURSE_END, -4, 100, 4)]
        return [flare, box(10, -60, 16, -13), box(-60, 8, -52, 60), *ends]
    if floor == 'F2':
        return [box(CONCOURSE_END, -3.2, 100, 3.2)]
    return []


def spans(floor: str, side: str) -> list[tuple[str, float, float]]:
    """Stretches of a row between cores and passages, by the names used in `tenants.ROWS`."""
    if side == 'n':
        gate = {'B1': (10.0, 17.0), 'F1': (10.0, 16.0)}.get(floor)
        middle = (
            [('n-mid', -12.0, gate[0]), ('n-east', gate[1], 38.0)]
            if gate
            else [('n-mid', -12.0, 16.0), ('n-east', 16.0, 38.0)]
        )
        return [('n-west', -60.0, -22.0), *middle, ('n-end', 46.0, 60.0)]
    ends = [('s-end', 48.0, 60.0)]
    if floor == 'F1':
        return [('s-left', -44.0, -5.0), ('s-right', 5.0, 40.0), *ends]
    west = [('s-west', -60.0, -52.0)]
    if floor == 'B1':
        return [*west, ('s-left', -44.0, 0.0), ('s-right', 0.0, 40.0), *ends]
    return [*west, ('s-left', -44.0, -6.0), ('s-mid', -6.0, 6.0), ('s-right', 6.0, 40.0), *ends]


def _draw_row(plan: Plan, side: str) -> None:
    for name, start, end in spans(plan.floor, side):
        tenants = ROWS[plan.floor].get(name, [])
        widths = [float(tenant.split('|')[3]) for tenant in tenants]
        at = start
        for tenant, width in zip(tenants, widths, strict=True):
            until = at + (end - start) * width / sum(widths)
            plan.shops.append(_row_shop(plan, side, tenant, at, until))
            at = until


def _row_shop(plan: Plan, side: str, tenant: str, u0: float, u1: float) -> Shop:
    if side == 'n':
        shape = band(u0, u1, lambda u: -north_half(u) + SERVICE + 0.4, lambda u: -concourse_half(u))
    else:
        shape = band(u0, u1, concourse_half, lambda u: south_half(u) - 0.4)
    middle = (u0 + u1) / 2
    sign = -1.0 if side == 'n' else 1.0
    return Shop(
        tenant=tenant,
        kind='shop',
        shape=_finish(plan, shape),
        side=side,
        front=(middle, sign * concourse_half(middle)),
        inward=(0.0, sign),
    )


def _finish(plan: Plan, shape: BaseGeometry) -> BaseGeometry:
    """Walls taken off, passages and the façade cut out, corners at passages eased."""
    free = shape.intersection(plan.outline.buffer(-0.4))
    if plan.passages:
        free = free.difference(union_all(plan.passages))
    return free.buffer(-WALL, join_style='mitre')


def _draw_anchors(plan: Plan) -> None:
    for place, tenant in ANCHORS[plan.floor].items():
        sign = -1.0 if place[0] == 'w' else 1.0
        half = place[2:] or 'all'
        v0, v1 = {'n': (-60.0, 0.0), 's': (0.0, 60.0), 'all': (-60.0, 60.0)}[half]
        shape = box(min(sign * CONCOURSE_END, sign * 95), v0, max(sign * CONCOURSE_END, sign * 95), v1)
        plan.shops.append(_anchor(plan, tenant + '|1', shape, sign, half))


def _anchor(plan: Plan, tenant: str, shape: BaseGeometry, sign: float, half: str) -> Shop:
    through = any(passage.contains_properly(box(sign * 70 - 1, -1, sign * 70 + 1, 1)) for passage in plan.passages)
    depth = {'F1': 4.0, 'F2': 3.2}.get(plan.floor, 0.0)
    if half == 'all' or not through:
        front, inward = (sign * CONCOURSE_END, {'n': -5.0, 's': 5.0, 'all': 0.0}[half]), (sign, 0.0)
    else:
        up = -1.0 if half == 'n' else 1.0
        front, inward = (sign * 68, up * depth), (0.0, up)
    body = shape.difference(box(-CONCOURSE_END, -60, CONCOURSE_END, 60))
    if plan.floor == 'F4' and sign > 0:  # the cinema also takes the end of the north row
        body = body.union(band(46.0, 62.0, lambda u: -north_half(u) + SERVICE + 0.4, lambda u: -concourse_half(u)))
    body = _finish(plan, body)
    return Shop(tenant=tenant, kind='anchor', shape=body, front=front, inward=inward, door_width=5.0, side=half)


def _draw_kiosks(plan: Plan) -> None:
    places = [(-18.0, 0.0), (18.0, 0.0), (0.0, -3.5), (0.0, 5.0)] if not plan.voids else [(-29.4, -4.2), (29.4, 4.2)]
    if plan.floor == 'F1':
        places = [(-20.0, 0.0), (20.0, 0.0), (29.4, 4.2)]
    for tenant, (u, v) in zip(KIOSKS[plan.floor], places, strict=True):
        half_u, half_v = (1.6, 2.2) if abs(u) > 25 else (2.4, 1.5)
        shape = rounded(box(u - half_u, v - half_v, u + half_u, v + half_v), 1.1)
        plan.shops.append(
            Shop(
                tenant=tenant + '|1',
                kind='kiosk',
                shape=shape,
                front=(u, v + half_v),
                inward=(0.0, -1.0),
                door_width=2.0,
            )
        )
