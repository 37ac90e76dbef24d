"""Who is inside now, per floor and mall, from today's quarters; empty at the cut-off, never below zero (FT-R8)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._closing import WHOLE_MALL
from domain.footfall._figures import LineFact, line_facts
from domain.footfall._mall import clock_of
from domain.footfall._rules.occupancy import Inside, follow, learnt_scale
from domain.footfall.commands import LineRole
from domain.footfall.views import FloorOccupancy

LEARNT_FROM_DAYS = 7
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Place:
    """One floor, or the mall."""

    inside: Inside
    uncorrected: Inside
    scale: float
    buckets: tuple[datetime, ...]
    coverage: float


@dataclass(frozen=True, slots=True)
class Occupancies:
    """The whole mall and its floors."""

    places: dict[int, Place]
    fresh_at: datetime | None

    @property
    def mall(self) -> Inside:
        return self.places[WHOLE_MALL].inside

    def views(self) -> tuple[FloorOccupancy, ...]:
        return tuple(self._view(floor, place) for floor, place in sorted(self.places.items()))

    def _view(self, floor: int, place: Place) -> FloorOccupancy:
        peak_index = place.inside.peak_index
        return FloorOccupancy(
            floor_id=None if floor == WHOLE_MALL else floor,
            people=round(place.inside.now),
            uncorrected=round(place.uncorrected.now),
            out_scale=place.scale,
            peak=round(place.inside.peak),
            peak_at=None if peak_index is None else place.buckets[peak_index] + QUARTER,
            coverage=place.coverage,
            fresh_at=self.fresh_at,
        )


def inside_now(
    session: Session, mall_id: int, now: datetime, roles: Sequence[LineRole] = (LineRole.ENTRANCE, LineRole.PASSAGE)
) -> Occupancies:
    """Walks through today's quarters of every floor and the mall, outs corrected as recent days have taught.

    For the mall alone, entrances are enough.
    """
    clock = clock_of(session, mall_id)
    sides = _sides(line_facts(session, mall_id, roles).values())
    versions = [(version, floor, sign) for floor, sign, ids in sides for version in ids]
    parameters = {
        'mall': mall_id,
        'versions': [version for version, _, _ in versions],
        'floors': [floor for _, floor, _ in versions],
        'signs': [sign for _, _, sign in versions],
        'since': clock.bounds(clock.business_on(now))[0],
        'until': now,
    }
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in session.execute(_TODAY, parameters).all():
        found[row.floor_id].append(row)
    scales = _scales(session, mall_id, clock.business_on(now) - timedelta(days=LEARNT_FROM_DAYS))
    places = {
        floor: _place(found[floor], scales.get(floor, 1.0)) for floor in {WHOLE_MALL, *(side[0] for side in sides)}
    }
    fresh_at = max((row.seen_at for rows in found.values() for row in rows if row.seen_at), default=None)
    return Occupancies(places=places, fresh_at=fresh_at)


def _sides(lines: Iterable[LineFact]) -> list[tuple[int, int, list[int]]]:
    """Which places a line's people come into (+1) or leave (−1) when they go in."""
    sides = []
    for line in lines:
        sides.append((line.floor_id, 1, line.version_ids))
        if line.role is LineRole.ENTRANCE:
            sides.append((WHOLE_MALL, 1, line.version_ids))
        elif line.outer_floor_id is not None:
            sides.append((line.outer_floor_id, -1, line.version_ids))
    return sides


def _place(rows: Sequence[Any], scale: float) -> Place:
    steps = [(row.ins, row.outs) for row in rows]
    return Place(
        inside=follow(steps, scale=scale),
        uncorrected=follow(steps),
        scale=scale,
        buckets=tuple(row.bucket_at for row in rows),
        coverage=sum(row.coverage for row in rows) / len(rows) if rows else 0.0,
    )


def _scales(session: Session, mall_id: int, since_on: date) -> dict[int, float]:
    closed: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in session.execute(_CLOSED, {'mall': mall_id, 'since': since_on}).all():
        closed[row.floor_id].append((row.ins, row.outs))
    return {floor: learnt_scale(days) for floor, days in closed.items()}


_TODAY = text("""
    SELECT s.floor_id, r.bucket_at, max(r.seen_at) AS seen_at,
        sum(CASE WHEN s.sign = 1 THEN r.ins + r.masked_in ELSE r.outs + r.masked_out END)::int AS ins,
        sum(CASE WHEN s.sign = 1 THEN r.outs + r.masked_out ELSE r.ins + r.masked_in END)::int AS outs,
        avg(least(1.0, (r.observed_ms - r.silent_ms) / 900000.0))::float AS coverage
    FROM unnest(CAST(:versions AS bigint[]), CAST(:floors AS bigint[]), CAST(:signs AS int[]))
            AS s (line_version_id, floor_id, sign)
        JOIN footfall_line_rollup r ON r.mall_id = :mall AND r.grain = 15 AND r.line_version_id = s.line_version_id
            AND r.bucket_at >= :since AND r.bucket_at <= :until
    GROUP BY 1, 2 ORDER BY 1, 2
""")
_CLOSED = text('SELECT floor_id, ins, outs FROM footfall_closed_day WHERE mall_id = :mall AND business_on >= :since')
