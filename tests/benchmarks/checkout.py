"""Whole checkouts of five lines with a member, a coupon, points and a channel's notice, beside the disk's commits.

A checkout is what till and callback do: ring up, confirm, open an attempt, receive the notice, finish. Each is a
transaction of its own, so that nothing waits for a network. The reference is a row and a commit from bare psycopg: what
the disk and PostgreSQL allow. Clients run in processes of their own, a thread a connection.

Sizes: `ATRIUM_BENCH_SECONDS` a trial, `ATRIUM_BENCH_ROUNDS`.
"""

import os
import statistics
from random import Random
from typing import Any

import structlog
from sqlalchemy import event

from domain.coupons import granting
from domain.coupons.commands import CreateTemplate, GrantCoupons
from domain.members import points
from domain.members.commands import GrantPoints, MemberId
from domain.shared.database import engine
from tests.benchmarks.checkout_step import checkout_step
from tests.benchmarks.ledger import ROUNDS, Bench, Trials, tell
from tests.benchmarks.shops import Stand, ledger_stand

MEMBERS = int(os.environ.get('ATRIUM_BENCH_MEMBERS', '48'))
COUPONS_EACH = 100
POINTS_EACH = 900_000


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    with ledger_stand(MEMBERS) as stand:
        bench = Bench(stand.owner_url, stand.app_url, stand.mall, stand.members)
        _endow(stand)
        facts = {'members': stand.members, 'till': stand.shop.tills[0]}
        statements, commits = _count_statements(stand, facts)
        for name, value in (('checkout_statements', statements), ('checkout_transactions', commits)):
            tell({'name': name, 'unit': 'each', 'ours': value, 'reference': None, 'ratio': None, 'goal': 'measured',
                  'met': None})  # fmt: skip
        for connections in (1, 8):
            _measure(bench, connections, facts)


def _measure(bench: Bench, connections: int, facts: dict[str, Any]) -> None:
    trials = Trials()
    for _ in range(ROUNDS):
        trials.note('commit', bench.clients('commit', connections, facts))
        trials.note('checkout', bench.clients('ours_checkout', connections, facts))
    bench.check_balances()
    tell({
        'name': f'checkouts_{connections}_beside_commits', 'unit': '1/s',
        'ours': round(statistics.median(trials.rates['checkout']), 1),
        'reference': round(statistics.median(trials.rates['commit'])),
        'ratio': round(trials.ratio('checkout', 'commit'), 4), 'goal': 'measured', 'met': None,
        'p99_ms': round(statistics.median(trials.p99_ms['checkout']), 1),
        'client_cpu_us': round(statistics.median(trials.cpu_us['checkout'])),
    })  # fmt: skip


def _endow(stand: Stand) -> None:
    """Points and coupons in plenty; giving them out is no part of a checkout."""
    stand.shop.do(granting.create_template, command=CreateTemplate(
        code='bench', name_zh='满100减10', name_en='10 off 100', validity={'days_from_grant': 300},
        stock=MEMBERS * COUPONS_EACH, cap_per_member=COUPONS_EACH,
        terms={'kind': 'full_reduction', 'threshold_fen': 10_000, 'reduce_fen': 1_000},
    ))  # fmt: skip
    for member in stand.members:
        stand.shop.do(points.grant_points, command=GrantPoints(
            member_id=MemberId(member), key=f'bench-{member}', points=POINTS_EACH, source='bench'
        ))  # fmt: skip
        stand.shop.do(granting.grant_coupons, command=GrantCoupons(
            template='bench', member_id=member, key=f'bench-{member}', number=COUPONS_EACH
        ))  # fmt: skip


def _count_statements(stand: Stand, facts: dict[str, Any]) -> tuple[int, int]:
    step = checkout_step(facts | {'mall': stand.mall}, Random(1))
    step()
    counted = {'statements': 0, 'commits': 0}

    def one_more(what: str) -> Any:
        def note(*_: Any) -> None:
            counted[what] += 1

        return note

    on = {'before_cursor_execute': one_more('statements'), 'commit': one_more('commits')}
    for name, listener in on.items():
        event.listen(engine(), name, listener)
    step()
    for name, listener in on.items():
        event.remove(engine(), name, listener)
    return counted['statements'], counted['commits']


if __name__ == '__main__':
    main()
