"""Made-up figures of today: what the cockpit asks for."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from math import exp
from random import Random
from typing import Any

from domain.devices.views import AlarmView, FleetView
from domain.footfall.commands import EntranceKind, Window
from domain.footfall.views import (
    AnnotationView,
    CockpitSummary,
    Comparability,
    ComparisonView,
    Curve,
    CurvePoint,
    DoorRank,
    FloorOccupancy,
    Grain,
    HeatCell,
    HeatMap,
    Mode,
    Verification,
)
from domain.shared.measure import Measure, Ratio
from tests.ui.fakes.ground import CLOCK, NOW, OPENING, PEAKS, TODAY, WINDOW, entrances, floor_plan, floors, measure


def comparison(
    mode: Mode, base_on: date, value: float, base: float | None, comparability: Comparability = Comparability.COMPARABLE
) -> ComparisonView:
    change = None if base is None else (value - base) / base
    base_from = CLOCK.bounds(base_on)[0]
    base_window = Window(started_at=base_from, ended_at=base_from + (WINDOW.ended_at - WINDOW.started_at))
    return ComparisonView(
        mode=mode,
        window=WINDOW,
        base_window=base_window,
        base_on=base_on,
        current=measure(value),
        base=measure(base),
        change=change,
        comparability=comparability,
    )


def summary(*, people: float | None = 12_846) -> CockpitSummary:
    value = people or 0
    comparisons = (
        ()
        if people is None
        else (
            comparison(Mode.PREVIOUS_WEEK, date(2026, 11, 15), value, value * 0.961),
            comparison(Mode.SAME_WEEKDAY, date(2025, 11, 23), value, value * 1.089),
        )
    )
    return CockpitSummary(
        business_on=TODAY,
        as_of=NOW,
        fresh_at=None if people is None else NOW,
        occupancy=round(value / 4),
        footfall=measure(people, coverage=0.88 if people else 0, imputed=value * 0.12),
        leavings=measure(value * 0.75),
        children=measure(value * 0.11),
        groups=measure(value * 0.42, coverage=0.97),
        staff_removed=612,
        comparisons=comparisons,
        shop_entries=measure(value * 2.62, coverage=0.94),
        shops_per_visit=Ratio(value * 2.62, value),
        silent_lines=2 if people else 0,
        line_count=142,
        unverified_lines=3,
        annotations=(
            AnnotationView(
                id=1,
                window=WINDOW,
                note_zh='地铁 2 号口临时关闭至 18:00',
                floor_id=None,
                note_en='Metro exit 2 is closed until 18:00',
                line_id=None,
            ),
        )
        if people
        else (),
    )


@cache
def curve(*, is_empty: bool = False) -> Curve:
    dice = Random(3)
    points = []
    for bucket in range(52):
        at = OPENING - timedelta(minutes=30) + timedelta(minutes=15 * bucket)
        level = sum(height * exp(-(((bucket - 2 - peak) / width) ** 2)) for peak, width, height in PEAKS) + 30
        base = measure(round(level * dice.uniform(0.9, 1.1)))
        is_past = at < NOW and not is_empty
        is_gap = 8 <= bucket <= 10
        now = (
            measure(round(level * dice.uniform(0.95, 1.12)), coverage=0.6 if is_gap else 1)
            if is_past
            else (Measure.missing())
        )
        points.append(CurvePoint(bucket_at=at, current=now, base=None if is_empty else base))
    return Curve(
        grain=Grain.QUARTER,
        business_on=TODAY,
        base_on=date(2026, 11, 15),
        coverage=0.94,
        fresh_at=None if is_empty else NOW,
        comparability=Comparability.COMPARABLE,
        points=tuple(points),
    )


def door_ranks(limit: int = 50) -> tuple[DoorRank, ...]:
    ranked = [
        DoorRank(
            line_id=door.id,
            door_id=door.id,
            code=door.code,
            name_zh=door.name_zh,
            name_en=door.name_en,
            entrance_kind=EntranceKind(door.kind),
            floor_id=door.floor_id,
            outs=measure(3_000 / place),
            ins=measure(round(4_812 / place**0.8)),
            share=0.3 / place,
            verification=Verification.VERIFIED,
            change=0.09 - 0.03 * place if place != 4 else None,
            fresh_at=NOW,
            comparability=Comparability.REDRAWN if place == 4 else Comparability.COMPARABLE,
        )
        for place, door in enumerate(entrances(), start=1)
    ]
    return tuple(ranked[:limit])


def occupancy() -> tuple[FloorOccupancy, ...]:
    people = {2: 0, 1: 0} | {floor.id: 240 + 170 * floor.id for floor in floors()}
    parts = tuple(
        FloorOccupancy(
            floor_id=floor.id,
            people=people[floor.id],
            uncorrected=people[floor.id] + 9,
            out_scale=1.02,
            peak=round(people[floor.id] * 1.4),
            coverage=1.0,
            fresh_at=NOW,
            peak_at=NOW - timedelta(hours=2),
        )
        for floor in floors()
    )
    total = sum(part.people for part in parts)
    return (
        FloorOccupancy(
            floor_id=None,
            people=total,
            uncorrected=total + 60,
            out_scale=1.02,
            peak=total + 900,
            peak_at=NOW - timedelta(hours=2, minutes=35),
            coverage=0.97,
            fresh_at=NOW,
        ),
        *parts,
    )


def alarms() -> list[AlarmView]:
    kinds = ('silence', 'frozen', 'clock_skew', 'offline', 'blind')
    details = ('12 min', '60 s identical', '+4 min 12 s', 'last will', 'mean luma 3')
    return [
        AlarmView(
            id=place,
            device_id=place,
            device_code=f'cnt-door-f1-{place}',
            floor_id=3 + place % 3,
            device_name=('东入口客流计 1', '中庭摄像机', '北入口客流计', 'B1 地铁口客流计', 'F3 影院摄像机')[place],
            kind=kind,
            detail=details[place],
            started_at=NOW - timedelta(minutes=9 * place + 12),
            opened_at=NOW - timedelta(minutes=9 * place + 10),
            occurrences=1 + 2 * place,
            cleared_at=None,
            acknowledged_at=NOW if place == 3 else None,
            acknowledged_by='王芳' if place == 3 else None,
        )
        for place, kind in enumerate(kinds)
    ]


@cache
def heat(floor_id: int = 3, window: Window = WINDOW) -> HeatMap:
    dice = Random(floor_id)
    spots = ((92, 84, 4, 90), (60, 47, 9, 40), (125, 47, 9, 50), (92, 52, 9, 60), (42, 45, 5, 45), (146, 47, 6, 60))
    cells = []
    for column in range(184):
        for row in range(100):
            value = sum(
                height * exp(-(((column - x) / width) ** 2 + ((row - y) / width / 0.7) ** 2))
                for x, y, width, height in spots
            ) * dice.uniform(0.5, 1.5)
            if value > 1:
                cells.append(HeatCell(x_m=float(column), y_m=float(row), person_s=value))
    return HeatMap(
        floor_id=floor_id,
        window=window,
        cell_m=1.0,
        cells=tuple(cells),
        fresh_at=NOW,
        hottest=max(cell.person_s for cell in cells),
    )


def cockpit_answers() -> dict[str, Callable[..., Any]]:
    return {
        'cockpit_summary': summary,
        'curve_15min': curve,
        'door_ranking': door_ranks,
        'occupancy_by_floor': occupancy,
        'list_floors': lambda: list(floors()),
        'get_business_clock': lambda: CLOCK,
        'get_fleet': lambda: FleetView(active=171, online=168, silent=1, open_alarms=5, quarantined=4),
        'heat_map': heat,
        'get_floor_plan': floor_plan,
        'list_alarms': lambda is_open=True, limit=200: alarms()[:limit],
    }
