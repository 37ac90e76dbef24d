"""Questions about any window: series, comparisons, conversion, staff removed, export."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._comparing import compared
from domain.footfall._figures import LineFact, figures, line_facts, measured
from domain.footfall._layout import LineUnknown
from domain.footfall._rules.comparison import until_now
from domain.footfall._rules.groups import conversion as convert
from domain.footfall.commands import LineId, LineRole, Window
from domain.footfall.permissions import EXPORT, VIEW
from domain.footfall.views import (
    ComparisonView,
    Conversion,
    ExportRow,
    Grain,
    Mode,
    Series,
    SeriesPoint,
    StaffRemoved,
)
from domain.shared.actor import Actor
from domain.shared.measure import Measure, Status
from domain.shared.operations import query


@query(VIEW)
def series(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    grain: Grain,
    window: Window,
    line_id: LineId | None = None,
    door_id: int | None = None,
    floor_id: int | None = None,
) -> Series:
    """Ins and outs over time of one line, one door, one floor's entrances and passages, or (nothing given) the mall.

    :raises LineUnknown:
    """
    assert actor.mall_id is not None, 'the session could not have been opened'
    mall_id = actor.mall_id
    subject, lines = _subject(session, mall_id, line_id, door_id, floor_id)
    parameters = {
        'mall': mall_id,
        'versions': [version for line in lines for version in line.version_ids],
        'since': window.started_at,
        'until': window.ended_at,
    }
    rows = session.execute(_SERIES[grain], parameters).all()
    versions = _numbers(lines)
    points = tuple(_point(row, grain, now, versions) for row in rows)
    seen = [point.ins.coverage for point in points]
    return Series(
        subject=subject,
        grain=grain,
        window=window,
        coverage=sum(seen) / len(seen) if seen else 0.0,
        fresh_at=max((row.seen_at for row in rows if row.seen_at), default=None),
        points=points,
    )


@query(VIEW)
def compare(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    window: Window,
    mode: Mode,
    line_id: LineId | None = None,
    floor_id: int | None = None,
) -> ComparisonView:
    """A window, as far as it has happened, against its aligned base; see `Mode`.

    Month to date compares with the same days of the base, never with the whole month (CK-R6).

    :raises LineUnknown:
    """
    assert actor.mall_id is not None, 'the session could not have been opened'
    _, lines = _subject(session, actor.mall_id, line_id, None, floor_id)
    happened = until_now(window, now.replace(second=0, microsecond=0))
    return compared(session, actor.mall_id, lines, happened, mode, is_over=window.ended_at <= now)


@query(VIEW)
def conversion(
    session: Session, *, actor: Actor, now: datetime, window: Window, receipts: int, unit_id: int | None = None
) -> Conversion:
    """Receipts per head and per buying unit, of the mall or of one unit (FT-R6)."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    role = LineRole.ENTRANCE if unit_id is None else LineRole.SHOP
    lines = [line for line in line_facts(session, actor.mall_id, (role,)).values() if unit_id in (None, line.unit_id)]
    found = figures(session, actor.mall_id, lines, until_now(window, now)).values()
    return convert(
        receipts=receipts,
        heads=measured(found, 'ins', imputed='imputed_in').value or 0,
        buying_units=measured(found, 'groups_in').value or 0,
    )


@query(VIEW)
def staff_removed(session: Session, *, actor: Actor, now: datetime, window: Window) -> StaffRemoved:
    """How many crossings were taken out as staff, by method."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    lines = list(line_facts(session, actor.mall_id).values())
    found = figures(session, actor.mall_id, lines, until_now(window, now)).values()

    def total(name: str) -> int:
        return round(sum(part.counts[name] for part in found))

    return StaffRemoved(
        window=window,
        crossings=total('staff_in') + total('staff_out'),
        by_uniform=total('staff_uniform'),
        by_badge=total('staff_badge'),
        by_area=total('staff_area'),
        by_stay=total('staff_stay'),
        by_frequency=total('staff_frequency'),
    )


@query(EXPORT, is_audited=True)
def export_rows(
    session: Session, *, actor: Actor, now: datetime, grain: Grain, window: Window, role: LineRole | None = None
) -> Iterator[ExportRow]:
    """Aggregates for a CSV file, in order of time and line. There is nothing in them about any person."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    lines = line_facts(session, actor.mall_id, None if role is None else (role,))
    by_version = {version: (line, number) for line in lines.values() for version, number, _ in line.versions}
    parameters = {
        'mall': actor.mall_id,
        'versions': list(by_version),
        'since': window.started_at,
        'until': min(window.ended_at, now),
    }
    found = session.execute(_EXPORT[grain], parameters).all()
    return iter([_export_row(row, *by_version[row.line_version_id], grain) for row in found])


def _subject(
    session: Session, mall_id: int, line_id: LineId | None, door_id: int | None, floor_id: int | None
) -> tuple[str, list[LineFact]]:
    """What a question is about, and the lines that answer it."""
    lines = list(line_facts(session, mall_id).values())
    if line_id is not None:
        found = [line for line in lines if line.id == line_id]
        if not found:
            raise LineUnknown(line=line_id)
        return f'line:{line_id}', found
    if door_id is not None:
        return f'door:{door_id}', [line for line in lines if line.door_id == door_id]
    if floor_id is not None:
        roles = (LineRole.ENTRANCE, LineRole.PASSAGE)
        return f'floor:{floor_id}', [line for line in lines if line.floor_id == floor_id and line.role in roles]
    return 'mall', [line for line in lines if line.role is LineRole.ENTRANCE]


def _numbers(lines: Sequence[LineFact]) -> dict[int, int]:
    return {version: number for line in lines for version, number, _ in line.versions}


def _point(row: Any, grain: Grain, now: datetime, versions: dict[int, int]) -> SeriesPoint:
    return SeriesPoint(
        bucket_at=row.bucket_at,
        ins=_bucket(row, row.ins, row.imputed_in, grain, now),
        outs=_bucket(row, row.outs, row.imputed_out, grain, now),
        version=max(versions[version] for version in row.versions),
        staff_removed=row.staff,
    )


def _bucket(row: Any, counted: int, imputed: float, grain: Grain, now: datetime) -> Measure:
    """One bucket: without a value where nobody looked and nothing was estimated (X-R3)."""
    whole_ms = _whole_ms(row, grain, now)
    by_time = min(1.0, max(0.0, float(row.seen_ms) / whole_ms)) if whole_ms else 0.0
    coverage = by_time if row.coverage is None else float(row.coverage)
    if not row.seen_ms and not counted and not imputed:
        return Measure(value=None, coverage=coverage)
    value = round(counted + imputed)
    return Measure(value=value, coverage=coverage, status=_status(row, imputed), imputed=round(imputed))


def _whole_ms(row: Any, grain: Grain, now: datetime) -> float:
    """What the lines of a bucket could have observed so far; of a day, what the best observed of them did."""
    if grain is Grain.DAY:
        return float(row.best_ms) * len(row.versions)
    passed = min(timedelta(minutes=grain.minutes), max(timedelta(0), now - row.bucket_at))
    whole: float = passed.total_seconds() * 1000 * len(row.versions)
    return whole


def _status(row: Any, imputed: float) -> Status:
    if row.is_final:
        return Status.FINAL
    if imputed:
        return Status.IMPUTED
    return Status.OBSERVED if row.is_final is None else Status.PROVISIONAL


def _export_row(row: Any, line: LineFact, version: int, grain: Grain) -> ExportRow:
    whole_ms = float(row.observed_ms) if grain is Grain.DAY else grain.minutes * 60_000.0
    by_time = min(1.0, max(0.0, float(row.seen_ms) / whole_ms)) if whole_ms else 0.0
    imputed_in, imputed_out = row.imputed_in or 0.0, row.imputed_out or 0.0
    is_missing = not row.seen_ms and not row.ins and not row.outs and not imputed_in
    return ExportRow(
        bucket_at=row.bucket_at,
        business_on=row.business_on,
        line_code=line.code,
        line_version=version,
        role=line.role,
        ins=None if is_missing else round(row.ins + imputed_in),
        outs=None if is_missing else round(row.outs + imputed_out),
        adults_in=row.adults_in,
        children_in=row.children_in,
        groups_in=row.groups_in,
        staff_removed=row.staff_in + row.staff_out,
        imputed_in=round(imputed_in),
        coverage=by_time if row.coverage is None else float(row.coverage),
        status=_status(row, imputed_in).value,
    )


# Estimates belong to hours, so finer grains show what was observed; days carry their own sums and coverage by traffic.
_ESTIMATED = {
    Grain.DAY: 'd.imputed_in, d.imputed_out, d.coverage',
    Grain.HOUR: 'i.imputed_in, i.imputed_out, CAST(NULL AS float) AS coverage',
}
_NOT_ESTIMATED = 'CAST(0 AS float) AS imputed_in, CAST(0 AS float) AS imputed_out, CAST(NULL AS float) AS coverage'
_HOURS_ESTIMATES = """
    LEFT JOIN footfall_imputation i ON i.mall_id = r.mall_id AND i.business_on = r.business_on
        AND i.line_version_id = r.line_version_id AND i.bucket_at = r.bucket_at
"""


def _rows(grain: Grain) -> str:
    """The roll-ups of a window with what was estimated for them."""
    return f"""
        SELECT r.*, r.observed_ms - r.silent_ms AS seen_ms, d.is_final, {_ESTIMATED.get(grain, _NOT_ESTIMATED)}
        FROM footfall_line_rollup r LEFT JOIN footfall_line_day d ON d.mall_id = r.mall_id
            AND d.business_on = r.business_on AND d.line_version_id = r.line_version_id
            {_HOURS_ESTIMATES if grain is Grain.HOUR else ''}
        WHERE r.mall_id = :mall AND r.grain = {grain.minutes} AND r.line_version_id = ANY(:versions)
            AND r.bucket_at >= :since AND r.bucket_at < :until
    """  # noqa: S608


_SERIES = {
    grain: text(f"""
        SELECT bucket_at, sum(ins) AS ins, sum(outs) AS outs, sum(staff_in + staff_out) AS staff,
            sum(seen_ms)::float AS seen_ms, max(observed_ms)::float AS best_ms, max(seen_at) AS seen_at,
            array_agg(line_version_id) AS versions, coalesce(sum(imputed_in), 0)::float AS imputed_in,
            coalesce(sum(imputed_out), 0)::float AS imputed_out, bool_and(is_final) AS is_final,
            sum(coverage * (ins + 1)) / nullif(sum(ins + 1), 0) AS coverage
        FROM ({_rows(grain)}) AS rows GROUP BY bucket_at ORDER BY bucket_at
    """)  # noqa: S608
    for grain in Grain
}
_EXPORT = {grain: text(f'{_rows(grain)} ORDER BY r.bucket_at, r.line_version_id') for grain in Grain}
