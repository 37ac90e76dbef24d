"""One client process of the commerce benchmarks: so many connections, one thread each, until the time is over.

Run: python -m tests.benchmarks.ledger_clients KIND CONNECTIONS SECONDS FACTS. It says `ready`, begins when a line comes
in, and ends with a JSON line: what was acknowledged, the processor time of this process, the latencies.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
import structlog
from pydantic import SecretStr

from domain.coupons import granting
from domain.coupons.commands import GrantCoupons
from domain.coupons.errors import SoldOut
from domain.coupons.permissions import GRANT
from domain.members import giving, points
from domain.members.commands import GrantPoints, GrantPointsToMany, MemberId
from domain.members.permissions import POST_POINTS
from domain.shared.actor import Actor, MallId
from domain.shared.database import DatabaseSettings, connect, engine
from domain.shared.operations import perform
from tests.benchmarks.checkout_step import checkout_step
from tests.benchmarks.inventory_steps import bare_sale_step, sale_step

BATCH = 200
Step = Callable[[], int]

BARE_CTE = """
WITH moved AS (
    UPDATE bare_account SET balance = balance + %(amount)s WHERE id = %(account)s AND balance + %(amount)s >= 0
    RETURNING id
)
INSERT INTO bare_entry (key, account_id, amount) SELECT %(key)s, id, %(amount)s FROM moved
"""
BARE_COUNTER = """
WITH taken AS (UPDATE bare_counter SET left_count = left_count - 1 WHERE id = 1 AND left_count > 0 RETURNING id)
INSERT INTO bare_claim (key, member_id) SELECT %(key)s, %(account)s FROM taken RETURNING 1
"""
BARE_COMMIT = 'INSERT INTO bare_claim (key, member_id) VALUES (%(key)s, %(account)s)'


def main(kind: str, connections: int, seconds: float, facts: dict[str, Any]) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    steps = [
        _STEPS[kind](facts | {'own': facts['seed'] % 2 * connections + number, 'of': 2 * connections},
                     Random(f'{facts["seed"]}:{number}'))
        for number in range(connections)
    ]  # fmt: skip
    if kind.startswith('ours'):
        connect(DatabaseSettings(url=SecretStr(facts['url']), pool_size=connections, max_overflow=0))
    for step in steps:
        step()  # plans are made and connections open before the clock runs
    if kind.startswith('ours'):
        _open_all(connections)
    _say('ready')
    sys.stdin.readline()
    cpu, until = time.process_time(), time.monotonic() + seconds
    with ThreadPoolExecutor(connections) as threads:
        runs = list(threads.map(lambda step: _repeat(step, until), steps))
    latencies = sorted(latency for run in runs for _, latency in run)
    _say(json.dumps({
        'done': sum(done for run in runs for done, _ in run), 'calls': len(latencies),
        'cpu_s': time.process_time() - cpu, 'latencies': latencies[:: max(1, len(latencies) // 2000)],
    }))  # fmt: skip


def _repeat(step: Step, until: float) -> list[tuple[int, float]]:
    told = []
    while time.monotonic() < until:
        started = time.perf_counter()
        done = step()
        told.append((done, time.perf_counter() - started))
    return told


def _open_all(connections: int) -> None:
    held = [engine().connect() for _ in range(connections)]
    for connection in held:
        connection.close()


def _ours(facts: dict[str, Any], source: Random) -> Step:
    """The whole operation: permission, idempotency by key, double entry, lot and movement as its record."""
    actor = Actor(name='till', kind='system', mall_id=MallId(facts['mall']), permissions=frozenset([POST_POINTS.code]))

    def step() -> int:
        member = MemberId(source.choice(facts['members']))
        command = GrantPoints(member_id=member, key=str(uuid4()), points=5, source='bench')
        return perform(points.grant_points, actor=actor, command=command).done

    return step


def _ours_batch(facts: dict[str, Any], source: Random) -> Step:
    actor = Actor(name='run', kind='system', mall_id=MallId(facts['mall']), permissions=frozenset([POST_POINTS.code]))

    def step() -> int:
        grants = tuple((MemberId(source.choice(facts['members'])), 5) for _ in range(BATCH))
        command = GrantPointsToMany(key=str(uuid4()), grants=grants, source='bench')
        return perform(giving.grant_points_to_many, actor=actor, command=command).done

    return step


def _ours_coupon(facts: dict[str, Any], source: Random) -> Step:
    actor = Actor(name='app', kind='system', mall_id=MallId(facts['mall']), permissions=frozenset([GRANT.code]))

    def step() -> int:
        command = GrantCoupons(template=facts['template'], member_id=source.randint(1, 10**9), key=str(uuid4()))
        try:
            return len(perform(granting.grant_coupons, actor=actor, command=command))
        except SoldOut:
            return 0

    return step


def _bare(statement: str) -> Callable[[dict[str, Any], Random], Step]:
    def make(facts: dict[str, Any], source: Random) -> Step:
        connection = psycopg.connect(facts['url'], autocommit=True)

        def step() -> int:
            arguments = {'key': str(uuid4()), 'account': source.choice(facts['members']), 'amount': 5}
            return connection.execute(statement, arguments, prepare=True).rowcount

        return step

    return make


def _three(facts: dict[str, Any], source: Random) -> Step:
    """What one would write: lock and look, note, move; a transaction round it."""
    connection = psycopg.connect(facts['url'], autocommit=True)

    def step() -> int:
        account = source.choice(facts['members'])
        with connection.transaction():
            row = connection.execute('SELECT balance FROM bare_account WHERE id = %s FOR UPDATE', [account]).fetchone()
            assert row is not None
            assert row[0] + 5 >= 0
            connection.execute(
                'INSERT INTO bare_entry (key, account_id, amount) VALUES (%s, %s, 5)', [str(uuid4()), account]
            )
            connection.execute('UPDATE bare_account SET balance = balance + 5 WHERE id = %s', [account])
        return 1

    return step


_STEPS: dict[str, Callable[[dict[str, Any], Random], Step]] = {
    'ours': _ours, 'ours_batch': _ours_batch, 'ours_coupon': _ours_coupon, 'cte': _bare(BARE_CTE), 'three': _three,
    'counter': _bare(BARE_COUNTER), 'commit': _bare(BARE_COMMIT), 'ours_checkout': checkout_step,
    'ours_sale': sale_step, 'bare_sale': bare_sale_step,
}  # fmt: skip


def _say(line: str) -> None:
    sys.stdout.write(line + '\n')
    sys.stdout.flush()


if __name__ == '__main__':
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), json.loads(sys.argv[4]))
