"""Price lists and overridden prices, over the real domain."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from nicegui.testing import User

from domain.inventory import items as inventory_items
from domain.inventory.commands import RegisterItem
from domain.sales import pricing, selling, shifts
from domain.sales.commands import BasketItem, OpenShift, Price, RegisterTill, RingUp, SetPrices
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from tests.domain.sales.conftest import keys
from tests.ui.screens import fill, looking, open_row
from ui.kit.data_table import DataTable

__all__ = ['keys']

SHOP = 'l1-09'


@pytest.fixture
def actor(mall: MallId, keys: None) -> Actor:
    return system_actor('test', mall)


@pytest.fixture
def sku(actor: Actor) -> str:
    made = f'beer-{uuid4().hex[:8]}'
    perform(inventory_items.register_item, actor=actor, command=RegisterItem(
        sku=made, barcodes=(f'69{uuid4().int % 10**11:011d}',), name_zh='青岛啤酒', name_en='Beer'
    ))  # fmt: skip
    prices = (Price(sku=made, category='food', unit_fen=650),)
    perform(pricing.set_prices, actor=actor, command=SetPrices(shop=SHOP, prices=prices))
    return made


def shown(user: User) -> dict[Any, dict[str, Any]]:
    [table] = user.find(kind=DataTable).elements
    return {row['id']: row for row in table._table.rows}


async def test_an_article_is_found_by_pinyin_and_priced_anew(actor: Actor, sku: str) -> None:
    async with looking(actor, 'operations', '/operations/sales/prices?q=qdpj') as user:
        await user.should_see('1–', retries=40)
        assert shown(user)[f'{SHOP}/{sku}']['price'] == '¥6.50'
        open_row(user, f'{SHOP}/{sku}')
        await user.should_see('设定价格', retries=40)
        fill(user, {'新价格': '7.20'})
        user.find(content='设定价格', marker='form.submit').click()
        await user.should_see('价格已设为 ¥7.20', retries=40)
    versions = ask(pricing.list_price_versions, actor=actor, shop=SHOP, sku=sku)
    assert [(one.unit_fen, one.set_by) for one in versions] == [(720, 'operations'), (650, 'test')]


async def test_who_may_only_look_is_offered_no_price_to_set(actor: Actor, sku: str) -> None:
    async with looking(actor, 'cashier', f'/operations/sales/prices?q={sku}', 'en') as user:
        await user.should_see('1–', retries=40)
        open_row(user, f'{SHOP}/{sku}')
        await user.should_see('Category', retries=40)
        await user.should_not_see('Set the price')


async def test_the_log_of_overrides_says_who_and_why_and_goes_as_a_file(actor: Actor, sku: str) -> None:
    till = f'T{uuid4().hex[:6]}'
    perform(shifts.register_till, actor=actor, command=RegisterTill(code=till, shop=SHOP))
    perform(shifts.open_shift, actor=actor, command=OpenShift(till=till, float_fen=0))
    cheaper = BasketItem(
        sku=sku,
        name='青岛啤酒',
        category='food',
        quantity=2,
        unit_fen=650,
        override_fen=500,
        override_reason='瓶身破损',
    )
    supervisor = replace(actor, name='林主管', roles=frozenset({'operations', 'of-the-house'}))
    perform(selling.ring_up, actor=supervisor, command=RingUp(
        key=str(uuid4()), till=till, items=(cheaper,), occurred_at=datetime.now(UTC)
    ))  # fmt: skip
    async with looking(actor, 'finance', f'/operations/sales/overrides?q={till}') as user:
        await user.should_see('1–', retries=40)
        [row] = shown(user).values()
        assert (row['who'], row['role'], row['reason']) == ('林主管', 'of-the-house、运营', '瓶身破损')
        assert (row['change'], row['given']) == ('¥6.50 → ¥5.00', '−¥3.00')
        user.find(content='导出').click()
        file = await user.download.next()
    assert f'{till}' in file.content.decode('utf-8-sig')
    assert '6.50,5.00,林主管' in file.content.decode('utf-8-sig')
