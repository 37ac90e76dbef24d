"""The stock pages over the store that the demo furnishes: lists, the acts behind them, and what they leave behind."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.inventory.counts import review_count
from domain.inventory.forecasts import KeepForecasts, keep_forecasts
from domain.inventory.overview import list_brands, list_counts, list_journal, list_lots, list_stock
from domain.mall.queries import get_business_clock
from domain.purchasing.commands import OrderId, ProposeReplenishment, SettleRequest
from domain.purchasing.operations import get_order, propose_replenishment, settle_request
from domain.purchasing.overview import list_orders, list_requests
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.forecasting import HORIZON, Band, Outlook
from domain.shared.operations import ask, perform
from integrations.demo import trade
from integrations.demo.stock import open_stock
from integrations.worker.forecasts import foretell
from tests.domain.leasing.world import build_world
from tests.domain.sales.conftest import keys
from tests.ui.screens import looking
from ui.kit.data_table import DataTable
from ui.kit.plain_table import PlainTable

__all__ = ['keys']
NOW = (datetime.now(UTC) - timedelta(days=1)).replace(hour=8)
AT = '/operations/inventory'


@pytest.fixture(scope='module')
def actor(mall: MallId, keys: None) -> Actor:
    build_world(mall).tenant()
    trade.open_trade(mall, NOW, say=lambda _: None)
    open_stock(mall, NOW, say=lambda _: None)
    return system_actor('test', mall)


def stock_of(actor: Actor, sku: str) -> Any:
    day = ask(get_business_clock, actor=actor).business_on(datetime.now(UTC))
    return next(row for row in ask(list_stock, actor=actor, day=day) if row.sku == sku)


def rows_of(user: User) -> list[dict[str, Any]]:
    return user.find(kind=DataTable).elements.pop()._table.rows


async def drawn(user: User) -> list[dict[str, Any]]:
    """The rows of the list, once it has been loaded."""
    for _ in range(80):
        if rows := rows_of(user):
            return rows
        await asyncio.sleep(0.1)
    raise AssertionError('the list stayed empty')


def field(user: User, label: str, kind: Any) -> Any:
    """The one field of that label, or the first of several in the order of the page."""
    found = [one for one in user.find(kind=kind).elements if one.props.get('aria-label') == label]
    return min(found, key=lambda one: one.id)


@pytest.mark.parametrize(('search', 'name'), [('dwsn', '低温酸奶 200g'), ('2000000030012', '低温酸奶 200g')])
async def test_an_item_is_found_by_pinyin_initials_and_by_barcode(actor: Actor, search: str, name: str) -> None:
    async with looking(actor, 'warehouse', f'{AT}?q={search}') as user:
        await user.should_see('共 1 条', retries=40)
        assert [row['name'] for row in rows_of(user)] == [name]


async def test_the_list_narrows_to_what_is_on_hold(actor: Actor) -> None:
    async with looking(actor, 'finance', f'{AT}?has=on_hold') as user:
        shown = {row['sku']: row['on_hold'] for row in await drawn(user)}
    day = ask(get_business_clock, actor=actor).business_on(datetime.now(UTC))
    assert shown == {row.sku: str(row.on_hold) for row in ask(list_stock, actor=actor, day=day) if row.on_hold}


async def test_the_balance_of_a_past_instant_is_beside_what_is_there_now(actor: Actor) -> None:
    async with looking(actor, 'operations', f'{AT}?where=wh-store&at=2020-01-01T00:00', 'en') as user:
        assert {row['balance'] for row in await drawn(user)} == {'0'}


async def test_goods_are_written_off_with_a_reason_once(actor: Actor) -> None:
    item = stock_of(actor, 'jc-2008')
    async with looking(actor, 'operations', f'{AT}/items/{item.id}') as user:
        await user.should_see('报损', retries=40)
        user.find(marker='form.submit', content='报损').click()
        await user.should_see('已报损。', retries=40)
    assert stock_of(actor, 'jc-2008').on_hand == item.on_hand - 1
    assert ask(list_journal, actor=actor, item_id=item.id)[0].reason == 'damaged'


async def test_who_may_only_look_is_offered_no_moves(actor: Actor) -> None:
    async with looking(actor, 'auditor', f'{AT}/items/{stock_of(actor, "ck-3001").id}') as user:
        await user.should_see('库存流水', retries=40)
        await user.should_not_see('报损')


async def test_an_item_that_is_not_there_says_so(actor: Actor) -> None:
    async with looking(actor, 'operations', f'{AT}/items/nothing') as user:
        await user.should_see('找不到商品 0。', retries=40)


async def test_a_lot_is_recalled_and_no_longer_available(actor: Actor) -> None:
    lot = next(one for one in ask(list_lots, actor=actor) if one.sku == 'ck-3005')
    async with looking(actor, 'operations', f'{AT}/lots') as user:
        await user.should_see('共 10 条', retries=40)
        table = user.find(kind=DataTable).elements.pop()
        user.find(kind=type(table._table)).trigger('rowClick', [{}, {'id': int(lot.id)}, 0])
        await user.should_see('召回该批次', retries=40)
        field(user, '召回原因', ui.input).value = '供应商通知'
        user.find(marker='form.submit').click()
        await user.should_see(f'已召回：在库 {lot.quantity} 件', retries=40)
    assert stock_of(actor, 'ck-3005').blocked == lot.quantity


async def test_the_range_names_what_does_not_sell(actor: Actor) -> None:
    async with looking(actor, 'general_manager', f'{AT}/range?pace=dead') as user:
        assert {row['pace'] for row in await drawn(user)} == {'dead'}


async def test_goods_are_received_against_an_order_into_the_hold(actor: Actor) -> None:
    order = next(row for row in ask(list_orders, actor=actor) if row.lacking and row.received)
    before = ask(get_order, actor=actor, order_id=OrderId(order.id))
    line = next(one for one in before.lines if one.ordered > one.received)
    async with looking(actor, 'warehouse', f'{AT}/orders/{order.id}') as user:
        await user.should_see('超出容差的数量会被拒收', retries=40)
        where = field(user, '库位', ui.select)
        where.value = next(key for key, name in where.options.items() if name.startswith('待检区'))
        field(user, '件数', ui.number).value = 2
        user.find(marker='form.submit').click()
        await user.should_see('已入库。', retries=40)
    after = ask(get_order, actor=actor, order_id=OrderId(order.id))
    assert {one.item_id: one.received for one in after.lines}[line.item_id] == line.received + 2


async def test_requests_of_a_supplier_become_an_order(actor: Actor) -> None:
    request = ask(list_requests, actor=actor)[0]
    async with looking(actor, 'operations', f'{AT}/replenishment') as user:
        await user.should_see(marker=f'inventory.order:{request.supplier_id}', retries=40)
        user.find(marker=f'inventory.order:{request.supplier_id}').click()
        await user.should_see(marker='confirmation.accept', retries=40)
        user.find(marker='confirmation.accept').click()
        await user.should_see('关闭采购单', retries=40)
    assert request.supplier_id not in {one.supplier_id for one in ask(list_requests, actor=actor)}


async def test_orders_show_what_is_late(actor: Actor) -> None:
    async with looking(actor, 'finance', f'{AT}/orders?state=late', 'en') as user:
        assert {row['state'] for row in await drawn(user)} == {'late'}
        await user.should_not_see('Place order')


async def test_a_counter_sees_no_book_and_the_reviewer_does(actor: Actor) -> None:
    count = ask(list_counts, actor=actor)[0]
    async with looking(actor, 'warehouse', f'{AT}/counts/{count.id}') as user:
        await user.should_see('只显示自己盘的', retries=40)
        await user.should_not_see(marker='inventory.review')
    async with looking(actor, 'operations', f'{AT}/counts/{count.id}') as user:
        await user.should_see(marker='inventory.review', retries=40)


async def test_a_recount_by_somebody_else_lets_the_count_be_validated(actor: Actor) -> None:
    count = next(row for row in ask(list_counts, actor=actor) if row.validated_at is None)
    [waiting] = [one for one in ask(review_count, actor=actor, count_id=count.id).lines if one.variance is None]
    async with looking(actor, 'operations', f'{AT}/counts/{count.id}') as user:
        await user.should_see('录入', retries=40)
        field(user, '库位', ui.select).value = waiting.location_id
        field(user, '商品', ui.select).value = waiting.item_id
        field(user, '实盘', ui.number).value = waiting.counted
        user.find(marker='form.submit').click()
        await user.should_see('0 行待复盘', retries=40)
        user.find(marker='inventory.validate').click()
        await user.should_see(marker='confirmation.accept', retries=40)
        user.find(marker='confirmation.accept').click()
        await user.should_see('已确认', retries=40)
    assert ask(review_count, actor=actor, count_id=count.id).is_validated


async def test_a_brand_s_sales_make_what_the_mall_owes(actor: Actor) -> None:
    first = (NOW - timedelta(days=6)).date().replace(day=1)
    brands = ask(list_brands, actor=actor, from_on=first, until_on=first + timedelta(days=62))
    async with looking(actor, 'finance', f'{AT}/concession') as user:
        await user.should_see('应付 = 实收 + 商场承担 − 扣点', retries=40)

    # 15 pieces of 299.00, of each 18.00 paid by the brand and 12.00 by the mall; 25 % of list price less brand's share.
    assert [(one.pieces, one.commission_fen, one.remitted_fen) for one in brands] == [(15, 105_375, 316_125)]


async def test_an_items_card_says_what_will_be_sold_and_how_far_to_trust_it(actor: Actor) -> None:
    item = stock_of(actor, 'ly-4001').id
    async with looking(actor, 'operations', f'{AT}/items/{item}') as user:
        await user.should_see('需求预测', retries=40)
        await user.should_see('还没有预测')
    foretell(actor)
    async with looking(actor, 'operations', f'{AT}/items/{item}', 'en') as user:
        await user.should_see('Less than three weeks of past', retries=40)


async def test_a_request_says_which_demand_made_it(actor: Actor) -> None:
    today = ask(get_business_clock, actor=actor).business_on(datetime.now(UTC))
    item, flat = stock_of(actor, 'ck-3001').id, (4_000.0,) * HORIZON
    outlook = Outlook(
        method='season', band=Band(flat, flat, flat), error=None, naive_error=None, held_out=0, deviation=5.0
    )
    perform(keep_forecasts, actor=actor, command=KeepForecasts(made_on=today, outlooks={item: outlook}))
    for one in ask(list_requests, actor=actor):
        if one.item_id == item:
            perform(settle_request, actor=actor, command=SettleRequest(request_id=one.id, is_ordered=False))
    perform(propose_replenishment, actor=actor, command=ProposeReplenishment(on=today))
    [request] = [one for one in ask(list_requests, actor=actor) if one.item_id == item]
    assert request.demand is not None
    async with looking(actor, 'operations', f'{AT}/replenishment') as user:
        await user.should_see(kind=PlainTable, retries=40)
        for _ in range(80):
            reasons = [row['why'] for table in user.find(kind=PlainTable).elements for row in table.rows]
            if reasons:
                break
            await asyncio.sleep(0.1)
    assert f'售 {request.demand:,}＋安全 {request.safety}' in reasons
