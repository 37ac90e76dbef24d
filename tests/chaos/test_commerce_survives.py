"""Killed between any two statements of a sale, nothing acknowledged is lost and nothing happens twice.

`make chaos` kills 300 times, here a few. The seed is printed when it fails: ATRIUM_CHAOS_SEED plays it again.
"""

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson

from domain.shared.actor import MallId
from tests.chaos.books import books_hold
from tests.conftest import Database

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get('ATRIUM_CHAOS_ROUNDS', '12'))
SEED = int(os.environ.get('ATRIUM_CHAOS_SEED', '0')) or int.from_bytes(os.urandom(3))
Told = dict[str, Any]


def test_X_R9_a_killed_till_loses_nothing_and_does_nothing_twice(mall: MallId, database: Database) -> None:
    said = _play(database, mall)
    reference, rounds = said.pop(0), said

    assert len(rounds) == ROUNDS, f'seed {SEED}'
    for number, told in rounds.items():
        _nothing_acknowledged_is_lost(number, told)
        assert _shape(told) == _shape(reference), f'seed {SEED}, round {number}'
    assert sum(_was_killed(told) for told in rounds.values()) > ROUNDS // 2, f'seed {SEED}'
    books_hold(mall, visits=ROUNDS, hint=f'seed {SEED}')


def _play(database: Database, mall: MallId) -> dict[int, list[Told]]:
    arguments = [database.app_url, str(mall), str(ROUNDS), str(SEED)]
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
