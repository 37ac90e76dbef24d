"""Made-up figures for the gallery. Nothing here is ever shown to a customer as data."""

import json
from datetime import UTC, date, datetime, timedelta
from math import exp, sin
from random import Random

from ui.kit.figure import Completeness, Figure
from ui.kit.floor_plan import DoorMark, FloorShape, Heat, PlanDoor, PlanSpace, PlanUnit, UnitMark, heat_step
from ui.kit.format import Change, duration, number, percent
from ui.kit.i18n import current_locale, t
from ui.kit.plan_geometry import fixture_of, rings_of
from ui.kit.theme import ASSETS

NOW = datetime(2026, 11, 22, 15, 20, tzinfo=UTC)
TODAY = date(2026, 11, 22)
DAY_BUCKETS = 49
PEAKS = ((10, 2.6, 290), (27, 5.5, 520), (37, 4.2, 640))


def course(seed: int, length: int = 14, level: float = 12_000) -> list[float]:
    """A fortnight of plausible days."""
    dice = Random(seed)  # noqa: S311 - pictures, not secrets
    return [round(level * (1 + 0.18 * sin(day * 2 * 3.1416 / 7) + dice.uniform(-0.06, 0.06))) for day in range(length)]


def day_curve(seed: int, until: int | None = None) -> list[float | None]:
    """A mall's day in quarters of an hour from 10:00 to 22:00."""
    dice = Random(seed)  # noqa: S311
    values = [
        sum(height * exp(-(((bucket - peak) / width) ** 2)) for peak, width, height in PEAKS) * dice.uniform(0.93, 1.07)
        + 60
        for bucket in range(DAY_BUCKETS)
    ]
    return [round(value) if until is None or bucket < until else None for bucket, value in enumerate(values)]


def bucket_labels() -> list[str]:
    """10:00, 10:15 … 22:00."""
    start = datetime(2026, 11, 22, 10, tzinfo=UTC)
    return [f'{start + timedelta(minutes=15 * bucket):%H:%M}' for bucket in range(DAY_BUCKETS)]


def figures() -> dict[str, Figure]:
    """One card for each situation a figure can be in."""
    week, year = t('kit.gallery.last_saturday'), t('kit.gallery.last_year')
    return {
        t('kit.gallery.footfall'): Figure(
            text=number(12_846),
            unit=t('kit.gallery.people'),
            course=course(1),
            changes=[
                Change(value=12_846, base=12_352, base_label=week),
                Change(value=12_846, base=13_990, base_label=year),
            ],
            completeness=Completeness(coverage=0.88, is_provisional=True, is_imputed=True, as_of=NOW),
        ),
        t('kit.gallery.occupancy'): Figure(
            text=number(3_217),
            unit=t('kit.gallery.persons'),
            course=course(2, level=3_000),
            changes=[Change(value=3_217, base=3_216, base_label=week)],
            completeness=Completeness(coverage=1, is_provisional=True, as_of=NOW),
        ),
        t('kit.gallery.capture'): Figure(
            text=percent(0.1243),
            course=course(3, level=12),
            changes=[Change(value=5, base=0, base_label=week)],
            completeness=Completeness(coverage=0.62, as_of=NOW),
        ),
        t('kit.gallery.dwell'): Figure(
            text=duration(None),
            changes=[Change(value=None, base=None, base_label=week)],
            completeness=Completeness(coverage=0, as_of=NOW),
        ),
    }


def floor() -> FloorShape:
    """The ground floor of the demo mall."""
    drawing = json.loads((ASSETS / 'demo_mall' / 'yunji.json').read_text(encoding='utf-8'))
    plan = next(one for one in drawing['buildings'][0]['floors'] if one['code'] == 'F1')
    name = 'name_zh' if current_locale() == 'zh-CN' else 'name_en'
    outside = [door for door in plan['doors'] if door['kind'] not in ('internal', 'shop')]
    return FloorShape(
        name='F1',
        outline=rings_of(plan['outline']),
        fixtures=[fixture_of(item) for item in plan['fixtures']],
        units=[
            PlanUnit(
                id=place,
                name=unit[name],
                number=unit['number'],
                kind=unit['kind'],
                rings=rings_of(unit['geometry']),
                label_at=unit['label_at'],
            )
            for place, unit in enumerate(plan['units'], start=1)
        ],
        spaces=[PlanSpace(kind=zone['kind'], rings=rings_of(zone['geometry'])) for zone in plan['zones']],
        doors=[
            PlanDoor(id=place, name=door[name], at=door['at'], inward=door['inward'])
            for place, door in enumerate(outside, start=1)
        ],
    )


def heat() -> Heat:
    """Warm spots along the concourse."""
    dice = Random(7)  # noqa: S311
    spots = [
        (92, 84, 4, 90),
        (60, 47, 9, 40),
        (125, 47, 9, 50),
        (92, 52, 9, 60),
        (42, 45, 5, 45),
        (146, 47, 6, 60),
        (20, 45, 4, 30),
        (104, 30, 3, 40),
        (34, 78, 3, 25),
    ]
    cells = []
    for column in range(184):
        for row in range(100):
            value = sum(
                height * exp(-(((column - x) / width) ** 2 + ((row - y) / width / 0.7) ** 2))
                for x, y, width, height in spots
            ) * dice.uniform(0.5, 1.5)
            if value > 1:
                cells.append((column, row, round(value, 1)))
    return Heat(cell_m=1.0, cells=cells, most=90)


def unit_marks(count: int) -> dict[int, UnitMark]:
    """A capture rate for every shop, and none where nobody was counted."""
    dice = Random(5)  # noqa: S311
    rates = {unit: dice.betavariate(2, 9) if unit % 9 else None for unit in range(1, count + 1)}
    return {
        unit: UnitMark(step=heat_step(rate, 0.4), value=percent(rate), details=[percent(rate)])
        for unit, rate in rates.items()
    }


def state_marks(count: int) -> dict[int, UnitMark]:
    """Some shops in each state."""
    states = ('good', 'good', 'good', 'watch', 'good', 'good', 'act', 'good', 'off', 'good')
    return {unit: UnitMark(state=states[unit % len(states)]) for unit in range(1, count + 1)}


def door_marks(count: int) -> dict[int, DoorMark]:
    """People who came in today."""
    return {
        door: DoorMark(value=number(4_812 // door + 317), state='act' if door == count else None)
        for door in range(1, count + 1)
    }


def shops(count: int) -> list[dict[str, object]]:
    """Rows of a table, with one name far too long."""
    dice = Random(11)  # noqa: S311
    names = [unit.name for unit in floor().units] or ['A']
    kinds = ('dining', 'fashion', 'kids', 'services')
    return [
        {
            'id': row,
            'name': t('kit.gallery.long_name') if row == 3 else names[row % len(names)],
            'floor': f'F{row % 4 + 1}',
            'category': t(f'kit.gallery.{kinds[row % 4]}'),
            'kind': kinds[row % 4],
            'entries': number(dice.randint(40, 4_000)),
            'capture': {'text': percent(share := dice.betavariate(2, 8)), 'share': min(share / 0.4, 1)},
            'status': {'state': state, 'text': t(f'kit.state.{state}')}
            if (state := ('good', 'good', 'watch', 'act', 'off')[row % 5])
            else None,
        }
        for row in range(count)
    ]
