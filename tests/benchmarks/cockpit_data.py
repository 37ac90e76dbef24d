"""A mall with a long past: millions of raw crossings over hundreds of days, with the roll-ups the platform makes.

Past days are generated inside PostgreSQL, with the platform's own statements making the roll-ups; today comes through
`recording`, as from the ingest. Nothing here is read by the questions but what recording and upkeep wrote.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import psycopg

from domain.footfall import operations
from domain.footfall._rebuilding import rebuild_lines
from domain.footfall.commands import (
    CrossingReading,
    DefineLine,
    DefineZone,
    EntranceKind,
    HealthReading,
    LineRole,
    PresenceReading,
    VisitReading,
    ZoneKind,
)
from domain.footfall.recording import record_crossings, record_health, record_presence, record_visits
from domain.footfall.views import Recorded
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.database import Scope, transaction
from domain.shared.operations import perform
from tests.conftest import insert_bare_mall
from tests.domain.footfall.conftest import insert_floor, insert_unit, local

ENTRANCES, PASSAGES, SHOPS, WAYS, ZONES = 12, 10, 60, 12, 40
FLOORS = ('F1', 'F2', 'F3', 'F4')
TODAY = date(2026, 5, 18)
NOW = local(2026, 5, 18, 18, 15)
OPENS, HOURS = 10, 12
BATCH = 2_000
CROSSINGS_TODAY = 20_000
STAYS_TODAY = 12_000
MINUTE_DAYS = 90


@dataclass
class BenchMall:
    mall_id: MallId
    floors: list[int]
    lines: dict[str, int] = field(default_factory=dict)  # code to version id
    devices: dict[str, int] = field(default_factory=dict)

    @property
    def system(self) -> Actor:
        return system_actor('benchmark', self.mall_id)


def build(owner_url: str, *, crossings: int, days: int) -> BenchMall:
    """Makes the mall and its past."""
    mall = _lay_out(owner_url, TODAY - timedelta(days=days + 1))
    first_on = TODAY - timedelta(days=days - 1)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        _make_partitions(owner, first_on)
        _generate_crossings(owner, mall, first_on, days - 1, crossings - CROSSINGS_TODAY)
        _generate_coverage(owner, mall, first_on, days - 1)
    _roll_up(mall, first_on)
    _play_today(mall)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        _generate_flows_and_heat(owner, mall, first_on)
        owner.execute('VACUUM ANALYZE')
    return mall


def _lay_out(owner_url: str, since_on: date) -> BenchMall:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        mall_id = insert_bare_mall(owner, 'bench')
        floors = [insert_floor(owner, mall_id, code, level) for level, code in enumerate(FLOORS, 1)]
        units = [insert_unit(owner, mall_id, floors[n % 4], f'unit-{n}') for n in range(SHOPS)]
    mall = BenchMall(mall_id, floors)
    valid_from = local(since_on.year, since_on.month, since_on.day)
    for number, (role, place) in enumerate(_roles()):
        code = f'{role.value}-{place}'
        mall.devices[code] = number + 1
        command = DefineLine(
            code=code, name_zh=code, name_en=code, role=role, floor_id=floors[place % 4], device_id=number + 1,
            unit_id=units[place] if role in (LineRole.SHOP, LineRole.PASSING) else None, end=(4.0, 0.0),
            valid_from=valid_from,
            entrance_kind=EntranceKind.STREET if role is LineRole.ENTRANCE else None,
        )  # fmt: skip
        mall.lines[code] = perform(operations.define_line, actor=mall.system, command=command).version_id
    for number in range(ZONES):
        x = 3.0 * (number % 10)
        square = ((x, 0.0), (x + 2, 0.0), (x + 2, 2.0), (x, 2.0))
        zone = DefineZone(
            code=f'zone-{number}', name_zh=f'区{number}', name_en=f'Zone {number}', kind=ZoneKind.SHOP,
            floor_id=floors[number // 10], polygon=square, unit_id=units[number], device_id=number + 1,
            valid_from=valid_from,
        )  # fmt: skip
        perform(operations.define_zone, actor=mall.system, command=zone)
    return mall


def _roles() -> Iterator[tuple[LineRole, int]]:
    numbers = {
        LineRole.ENTRANCE: ENTRANCES,
        LineRole.PASSAGE: PASSAGES,
        LineRole.SHOP: SHOPS,
        LineRole.PASSING: WAYS,
    }
    for role, number in numbers.items():
        yield from ((role, place) for place in range(number))


def _make_partitions(owner: psycopg.Connection, first_on: date) -> None:
    for table in ('footfall_crossing', 'footfall_stay', 'footfall_presence', 'footfall_health'):
        month = first_on.replace(day=1)
        while month <= TODAY:
            owner.execute('SELECT footfall_make_partition(%s, %s)', [table, month])
            month = (month + timedelta(days=32)).replace(day=1)


def _generate_crossings(owner: psycopg.Connection, mall: BenchMall, first_on: date, days: int, crossings: int) -> None:
    """Past crossings in order of time, doors unequally busy, with children, groups left out, some staff."""
    per_day = -(-crossings // days)
    owner.execute('SELECT setseed(0.42)')
    parameters = {
        'mall': mall.mall_id, 'versions': list(mall.lines.values()), 'lines': len(mall.lines), 'per_day': per_day,
    }  # fmt: skip
    for number in range(days):
        day = first_on + timedelta(days=number)
        opening = local(day.year, day.month, day.day, OPENS)
        owner.execute(_CROSSINGS, {**parameters, 'day': day, 'opens': opening, 'seq': number * per_day}, prepare=True)


_CROSSINGS = """
    INSERT INTO footfall_crossing (mall_id, device_id, seq, reported_at, received_at, occurred_at, business_on,
        line_version_id, direction, band, staff_mask, is_masked, track, group_token)
    SELECT %(mall)s, (p).line, %(seq)s + n, (p).at, (p).at, (p).at, %(day)s, (%(versions)s::bigint[])[(p).line],
        CASE WHEN random() < 0.5 THEN 1 ELSE -1 END, CASE WHEN random() < 0.15 THEN 2 ELSE 1 END,
        CASE WHEN random() < 0.02 THEN 1 ELSE 0 END, false, NULL, NULL
    FROM (
        SELECT n, ROW(1 + floor(%(lines)s * power(random(), 1.6))::int,
            %(opens)s::timestamptz + n * (interval '12 hours' / %(per_day)s))::bench_point AS p
        FROM generate_series(1, %(per_day)s) AS n
    ) AS drawn
"""


def _generate_coverage(owner: psycopg.Connection, mall: BenchMall, first_on: date, days: int) -> None:
    """Every device saw every opening hour, except one line that missed one now and then; old history is hourly."""
    recent = min(days, MINUTE_DAYS)
    for first, number, span in ((first_on, days - recent, 60), (TODAY - timedelta(days=recent), recent, 15)):
        opening = local(first.year, first.month, first.day, OPENS)
        parameters = {
            'mall': mall.mall_id,
            'versions': list(mall.lines.values()),
            'gappy': mall.lines['entrance-3'],
            'first': first,
            'opens': opening,
            'days': number,
            'span': span,
            'spans': HOURS * 60 // span,
        }
        owner.execute(_COVERAGE, parameters)


_COVERAGE = """
    INSERT INTO footfall_imported_line (mall_id, line_version_id, bucket_at, source, span_min, business_on, observed_ms)
    SELECT %(mall)s, version, %(opens)s::timestamptz + day * interval '1 day' + place * %(span)s * interval '1 minute',
        'benchmark', %(span)s, %(first)s::date + day, %(span)s * 60000
    FROM unnest(%(versions)s::bigint[]) AS version, generate_series(0, %(days)s - 1) AS day,
        generate_series(0, %(spans)s - 1) AS place
    WHERE NOT (version = %(gappy)s AND day %% 7 = 3 AND place * %(span)s BETWEEN 240 AND 299)
"""


def _roll_up(mall: BenchMall, first_on: date) -> None:
    """The platform's own rebuilding, ten days a transaction; minutes only as long as they are kept."""
    keeps_minutes_from = TODAY - timedelta(days=MINUTE_DAYS)
    day = first_on
    while day < TODAY:
        until = min(day + timedelta(days=10), TODAY)
        if day < keeps_minutes_from < until:
            until = keeps_minutes_from
        with transaction(Scope(mall_id=mall.mall_id, actor_name='benchmark')) as session:
            rebuild_lines(session, mall.mall_id, day, until, finest_min=15 if day < keeps_minutes_from else 1)
        day = until


def _play_today(mall: BenchMall) -> None:
    """Today, through the functions that the ingest calls."""
    chance = random.Random(42)
    opening = local(TODAY.year, TODAY.month, TODAY.day, OPENS)
    span_s = int((NOW - opening).total_seconds())
    codes = list(mall.lines)
    moments = sorted(opening + timedelta(seconds=chance.random() * span_s) for _ in range(CROSSINGS_TODAY))
    crossings = [
        CrossingReading(
            device_id=mall.devices[code],
            seq=10**9 + n,
            occurred_at=at,
            received_at=at,
            line=code,
            direction='in' if chance.random() < 0.6 else 'out',
            track=f't{n}',
            group=f'g{n // 3}' if n % 2 else None,
            band='child' if chance.random() < 0.15 else 'adult',
            staff=('badge',) if chance.random() < 0.02 else (),
        )
        for n, at in enumerate(moments)
        for code in [codes[int(len(codes) * chance.random() ** 1.6)]]
    ]
    minutes = [opening + timedelta(minutes=n) for n in range(span_s // 60)]
    healths = [
        HealthReading(device_id=device, seq=2 * 10**9 + n, occurred_at=at, received_at=at, observed_s=60)
        for n, at in enumerate(minutes)
        for device in mall.devices.values()
    ]
    _record(mall, record_crossings, crossings)
    _record(mall, record_health, healths)
    _record(mall, record_visits, list(_stays(chance, opening, span_s)))
    _record(mall, record_presence, list(_presence(chance, minutes)))


def _stays(chance: random.Random, opening: datetime, span_s: int) -> Iterator[VisitReading]:
    """Each person visits two or three different zones, with time to walk between them."""
    people = STAYS_TODAY // 2
    for person in range(people):
        at = opening + timedelta(seconds=chance.random() * (span_s - 7200))
        first = 10 * chance.randrange(ZONES // 10)  # people stay on one floor, so that flows are worth showing
        for place, zone in enumerate(chance.sample(range(first, first + 10), chance.choice([1, 2, 3]))):
            left_at = at + timedelta(seconds=60 + int(chance.expovariate(1 / 900)) % 1800)
            yield VisitReading(
                device_id=zone + 1, seq=3 * 10**9 + person * 10 + place, received_at=left_at, zone=f'zone-{zone}',
                track=f'p{person}', entered_at=at, left_at=left_at,
            )  # fmt: skip
            at = left_at + timedelta(minutes=5)


def _presence(chance: random.Random, minutes: Sequence[datetime]) -> Iterator[PresenceReading]:
    for number, at in enumerate(minutes):
        for place, floor in enumerate(FLOORS):
            cells = tuple((chance.randrange(60), chance.randrange(40), chance.random() * 60) for _ in range(40))
            yield PresenceReading(
                device_id=place + 1, seq=4 * 10**9 + number, occurred_at=at, received_at=at, floor=floor, cells=cells
            )


def _record(mall: BenchMall, record: Callable[..., Recorded], readings: Sequence[object]) -> None:
    """Committed in batches, as the ingest does."""
    for batch in _batches(readings):
        with transaction(Scope(mall_id=mall.mall_id, actor_name='benchmark')) as session:
            recorded = record(session, mall_id=mall.mall_id, readings=batch)
            assert recorded.inserted == len(batch), recorded


def _batches(readings: Sequence[object]) -> Iterable[Sequence[object]]:
    return (readings[start : start + BATCH] for start in range(0, len(readings), BATCH))


def _generate_flows_and_heat(owner: psycopg.Connection, mall: BenchMall, first_on: date) -> None:
    """What past days left of zones, flows and heat: as large as a real past, its figures drawn by lot."""
    parameters = {'mall': mall.mall_id, 'first': first_on, 'today': TODAY, 'floors': mall.floors}
    for statement in (_PAST_ZONES, _PAST_DWELL, _PAST_FLOWS, _PAST_HEAT):
        owner.execute(statement, parameters)


_DAYS = "generate_series(%(first)s::date, %(today)s::date - 1, interval '1 day') AS day"
_START = "((day::date + time '04:00') AT TIME ZONE 'Asia/Shanghai')"
_PAST_ZONES = f"""
    INSERT INTO footfall_zone_rollup
        (mall_id, grain, zone_version_id, bucket_at, business_on, visits, dwell_s, observed_ms)
    SELECT mall_id, 1440, id, {_START}, day::date, 200, 200 * 900, 43200000
    FROM footfall_zone_version, {_DAYS} WHERE mall_id = %(mall)s
"""
_PAST_DWELL = f"""
    INSERT INTO footfall_dwell_rollup (mall_id, grain, zone_version_id, bucket_at, bin, visits)
    SELECT mall_id, 1440, id, {_START}, 90 + bin, 5 FROM footfall_zone_version, {_DAYS}, generate_series(0, 39) AS bin
    WHERE mall_id = %(mall)s
"""
_PAST_FLOWS = f"""
    INSERT INTO footfall_transition_rollup (mall_id, grain, bucket_at, from_zone_id, to_zone_id, persons)
    SELECT a.mall_id, 1440, {_START}, a.id, b.id, (random() * 12)::int
    FROM footfall_zone a JOIN footfall_zone b ON b.mall_id = a.mall_id AND b.id <> a.id, {_DAYS}
    WHERE a.mall_id = %(mall)s
"""
_PAST_HEAT = f"""
    INSERT INTO footfall_heat_rollup (mall_id, grain, floor_id, bucket_at, ix, iy, person_cs)
    SELECT %(mall)s, 1440, floor, {_START}, ix, iy, (random() * 1e6)::bigint
    FROM unnest(%(floors)s::bigint[]) AS floor, generate_series(0, 59) AS ix, generate_series(0, 39) AS iy, {_DAYS}
    WHERE day >= %(today)s::date - 60
"""
