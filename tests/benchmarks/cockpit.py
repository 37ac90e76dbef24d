"""Every question of the cockpit and the footfall pages on ten million crossings over 400 days, beside the raw scan.

Each question must say what a scan of the raw rows says, answer within 50 ms at the 95th percentile, and read no raw
table (PostgreSQL's own plans are asked). One JSON line per figure: wall time at the median and the 95th percentile, and
`cpu`, the processor time of client and server together, which neighbours on the machine do not change.

Sizes: `ATRIUM_BENCH_CROSSINGS`, `ATRIUM_BENCH_DAYS`, `ATRIUM_BENCH_ROUNDS`.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr

from domain.footfall import queries
from domain.footfall.commands import Window
from domain.footfall.views import Grain, Mode
from domain.shared import provisioning
from domain.shared.database import DatabaseSettings, connect, disconnect
from domain.shared.migration import APP_ROLE
from domain.shared.operations import ask
from integrations.embedded.postgres import EmbeddedPostgres
from tests.benchmarks.cockpit_data import NOW, TODAY, BenchMall, build
from tests.benchmarks.cockpit_raw import Raw
from tests.domain.footfall.conftest import local
from tests.domain.footfall.plans import raw_tables_read

CROSSINGS = int(os.environ.get('ATRIUM_BENCH_CROSSINGS', '10000000'))
DAYS = int(os.environ.get('ATRIUM_BENCH_DAYS', '400'))
ROUNDS = int(os.environ.get('ATRIUM_BENCH_ROUNDS', '40'))
GOAL_MS = 50.0

DAY_START = local(2026, 5, 18, 4)
SO_FAR = Window(started_at=DAY_START, ended_at=NOW)
MONTH = Window(started_at=local(2026, 5, 1, 4), ended_at=NOW)
MONTH_LAST_YEAR = Window(started_at=local(2025, 5, 1, 4), ended_at=local(2025, 5, 18, 18, 15))
YEAR = Window(started_at=local(2025, 5, 19, 4), ended_at=DAY_START)


@dataclass(frozen=True)
class Question:
    """A question, the figures in its answer, and the same figures from raw rows."""

    name: str
    ask: Callable[[BenchMall], Any]
    figures: Callable[[Any], Any] = lambda answer: None
    raw: Callable[[Raw], Any] | None = None  # None: it asks for what raw rows do not say


def _ask(query: Callable[..., Any], **arguments: Any) -> Callable[[BenchMall], Any]:
    return lambda mall: ask(query, actor=mall.system, now=NOW, **arguments)


QUESTIONS = (
    Question(
        'cockpit_summary', _ask(queries.cockpit_summary),
        lambda s: [s.footfall.value, s.leavings.value, s.children.value, s.shop_entries.value, s.staff_removed,
                   *[c.base.value for c in s.comparisons]],
        lambda raw: raw.summary(),
    ),
    Question(
        'curve_15min', _ask(queries.curve_15min),
        lambda c: [[p.current.value for p in c.points if p.current.value],
                   [p.base.value for p in c.points if p.base and p.base.value]],
        lambda raw: raw.curve(),
    ),
    Question(
        'door_ranking', _ask(queries.door_ranking),
        lambda ranks: {r.code: (r.ins.value, r.outs.value) for r in ranks}, lambda raw: raw.doors(),
    ),
    Question(
        'occupancy_by_floor', _ask(queries.occupancy_by_floor),
        lambda floors: {f.floor_id: f.people for f in floors}, lambda raw: raw.occupancy(),
    ),
    Question(
        'heat_map',
        lambda mall: ask(queries.heat_map, actor=mall.system, now=NOW, floor_id=mall.floors[0], window=SO_FAR),
        lambda h: [len(h.cells), round(sum(c.person_s for c in h.cells))], lambda raw: raw.heat(),
    ),
    Question(
        'capture_rates', _ask(queries.capture_rates, window=MONTH),
        lambda rates: {r.unit_id: (r.entries.value, r.pass_by.value) for r in rates}, lambda raw: raw.capture(MONTH),
    ),
    Question(
        'dwell_by_zone', _ask(queries.dwell_by_zone, window=SO_FAR),
        lambda zones: {z.name_en: (z.visits.value, z.mean_s) for z in zones}, lambda raw: raw.dwell(),
    ),
    Question(
        'flows', _ask(queries.flows, window=SO_FAR),
        lambda m: {(f.from_zone_id, f.to_zone_id): f.persons for f in m.flows}, lambda raw: raw.flows(),
    ),
    Question(
        'series_400_days', _ask(queries.series, grain=Grain.DAY, window=YEAR),
        lambda s: [p.ins.value for p in s.points], lambda raw: raw.days(YEAR),
    ),
    Question(
        'series_month_by_hour', _ask(queries.series, grain=Grain.HOUR, window=MONTH),
        lambda s: sum(p.ins.value or 0 for p in s.points), lambda raw: raw.ins(MONTH),
    ),
    Question(
        'compare_month_to_date', _ask(queries.compare, window=MONTH, mode=Mode.CALENDAR_YEAR),
        lambda c: [c.current.value, c.base.value],
        lambda raw: [raw.ins(MONTH), raw.ins(MONTH_LAST_YEAR)],
    ),
    Question(
        'compare_holiday_aligned', _ask(queries.compare, window=SO_FAR, mode=Mode.HOLIDAY_ALIGNED),
        lambda c: c.base.value, lambda raw: raw.ins(raw.last_year()),
    ),
    Question(
        'staff_removed', _ask(queries.staff_removed, window=MONTH), lambda s: s.crossings, lambda raw: raw.staff(MONTH),
    ),
    Question(
        'coverage_calendar',
        lambda mall: ask(queries.coverage_calendar, actor=mall.system, now=NOW, first_on=TODAY - timedelta(days=30),
                         until_on=TODAY + timedelta(days=1)),
    ),
    Question('list_gaps', _ask(queries.list_gaps, window=MONTH)),
)  # fmt: skip


def main() -> int:
    with _stand() as owner_url:
        started = time.perf_counter()
        mall = build(owner_url, crossings=CROSSINGS, days=DAYS)
        sys.stderr.write(f'{CROSSINGS:,} crossings over {DAYS} days in {time.perf_counter() - started:.0f} s\n')
        with psycopg.connect(owner_url, autocommit=True) as owner:
            raw = Raw(owner, mall)
            results = [_measure(question, mall, raw) for question in QUESTIONS]
    return 0 if all(results) else 1


def _measure(question: Question, mall: BenchMall, raw: Raw) -> bool:
    """Answers a question often, the raw scan thrice, and holds them against each other."""
    reference = _reference(question, mall, raw)
    scanned = raw_tables_read(lambda: question.ask(mall))
    if scanned:
        raise SystemExit(f'{question.name} reads raw tables: {sorted(scanned)}')
    before = raw.cpu_seconds() + time.process_time()
    times = sorted(_timed(lambda: question.ask(mall))[0] for _ in range(ROUNDS))
    cpu = (raw.cpu_seconds() + time.process_time() - before) * 1000 / ROUNDS
    p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    for name, value in (('p50', p50), ('p95', p95), ('cpu', cpu)):
        _say(f'cockpit.{question.name}.{name}', 'ms', value, reference, f'< {GOAL_MS:.0f}', value < GOAL_MS)
    return p95 < GOAL_MS


def _reference(question: Question, mall: BenchMall, raw: Raw) -> float | None:
    """How long the raw scan takes, once it says the same."""
    scan = question.raw
    if scan is None:
        return None
    scans = [_timed(lambda: scan(raw)) for _ in range(3)]
    found, expected = question.figures(question.ask(mall)), scans[0][1]
    if found != expected:
        raise SystemExit(f'{question.name}: the roll-ups say {found}, the raw rows {expected}')
    return statistics.median(time_ms for time_ms, _ in scans)


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = call()
    return (time.perf_counter() - started) * 1000, result


def _say(name: str, unit: str, ours: float, reference: float | None, goal: str | None, met: bool) -> None:
    ratio = ours / reference if reference else None
    figure = {
        'name': name,
        'unit': unit,
        'ours': round(ours, 2),
        'reference': None if reference is None else round(reference, 2),
        'ratio': None if ratio is None else round(ratio, 5),
        'goal': goal,
        'met': met,
    }
    sys.stdout.write(json.dumps(figure) + '\n')
    sys.stdout.flush()


@contextmanager
def _stand() -> Iterator[str]:
    """A PostgreSQL of its own, settings as the wheel has them but for what makes building a past bearable."""
    with tempfile.TemporaryDirectory(prefix='atrium-bench-pg-', ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / 'data')
        server.start()
        try:
            with psycopg.connect(server.owner_url(), autocommit=True) as connection:
                for setting in ('fsync = off', "max_wal_size = '8GB'", "shared_buffers = '512MB'"):
                    connection.execute(f'ALTER SYSTEM SET {setting}')
            server.stop()
            server.start()
            yield _prepare(server)
        finally:
            disconnect()
            server.stop()


def _prepare(server: EmbeddedPostgres) -> str:
    provisioning.ensure_database(server.owner_url(), 'bench')
    owner_url = server.owner_url('bench')
    provisioning.ensure_role(owner_url, 'only-for-benchmarks')
    provisioning.upgrade(owner_url)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute('CREATE TYPE bench_point AS (line int, at timestamptz)')
    url = SecretStr(server.url('bench', APP_ROLE, 'only-for-benchmarks'))
    connect(DatabaseSettings(url=url, statement_timeout_ms=1_200_000))
    return owner_url


if __name__ == '__main__':
    sys.exit(main())
