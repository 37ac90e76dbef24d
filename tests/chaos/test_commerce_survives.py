"""Killed between any two statements of a sale, nothing acknowledged is lost and nothing happens twice.

`make chaos` kills 300 times, here a few. The seed is printed when it fails: ATRIUM_CHAOS_SEED plays it again.
"""

import os
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg

from domain.shared.actor import MallId
from domain.shared.database import Scope, reading
from domain.shared.journal import balance_at, find_accounts
from integrations.simulator.paygate.app import Paygate
from integrations.simulator.paygate.keys import kept_keys
from integrations.simulator.paygate.merchant import Merchant
from tests.chaos.books import books_hold
from tests.conftest import Database, insert_bare_mall
from tests.integrations.brokers import free_port
from tests.integrations.payments.conftest import serving

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get('ATRIUM_CHAOS_ROUNDS', '12'))
SEED = int(os.environ.get('ATRIUM_CHAOS_SEED', '0')) or int.from_bytes(os.urandom(3))
Told = dict[str, Any]


def test_X_R9_a_killed_till_loses_nothing_and_does_nothing_twice(mall: MallId, database: Database) -> None:
    _hold_against_the_books(_play(database, mall), mall)


def test_X_R9_a_till_killed_while_its_customer_pays_by_code_charges_once(database: Database, tmp_path: Path) -> None:
    """The gateway lives on, and in the end it has of every customer what our books say."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        mall = MallId(insert_bare_mall(owner, 'by-code'))
    keys, port = tmp_path / 'keys.json', free_port()
    paygate = Paygate(Merchant(kept_keys(keys)))
    with serving(paygate.application(), port) as gateway:
        said = _play(database, mall, gateway, str(keys))
    _hold_against_the_books(said, mall)

    orders = [order for order in paygate.gateways['wechat'].orders.all() if order.paid_at is not None]
    net_fen = sum(order.fen - order.refunded for order in orders)
    whole = {each['step']: each['told'] for each in said[0]}
    money_fen, returned_fen = whole['ring'][1], whole['returned'][0]
    with reading(Scope(mall_id=mall)) as session:
        account = find_accounts(session, ['pay:clearing:wechat'])['pay:clearing:wechat']
        cash = find_accounts(session, ['pay:clearing:cash'])['pay:clearing:cash']
        moment = datetime.now(UTC) + timedelta(days=1)
        ours, drawer = (balance_at(session, one, moment=moment) for one in (account, cash))
    assert ours == net_fen, f'seed {SEED}'
    assert ours + drawer == (ROUNDS + 1) * (money_fen - returned_fen), f'seed {SEED}'


def _hold_against_the_books(said: dict[int, list[Told]], mall: MallId) -> None:
    reference, rounds = said[0], {number: told for number, told in said.items() if number}
    assert len(rounds) == ROUNDS, f'seed {SEED}'
    for number, told in rounds.items():
        _nothing_acknowledged_is_lost(number, told)
        assert _shape(told) == _shape(reference), f'seed {SEED}, round {number}'
    assert sum(_was_killed(told) for told in rounds.values()) > ROUNDS // 2, f'seed {SEED}'
    books_hold(mall, visits=ROUNDS, hint=f'seed {SEED}')


def _play(database: Database, mall: MallId, *gateway: str) -> dict[int, list[Told]]:
    arguments = [database.app_url, str(mall), str(ROUNDS), str(SEED), *gateway]
    command = [sys.executable, '-W', 'ignore', '-m', 'tests.chaos.commerce_process', *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, f'seed {SEED}\n{done.stderr.decode()[-3000:]}'
    said: dict[int, list[Told]] = defaultdict(list)
    for line in done.stdout.splitlines():
        if line.startswith(b'{"round"'):
            told = orjson.loads(line)
            said[told['round']].append(told)
    return said


def _nothing_acknowledged_is_lost(number: int, told: list[Told]) -> None:
    """The round done again answers what was acknowledged before the kill: the same sale, the same coupon."""
    final = {each['step']: each['told'] for each in told if each['is_whole']}
    for each in told:
        assert final[each['step']] == each['told'], f'seed {SEED}, round {number}, {each["step"]}'


def _was_killed(told: list[Told]) -> bool:
    """The first try of the round did not get to its end."""
    return sum(not each['is_whole'] for each in told) < sum(each['is_whole'] for each in told)


def _shape(told: list[Told]) -> dict[str, Any]:
    """What a round comes to, whichever ids it bears."""
    final = {each['step']: each['told'] for each in told if each['is_whole']}
    return {
        'coupons': len(final['coupon']), 'money': final['ring'][1], 'state': final['paid'][1],
        'returned': final['returned'],
    }  # fmt: skip
