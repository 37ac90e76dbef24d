"""Questions about where people went: capture, dwell, flows, heat."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._figures import Figures, LineFact, figures, line_facts, measured
from domain.footfall._mall import clock_of, pass_by_zones
from domain.footfall._rules.comparison import until_now
from domain.footfall._rules.dwell import quantile
from domain.footfall._rules.heat import CELL_M
from domain.footfall._rules.suppression import THRESHOLD, Suppressed, suppress
from domain.footfall.commands import LineRole, Window, ZoneId
from domain.footfall.permissions import VIEW
from domain.footfall.views import CaptureRate, Flow, FlowMatrix, HeatCell, HeatMap, ZoneDwell
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.measure import Measure, Ratio, Status
from domain.shared.operations import query

LONGEST_BY_HOUR = timedelta(days=2)  # longer windows are answered by whole business days


@query(VIEW)
def capture_rates(session: Session, *, actor: Actor, now: datetime, window: Window) -> tuple[CaptureRate, ...]:
    """进店率 of each unit with entries and passers-by counted, best first.

    Entries come from the unit's door lines, or from visits of its zone where it has no line. Passers-by come from its
    pass-by lines, or from the zone that the mall names as the way in front of it.
    """
    assert actor.mall_id is not None, 'the session could not have been opened'
    mall_id = actor.mall_id
    lines = [line for line in line_facts(session, mall_id, (LineRole.SHOP, LineRole.PASSING)).values() if line.unit_id]
    by_line = figures(session, mall_id, lines, until_now(window, now))
    by_zone = _zone_visits(session, mall_id, until_now(window, now))
    has_ways = any(zone['unit_id'] is None and zone['kind'] in ('pass_by', 'way') for zone in by_zone.values())
    ways = pass_by_zones(session, mall_id) if has_ways else {}
    units = {line.unit_id for line in lines} | {zone['unit_id'] for zone in by_zone.values()}
    rates = [_capture(unit_id, lines, dict(by_line), by_zone, ways) for unit_id in units if unit_id is not None]
    found = [rate for rate in rates if rate is not None]
    return tuple(sorted(found, key=lambda rate: (-(rate.rate.value or 0), rate.unit_id)))


@query(VIEW)
def dwell_by_zone(
    session: Session, *, actor: Actor, now: datetime, window: Window, floor_id: int | None = None
) -> tuple[ZoneDwell, ...]:
    """Visits and their mean, median and 90th percentile dwell, staff excluded, longest median first."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    parameters = {**_span(session, actor.mall_id, until_now(window, now)), 'floor': floor_id}
    bins: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for row in session.execute(_DWELL_BINS, parameters).all():
        bins[row.zone_id][row.bin] = int(row.visits)
    rows = session.execute(_DWELL, parameters).all()
    best_ms = max((row.seen_ms for row in rows), default=0.0)
    found = [_dwell(row, bins[row.zone_id], best_ms) for row in rows]
    return tuple(sorted(found, key=lambda zone: (-(zone.median_s or 0), zone.zone_id)))


@query(VIEW)
def flows(session: Session, *, actor: Actor, now: datetime, window: Window, floor_id: int | None = None) -> FlowMatrix:
    """Zone to zone, small cells suppressed and so that no subtraction finds them (FT-R14)."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    parameters = {**_span(session, actor.mall_id, until_now(window, now)), 'floor': floor_id}
    counts = {
        (ZoneId(row.from_zone_id), ZoneId(row.to_zone_id)): int(row.persons)
        for row in session.execute(_FLOWS, parameters).all()
    }
    suppressed = suppress({(int(origin), int(target)): count for (origin, target), count in counts.items()})
    seen: Any = session.execute(_ZONES_SEEN, parameters).one()
    return FlowMatrix(
        window=window,
        threshold=THRESHOLD,
        flows=_shown(counts, suppressed),
        suppressed=len(suppressed.hidden),
        totals_by_origin=_totals(counts, 0, suppressed),
        totals_by_target=_totals(counts, 1, suppressed),
        coverage=float(seen.coverage or 0.0),
        fresh_at=seen.seen_at,
    )


@query(VIEW)
def heat_map(session: Session, *, actor: Actor, now: datetime, floor_id: int, window: Window) -> HeatMap:
    """Person-seconds per square metre of one floor, by whole hours, or by whole business days for longer windows."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    parameters = {**_span(session, actor.mall_id, until_now(window, now)), 'floor': floor_id}
    rows = session.execute(_HEAT, parameters).all()
    cells = tuple(
        HeatCell(x_m=row.ix * CELL_M, y_m=row.iy * CELL_M, person_s=row.person_cs / 100)
        for row in rows
        if row.person_cs
    )
    fresh_at = session.execute(_HEAT_SEEN, parameters).scalar_one()
    return HeatMap(
        floor_id=floor_id,
        window=window,
        cell_m=CELL_M,
        cells=cells,
        hottest=max((cell.person_s for cell in cells), default=0.0),
        fresh_at=None if fresh_at is None else min(now, fresh_at + timedelta(hours=1)),
    )


def _capture(
    unit_id: int,
    lines: list[LineFact],
    by_line: dict[Any, Figures],
    by_zone: dict[str, dict[str, Any]],
    ways: dict[int, str],
) -> CaptureRate | None:
    doors = [by_line[line.id] for line in lines if line.unit_id == unit_id and line.role is LineRole.SHOP]
    passing = [by_line[line.id] for line in lines if line.unit_id == unit_id and line.role is LineRole.PASSING]
    inside = [zone for zone in by_zone.values() if zone['unit_id'] == unit_id and zone['kind'] == 'shop']
    before = [zone for zone in by_zone.values() if zone['unit_id'] == unit_id and zone['kind'] == 'pass_by']
    before = before or [by_zone[ways[unit_id]]] if ways.get(unit_id) in by_zone else before
    entries = measured(doors, 'ins', imputed='imputed_in') if doors else _visits(inside)
    pass_by = _both_ways(passing) if passing else _visits(before)
    if entries.value is None or pass_by.value is None:
        return None
    return CaptureRate(unit_id=unit_id, entries=entries, pass_by=pass_by, rate=Ratio(entries.value, pass_by.value))


def _both_ways(passing: list[Figures]) -> Measure:
    ins, outs = measured(passing, 'ins', imputed='imputed_in'), measured(passing, 'outs', imputed='imputed_out')
    if ins.value is None or outs.value is None:
        return Measure.missing()
    return Measure(
        value=ins.value + outs.value, coverage=ins.coverage, status=ins.status, imputed=ins.imputed + outs.imputed
    )


def _visits(zones: list[dict[str, Any]]) -> Measure:
    if not any(zone['seen_ms'] or zone['people'] for zone in zones):
        return Measure.missing()
    coverage = sum(zone['coverage'] for zone in zones) / len(zones)
    return Measure(value=sum(zone['people'] for zone in zones), coverage=coverage, status=Status.PROVISIONAL)


def _zone_visits(session: Session, mall_id: int, window: Window) -> dict[str, dict[str, Any]]:
    """By zone code: people (short stays pass by too) and how much was observed."""
    rows = session.execute(_DWELL, {**_span(session, mall_id, window), 'floor': None}).all()
    best_ms = max((row.seen_ms for row in rows), default=0.0)
    return {
        row.code: {
            'unit_id': row.unit_id,
            'kind': row.kind,
            'people': int(row.visits) + (int(row.short_stays) if row.kind in ('pass_by', 'way') else 0),
            'seen_ms': row.seen_ms,
            'coverage': min(1.0, row.seen_ms / best_ms) if best_ms else 0.0,
        }
        for row in rows
    }


def _dwell(row: Any, bins: dict[int, int], best_ms: float) -> ZoneDwell:
    coverage = min(1.0, row.seen_ms / best_ms) if best_ms else 0.0
    visits = Measure.missing()
    if row.seen_ms or row.visits or row.short_stays or row.staff_visits:
        visits = Measure(value=int(row.visits), coverage=coverage, status=Status.PROVISIONAL)
    return ZoneDwell(
        zone_id=ZoneId(row.zone_id),
        unit_id=row.unit_id,
        floor_id=row.floor_id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        visits=visits,
        mean_s=Ratio(float(row.dwell_s), float(row.visits)).value,
        median_s=quantile(bins, 0.5),
        p90_s=quantile(bins, 0.9),
        staff_visits=int(row.staff_visits),
        short_stays=int(row.short_stays),
    )


def _shown(counts: dict[tuple[ZoneId, ZoneId], int], suppressed: Suppressed) -> tuple[Flow, ...]:
    visible = [
        Flow(from_zone_id=origin, to_zone_id=target, persons=count)
        for (origin, target), count in counts.items()
        if count and (int(origin), int(target)) not in suppressed.hidden
    ]
    hidden = [
        Flow(from_zone_id=ZoneId(origin), to_zone_id=ZoneId(target), persons=None)
        for origin, target in sorted(suppressed.hidden)
    ]
    return (*sorted(visible, key=lambda flow: -(flow.persons or 0)), *hidden)


def _totals(counts: dict[tuple[ZoneId, ZoneId], int], side: int, suppressed: Suppressed) -> dict[ZoneId, int | None]:
    totals: defaultdict[ZoneId, int] = defaultdict(int)
    for cell, count in counts.items():
        totals[cell[side]] += count
    return {zone: total if suppressed.shows_totals else None for zone, total in totals.items()}


def _span(session: Session, mall_id: int, window: Window) -> dict[str, Any]:
    """The window in whole hours, or in whole business days where it is long."""
    clock: BusinessClock = clock_of(session, mall_id)
    is_long = window.ended_at - window.started_at > LONGEST_BY_HOUR
    since = window.started_at.replace(minute=0, second=0, microsecond=0)
    if is_long:
        since = clock.bounds(clock.business_on(window.started_at))[0]
    return {'mall': mall_id, 'grain': 1440 if is_long else 60, 'since': since, 'until': window.ended_at}


_DWELL = text(
    """
    SELECT z.id AS zone_id, z.code, z.kind, z.unit_id, z.floor_id, z.name_zh, z.name_en,
        coalesce(sum(r.visits), 0) AS visits, coalesce(sum(r.dwell_s), 0) AS dwell_s,
        coalesce(sum(r.staff_visits), 0) AS staff_visits, coalesce(sum(r.short_stays), 0) AS short_stays,
        coalesce(sum(r.observed_ms), 0)::float AS seen_ms
    FROM footfall_zone z JOIN footfall_zone_version v ON v.mall_id = z.mall_id AND v.zone_id = z.id
        LEFT JOIN footfall_zone_rollup r ON r.mall_id = :mall AND r.grain = :grain AND r.zone_version_id = v.id
            AND r.bucket_at >= :since AND r.bucket_at < :until
    WHERE z.mall_id = :mall AND (CAST(:floor AS bigint) IS NULL OR z.floor_id = :floor)
    GROUP BY z.id
"""
)
_DWELL_BINS = text(
    """
    SELECT v.zone_id, r.bin, sum(r.visits) AS visits
    FROM footfall_zone z JOIN footfall_zone_version v ON v.mall_id = z.mall_id AND v.zone_id = z.id
        JOIN footfall_dwell_rollup r ON r.mall_id = :mall AND r.grain = :grain AND r.zone_version_id = v.id
            AND r.bucket_at >= :since AND r.bucket_at < :until
    WHERE z.mall_id = :mall AND (CAST(:floor AS bigint) IS NULL OR z.floor_id = :floor)
    GROUP BY 1, 2
"""
)
_FLOWS = text(
    """
    SELECT r.from_zone_id, r.to_zone_id, sum(r.persons) AS persons
    FROM footfall_transition_rollup r
    WHERE r.mall_id = :mall AND r.grain = :grain AND r.bucket_at >= :since AND r.bucket_at < :until
        AND (CAST(:floor AS bigint) IS NULL OR (
            EXISTS (SELECT FROM footfall_zone z WHERE z.id = r.from_zone_id AND z.floor_id = :floor)
            AND EXISTS (SELECT FROM footfall_zone z WHERE z.id = r.to_zone_id AND z.floor_id = :floor)))
    GROUP BY 1, 2
"""
)
_ZONES_SEEN = text(
    """
    SELECT avg(least(1.0, seen_ms / nullif(best_ms, 0))) AS coverage, max(seen_at) AS seen_at FROM (
        SELECT sum(observed_ms)::float AS seen_ms, max(sum(observed_ms)) OVER ()::float AS best_ms,
            max(seen_at) AS seen_at
        FROM footfall_zone_rollup
        WHERE mall_id = :mall AND grain = :grain AND bucket_at >= :since AND bucket_at < :until
        GROUP BY zone_version_id
    ) AS zones
"""
)
_HEAT = text(
    """
    SELECT ix, iy, sum(person_cs)::float AS person_cs FROM footfall_heat_rollup
    WHERE mall_id = :mall AND grain = :grain AND floor_id = :floor AND bucket_at >= :since AND bucket_at < :until
    GROUP BY 1, 2
"""
)
_HEAT_SEEN = text(
    """
    SELECT max(bucket_at) FROM footfall_heat_rollup
    WHERE mall_id = :mall AND grain = 60 AND floor_id = :floor AND bucket_at >= :since AND bucket_at < :until
"""
)
