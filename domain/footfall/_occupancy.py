"""Who is inside now, per floor and mall, from today's quarters; empty at the cut-off, never below zero (FT-R8)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

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

Flow = dict[datetime, tuple[int, int]]


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


def inside_now(session: Session, mall_id: int, now: datetime) -> Occupancies:
    """Walks through today's quarters of every entrance and passage, outs corrected as recent days have taught."""
    lines = line_facts(session, mall_id, (LineRole.ENTRANCE, LineRole.PASSAGE))
    by_version = {version: line for line in lines.values() for version in line.version_ids}
    clock = clock_of(session, mall_id)
    day = clock.business_on(now)
    flows: defaultdict[int, Flow] = defaultdict(dict)
    seen: defaultdict[int, list[float]] = defaultdict(list)
    fresh: datetime | None = None
    parameters = {'mall': mall_id, 'versions': list(by_version), 'since': clock.bounds(day)[0], 'until': now}
    for row in session.execute(text(_TODAY), parameters):
        line = by_version[row.line_version_id]
        fresh = max(fresh or row.seen_at, row.seen_at) if row.seen_at else fresh
        for floor, ins, outs in _sides(line, row.ins, row.outs):
            known = flows[floor].get(row.bucket_at, (0, 0))
            flows[floor][row.bucket_at] = (known[0] + ins, known[1] + outs)
            seen[floor].append(min(1.0, row.seen_ms / 900_000))
    scales = _scales(session, mall_id, clock.business_on(now) - timedelta(days=LEARNT_FROM_DAYS))
    floors = {WHOLE_MALL} | {floor for line in lines.values() for floor, _, _ in _sides(line, 0, 0)}
    places = {floor: _place(flows[floor], scales.get(floor, 1.0), seen[floor]) for floor in floors}
    return Occupancies(places=places, fresh_at=fresh)


def _sides(line: LineFact, ins: int, outs: int) -> list[tuple[int, int, int]]:
    """Which places a line's people come into and leave."""
    sides = [(line.floor_id, ins, outs)]
    if line.role is LineRole.ENTRANCE:
        sides.append((WHOLE_MALL, ins, outs))
    elif line.outer_floor_id is not None:
        sides.append((line.outer_floor_id, outs, ins))
    return sides


def _place(flow: Flow, scale: float, seen: list[float]) -> Place:
    buckets = tuple(sorted(flow))
    steps = [flow[bucket] for bucket in buckets]
    return Place(
        inside=follow(steps, scale=scale),
        uncorrected=follow(steps),
        scale=scale,
        buckets=buckets,
        coverage=sum(seen) / len(seen) if seen else 0.0,
    )


def _scales(session: Session, mall_id: int, since_on: object) -> dict[int, float]:
    closed: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = session.execute(
        text('SELECT floor_id, ins, outs FROM footfall_closed_day WHERE mall_id = :mall AND business_on >= :since'),
        {'mall': mall_id, 'since': since_on},
    )
    for row in rows:
        closed[row.floor_id].append((row.ins, row.outs))
    return {floor: learnt_scale(days) for floor, days in closed.items()}


_TODAY = """
    SELECT line_version_id, bucket_at, ins + masked_in AS ins, outs + masked_out AS outs,
        (observed_ms - silent_ms)::float AS seen_ms, seen_at
    FROM footfall_line_rollup
    WHERE mall_id = :mall AND grain = 15 AND line_version_id = ANY(:versions)
        AND bucket_at >= :since AND bucket_at <= :until
"""
