"""Receipts that come at one moment share a statement: each is what it is alone, and nobody sells what is not there."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.inventory._rush import sell_together
from domain.inventory.commands import ItemId, LocationId, NewLot, Ownership, SaleLine, Sell
from domain.inventory.errors import NotEnough
from domain.inventory.operations import sell
from domain.inventory.permissions import SELL
from domain.inventory.queries import concession_statement
from domain.inventory.views import Posted
from domain.shared.actor import Actor
from domain.shared.database import Scope, transaction
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask, perform
from domain.shared.together import Call
from tests.conftest import Database
from tests.domain.inventory.store import DAY, NOW, Store

Wish = tuple[str, tuple[SaleLine, ...]]


def line(item: ItemId, pieces: int = 1, list_fen: int = 0, **more: int) -> SaleLine:
    return SaleLine(item_id=item, quantity=pieces, list_fen=list_fen, **more)


def call(store: Store, where: LocationId, wish: Wish, ahead: timedelta = timedelta()) -> Call:
    command = Sell(key=wish[0], location_id=where, lines=wish[1], occurred_at=NOW + ahead)
    return Call(store.world.actor, command, NOW)


def together(store: Store, calls: Sequence[Call]) -> list[Posted | None]:
    """A shared transaction, as it is when these meet."""
    with transaction(Scope.of(store.world.actor), keeps_plans=True) as session:
        return sell_together(session, calls)


def worth(database: Database, item: ItemId) -> tuple[int, int]:
    with psycopg.connect(database.owner_url) as owner:
        row = owner.execute('SELECT quantity, value_fen FROM stock_valuation WHERE item_id = %s', (item,)).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def costs(database: Database, item: ItemId) -> list[int]:
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute('SELECT cost_fen FROM goods_sold WHERE item_id = %s ORDER BY key', (item,)).fetchall()
    return [int(row[0]) for row in rows]


def test_every_receipt_of_a_shared_statement_is_what_it_is_alone(store: Store, database: Database) -> None:
    shelf, tea, cup = store.shelf(), store.item(), store.item()
    store.receive(tea, shelf, 10, cost_fen=1_003)
    store.receive(cup, shelf, 4, cost_fen=400)
    keys = [f'rush-{tea}-{n}' for n in range(3)]
    answers = together(store, [
        call(store, shelf, (keys[0], (line(tea, 3), line(cup)))), call(store, shelf, (keys[1], (line(tea, 3),))),
        call(store, shelf, (keys[2], (line(tea, 4), line(cup, 2)))),
    ])  # fmt: skip

    assert [[(move.item_id, move.quantity) for move in answer.moves] for answer in answers if answer] == [
        [(tea, -3), (cup, -1)], [(tea, -3)], [(tea, -4), (cup, -2)],
    ]  # fmt: skip
    assert (store.there(tea), store.there(cup)) == (0, 1)
    assert store.balance(tea, NOW + timedelta(seconds=1)) == 0
    assert (worth(database, tea), sum(costs(database, tea))) == ((0, 0), 1_003)
    assert costs(database, tea) == [301, 301, 401]
    again = perform(sell, actor=store.world.actor, now=NOW, command=Sell(
        key=keys[1], location_id=shelf, lines=(line(tea, 3),), occurred_at=NOW
    ))  # fmt: skip
    assert again.is_replay
    assert [move.quantity for move in again.moves] == [-3]


def test_what_is_not_plain_is_left_over_and_takes_nothing_with_it(store: Store) -> None:
    shelf, tea, few, milk = store.shelf(), store.item(), store.item(), store.item(has_lots=True)
    store.receive(tea, shelf, 100)
    store.receive(few, shelf, 2)
    store.receive(milk, shelf, 5, lot=NewLot(code='L'))
    store.sell(tea, shelf, 1, key=f'known-{tea}')
    wishes: list[Wish] = [
        (f'a-{tea}', (line(tea, 2),)),
        (f'known-{tea}', (line(tea, 1),)),
        (f'b-{tea}', (line(milk),)),
        (f'c-{tea}', (line(ItemId(10**9)),)),
        (f'd-{tea}', (line(tea), line(few, 3))),
        (f'e-{tea}', (line(tea), line(tea))),
        (f'f-{tea}', (line(tea, 1, list_fen=5, mall_funded_fen=6),)),
        (f'a-{tea}', (line(tea, 2),)),
        (f'g-{tea}', (line(few, 2),)),
    ]
    calls = [call(store, shelf, wish) for wish in wishes]
    calls.append(call(store, shelf, (f'h-{tea}', (line(tea),)), ahead=timedelta(hours=1)))

    answers = together(store, calls)

    # `g` waits for `d`, which asked first and has to be refused by itself; alone it will be served.
    assert [answer is not None for answer in answers] == [True] + 9 * [False]
    assert (store.there(tea), store.there(few), store.there(milk)) == (97, 2, 5)
    assert store.sell(few, shelf, 2, key=f'g-{tea}').moves[0].quantity == -2


def test_IN_R5_a_brands_goods_earn_their_commission_in_company_too(store: Store) -> None:
    shelf, owner = store.shelf(), store.world.tenant()
    coat = store.item(ownership=Ownership.CONCESSION, owner_id=owner, commission_bp=2_500)
    store.receive(coat, shelf, 5)
    answers = together(store, [
        call(store, shelf, (f'coat-{coat}-{n}', (line(coat, 1, list_fen=10_000, brand_funded_fen=2_000),)))
        for n in range(3)
    ])  # fmt: skip
    assert all(answers)
    row = ask(
        concession_statement, actor=store.world.actor, owner_id=owner, from_on=DAY, until_on=DAY + timedelta(days=1)
    )
    assert (row.paid_fen, row.commission_fen) == (24_000, 6_000)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 6)), min_size=1, max_size=20), st.integers(1, 9_999))
def test_sold_together_or_one_by_one_leaves_the_same_stock_and_the_same_value(
    store: Store, database: Database, wanted: list[tuple[int, int]], cost_fen: int
) -> None:
    shelf = store.shelf()
    items = [store.item() for _ in range(6)]
    for item in items:
        store.receive(item, shelf, 20, cost_fen=cost_fen)
    wishes: list[Wish] = [(f't-{items[0]}-{n}', (line(items[which], pieces),)) for n, (which, pieces) in
                          enumerate(wanted)]  # fmt: skip
    answers = together(store, [call(store, shelf, wish) for wish in wishes])
    for wish, answer in zip(wishes, answers, strict=True):
        # Whoever was left over, or served, asks for the other three items alone.
        twin = line(ItemId(wish[1][0].item_id + 3), wish[1][0].quantity)
        command = Sell(key=f'{wish[0]}-alone', location_id=shelf, lines=(twin,), occurred_at=NOW)
        if answer is None:
            perform_or_not(store, Sell(key=wish[0], location_id=shelf, lines=wish[1], occurred_at=NOW))
        perform_or_not(store, command)
    for which in range(3):
        ours, theirs = items[which], items[which + 3]
        assert 0 <= store.there(ours) <= 20
        sold = 20 - store.there(ours)
        assert worth(database, ours)[0] == 20 - sold
        assert worth(database, ours)[1] + sum(costs(database, ours)) == cost_fen
        assert worth(database, theirs)[1] + sum(costs(database, theirs)) == cost_fen
        if store.there(ours) == store.there(theirs):
            assert abs(worth(database, ours)[1] - worth(database, theirs)[1]) <= len(wanted)


def perform_or_not(store: Store, command: Sell) -> None:
    try:
        perform(sell, actor=store.world.actor, command=command, now=NOW)
    except NotEnough:
        return


def test_of_fifty_pieces_exactly_fifty_are_sold_to_two_hundred_who_meet(store: Store) -> None:
    shelf, item = store.shelf(), store.item()
    store.receive(item, shelf, 50, cost_fen=5_000)

    def buy(n: int) -> str:
        try:
            store.sell(item, shelf, 1, key=f'crowd-{item}-{n}')
        except NotEnough:
            return 'refused'
        return 'sold'

    with ThreadPoolExecutor(32) as pool:
        answers = Counter(pool.map(buy, range(200)))

    assert answers == {'sold': 50, 'refused': 150}
    assert store.there(item) == 0


def test_nobody_sells_in_company_without_the_right(store: Store) -> None:
    shelf, item = store.shelf(), store.item()
    stranger = Actor(name='x', kind='person', mall_id=store.world.actor.mall_id, permissions=frozenset())
    command = Sell(key=f'x-{item}', location_id=shelf, lines=(line(item),), occurred_at=NOW)
    with pytest.raises(PermissionDenied, match=SELL.code):
        perform(sell, actor=stranger, command=command, now=NOW)
