"""Public and service spaces: corridor zones, toilets, mother-and-baby rooms, stairs, service corridors, the desk."""

from frame import CONCOURSE_END, CORRIDOR, SERVICE, WALL, band, box, concourse_half, north_half, rounded, south_half
from plan import LIFT_CORE, NORTH_CORES, RING_END, SOUTH_CORE, Plan, Space
from shapely import union_all
from shapely.geometry.base import BaseGeometry

SIDES = {
    'nw': ('西北廊|North-west corridor', -RING_END, -17.0),
    'n': ('北廊|North corridor', -17.0, 17.0),
    'ne': ('东北廊|North-east corridor', 17.0, RING_END),
}
SOUTH_NAMES = {
    'nw': ('sw', '西南廊|South-west corridor'),
    'n': ('s', '南廊|South corridor'),
    'ne': ('se', '东南廊|South-east corridor'),
}


def add_spaces(plan: Plan) -> None:
    _add_corridors(plan)
    _add_passages(plan)
    _add_middle(plan)
    for number, (start, end) in enumerate(NORTH_CORES, start=1):
        _add_north_core(plan, number, start, end)
    _add_south_core(plan)
    _add_lift_core(plan)
    _add_service(plan)


def _put(plan: Plan, code: str, kind: str, names: str, shape: BaseGeometry) -> None:
    inside = shape.intersection(plan.outline.buffer(-0.4))
    if not inside.is_empty:
        plan.spaces.append(Space(code=f'{plan.floor.lower()}-{code}', kind=kind, names=names, shape=inside))


def _inner(u: float) -> float:
    return concourse_half(u) - CORRIDOR


def _add_corridors(plan: Plan) -> None:
    for code, (names, start, end) in SIDES.items():
        _put(plan, code, 'corridor', names, band(start, end, lambda u: -concourse_half(u), lambda u: -_inner(u)))
        south, south_names = SOUTH_NAMES[code]
        _put(plan, south, 'corridor', south_names, band(start, end, _inner, concourse_half))
    for code, names, start, end in (
        ('w', '西厅|West hall', -CONCOURSE_END, -RING_END),
        ('e', '东厅|East hall', RING_END, CONCOURSE_END),
    ):
        _put(plan, code, 'corridor', names, band(start, end, lambda u: -concourse_half(u), concourse_half))


PASSAGES = {
    'B1': [('metro', '地铁通道|Metro passage')],
    'F1': [
        ('main', '南大堂|South lobby'),
        ('north', '北门厅|North lobby'),
        ('plaza', '广场门厅|Plaza lobby'),
        ('west', '西门厅|West lobby'),
        ('east', '东门厅|East lobby'),
    ],
    'F2': [('bridge', '连廊|Footbridge')],
}


def _add_passages(plan: Plan) -> None:
    concourse = plan.concourse
    for (code, names), shape in zip(PASSAGES.get(plan.floor, []), plan.passages, strict=True):
        _put(plan, f'lobby-{code}', 'lobby', names, shape.difference(concourse))


def _add_middle(plan: Plan) -> None:
    if plan.voids:
        for code, names, shape in zip(('void-w', 'void-c', 'void-e'), ('中空|Void',) * 3, plan.voids, strict=True):
            _put(plan, code, 'void', names, shape)
        voids = union_all(plan.voids)
        for code, (start, end) in (('bridge-w', (-RING_END, -9.0)), ('bridge-e', (9.0, RING_END))):
            names = '西桥|West bridge' if code == 'bridge-w' else '东桥|East bridge'
            shape = band(start, end, lambda u: -_inner(u), _inner).difference(voids)
            _put(plan, code, 'corridor', names, rounded(shape, 0.15))
        return
    _put(plan, 'well-w', 'corridor', '西扶梯厅|West escalator hall', band(-RING_END, -27, lambda u: -_inner(u), _inner))
    name = '云集中庭|Grand atrium' if plan.floor == 'F1' else '下沉中庭|Lower atrium'
    _put(plan, 'atrium', 'atrium', name, band(-27, 27, lambda u: -_inner(u), _inner))
    _put(plan, 'well-e', 'corridor', '东扶梯厅|East escalator hall', band(27, RING_END, lambda u: -_inner(u), _inner))
    if plan.floor == 'F1':
        _put(plan, 'desk', 'desk', '顾客服务台|Customer desk', rounded(box(-4.6, 5.6, 4.6, 8.2), 1.2))
        _put(plan, 'event', 'event', '中庭活动区|Event stage', box(-9.5, -5, 9.5, 2.4).buffer(1.0))


def _add_north_core(plan: Plan, number: int, start: float, end: float) -> None:
    """A short way leads north: women left, men right, the family rooms and stairs behind."""
    middle, front = (start + end) / 2, -concourse_half((start + end) / 2)
    way = band(middle - 1.2, middle + 1.2, front - 11.0, lambda u: -concourse_half(u))
    rooms = [
        (
            'wc-w',
            'toilet',
            '女卫生间|Women',
            band(start, middle - 1.2, front - 7.4, lambda u: -concourse_half(u) - 0.2),
        ),
        ('wc-m', 'toilet', '男卫生间|Men', band(middle + 1.2, end, front - 7.4, lambda u: -concourse_half(u) - 0.2)),
        ('baby', 'mother_baby', '母婴室|Mother and baby', box(start, front - 11.0, middle - 1.2, front - 7.4)),
        (
            'wc-a',
            'accessible_toilet',
            '无障碍卫生间|Accessible toilet',
            box(middle + 1.2, front - 11.0, end, front - 7.4),
        ),
        (
            'stairs',
            'stairs',
            '疏散楼梯|Stairs',
            band(start, middle, lambda u: -north_half(u) + SERVICE + 0.4, front - 11.0),
        ),
        (
            'goods',
            'service',
            '货梯厅|Goods lift',
            band(middle, end, lambda u: -north_half(u) + SERVICE + 0.4, front - 11.0),
        ),
    ]
    _put(plan, f'core{number}-way', 'lobby', '卫生间通道|Toilets', way)
    for code, kind, names, shape in rooms:
        _put(plan, f'core{number}-{code}', kind, names, shape.buffer(-WALL, join_style='mitre'))


def _add_south_core(plan: Plan) -> None:
    start, end = SOUTH_CORE
    middle, front = (start + end) / 2, concourse_half((start + end) / 2)
    _put(plan, 'core3-way', 'lobby', '卫生间通道|Toilets', band(middle - 1.1, middle + 1.1, concourse_half, front + 9))
    rooms = [
        ('wc-w', 'toilet', '女卫生间|Women', band(start, middle - 1.1, lambda u: concourse_half(u) + 0.2, front + 9)),
        ('wc-m', 'toilet', '男卫生间|Men', band(middle + 1.1, end, lambda u: concourse_half(u) + 0.2, front + 9)),
        ('stairs', 'stairs', '疏散楼梯|Stairs', band(start, end, front + 9, lambda u: south_half(u) - 0.4)),
    ]
    for code, kind, names, shape in rooms:
        _put(plan, f'core3-{code}', kind, names, shape.buffer(-WALL, join_style='mitre'))


def _add_lift_core(plan: Plan) -> None:
    start, end = LIFT_CORE
    front = concourse_half((start + end) / 2)
    _put(plan, 'lifthall-s', 'lobby', '南电梯厅|South lift hall', band(start, end, concourse_half, front + 3.2))
    rest = band(start, end, front + 6.2, lambda u: south_half(u) - 0.4)
    _put(plan, 'plant-s', 'service', '设备间|Plant room', rest.buffer(-WALL, join_style='mitre'))


def _add_service(plan: Plan) -> None:
    shape = band(-60, 60, lambda u: -north_half(u) + 0.4, lambda u: -north_half(u) + SERVICE + 0.25)
    if plan.passages:
        shape = shape.difference(union_all(plan.passages))
    parts = list(getattr(shape, 'geoms', [shape]))
    for number, part in enumerate(parts, start=1):
        _put(plan, f'service{number}', 'service', '后勤走道|Service corridor', part)
