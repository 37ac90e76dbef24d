"""The cockpit's questions: today until now, at the mall's external doors (FT-R7), against its aligned past (CK-R5)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._comparing import compare_all, paired, redrawn_between, verdict_of
from domain.footfall._figures import Figures, LineFact, figures, figures_of, fresh_at, line_facts, measured
from domain.footfall._lists import annotations_in, badges
from domain.footfall._mall import clock_of
from domain.footfall._occupancy import inside_now
from domain.footfall.commands import EntranceKind, LineId, LineRole, Window
from domain.footfall.permissions import VIEW
from domain.footfall.views import (
    CockpitSummary,
    Comparability,
    Curve,
    CurvePoint,
    DoorRank,
    FloorOccupancy,
    Grain,
    Mode,
    Verification,
)
from domain.shared.actor import Actor
from domain.shared.measure import Measure, Ratio, Status
from domain.shared.operations import query

QUARTER = timedelta(minutes=15)
SILENT_AFTER = timedelta(minutes=10)
COMPARED_WITH = (Mode.PREVIOUS_WEEK, Mode.SAME_WEEKDAY, Mode.HOLIDAY_ALIGNED)


@query(VIEW)
def cockpit_summary(session: Session, *, actor: Actor, now: datetime) -> CockpitSummary:
    """Today until now at the external doors, with occupancy, and against last week and last year at the same time.

    Comparisons end at the last whole minute, so that both sides have seen the same time of day.
    """
    assert actor.mall_id is not None, 'the session could not have been opened'
    mall_id, clock = actor.mall_id, clock_of(session, actor.mall_id)
    day = clock.business_on(now)
    start = clock.bounds(day)[0]
    lines = line_facts(session, mall_id, (LineRole.ENTRANCE, LineRole.SHOP))
    found = figures(session, mall_id, list(lines.values()), Window(started_at=start, ended_at=now))
    doors = [line for line in lines.values() if line.role is LineRole.ENTRANCE]
    at_doors, at_shops = _of_role(lines, found, LineRole.ENTRANCE), _of_role(lines, found, LineRole.SHOP)
    compared_until = Window(started_at=start, ended_at=max(start, now.replace(second=0, microsecond=0)))
    fresh = fresh_at(found.values())
    footfall = measured(at_doors, 'ins', imputed='imputed_in')
    shop_entries = measured(at_shops, 'ins', imputed='imputed_in')
    return CockpitSummary(
        business_on=day,
        as_of=now,
        fresh_at=fresh,
        footfall=footfall,
        leavings=measured(at_doors, 'outs', imputed='imputed_out'),
        children=measured(at_doors, 'children_in'),
        groups=measured(at_doors, 'groups_in'),
        staff_removed=int(sum(part.counts['staff_in'] for part in at_doors)),
        occupancy=round(inside_now(session, mall_id, now, (LineRole.ENTRANCE,)).mall.now),
        comparisons=compare_all(session, mall_id, doors, compared_until, COMPARED_WITH, is_over=False),
        shop_entries=shop_entries,
        shops_per_visit=Ratio(shop_entries.value or 0, footfall.value or 0),
        silent_lines=_silent(lines, found, fresh),
        line_count=sum(not line.is_retired for line in lines.values()),
        unverified_lines=sum(badge is Verification.UNVERIFIED for badge in badges(session, mall_id).values()),
        annotations=annotations_in(session, mall_id, Window(started_at=start, ended_at=clock.bounds(day)[1])),
    )


@query(VIEW)
def curve_15min(
    session: Session, *, actor: Actor, now: datetime, on: date | None = None, mode: Mode = Mode.PREVIOUS_WEEK
) -> Curve:
    """A day's (today's) footfall by quarter of an hour beside that of its aligned day."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    mall_id, clock = actor.mall_id, clock_of(session, actor.mall_id)
    day = on or clock.business_on(now)
    start, end = clock.bounds(day)
    [pair] = paired(session, mall_id, Window(started_at=start, ended_at=end), mode)
    doors = list(line_facts(session, mall_id, (LineRole.ENTRANCE,)).values())
    current = _quarters(session, mall_id, doors, Window(started_at=start, ended_at=min(end, max(start, now))))
    base = _quarters(session, mall_id, doors, pair.base)
    masks = _masks(session, mall_id, Window(started_at=start, ended_at=end))
    points = tuple(
        CurvePoint(
            bucket_at=start + index * QUARTER,
            current=current.get(index, Measure.missing()),
            base=base.get(index),
            is_masked=any(a < start + (index + 1) * QUARTER and b > start + index * QUARTER for a, b in masks),
        )
        for index in range(round((end - start) / QUARTER))
    )
    counted = [point.current for point in points if point.bucket_at < now and (point.base or point.current.value)]
    return Curve(
        grain=Grain.QUARTER,
        business_on=day,
        base_on=clock.business_on(pair.base.started_at),
        fresh_at=_last_seen(session, mall_id, doors, start, end),
        coverage=sum(measure.coverage for measure in counted) / max(1, len(counted)),
        comparability=_curve_comparability(doors, base, pair.base.started_at, min(end, now)),
        points=points,
    )


@query(VIEW)
def door_ranking(session: Session, *, actor: Actor, now: datetime, limit: int = 50) -> tuple[DoorRank, ...]:
    """Today's entrances, busiest first, each against the same time last week."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    mall_id, clock = actor.mall_id, clock_of(session, actor.mall_id)
    today = Window(started_at=clock.bounds(clock.business_on(now))[0], ended_at=now)
    until_minute = Window(
        started_at=today.started_at, ended_at=max(today.started_at, now.replace(second=0, microsecond=0))
    )
    [pair] = paired(session, mall_id, until_minute, Mode.PREVIOUS_WEEK)
    doors = [line for line in line_facts(session, mall_id, (LineRole.ENTRANCE,)).values() if not line.is_retired]
    found, whole_minutes, base = figures_of(session, mall_id, doors, [today, until_minute, pair.base])
    marks = badges(session, mall_id)
    total = measured(found.values(), 'ins', imputed='imputed_in').value or 0
    ranks = [
        _rank(line, found[line.id], whole_minutes[line.id], base[line.id], total, marks, pair.base.started_at, now)
        for line in doors
    ]
    return tuple(sorted(ranks, key=lambda rank: (-(rank.ins.value or 0), rank.code))[:limit])


@query(VIEW)
def occupancy_by_floor(session: Session, *, actor: Actor, now: datetime) -> tuple[FloorOccupancy, ...]:
    """People inside now: the mall first (`floor_id` None), then each floor."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    return inside_now(session, actor.mall_id, now).views()


def _of_role(lines: dict[LineId, LineFact], found: dict[LineId, Figures], role: LineRole) -> list[Figures]:
    return [found[line.id] for line in lines.values() if line.role is role and not _is_past(line, found[line.id])]


def _is_past(line: LineFact, figure: Figures) -> bool:
    """A retired line that counted nothing today is no gap."""
    return line.is_retired and figure.is_missing


def _silent(lines: dict[LineId, LineFact], found: dict[LineId, Figures], fresh: datetime | None) -> int:
    if fresh is None:
        return 0
    seen = [found[line.id].seen_at for line in lines.values() if not line.is_retired]
    return sum(seen_at is None or fresh - seen_at > SILENT_AFTER for seen_at in seen)


def _rank(
    line: LineFact,
    figure: Figures,
    whole_minutes: Figures,
    base: Figures,
    total: float,
    marks: dict[LineId, Verification],
    base_start: datetime,
    now: datetime,
) -> DoorRank:
    ins = measured([figure], 'ins', imputed='imputed_in')
    change, comparability = verdict_of(
        line,
        measured([whole_minutes], 'ins', imputed='imputed_in'),
        measured([base], 'ins', imputed='imputed_in'),
        base_start,
        now,
    )
    return DoorRank(
        line_id=line.id,
        door_id=line.door_id,
        code=line.code,
        name_zh=line.name_zh,
        name_en=line.name_en,
        entrance_kind=EntranceKind(line.entrance_kind) if line.entrance_kind else None,
        floor_id=line.floor_id,
        ins=ins,
        outs=measured([figure], 'outs', imputed='imputed_out'),
        share=ins.value / total if ins.value is not None and total else None,
        change=change,
        comparability=comparability,
        verification=marks.get(line.id, Verification.UNAUDITED),
        fresh_at=figure.seen_at,
    )


_QUARTERS = text(
    """
    WITH quarters AS (
        SELECT bucket_at, sum(ins) AS ins, sum(observed_ms - silent_ms)::float AS seen_ms
        FROM footfall_line_rollup
        WHERE mall_id = :mall AND grain = 15 AND line_version_id = ANY(:versions)
            AND bucket_at >= :since AND bucket_at < :until
        GROUP BY 1
    ), estimates AS (
        SELECT bucket_at, sum(imputed_in) AS imputed_in FROM footfall_imputation
        WHERE mall_id = :mall AND line_version_id = ANY(:versions) AND business_on = :day
            AND bucket_at >= :since AND bucket_at + interval '1 hour' <= :until
        GROUP BY 1
    )
    SELECT q.bucket_at, q.ins, q.seen_ms, 0 AS imputed_in FROM quarters q
    UNION ALL SELECT bucket_at, 0, 0, imputed_in FROM estimates
"""
)


def _quarters(session: Session, mall_id: int, doors: Sequence[LineFact], window: Window) -> dict[int, Measure]:
    """Footfall by quarter. An hour's estimate falls on its quarters by the time each of them was not observed."""
    parameters = {
        'mall': mall_id,
        'versions': [version for door in doors for version in door.version_ids],
        'since': window.started_at,
        'until': window.ended_at,
        'day': clock_of(session, mall_id).business_on(window.started_at),
    }
    ins, seen, estimates = dict[int, float](), dict[int, float](), dict[int, float]()
    for row in session.execute(_QUARTERS, parameters).all():
        index = int((row.bucket_at - window.started_at) / QUARTER)
        if row.imputed_in:
            estimates[index] = float(row.imputed_in)
        else:
            ins[index], seen[index] = float(row.ins), float(row.seen_ms)
    whole_ms = 900_000.0 * sum(not door.is_retired for door in doors)
    coverage = {index: _share(seen[index], _elapsed(index, window, whole_ms)) for index in seen}
    found = {}
    for index in sorted(ins.keys() | {hour + part for hour in estimates for part in range(4)}):
        estimate = _part_of(estimates.get(index - index % 4, 0.0), index, coverage)
        if seen.get(index, 0.0) or ins.get(index, 0.0) or estimate:
            found[index] = _bucket(ins.get(index, 0.0), estimate, coverage.get(index, 0.0))
    return found


def _elapsed(index: int, window: Window, whole_ms: float) -> float:
    """What could have been observed of a quarter until the window's end."""
    passed = (window.ended_at - window.started_at - index * QUARTER) / QUARTER
    return whole_ms * min(1.0, max(0.0, passed))


def _share(part: float, whole: float) -> float:
    return min(1.0, max(0.0, part / whole)) if whole else 0.0


def _part_of(estimate: float, index: int, coverage: dict[int, float]) -> float:
    """A quarter's part of its hour's estimate."""
    first = index - index % 4
    missed = [1.0 - coverage.get(quarter, 0.0) for quarter in range(first, first + 4)]
    return estimate * missed[index - first] / sum(missed) if estimate and sum(missed) else 0.0


def _bucket(ins: float, estimate: float, coverage: float) -> Measure:
    status = Status.IMPUTED if estimate else Status.OBSERVED
    return Measure(value=round(ins + estimate), coverage=coverage, status=status, imputed=round(estimate))


def _masks(session: Session, mall_id: int, window: Window) -> list[tuple[datetime, datetime]]:
    """Masks of the whole mall that touch a window."""
    rows: Any = session.execute(
        text(
            'SELECT started_at, ended_at FROM footfall_mask WHERE mall_id = :mall AND lifted_at IS NULL'
            ' AND floor_id IS NULL AND line_id IS NULL AND started_at < :until AND ended_at > :since'
        ),
        {'mall': mall_id, 'since': window.started_at, 'until': window.ended_at},
    )
    return [(row.started_at, row.ended_at) for row in rows]


def _last_seen(
    session: Session, mall_id: int, doors: Sequence[LineFact], start: datetime, end: datetime
) -> datetime | None:
    found: datetime | None = session.execute(
        text(
            'SELECT max(seen_at) FROM footfall_line_rollup WHERE mall_id = :mall AND grain = 1440'
            ' AND line_version_id = ANY(:versions) AND bucket_at >= :start AND bucket_at < :end'
        ),
        {
            'mall': mall_id,
            'versions': [version for door in doors for version in door.version_ids],
            'start': start,
            'end': end,
        },
    ).scalar_one()
    return found


def _curve_comparability(
    doors: Sequence[LineFact], base: dict[int, Measure], base_start: datetime, end: datetime
) -> Comparability:
    if redrawn_between(doors, base_start, end):
        return Comparability.REDRAWN
    return Comparability.COMPARABLE if base else Comparability.NO_BASE
