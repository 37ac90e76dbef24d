"""A bill run of a whole year beside the bare SQL writes of the same rows on the same PostgreSQL.

Ours is `preview_run`, `approve_run` and `post_run` over twelve months of every lease: the terms are read and reckoned,
differences against what was billed are taken, lines are written, hashed, approved and made charges. The reference knows
the amounts beforehand and writes the same lines and charges with psycopg in one transaction, into tables with the same
indexes and constraints. Rounds are interleaved, each over another year.

Sizes: `ATRIUM_BENCH_LEASES`, `ATRIUM_BENCH_ROUNDS`.
"""

import json
import os
import statistics
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime

import psycopg
import psycopg.types.json

from domain.billing.commands import ApproveRun, PostRun, PreviewRun
from domain.billing.runs import approve_run, post_run, preview_run
from domain.billing.views import RunView
from domain.leasing.commands import (
    LettableUnitId,
    NewItem,
    RentMode,
    RentTerms,
    ServiceChargeTerms,
)
from domain.shared.actor import MallId
from domain.shared.operations import perform
from tests.benchmarks.shops import ledger_stand
from tests.domain.leasing.world import World, build_world

LEASES = int(os.environ.get('ATRIUM_BENCH_LEASES', '500'))
ROUNDS = int(os.environ.get('ATRIUM_BENCH_ROUNDS', '3'))
FIRST_YEAR, GOAL = 2026, 0.5
SKELETON = """
CREATE TABLE bare_line (LIKE bill_run_line INCLUDING ALL);
CREATE TABLE bare_charge (LIKE charge INCLUDING ALL);
"""
LINE = """
INSERT INTO bare_line (mall_id, run_id, number, lease_id, tenant_id, kind, source, anchor_on, sequence, starts_on,
                       ends_on, amount_fen, due_on, is_adjustment, facts)
SELECT mall_id, run_id, number, lease_id, tenant_id, kind, source, anchor_on, sequence, starts_on, ends_on, amount_fen,
       due_on, is_adjustment, facts FROM bill_run_line WHERE run_id = %s ORDER BY number
"""
ROWS = 'SELECT * FROM bare_line WHERE run_id = %s ORDER BY number'
WRITE = 'INSERT INTO bare_line VALUES ({})'
POST = """
INSERT INTO bare_charge (mall_id, run_id, lease_id, tenant_id, kind, source, anchor_on, sequence, starts_on, ends_on,
                         amount_fen, due_on, is_adjustment, facts, posted_at)
SELECT mall_id, run_id, lease_id, tenant_id, kind, source, anchor_on, sequence, starts_on, ends_on, amount_fen, due_on,
       is_adjustment, facts, now() FROM bare_line WHERE run_id = %s ORDER BY number
"""


def main() -> None:
    """Prints a JSON line per figure."""
    with ledger_stand(0) as stand, psycopg.connect(stand.owner_url) as owner:
        world = build_world(MallId(stand.mall))
        owner.execute(SKELETON)
        owner.commit()
        _let(world)
        ours, bare, ratios = [], [], []
        for number in range(ROUNDS + 1):
            run, took = _run(world, FIRST_YEAR + number)
            again = _write(owner, run)
            if number:  # the first round fills caches
                ours.append(LEASES / took)
                bare.append(LEASES / again)
                ratios.append(again / took)
        _say('bill run of a year, leases/s', ours, bare, ratios)
        seconds = LEASES / statistics.median(ours)
        sys.stdout.write(json.dumps({
            'name': f'{LEASES} leases x 12 months in one run', 'unit': 's', 'ours': round(seconds, 2),
            'reference': round(LEASES / statistics.median(bare), 2), 'ratio': None, 'goal': None, 'met': None,
        }) + '\n')  # fmt: skip


def _let(world: World) -> None:
    """Leases of five years, each with rent in yearly steps, service charge and levy."""
    starts, ends = date(FIRST_YEAR, 1, 1), date(FIRST_YEAR + 5, 1, 1)
    for number in range(LEASES):
        rents = tuple(
            NewItem(
                starts_on=date(year, 1, 1), ends_on=date(year + 1, 1, 1),
                terms=RentTerms(mode=RentMode.FIXED, base_fen=3_000_000 + number * 100 + year),
            ) for year in range(FIRST_YEAR, FIRST_YEAR + 5)
        )  # fmt: skip
        charges = tuple(
            NewItem(starts_on=starts, ends_on=ends, terms=ServiceChargeTerms(kind=kind, amount_fen=fen, is_per_m2=True))
            for kind, fen in (('service_charge', 4_500), ('promotion_levy', 500))
        )
        units = (LettableUnitId(world.unit(net_area_dm2=10_000 + number)),)
        world.sign(world.draft(starts, ends, items=(*rents, *charges), units=units))


def _run(world: World, year: int) -> tuple[RunView, float]:
    manager, now = replace(world.actor, name='manager'), datetime.now(UTC)
    command = PreviewRun(from_on=date(year, 1, 1), until_on=date(year + 1, 1, 1))
    began = time.perf_counter()
    run = perform(preview_run, actor=world.actor, command=command, now=now)
    approval = ApproveRun(run_id=run.id, content_hash=run.content_hash)
    perform(approve_run, actor=manager, command=approval, now=now)
    posted = perform(post_run, actor=world.actor, command=PostRun(run_id=run.id), now=now)
    took = time.perf_counter() - began
    assert (posted.status, len(run.lines)) == ('posted', LEASES * 36)
    return run, took


def _write(owner: psycopg.Connection, run: RunView) -> float:
    """The same rows by bare statements; they are read back first, so that only writing is timed."""
    owner.execute(LINE, [run.id])
    rows = owner.execute(ROWS, [run.id]).fetchall()
    owner.execute('DELETE FROM bare_line WHERE run_id = %s', [run.id])
    owner.commit()
    plain = [[psycopg.types.json.Jsonb(cell) if isinstance(cell, dict) else cell for cell in row] for row in rows]
    statement = WRITE.format(', '.join(['%s'] * len(rows[0])))
    began = time.perf_counter()
    with owner.cursor() as cursor:
        cursor.executemany(statement, plain)
        cursor.execute(POST, [run.id])
    owner.commit()
    took = time.perf_counter() - began
    count = owner.execute('SELECT count(*) FROM bare_charge WHERE run_id = %s', [run.id]).fetchone()
    assert count == (len(run.lines),)
    return took


def _say(name: str, ours: list[float], bare: list[float], ratios: list[float]) -> None:
    ratio = statistics.median(ratios)
    sys.stdout.write(json.dumps({
        'name': name, 'unit': '1/s', 'ours': round(statistics.median(ours)),
        'reference': round(statistics.median(bare)),
        'ratio': round(ratio, 2), 'goal': GOAL, 'met': ratio >= GOAL,
    }) + '\n')  # fmt: skip


if __name__ == '__main__':
    main()
