"""Stock through the database: receipts, sales, transfers, counts, months, recalls."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.inventory._rules.assortment import moving_average_cost
from domain.inventory.commands import (
    NO_LOT,
    CloseStockMonth,
    CommissionBasis,
    LocationId,
    NewLot,
    Ownership,
    RecallLot,
    Receive,
    RecordCount,
    RegisterItem,
    SaleLine,
    Sell,
    Transfer,
    WriteOff,
)
from domain.inventory.counts import get_count_sheet, record_count, review_count
from domain.inventory.errors import (
    CodeTaken,
    CountClosed,
    CountUnfinished,
    CountUnknown,
    ItemInvalid,
    ItemUnknown,
    MoveConflict,
    NotEnough,
    PlaceUnknown,
    StockMonthClosed,
)
from domain.inventory.items import close_month, recall_lot, register_item
from domain.inventory.operations import receive, sell, transfer, write_off
from domain.inventory.permissions import VIEW
from domain.inventory.queries import assortment, concession_statement, find_item, on_hand
from domain.shared.actor import Actor, MallId
from domain.shared.errors import Invalid
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.inventory.store import NOW, Store, at

STEPS = int(os.environ.get('ATRIUM_LAW_STEPS', '120'))


def test_IN_R1_a_count_is_compared_with_the_instant_of_counting(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    store.receive(item, shelf, 100, on=at(8), now=at(9))
    store.sell(item, shelf, 10, on=at(10))
    sheet = store.open_count(shelf)
    store.count(sheet, shelf, item, 95, at(11))
    store.sell(item, shelf, 3, on=at(13))

    review = store.validate(sheet, at(15))

    assert [(line.expected, line.variance) for line in review.lines] == [(90, 5)]
    assert store.there(item) == 92
    assert store.balance(item, at(12)) == 95
    again = store.validate(sheet, at(16))
    assert [line.variance for line in again.lines] == [5]
    assert store.there(item) == 92


def test_IN_R1_a_sale_that_arrives_late_still_counts_before_the_count(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    store.receive(item, shelf, 50, on=at(8), now=at(9))
    sheet = store.open_count(shelf)
    store.count(sheet, shelf, item, 45, at(11))
    store.sell(item, shelf, 5, on=at(10), now=at(14))  # an offline till

    assert [line.variance for line in store.validate(sheet, at(15)).lines] == [0]
    assert store.there(item) == 45


def test_IN_R2_two_counters_of_two_bays_add_up(store: Store) -> None:
    item, first, second = store.item(), store.shelf(), store.shelf()
    for bay in (first, second):
        store.receive(item, bay, 50, on=at(8), now=at(9))
    sheet = store.open_count(first, second)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(
            lambda work: store.count(sheet, work[0], item, work[1], at(11), by=work[2]),
            [(first, 40, '甲'), (second, 55, '乙')],
        ))  # fmt: skip
    store.validate(sheet, at(12))

    assert (store.there(item, first), store.there(item, second)) == (40, 55)
    assert store.there(item) == 95


def test_a_large_variance_waits_for_somebody_else(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    store.receive(item, shelf, 100, on=at(8), now=at(9))
    sheet = store.open_count(shelf, tolerance=3)
    seen = store.count(sheet, shelf, item, 80, at(10))
    store.count(sheet, shelf, item, 80, at(10))
    with pytest.raises(CountUnfinished):
        store.validate(sheet, at(11))
    store.sell(item, shelf, 2, on=at(11))

    store.count(sheet, shelf, item, 78, at(12), by='乙')
    reviewed = ask(review_count, actor=store.world.actor, count_id=sheet)

    assert seen.own == ((shelf, item, NO_LOT, 80),)
    assert ask(get_count_sheet, actor=store.world.actor, count_id=sheet).own == ()
    assert [(line.variance, line.counters) for line in reviewed.lines] == [(-20, ('甲', '乙'))]
    store.validate(sheet, at(13))
    assert store.there(item) == 78
    with pytest.raises(CountClosed):
        store.count(sheet, shelf, item, 1, at(14))
    with pytest.raises(CountUnknown):
        store.validate(10**9, at(14))  # type: ignore[arg-type]


def test_a_count_of_another_place_or_of_tomorrow_is_refused(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    sheet = store.open_count(shelf)
    with pytest.raises(PlaceUnknown):
        store.count(sheet, store.shelf(), item, 1, at(9))
    with pytest.raises(PlaceUnknown):
        store.count(sheet, shelf, store.item(has_lots=True), 1, at(9))
    command = RecordCount(count_id=sheet, location_id=shelf, item_id=item, counted=1, counted_at=at(12))
    with pytest.raises(Invalid):
        perform(record_count, actor=store.world.actor, command=command, now=at(9))


def test_IN_R4_of_many_tills_that_sell_the_last_one_exactly_one_succeeds(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    store.receive(item, shelf, 1)

    def attempt(_: int) -> bool:
        try:
            store.sell(item, shelf, 1)
        except NotEnough:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(16))) == 1
    assert store.there(item) == 0
    assert store.balance(item, NOW + timedelta(days=1)) == 0


def test_IN_R4_where_the_item_allows_it_the_rest_is_oversold_and_said(database: Database, store: Store) -> None:
    item, shelf = store.item(allows_negative=True), store.shelf()
    store.receive(item, shelf, 1)

    with ThreadPoolExecutor(8) as pool:
        sold = list(pool.map(lambda _: store.sell(item, shelf, 1), range(8)))

    assert store.there(item) == -7
    assert sum(move.is_oversold for one in sold for move in one.moves) == 7
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE args ->> 'name' = 'inventory.stock_oversold'"
            " AND (args -> 'facts' ->> 'item_id')::bigint = %s",
            [item],
        ).fetchone()
    assert rows == (7,)


def test_X_R6_thirty_two_writers_on_one_item_sell_exactly_what_there_is(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    store.receive(item, shelf, 50)

    def attempt(number: int) -> int:
        try:
            store.sell(item, shelf, 1 + number % 2)
        except NotEnough:
            return 0
        return 1 + number % 2

    with ThreadPoolExecutor(32) as pool:
        taken = sum(pool.map(attempt, range(64)))
    assert store.there(item) == 50 - taken
    assert 0 <= store.there(item) <= 1


def test_X_R4_a_receipt_that_arrives_many_times_at_once_moves_once(store: Store) -> None:
    item, shelf = store.item(), store.shelf()

    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda _: store.receive(item, shelf, 7, key='asn-77'), range(12)))

    assert store.there(item) == 7
    assert sum(not one.is_replay for one in done) == 1
    assert len({one.moves for one in done}) == 1
    with pytest.raises(MoveConflict):
        store.receive(item, shelf, 8, key='asn-77')


def brand_item(store: Store, basis: CommissionBasis = CommissionBasis.LIST_LESS_BRAND_SHARE) -> tuple[int, int]:
    owner = store.world.tenant()
    item = store.item(ownership=Ownership.CONCESSION, owner_id=owner, commission_bp=2_500, commission_basis=basis)
    return item, owner


def test_IN_R5_a_brands_goods_make_a_commission_and_no_cost(database: Database, store: Store) -> None:
    (brand, owner), own, shelf = brand_item(store), store.item(), store.shelf()
    store.receive(brand, shelf, 10, cost_fen=99_999)
    store.receive(own, shelf, 10, cost_fen=1_000)
    lines = tuple(SaleLine(item_id=item, quantity=2, list_fen=40_000) for item in (brand, own))

    perform(sell, actor=store.world.actor, now=NOW, command=Sell(
        key='mixed-1', location_id=shelf, lines=lines, occurred_at=NOW,
    ))  # fmt: skip

    with psycopg.connect(database.owner_url) as connection:
        rows = connection.execute(
            "SELECT item_id, owner_id, base_fen, commission_fen, cost_fen FROM goods_sold WHERE key = 'mixed-1'"
        ).fetchall()
    assert {row[0]: row[1:] for row in rows} == {brand: (owner, 40_000, 10_000, 0), own: (None, 0, 0, 200)}
    assert (store.there(brand), store.there(own)) == (8, 8)


@pytest.mark.parametrize(
    ('basis', 'remitted'), [(CommissionBasis.LIST_LESS_BRAND_SHARE, 70_500), (CommissionBasis.CUSTOMER_PAID, 71_500)]
)
def test_IN_R6_a_brand_is_remitted_by_its_contract(store: Store, basis: CommissionBasis, remitted: int) -> None:
    (item, owner), shelf = brand_item(store, basis), store.shelf()
    store.receive(item, shelf, 5)
    store.sell(item, shelf, 1, list_fen=100_000, brand_funded_fen=6_000, mall_funded_fen=4_000)

    statement = ask(
        concession_statement, actor=store.world.actor, owner_id=owner, from_on=date(2026, 5, 1),
        until_on=date(2026, 6, 1),
    )  # fmt: skip

    assert (statement.paid_fen, statement.remitted_fen) == (90_000, remitted)
    with pytest.raises(ItemInvalid):
        store.sell(item, shelf, 1, list_fen=100, brand_funded_fen=101)
    assert store.there(item) == 4


def test_IN_R7_a_receipt_dated_back_changes_an_open_month_and_no_closed_one(store: Store) -> None:
    item, shelf = store.item(), store.shelf()
    april, may_first = datetime(2026, 4, 20, tzinfo=UTC), datetime(2026, 4, 30, 20, tzinfo=UTC)

    in_time = store.receive(item, shelf, 5, on=april)
    assert store.balance(item, may_first) == 5
    perform(close_month, actor=store.world.actor, command=CloseStockMonth(month=date(2026, 4, 1)), now=NOW)
    late = store.receive(item, shelf, 7, on=april)

    assert store.balance(item, may_first) == 5
    assert store.there(item) == 12
    assert in_time.moves[0].business_on == date(2026, 4, 20)
    assert late.moves[0].business_on == date(2026, 5, 8)
    assert 'for 2026-04-20' in late.moves[0].reference
    for closed in (date(2026, 4, 9), date(2026, 5, 1)):
        with pytest.raises(StockMonthClosed):
            perform(close_month, actor=store.world.actor, command=CloseStockMonth(month=closed), now=NOW)
    with pytest.raises(Invalid):
        store.receive(item, shelf, 1, on=NOW + timedelta(hours=1))


def test_IN_R8_the_lot_that_expires_first_goes_first_and_an_expired_one_not_at_all(store: Store) -> None:
    item, shelf = store.item(has_lots=True), store.shelf()
    store.receive(item, shelf, 20, lot=NewLot(code='B', expires_on=date(2026, 5, 30)))
    store.receive(item, shelf, 5, lot=NewLot(code='A', expires_on=date(2026, 5, 10)))
    lots = {row.lot_code: row.lot_id for row in ask(on_hand, actor=store.world.actor, item_id=item, day=NOW.date())}

    sold = store.sell(item, shelf, 8, on=at(12))

    assert {move.lot_id: move.quantity for move in sold.moves} == {lots['A']: -5, lots['B']: -3}
    store.receive(item, shelf, 5, now=at(13), lot=NewLot(code='A', expires_on=date(2026, 5, 10)))
    on_the_tenth = store.sell(item, shelf, 1, on=at(12, day=10))
    assert [move.lot_id for move in on_the_tenth.moves] == [lots['A']]
    on_the_eleventh = store.sell(item, shelf, 1, on=at(12, day=11))
    assert [move.lot_id for move in on_the_eleventh.moves] == [lots['B']]
    rows = ask(on_hand, actor=store.world.actor, item_id=item, day=date(2026, 5, 11))
    assert {row.lot_code: (row.quantity, row.is_sellable) for row in rows} == {'A': (4, False), 'B': (16, True)}
    with pytest.raises(NotEnough):
        store.sell(item, shelf, 17, on=at(12, day=11))


def test_IN_R8_a_recalled_lot_is_not_sold_and_its_receipts_are_known(store: Store) -> None:
    item, shelf = store.item(has_lots=True), store.shelf()
    store.receive(item, shelf, 10, lot=NewLot(code='X'))
    sold = store.sell(item, shelf, 4, key='till-1')
    command = RecallLot(lot_id=sold.moves[0].lot_id, reason='异物')

    recall = perform(recall_lot, actor=store.world.actor, command=command, now=NOW)

    assert (recall.on_hand, recall.sold) == ({shelf: 6}, {'till-1': 4})
    with pytest.raises(NotEnough):
        store.sell(item, shelf, 1)
    perform(write_off, actor=store.world.actor, now=NOW, command=WriteOff(
        key='off-1', item_id=item, lot_id=command.lot_id, location_id=shelf, quantity=6, occurred_at=NOW,
        reason='recalled',
    ))  # fmt: skip
    assert store.there(item) == 0
    assert perform(recall_lot, actor=store.world.actor, command=command, now=NOW).on_hand == {}


def move(store: Store, item: int, source: LocationId, target: LocationId, pieces: int, key: str) -> None:
    perform(transfer, actor=store.world.actor, now=NOW, command=Transfer(
        key=key, item_id=item, from_id=source, to_id=target, quantity=pieces, occurred_at=NOW,
    ))  # fmt: skip


def test_a_transfer_is_in_transit_between_two_places_and_nothing_is_lost(store: Store) -> None:
    item, room, road, shelf = store.item(), store.shelf('stockroom'), store.shelf('transit'), store.shelf()
    store.receive(item, room, 30)

    move(store, item, room, road, 12, 'out-1')
    on_the_road = [store.there(item, where) for where in (room, road, shelf)]
    move(store, item, road, shelf, 12, 'in-1')

    assert on_the_road == [18, 12, 0]
    assert [store.there(item, where) for where in (room, road, shelf)] == [18, 0, 12]
    with pytest.raises(NotEnough):
        move(store, item, room, shelf, 19, 'out-2')
    with pytest.raises(ItemInvalid):
        move(store, item, room, room, 1, 'out-3')
    with pytest.raises(PlaceUnknown):
        move(store, item, room, LocationId(10**9), 1, 'out-4')
    assert store.there(item) == 30


def test_crossing_transfers_neither_deadlock_nor_lose(store: Store) -> None:
    item, one, other = store.item(), store.shelf(), store.shelf()
    for where in (one, other):
        store.receive(item, where, 100)

    def go(number: int) -> None:
        pair = (one, other) if number % 2 else (other, one)
        move(store, item, *pair, 1, f'cross-{item}-{number}')

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(go, range(80)))
    assert store.there(item) == 200


def test_X_R5_a_move_is_never_edited(database: Database, store: Store) -> None:
    store.receive(store.item(), store.shelf(), 1)

    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match='never edited'):
        owner.execute('UPDATE stock_move SET quantity = 2')


@settings(max_examples=max(3, STEPS // 30), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from('rstw'), st.integers(1, 20), st.integers(0, 5_600)), min_size=1, max_size=25))
def test_X_R9_the_balance_at_any_past_instant_is_the_sum_of_the_moves_before_it(
    store: Store, steps: list[tuple[str, int, int]]
) -> None:
    item, one, other = store.item(), store.shelf(), store.shelf()
    book: list[tuple[datetime, LocationId, int]] = []
    for kind, pieces, minutes in steps:
        when = at(8, day=4) + timedelta(minutes=minutes)
        try:
            if kind == 'r':
                posted = store.receive(item, one, pieces, on=when, now=at(19))
            elif kind == 's':
                posted = store.sell(item, one, pieces, on=when, now=at(19))
            elif kind == 't':
                posted = perform(transfer, actor=store.world.actor, now=at(19), command=Transfer(
                    key=f'x-{item}-{len(book)}-{minutes}', item_id=item, from_id=one, to_id=other, quantity=pieces,
                    occurred_at=when,
                ))  # fmt: skip
            else:
                posted = perform(write_off, actor=store.world.actor, now=at(19), command=WriteOff(
                    key=f'w-{item}-{len(book)}-{minutes}', item_id=item, location_id=other, quantity=pieces,
                    occurred_at=when, reason='damaged',
                ))  # fmt: skip
        except NotEnough:
            continue
        if not posted.is_replay:
            book += [(leg.occurred_at, leg.location_id, leg.quantity) for leg in posted.moves]

    assert store.there(item) == sum(quantity for _, _, quantity in book)
    for moment in (at(8, day=4), at(7, day=5), at(8, day=6), at(23, day=6), at(11), at(19)):
        assert store.balance(item, moment) == sum(q for when, _, q in book if when < moment)
        assert store.balance(item, moment, one) == sum(q for when, where, q in book if when < moment and where == one)


@settings(max_examples=max(3, STEPS // 30), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 10**6), st.integers(1, 12)), min_size=1, max_size=6))
def test_the_cost_of_a_sale_is_the_rule_of_the_moving_average(
    database: Database, store: Store, steps: list[tuple[int, int, int]]
) -> None:
    item, shelf = store.item(allows_negative=True), store.shelf()
    there = value = 0
    expected = []
    for received, cost_fen, sold in steps:
        store.receive(item, shelf, received, cost_fen=cost_fen)
        there, value = there + received, value + cost_fen
        store.sell(item, shelf, sold)
        cost = moving_average_cost(value, there, sold)
        expected.append(cost)
        there, value = there - sold, value - cost

    with psycopg.connect(database.owner_url) as owner:
        costs = owner.execute('SELECT cost_fen FROM goods_sold WHERE item_id = %s ORDER BY ctid', [item]).fetchall()
        left = owner.execute('SELECT quantity, value_fen FROM stock_valuation WHERE item_id = %s', [item]).fetchone()
    assert [cost for (cost,) in costs] == expected
    assert left == (there, value)


def test_how_items_did_is_said_with_abc_cover_and_dead_stock(store: Store) -> None:
    seller, dead, shelf = store.item(), store.item(), store.shelf()
    for item in (seller, dead):
        store.receive(item, shelf, 20, on=at(12, day=1))
    store.sell(seller, shelf, 20, on=at(12, day=4), list_fen=10**9)

    rows = {row.item_id: row for row in ask(
        assortment, actor=store.world.actor, from_on=date(2026, 5, 2), until_on=date(2026, 5, 7)
    )}  # fmt: skip

    assert (rows[seller].abc, rows[seller].sold, rows[seller].days_of_cover) == ('A', 20, 0)
    assert (rows[dead].abc, rows[dead].is_dead, rows[dead].days_of_cover) == ('C', True, None)
    assert rows[dead].out_of_stock.value == 0
    assert rows[seller].out_of_stock.value == pytest.approx(64 / 120)  # from noon of the 4th until 04:00 of the 7th


def test_unknown_barcodes_and_bad_items_are_said(store: Store) -> None:
    known = RegisterItem(sku='tee-m', barcodes=('6901234567892',), name_zh='T恤', name_en='Tee', size='M', colour='白')
    item = perform(register_item, actor=store.world.actor, command=known)
    shelf = store.shelf()

    assert ask(find_item, actor=store.world.actor, code=' 6901234567892 ').id == item.id
    assert ask(find_item, actor=store.world.actor, code='tee-m').size == 'M'
    with pytest.raises(ItemUnknown):
        ask(find_item, actor=store.world.actor, code='6900000000000')
    with pytest.raises(CodeTaken):
        perform(register_item, actor=store.world.actor, command=known)
    with pytest.raises(ItemInvalid):
        store.item(ownership=Ownership.CONCESSION)
    with pytest.raises(ItemInvalid):
        store.receive(item.id, shelf, 1, lot=NewLot(code='no-lots'))
    with pytest.raises(ItemUnknown):
        store.sell(10**9, shelf, 1)  # type: ignore[arg-type]
    with pytest.raises(NotEnough):
        store.sell(item.id, shelf, 1)
    double = Sell(key='d', location_id=shelf, lines=(SaleLine(item_id=item.id, quantity=1),) * 2, occurred_at=NOW)
    with pytest.raises(ItemInvalid):
        perform(sell, actor=store.world.actor, command=double, now=NOW)


def test_X_R8_another_mall_and_another_brand_see_nothing(store: Store, another_mall: MallId, mall: MallId) -> None:
    (own, owner), (foreign, _), shelf = brand_item(store), brand_item(store), store.shelf()
    for item in (own, foreign):
        store.receive(item, shelf, 3)
    brand = Actor(name='b', kind='person', mall_id=mall, tenant_id=owner, permissions=frozenset({VIEW.code}))
    day = NOW.date()

    assert sum(row.quantity for row in ask(on_hand, actor=brand, item_id=own, day=day)) == 3
    assert ask(on_hand, actor=brand, item_id=foreign, day=day) == []
    stranger = store.world.actor.within(another_mall)
    assert ask(on_hand, actor=stranger, item_id=own, day=day) == []
    with pytest.raises(ItemUnknown):
        perform(receive, actor=stranger, now=NOW, command=Receive(
            key='foreign', item_id=own, location_id=shelf, quantity=1, occurred_at=NOW,
        ))  # fmt: skip
