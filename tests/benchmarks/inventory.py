"""Sales out of stock by 32 writers beside one bare statement, and balances of past instants over five million moves.

Ours is `perform(sell)`: permission, key, first expired first, quant, journal, moving average, what the line made. The
reference takes a piece off one row and writes one row, in one psycopg statement. Rounds are interleaved; clients run in
two processes of their own, a thread a connection; afterwards what was acknowledged is held against the journal, and
every quant against the sum of its moves. A balance's reference is the sum of the item's moves up to the instant.

Sizes: `ATRIUM_BENCH_SECONDS` a trial, `ATRIUM_BENCH_ROUNDS`, `ATRIUM_BENCH_MOVES`.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg
from sqlalchemy import event

from domain.inventory.commands import ItemId, OpenLocation, Receive, RegisterItem
from domain.inventory.items import open_location, register_item
from domain.inventory.operations import receive
from domain.inventory.queries import balance_at
from domain.shared.actor import MallId, system_actor
from domain.shared.database import engine
from domain.shared.operations import ask, perform
from tests.benchmarks.inventory_steps import BARE_TABLES, sale_step
from tests.benchmarks.ledger import ROUNDS, Bench, Trials, tell
from tests.benchmarks.shops import Stand, ledger_stand

MOVES = int(os.environ.get('ATRIUM_BENCH_MOVES', '5000000'))
ITEMS, PLENTY, DAYS, INSTANTS, LIMIT_MS, GOAL = 400, 10**9, 400, 20, 50, 0.8
# Every tenth move is the first item's: what sells most makes a mall's longest journal.
FILL = """
INSERT INTO stock_move (mall_id, key, item_id, location_id, lot_id, quantity, reason, occurred_at, received_at,
                        business_on, is_oversold, reference, moved_by)
SELECT %(mall)s, 'fill-' || n, CASE WHEN n %% 10 = 0 THEN %(first)s ELSE %(first)s + n %% %(items)s END, %(location)s,
       0, CASE WHEN n %% 2 = 0 THEN 3 ELSE -1 END, CASE WHEN n %% 2 = 0 THEN 'receipt' ELSE 'sale' END, t, t, t::date,
       false, '', 'till'
  FROM (SELECT n, %(now)s - %(days)s * interval '1 day' * n / %(moves)s AS t FROM generate_series(1, %(moves)s) AS n) f
"""
SUM = """
UPDATE stock_quant q SET quantity = s.pieces FROM (
    SELECT item_id, location_id, sum(quantity) AS pieces FROM stock_move GROUP BY item_id, location_id
) s WHERE (q.item_id, q.location_id) = (s.item_id, s.location_id)
"""
DAYS_OF_FILL = """
INSERT INTO stock_day AS d (mall_id, item_id, location_id, lot_id, day, quantity)
SELECT mall_id, item_id, location_id, lot_id, (occurred_at AT TIME ZONE 'UTC')::date, sum(quantity)
  FROM stock_move WHERE key LIKE 'fill-%' GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (mall_id, item_id, location_id, lot_id, day) DO UPDATE SET quantity = d.quantity + excluded.quantity
"""
SCAN = 'SELECT coalesce(sum(quantity), 0)::bigint FROM stock_move WHERE item_id = %s AND occurred_at < %s'
WRONG = """
SELECT count(*) FROM stock_quant q WHERE q.quantity <> (SELECT coalesce(sum(m.quantity), 0) FROM stock_move m
 WHERE (m.mall_id, m.item_id, m.location_id, m.lot_id) = (q.mall_id, q.item_id, q.location_id, q.lot_id))
"""


class Shelf:
    """A shelf full of own items, in our books and in the reference's."""

    def __init__(self, stand: Stand) -> None:
        self.stand, self.actor = stand, system_actor('bench', MallId(stand.mall))
        self.bench = Bench(stand.owner_url, stand.app_url, stand.mall, stand.members)
        self.location = perform(open_location, actor=self.actor, command=OpenLocation(code='S', kind='shelf')).id
        self.items = [self._stocked(number) for number in range(ITEMS)]
        with self.bench.owner() as owner:
            owner.execute(BARE_TABLES)
            owner.cursor().executemany(
                'INSERT INTO bare_stock VALUES (%s, %s, %s)', [(item, self.location, PLENTY) for item in self.items]
            )

    def sell(self, trials: Trials, kind: str, connections: int, items: list[ItemId]) -> None:
        """One trial, held against the books afterwards."""
        table = 'stock_move' if kind == 'ours_sale' else 'bare_stock_move'
        before = self.count(f'SELECT count(*) FROM {table}')
        runs = self.bench.clients(kind, connections, {'members': items, 'location': self.location})
        done = trials.note(kind, runs) + connections  # each warms up once
        written = self.count(f'SELECT count(*) FROM {table}') - before
        assert written == done, f'{kind}: {written} in the journal, not {done}'

    def count(self, statement: str) -> int:
        with self.bench.owner() as owner:
            row = owner.execute(statement).fetchone()
        assert row is not None
        return int(row[0])

    def _stocked(self, number: int) -> ItemId:
        now = datetime.now(UTC)
        named = RegisterItem(sku=f'bench-{number}', name_zh='商品', name_en='Item')
        item = perform(register_item, actor=self.actor, command=named).id
        perform(receive, actor=self.actor, now=now, command=Receive(
            key=f'stock-{number}', item_id=item, location_id=self.location, quantity=PLENTY, occurred_at=now,
            cost_fen=PLENTY * 500,
        ))  # fmt: skip
        return item


def main() -> None:
    with ledger_stand(0) as stand:
        shelf = Shelf(stand)
        _statements(shelf)
        for connections in (1, 32):
            for name, items in (('spread', shelf.items), ('one_sku', shelf.items[:1])):
                _sales(shelf, name, connections, items)
        assert shelf.count(WRONG) == 0, 'a quant is not the sum of its moves'
        _balances(shelf)


def _sales(shelf: Shelf, name: str, connections: int, items: list[ItemId]) -> None:
    trials = Trials()
    for _ in range(ROUNDS):
        for kind in ('bare_sale', 'ours_sale'):
            shelf.sell(trials, kind, connections, items)
    ratio = trials.ratio('ours_sale', 'bare_sale')
    tell({
        'name': f'sales_{name}_{connections}_writers', 'unit': '1/s',
        'ours': round(statistics.median(trials.rates['ours_sale'])),
        'reference': round(statistics.median(trials.rates['bare_sale'])), 'ratio': round(ratio, 3),
        'goal': f'>= {GOAL}', 'met': ratio >= GOAL,
        'client_cpu_us': round(statistics.median(trials.cpu_us['ours_sale'])),
        'reference_cpu_us': round(statistics.median(trials.cpu_us['bare_sale'])),
        'p99_ms': round(statistics.median(trials.p99_ms['ours_sale']), 1),
    })  # fmt: skip


def _statements(shelf: Shelf) -> None:
    """How often a sale asks the database; the first one fills what is kept."""
    facts = {'mall': shelf.stand.mall, 'members': shelf.items, 'location': shelf.location}
    step, counted = sale_step(facts, Random(1)), 0
    step()

    def note(*_: Any) -> None:
        nonlocal counted
        counted += 1

    event.listen(engine(), 'before_cursor_execute', note)
    step()
    event.remove(engine(), 'before_cursor_execute', note)
    tell({'name': 'statements_of_a_sale', 'unit': 'each', 'ours': counted, 'reference': 1, 'ratio': counted,
          'goal': 'measured', 'met': None})  # fmt: skip


def _balances(shelf: Shelf) -> None:
    now = datetime.now(UTC)
    with shelf.bench.owner() as owner:
        owner.execute(FILL, {'mall': shelf.stand.mall, 'first': shelf.items[0], 'items': ITEMS, 'moves': MOVES,
                             'location': shelf.location, 'now': now, 'days': DAYS})  # fmt: skip
        owner.execute(SUM)
        owner.execute(DAYS_OF_FILL)
        owner.execute('VACUUM ANALYZE stock_move, stock_day')
        for name, item in (('longest_journal', shelf.items[0]), ('usual', shelf.items[1])):
            _balance(shelf, owner, name, item, now)


def _balance(shelf: Shelf, owner: psycopg.Connection[Any], name: str, item: ItemId, now: datetime) -> None:
    """Instants all over the past, each asked both ways: the answers are the same, or nothing is said."""
    source, ours, scans = Random(name), [], []
    for _ in range(INSTANTS):
        moment = now - timedelta(days=DAYS * source.random())
        found, took = _timed(lambda moment=moment: ask(balance_at, actor=shelf.actor, item_id=item, moment=moment))
        row, again = _timed(lambda moment=moment: owner.execute(SCAN, [item, moment]).fetchone())
        assert row == (found,), f'{found} at {moment}, the journal says {row}'
        ours.append(took)
        scans.append(again)
    slow = sorted(ours)[-2]
    tell({
        'name': f'balance_at_of_{MOVES}_moves_{name}', 'unit': 'ms', 'ours': round(statistics.median(ours), 1),
        'reference': round(statistics.median(scans), 1),
        'ratio': round(statistics.median(a / b for a, b in zip(ours, scans, strict=True)), 2),
        'goal': f'< {LIMIT_MS}', 'met': slow < LIMIT_MS, 'p95': round(slow, 1),
    })  # fmt: skip


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = call()
    return found, (time.perf_counter() - began) * 1000


if __name__ == '__main__':
    main()
