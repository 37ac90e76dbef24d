"""PostgreSQL is killed under a rush of visits: what was acknowledged is there, and nothing happened twice.

Members come at once, so that points and coupons share transactions; whoever is told that the database is away does his
visit again with the same keys. `make chaos` kills more often than here.
"""

import os
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any

import psycopg

from domain.coupons import granting
from domain.coupons.commands import CreateTemplate
from domain.shared.actor import MallId
from domain.shared.errors import DatabaseUnavailable
from tests.chaos.books import books_hold
from tests.chaos.commerce_process import TEMPLATE, steps
from tests.chaos.conftest import MortalPostgres
from tests.conftest import insert_bare_mall
from tests.domain.sales.conftest import Shop
from tests.sealing_keys import install_test_keys

KILLS = max(2, int(os.environ.get('ATRIUM_CHAOS_ROUNDS', '0')) // 20)
VISITS, AT_ONCE, PATIENCE_S = 12, 6, 120.0


def test_X_R9_a_killed_database_loses_nothing_acknowledged(mortal: MortalPostgres) -> None:
    install_test_keys()
    with psycopg.connect(mortal.database.owner_url, autocommit=True) as owner:
        mall = MallId(insert_bare_mall(owner, 'mortal'))
    shop = Shop(mall)
    shop.do(granting.create_template, command=CreateTemplate(
        code=TEMPLATE, name_zh='满减', name_en='Off', validity={'days_from_grant': 9}, stock=VISITS * KILLS,
        terms={'kind': 'full_reduction', 'threshold_fen': 5_000, 'reduce_fen': 500},
    ))  # fmt: skip
    troubled = 0
    for kill in range(KILLS):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            numbers = range(1 + kill * VISITS, 1 + (kill + 1) * VISITS)
            visits = [pool.submit(_visit, shop, number) for number in numbers]
            wait(visits, return_when=FIRST_COMPLETED)
            mortal.kill_and_restart()
            troubled += sum(visit.result() for visit in visits)

    assert troubled, 'the database died while somebody used it'
    books_hold(mall, visits=VISITS * KILLS, hint='database killed')


def _visit(shop: Shop, number: int) -> int:
    """Until the visit is whole; how often the database was away. What was told once is told again."""
    acknowledged: dict[str, Any] = {}
    away, until = 0, time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            for step, told in steps(shop, number):
                assert acknowledged.setdefault(step, told) == told, f'visit {number}, {step}'
        except DatabaseUnavailable:
            away += 1
            time.sleep(0.1)
        else:
            return away
    raise AssertionError(f'visit {number} never ended: {acknowledged}')
