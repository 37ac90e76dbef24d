"""Counts of lines over any window, from roll-ups: whole business days by the day, the rest by the quarter of an hour.

Where a window ends within a quarter, minutes fill the remainder while they are kept (90 days); before that the quarter
counts in proportion. That is what makes "the same time last year" possible without raw rows (CK-R5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._mall import clock_of
from domain.footfall._tables import LINE_COUNTS
from domain.footfall.commands import LineId, LineRole, Window
from domain.shared.business_time import BusinessClock
from domain.shared.measure import Measure, Status

QUARTER = timedelta(minutes=15)
COUNTS = tuple(name for name in LINE_COUNTS if not name.endswith('_ms'))


@dataclass(frozen=True, slots=True)
class LineFact:
    """A line and the versions it has had."""

    id: LineId
    code: str
    name_zh: str
    name_en: str
    role: LineRole
    entrance_kind: str | None
    floor_id: int
    outer_floor_id: int | None
    door_id: int | None
    unit_id: int | None
    is_retired: bool
    versions: tuple[tuple[int, int, datetime], ...]  # id, number, valid from

    @property
    def version_ids(self) -> list[int]:
        return [version_id for version_id, _, _ in self.versions]

    def is_redrawn_within(self, start: datetime, end: datetime) -> bool:
        """Whether a new series began strictly inside a span."""
        return any(number > 1 and start < valid_from < end for _, number, valid_from in self.versions)


@dataclass(frozen=True, slots=True)
class Figures:
    """One line's window: what was counted, what was estimated, how much was observed."""

    counts: dict[str, float]
    imputed_in: float = 0.0
    imputed_out: float = 0.0
    coverage: float = 0.0
    is_final: bool = False
    seen_at: datetime | None = None

    @property
    def is_missing(self) -> bool:
        """Nobody looked and nothing was estimated: no value, rather than zero (X-R3)."""
        return self.coverage == 0 and not any(self.counts.values()) and not (self.imputed_in or self.imputed_out)


NOTHING = Figures(dict.fromkeys(COUNTS, 0))


def line_facts(session: Session, mall_id: int, roles: Iterable[LineRole] | None = None) -> dict[LineId, LineFact]:
    """The mall's lines by id, of some roles or all, retired ones included; asked once a transaction."""
    known: dict[int, dict[LineId, LineFact]] = session.info.setdefault('footfall.lines', {})
    if mall_id not in known:
        rows = session.execute(_LINES, {'mall': mall_id})
        known[mall_id] = {LineId(row.id): _line_fact(row) for row in rows}
    wanted = set(LineRole if roles is None else roles)
    return {line_id: line for line_id, line in known[mall_id].items() if line.role in wanted}


def figures(session: Session, mall_id: int, lines: Sequence[LineFact], window: Window) -> dict[LineId, Figures]:
    """Each line's figures over a window that has happened. Lines without any roll-up are there, empty."""
    return figures_of(session, mall_id, lines, [window])[0]


def figures_of(
    session: Session, mall_id: int, lines: Sequence[LineFact], windows: Sequence[Window]
) -> list[dict[LineId, Figures]]:
    """The same for several windows at once: two statements, however many windows."""
    clock = clock_of(session, mall_id)
    pieces = [_pieces(window, clock) for window in windows]
    parameters: dict[str, Any] = {name: [piece[name] for piece in pieces] for name in _PIECES}
    parameters |= {'mall': mall_id, 'versions': [version for line in lines for version in line.version_ids]}
    counted, judged = (_by_window(session.execute(sql, parameters).all(), len(windows)) for sql in (_COUNTED, _JUDGED))
    return [
        _of_window(lines, rows, judgements, piece)
        for rows, judgements, piece in zip(counted, judged, pieces, strict=True)
    ]


def together(parts: Sequence[Figures]) -> Figures:
    """Figures of one line over several windows as one."""
    return Figures(
        counts={name: sum(part.counts[name] for part in parts) for name in COUNTS},
        imputed_in=sum(part.imputed_in for part in parts),
        imputed_out=sum(part.imputed_out for part in parts),
        coverage=sum(part.coverage for part in parts) / max(1, len(parts)),
        is_final=all(part.is_final for part in parts),
        seen_at=fresh_at(parts),
    )


def measured(found: Iterable[Figures], name: str, *, imputed: str | None = None, is_over: bool = False) -> Measure:
    """One count of several lines as a measure. Unobserved lines lower its coverage."""
    parts = list(found)
    known = [part for part in parts if not part.is_missing]
    if not known:
        return Measure.missing()
    estimate = sum(getattr(part, imputed) for part in known) if imputed else 0.0
    status = Status.FINAL if is_over and all(part.is_final for part in parts) else Status.PROVISIONAL
    value = sum(part.counts[name] for part in known) + estimate
    return Measure(value=round(value), coverage=coverage_of(parts), status=status, imputed=round(estimate))


def coverage_of(parts: Sequence[Figures]) -> float:
    """Coverage of several lines together: a busy door weighs more than a side door."""
    if not parts:
        return 0.0
    volumes = [part.counts['ins'] + part.counts['outs'] + part.imputed_in + part.imputed_out for part in parts]
    usual = sum(volumes) / max(1, sum(1 for part in parts if not part.is_missing))
    weights = [usual + 1.0 if part.is_missing else volume + 1.0 for part, volume in zip(parts, volumes, strict=True)]
    covered = sum(part.coverage * weight for part, weight in zip(parts, weights, strict=True))
    return min(1.0, covered / sum(weights))


def fresh_at(parts: Iterable[Figures]) -> datetime | None:
    """When any of the lines was last heard of."""
    return max((part.seen_at for part in parts if part.seen_at), default=None)


def _by_window(rows: Iterable[Any], windows: int) -> list[dict[int, Any]]:
    found: list[dict[int, Any]] = [{} for _ in range(windows)]
    for row in rows:
        found[row.place - 1][row.line_version_id] = row
    return found


def _of_window(
    lines: Sequence[LineFact], rows: dict[int, Any], judged: dict[int, Any], piece: dict[str, Any]
) -> dict[LineId, Figures]:
    service_ms = max((float(row.observed_ms) for row in rows.values()), default=0.0)
    whole_days = (piece['days_until'] - piece['days_since']).days
    dark_days = whole_days - max((row.whole_days for row in rows.values()), default=0)
    return {line.id: _of_line(line, rows, judged, service_ms, piece['days'], dark_days) for line in lines}


def _line_fact(row: Any) -> LineFact:
    return LineFact(
        id=LineId(row.id),
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        role=LineRole(row.role),
        entrance_kind=row.entrance_kind,
        floor_id=row.floor_id,
        outer_floor_id=row.outer_floor_id,
        door_id=row.door_id,
        unit_id=row.unit_id,
        is_retired=row.retired_at is not None,
        versions=tuple(zip(row.ids, row.numbers, row.starts, strict=True)),
    )


def _of_line(
    line: LineFact, rows: dict[int, Any], judged: dict[int, Any], service_ms: float, days: int, dark_days: int
) -> Figures:
    """`dark_days`: whole days of which no line of the mall told anything; until they are judged nothing covers them."""
    mine = [rows[version] for version in line.version_ids if version in rows]
    judgements = [judged[version] for version in line.version_ids if version in judged]
    if not mine and not judgements:
        return NOTHING
    seen_ms = sum(float(row.seen_ms) for row in mine)
    by_time = min(1.0, max(0.0, seen_ms / service_ms)) if service_ms else 0.0
    judged_days = min(days, sum(row.days for row in judgements))
    by_traffic = _mean([(row.coverage, row.days) for row in judgements])
    unjudged = days - judged_days
    lit = unjudged - min(unjudged, max(0, dark_days - sum(row.blank_days for row in judgements)))
    coverage = (by_traffic * judged_days + by_time * lit) / max(1, days)
    return Figures(
        counts=_counts(mine),
        imputed_in=sum(float(row.imputed_in) for row in judgements),
        imputed_out=sum(float(row.imputed_out) for row in judgements),
        coverage=min(1.0, coverage),
        is_final=judged_days == days and all(row.is_final for row in judgements),
        seen_at=max((row.seen_at for row in mine if row.seen_at), default=None),
    )


def _counts(rows: Sequence[Any]) -> dict[str, float]:
    # the counts stand third and following in each row; by place, because by name costs more than the statement
    parts = [row[2 : 2 + len(COUNTS)] for row in rows] or [(0.0,) * len(COUNTS)]
    return dict(zip(COUNTS, parts[0] if len(parts) == 1 else map(sum, zip(*parts, strict=True)), strict=True))


def _mean(weighted: list[tuple[float, int]]) -> float:
    total = sum(weight for _, weight in weighted)
    return sum(value * weight for value, weight in weighted) / total if total else 0.0


def _pieces(window: Window, clock: BusinessClock) -> dict[str, Any]:
    """A window cut into quarters, whole days, quarters again, and the minutes of the last quarter."""
    start = floor_to_quarter(window.started_at)
    last = floor_to_quarter(window.ended_at)
    days_since, days_until = _whole_days(start, last, clock)
    first_on = clock.business_on(start)
    last_on = clock.business_on(max(start, window.ended_at - timedelta(microseconds=1)))
    return {
        'start': start,
        'days_since': days_since,
        'days_until': days_until,
        'last': last,
        'cut': window.ended_at,
        'share': (window.ended_at - last) / QUARTER,
        'first_on': first_on,
        'last_on': last_on,
        'days': (last_on - first_on).days + 1,
    }


def _whole_days(start: datetime, last: datetime, clock: BusinessClock) -> tuple[datetime, datetime]:
    """The whole business days inside a span; an empty span at its start where there are none."""
    opening, closing = clock.bounds(clock.business_on(start))
    since = start if start == opening else closing
    until = clock.bounds(clock.business_on(last))[0]
    return (since, until) if since < until else (start, start)


def floor_to_quarter(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)


def days_between(first_on: date, until_on: date) -> list[date]:
    return [first_on + timedelta(days=n) for n in range((until_on - first_on).days)]


_LINES = text(
    """
    SELECT l.*, array_agg(v.id ORDER BY v.version) AS ids, array_agg(v.version ORDER BY v.version) AS numbers,
        array_agg(v.valid_from ORDER BY v.version) AS starts
    FROM footfall_line l JOIN footfall_line_version v ON v.mall_id = l.mall_id AND v.line_id = l.id
    WHERE l.mall_id = :mall GROUP BY l.id
"""
)
_PIECES = ('start', 'days_since', 'days_until', 'last', 'cut', 'share', 'first_on', 'last_on')
_WINDOWS = """
    windows AS (
        SELECT * FROM unnest(CAST(:start AS timestamptz[]), CAST(:days_since AS timestamptz[]),
            CAST(:days_until AS timestamptz[]), CAST(:last AS timestamptz[]), CAST(:cut AS timestamptz[]),
            CAST(:share AS float[]), CAST(:first_on AS date[]), CAST(:last_on AS date[]))
            WITH ORDINALITY AS w (start, days_since, days_until, last, cut, part, first_on, last_on, place)
    )
"""
_SUMS = ', '.join(f'sum({name} * share) AS {name}' for name in COUNTS)
_COLUMNS = f'line_version_id, {", ".join(COUNTS)}, observed_ms, observed_ms - silent_ms AS seen_ms, seen_at, grain'
_ROWS = f'SELECT {_COLUMNS}, CAST(1 AS float) AS share FROM footfall_line_rollup'  # noqa: S608
_MINE = 'mall_id = :mall AND line_version_id = ANY(:versions)'
_COUNTED = text(
    f"""
    WITH {_WINDOWS}
    SELECT place, line_version_id, {_SUMS}, sum(observed_ms * share) AS observed_ms, sum(seen_ms * share) AS seen_ms,
        max(seen_at) AS seen_at, count(*) FILTER (WHERE grain = 1440) AS whole_days
    FROM windows w CROSS JOIN LATERAL (
        {_ROWS} WHERE {_MINE} AND grain = 1440 AND bucket_at >= w.days_since AND bucket_at < w.days_until
        UNION ALL {_ROWS} WHERE {_MINE} AND grain = 15 AND bucket_at >= w.start AND bucket_at < w.days_since
        UNION ALL {_ROWS} WHERE {_MINE} AND grain = 15 AND bucket_at >= w.days_until AND bucket_at < w.last
        UNION ALL {_ROWS} WHERE {_MINE} AND grain = 1 AND bucket_at >= w.last AND bucket_at < w.cut
        UNION ALL SELECT {_COLUMNS}, w.part AS share FROM footfall_line_rollup AS q
            WHERE {_MINE} AND grain = 15 AND bucket_at = w.last AND w.part > 0 AND NOT EXISTS (
                SELECT FROM footfall_line_rollup AS m WHERE m.mall_id = :mall AND m.grain = 1
                    AND m.line_version_id = q.line_version_id AND m.bucket_at >= w.last
                    AND m.bucket_at < w.last + interval '15 minutes')
    ) AS parts GROUP BY place, line_version_id
"""  # noqa: S608
)
# A day that was judged says its coverage by traffic, and what was missed; estimates count once their hour is over.
_JUDGED = text(
    f"""
    WITH {_WINDOWS}
    SELECT w.place, d.line_version_id, count(*) AS days, avg(d.coverage) AS coverage, bool_and(d.is_final) AS is_final,
        coalesce(sum(i.imputed_in), 0) AS imputed_in, coalesce(sum(i.imputed_out), 0) AS imputed_out,
        count(*) FILTER (WHERE d.coverage = 0) AS blank_days
    FROM windows w JOIN footfall_line_day d ON d.mall_id = :mall AND d.business_on BETWEEN w.first_on AND w.last_on
        AND d.line_version_id = ANY(:versions)
    LEFT JOIN LATERAL (
        SELECT sum(imputed_in) AS imputed_in, sum(imputed_out) AS imputed_out FROM footfall_imputation i
        WHERE i.mall_id = d.mall_id AND i.business_on = d.business_on AND i.line_version_id = d.line_version_id
            AND i.bucket_at >= w.start AND i.bucket_at + interval '1 hour' <= w.cut
    ) i ON d.imputed_in > 0 OR d.imputed_out > 0
    GROUP BY 1, 2
"""  # noqa: S608
)
