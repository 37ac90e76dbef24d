"""Made-up lines, zones, flows, coverage and weeks of figures."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from domain.footfall.commands import EntranceKind, LineRole, Window, ZoneKind
from domain.footfall.views import (
    AuditView,
    CaptureRate,
    Comparability,
    ComparisonView,
    CoverageDay,
    Flow,
    FlowMatrix,
    GapView,
    Grain,
    ImputationView,
    LineView,
    Mode,
    Series,
    SeriesPoint,
    StaffRemoved,
    Verification,
    VersionView,
    ZoneDwell,
    ZoneView,
)
from domain.mall.views import CategoryView
from domain.shared.measure import Measure, Ratio, Status
from tests.ui.fakes.figures import comparison, curve, door_ranks, heat
from tests.ui.fakes.ground import CLOCK, NOW, TODAY, WINDOW, drawing, floor_plan, floors, measure


@cache
def lines() -> tuple[LineView, ...]:
    badges = (Verification.VERIFIED, Verification.UNAUDITED, Verification.VERIFIED, Verification.UNVERIFIED)
    made = []
    for floor in floors():
        for place, door in enumerate(floor_plan(floor.id).doors):
            role = LineRole.ENTRANCE if door.is_external else LineRole.SHOP if door.kind == 'shop' else LineRole.PASSAGE
            badge = badges[place % 4]
            made.append(
                LineView(
                    id=door.id,
                    version_id=door.id,
                    version=1 + place % 3,
                    code=door.code,
                    name_zh=door.name_zh,
                    name_en=door.name_en,
                    role=role,
                    floor_id=floor.id,
                    outer_floor_id=None,
                    door_id=door.id,
                    unit_id=None,
                    entrance_kind=EntranceKind(door.kind) if door.is_external else None,
                    device_id=None,
                    start=door.line[0],
                    end=door.line[1],
                    valid_from=NOW - timedelta(days=40 + place),
                    retired_at=None,
                    verification=badge,
                    precision=None if badge is Verification.UNAUDITED else 0.985,
                    recall=None if badge is Verification.UNAUDITED else 0.962,
                )
            )
    return tuple(made)


@cache
def zones() -> tuple[ZoneView, ...]:
    return tuple(
        ZoneView(
            id=unit.id,
            version_id=unit.id,
            version=1,
            code=unit.code,
            name_zh=unit.name_zh,
            name_en=unit.name_en,
            kind=ZoneKind.SHOP,
            floor_id=floor.id,
            unit_id=unit.id,
            device_id=None,
            polygon=(),
            min_stay_s=60,
            valid_from=NOW,
            retired_at=None,
        )
        for floor in floors()
        for unit in floor_plan(floor.id).units
    )


@cache
def capture() -> tuple[CaptureRate, ...]:
    dice = Random(5)
    rates = []
    for zone in zones():
        passing, share = dice.randint(200, 4_000), dice.betavariate(2, 9)
        is_known = zone.id % 9 != 0
        rates.append(
            CaptureRate(
                unit_id=zone.id,
                pass_by=measure(passing, coverage=0.97),
                entries=measure(round(passing * share), coverage=0.95) if is_known else Measure.missing(),
                rate=Ratio(round(passing * share), passing) if is_known else Ratio(0, 0),
            )
        )
    return tuple(rates)


@cache
def dwells(floor_id: int | None = None) -> tuple[ZoneDwell, ...]:
    dice = Random(6)
    made = []
    for zone in zones():
        median = dice.uniform(120, 3_000)
        made.append(
            ZoneDwell(
                zone_id=zone.id,
                unit_id=zone.unit_id,
                floor_id=zone.floor_id,
                name_zh=zone.name_zh,
                name_en=zone.name_en,
                visits=measure(dice.randint(20, 900), coverage=0.96),
                short_stays=dice.randint(0, 40),
                mean_s=median * 1.2,
                median_s=median,
                p90_s=median * dice.uniform(1.6, 2.8),
                staff_visits=dice.randint(0, 14),
            )
        )
    made.sort(key=lambda zone: -(zone.median_s or 0))
    return tuple(zone for zone in made if floor_id in (None, zone.floor_id))


@cache
def flow_matrix(floor_id: int | None = None, window: Window = WINDOW) -> FlowMatrix:
    dice = Random(8)
    known = [zone.id for zone in zones() if floor_id in (None, zone.floor_id)][:12]
    made = [
        Flow(from_zone_id=a, to_zone_id=b, persons=count if (count := dice.randint(2, 240)) >= 10 else None)
        for a in known
        for b in known
        if a != b and dice.random() < 0.4
    ]
    return FlowMatrix(
        window=window,
        threshold=10,
        flows=tuple(made),
        totals_by_origin={},
        totals_by_target={},
        suppressed=sum(flow.persons is None for flow in made),
        coverage=0.93,
        fresh_at=NOW,
    )


@cache
def day_series(days: int = 35, *, level: float = 15_000, version_change: int | None = None) -> Series:
    dice = Random(9)
    points = []
    for back in range(days - 1, -1, -1):
        value = level * (1.35 if (TODAY - timedelta(days=back)).weekday() >= 5 else 1) * dice.uniform(0.9, 1.1)
        is_poor = back in (11, 12)
        ins = measure(
            round(value),
            coverage=0.7 if is_poor else 1,
            status=Status.FINAL,
            imputed=round(value * 0.3) if is_poor else 0,
        )
        version = 2 if version_change is not None and back < version_change else 1
        points.append(
            SeriesPoint(
                bucket_at=CLOCK.bounds(TODAY - timedelta(days=back))[0],
                ins=ins,
                version=version,
                outs=measure(round(value * 0.97), status=Status.FINAL),
            )
        )
    return Series(subject='mall', grain=Grain.DAY, window=WINDOW, coverage=0.98, fresh_at=NOW, points=tuple(points))


def staff() -> StaffRemoved:
    return StaffRemoved(
        window=WINDOW, crossings=1_224, by_uniform=830, by_badge=612, by_area=204, by_stay=96, by_frequency=48
    )


def compared(mode: Mode, window: Window) -> ComparisonView:
    days = max((window.ended_at - window.started_at).days, 1)
    bases = {Mode.PREVIOUS_WEEK: (7, 0.961), Mode.SAME_WEEKDAY: (364, 1.089), Mode.HOLIDAY_ALIGNED: (364, 1.02)}
    back, factor = bases[mode]
    value = 14_200.0 * days
    comparability = Comparability.REDRAWN if days > 20 and mode is Mode.SAME_WEEKDAY else Comparability.COMPARABLE
    return comparison(mode, TODAY - timedelta(days=back), value, round(value * factor), comparability)


@cache
def coverage_days(first_on: date, until_on: date) -> tuple[CoverageDay, ...]:
    dice = Random(10)
    made = []
    for line in lines()[:60]:
        for offset in range((until_on - first_on).days):
            share = 1.0 if dice.random() < 0.8 else dice.uniform(0.4, 0.99)
            made.append(
                CoverageDay(
                    line_id=line.id,
                    business_on=first_on + timedelta(days=offset),
                    coverage=share,
                    has_redraw=False,
                    is_imputed=share < 0.98,
                    is_final=True,
                )
            )
    return tuple(made)


@cache
def gaps() -> tuple[GapView, ...]:
    causes = ('device', 'frozen', 'blind', 'silence')
    return tuple(
        GapView(
            line_id=line.id,
            cause=causes[place % 4],
            tolerance_min=22.0 if place % 4 == 3 else None,
            window=Window(started_at=NOW - timedelta(hours=5 * place + 3), ended_at=NOW - timedelta(hours=5 * place)),
        )
        for place, line in enumerate(lines()[:30])
    )


@cache
def imputations() -> tuple[ImputationView, ...]:
    return tuple(
        ImputationView(
            line_id=line.id,
            bucket_at=NOW - timedelta(hours=place),
            observed=88.0 * place,
            imputed=12.0 * place,
            coverage=0.88,
            method='profile',
        )
        for place, line in enumerate(lines()[:30], start=1)
    )


def versions() -> tuple[VersionView, ...]:
    return (
        VersionView(
            version_id=2,
            version=2,
            valid_from=NOW - timedelta(days=9),
            valid_until=None,
            device_id=None,
            points=((97.0, 89.0), (87.0, 89.0)),
            reason='摄像机移位后重新标定',
        ),
        VersionView(
            version_id=1,
            version=1,
            valid_from=NOW - timedelta(days=90),
            device_id=None,
            reason='',
            valid_until=NOW - timedelta(days=9),
            points=((97.0, 89.5), (87.0, 89.5)),
        ),
    )


def audits() -> tuple[AuditView, ...]:
    return tuple(
        AuditView(
            id=place,
            line_id=1,
            window=WINDOW,
            hand_in=120,
            hand_out=98,
            system_in=119,
            system_out=96,
            precision=0.985,
            recall=0.962 if place else 0.81,
            mape=0.02,
            has_passed=place > 0,
            is_best_case=False,
            audited_at=NOW - timedelta(days=place * 20 + 2),
            audited_by='李强',
        )
        for place in range(2)
    )


def export() -> bytes:
    return b'bucket_at,line_code,ins\r\n'


def footfall_answers() -> dict[str, Callable[..., Any]]:
    return {
        'get_business_clock': lambda: CLOCK,
        'list_floors': lambda: list(floors()),
        'get_floor_plan': floor_plan,
        'list_units': lambda: [unit for floor in floors() for unit in floor_plan(floor.id).units],
        'list_categories': lambda: [CategoryView(**one) for one in drawing()['categories']],
        'curve_15min': lambda on=None: curve(),
        'series': lambda grain, window, line_id=None: (
            day_series(28, level=1_900, version_change=9) if line_id else day_series()
        ),
        'staff_removed': lambda window: staff(),
        'compare': compared,
        'heat_map': heat,
        'door_ranking': door_ranks,
        'capture_rates': lambda window: capture(),
        'dwell_by_zone': lambda window, floor_id=None: dwells(floor_id),
        'flows': flow_matrix,
        'list_zones': zones,
        'list_lines': lines,
        'coverage_calendar': coverage_days,
        'list_gaps': lambda window: gaps(),
        'list_imputations': lambda window: imputations(),
        'line_versions': lambda line_id: versions(),
        'list_audits': lambda line_id: audits(),
        'export_csv': lambda grain, window: export(),
        'redraw_line': lambda command: None,
        'retire_line': lambda command: None,
    }
