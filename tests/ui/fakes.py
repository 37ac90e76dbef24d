"""Made-up answers of the domain for tests of screens: plausible figures on the real floor plan of the demo mall.

The screens call `run_query` and `run_operation`; a test lets them ask a `FakeDomain` instead. What it answers are the
domain's own view classes, so that a change of a view breaks the screens' tests as it would break the screens.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from math import exp
from pathlib import Path
from random import Random
from typing import Any

from domain.devices.commands import DeviceKind, DeviceState
from domain.devices.views import AlarmView, DeviceView, FleetView, QuarantinedView
from domain.footfall.commands import EntranceKind, LineRole, Window, ZoneKind
from domain.footfall.views import (
    AnnotationView,
    AuditView,
    CaptureRate,
    CockpitSummary,
    Comparability,
    ComparisonView,
    CoverageDay,
    Curve,
    CurvePoint,
    DoorRank,
    FloorOccupancy,
    Flow,
    FlowMatrix,
    GapView,
    Grain,
    HeatCell,
    HeatMap,
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
from domain.mall.views import CategoryView, DoorView, FloorPlanView, FloorView, UnitView, WalkGraph
from domain.mall.views import ZoneView as PlaceView
from domain.shared.business_time import BusinessClock
from domain.shared.measure import Measure, Ratio, Status

DRAWING = Path(__file__).parents[2] / 'assets' / 'demo_mall' / 'yunji.json'
NOW = datetime(2026, 11, 22, 7, 20, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CLOCK = BusinessClock(zone='Asia/Shanghai', cutoff=time(4))
WINDOW = Window(started_at=NOW - timedelta(hours=11, minutes=20), ended_at=NOW)
OPENING = datetime(2026, 11, 22, 2, tzinfo=UTC)
PEAKS = ((10, 2.6, 290), (27, 5.5, 520), (37, 4.2, 640))


@cache
def drawing() -> dict[str, Any]:
    return json.loads(DRAWING.read_text(encoding='utf-8'))


@cache
def floors() -> tuple[FloorView, ...]:
    plans = drawing()['buildings'][0]['floors']
    made = [
        FloorView(
            id=place,
            building_id=1,
            building_code='main',
            code=plan['code'],
            name_zh=plan['name_zh'],
            name_en=plan['name_en'],
            level=plan['level'],
            elevation_m=plan['elevation_m'],
        )
        for place, plan in enumerate(plans, start=1)
    ]
    return tuple(sorted(made, key=lambda floor: -floor.level))


@cache
def floor_plan(floor_id: int) -> FloorPlanView:
    floor = next(one for one in floors() if one.id == floor_id)
    plan = drawing()['buildings'][0]['floors'][floor_id - 1]
    units = tuple(
        UnitView(
            id=floor_id * 1000 + place,
            floor_id=floor_id,
            floor_code=floor.code,
            area_m2=unit['area_m2'],
            code=unit['code'],
            number=unit['number'],
            kind=unit['kind'],
            category=unit['category'],
            name_zh=unit['name_zh'],
            name_en=unit['name_en'],
            label_at=tuple(unit['label_at']),
            passby_zone=unit['passby_zone'],
            geometry=unit['geometry'],
        )
        for place, unit in enumerate(plan['units'], start=1)
    )
    places = tuple(
        PlaceView(
            id=floor_id * 1000 + place,
            floor_id=floor_id,
            floor_code=floor.code,
            code=zone['code'],
            kind=zone['kind'],
            name_zh=zone['name_zh'],
            name_en=zone['name_en'],
            geometry=zone['geometry'],
        )
        for place, zone in enumerate(plan['zones'], start=1)
    )
    doors = tuple(
        DoorView(
            id=floor_id * 1000 + place,
            floor_id=floor_id,
            floor_code=floor.code,
            code=door['code'],
            kind=door['kind'],
            name_zh=door['name_zh'],
            name_en=door['name_en'],
            at=tuple(door['at']),
            line=tuple(map(tuple, door['line'])),
            inward=tuple(door['inward']),
            unit_id=None,
            connector_id=None,
        )
        for place, door in enumerate(plan['doors'], start=1)
    )
    return FloorPlanView(
        floor=floor,
        outline=plan['outline'],
        extent=(0, 0, 184, 110),
        units=units,
        zones=places,
        doors=doors,
        fixtures=tuple(plan['fixtures']),
        walk=WalkGraph(nodes=(), edges=(), doors={}),
    )


def entrances() -> list[DoorView]:
    return [door for floor in floors() for door in floor_plan(floor.id).doors if door.is_external]


def measure(
    value: float | None, *, coverage: float = 1.0, imputed: float = 0.0, status: Status = Status.PROVISIONAL
) -> Measure:
    return Measure(value=value, coverage=coverage, imputed=imputed, status=status)


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


@dataclass
class FakeDomain:
    """Answers by the name of the query or operation; everything asked is kept in `asked`."""

    answers: Mapping[str, Callable[..., Any]]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._news = asyncio.Event()

    async def run(self, function: Callable[..., Any], *, actor: Any, **arguments: Any) -> Any:
        self.asked.append((function.__name__, arguments))
        self._news.set()
        given = {name: value for name, value in arguments.items() if name != 'now'}
        return self.answers[function.__name__](**given)

    async def heard(self, name: str) -> list[Any]:
        """The commands of an operation, once the first has come."""
        while not self.times(name):
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), 20)
        return [facts['command'] for asked, facts in self.asked if asked == name]

    def times(self, name: str) -> int:
        return sum(asked == name for asked, _ in self.asked)


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


@cache
def devices() -> list[DeviceView]:
    dice = Random(12)
    made = []
    for floor in floors():
        for place, device in enumerate(drawing()['buildings'][0]['floors'][floor.id - 1]['devices']):
            number = floor.id * 1000 + place
            open_alarms = {5: ('silence',), 9: ('clock_skew',), 14: ('frozen',)}.get(place, ())
            made.append(
                DeviceView(
                    id=number,
                    code=device['code'],
                    name=f'{floor.code} 客流计 {place + 1}',
                    model='AT-3D2',
                    epoch=8,
                    kind=DeviceKind.CAMERA if device['kind'] == 'camera' else DeviceKind.COUNTER,
                    firmware='4.2.1',
                    floor_id=floor.id,
                    x_m=device['at'][0],
                    y_m=device['at'][1],
                    parent_id=None,
                    silence_after_s=180,
                    state=DeviceState.MAINTENANCE if place == 20 else DeviceState.ACTIVE,
                    is_online='silence' not in open_alarms,
                    last_seen_at=NOW - timedelta(seconds=dice.randint(1, 50)),
                    picture='ok',
                    clock_skew=timedelta(milliseconds=dice.randint(-900, 900)),
                    committed_through=88_213,
                    missing=0,
                    readings=88_213,
                    open_alarms=open_alarms,
                )
            )
    return made


def quarantined() -> list[QuarantinedView]:
    kept = [
        ('cnt-door-f1-east', 'json_invalid', 'Expecting value: line 1 column 1', b'\x00\x17\xfe{garbage'),
        (
            'cam-f2-void',
            'clock_skew',
            'clock is 1 h 12 min ahead',
            json.dumps(
                {
                    'v': 1,
                    'epoch': 8,
                    'sent_at': '2026-11-22T08:32:00.123Z',
                    'readings': [{'seq': 1234, 'at': '2026-11-22T08:31:58Z', 'line': 'f2-void', 'direction': 'in'}],
                }
            ).encode(),
        ),
        ('kiosk-f1-9', 'device_unknown', 'no device of this code', b'{"v":1,"epoch":1,"readings":[]}'),
        ('cnt-door-b1-metro', 'payload_invalid', 'readings.0.direction: must be "in" or "out"', b'{"v":1}' * 3_000),
    ]
    return [
        QuarantinedView(
            id=place,
            device_code=code,
            topic=f'atrium/v1/yunji/{code}/crossings',
            reason=reason,
            detail=detail,
            payload=payload,
            payload_bytes=len(payload) + (90_000 if place == 3 else 0),
            skew=timedelta(0),
            occurrences=1 + 11 * place,
            state='held',
            received_at=NOW,
            last_received_at=NOW,
        )
        for place, (code, reason, detail, payload) in enumerate(kept)
    ]


def acknowledged(command: Any) -> AlarmView:
    return replace(
        next(alarm for alarm in alarms() if alarm.id == command.alarm_id), acknowledged_at=NOW, acknowledged_by='陈经理'
    )


def devices_answers() -> dict[str, Callable[..., Any]]:
    return {
        'get_business_clock': lambda: CLOCK,
        'list_floors': lambda: list(floors()),
        'get_fleet': lambda: FleetView(active=171, online=168, silent=1, open_alarms=5, quarantined=4),
        'list_devices': devices,
        'list_alarms': lambda is_open=True, limit=200: alarms()[:limit],
        'list_quarantined': lambda limit=100: quarantined(),
        'acknowledge_alarm': acknowledged,
        'retry_quarantined': lambda command: None,
        'purge_quarantined': lambda command: None,
    }
