"""An order above the limit on the pages: waiting, agreed to by somebody else, refused."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest

from domain.purchasing.approving import get_limit, set_limit
from domain.purchasing.commands import OrderLine, PlaceOrder, RegisterSupplier, SetLimit
from domain.purchasing.operations import get_order, place_order, register_supplier
from domain.purchasing.views import OrderView
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from tests.domain.inventory.store import Store
from tests.domain.leasing.world import build_world
from tests.ui.screens import fill, looking
from ui.kit.data_table import DataTable

AT = '/operations/inventory/orders'
_numbers = count(1)


@pytest.fixture(scope='module')
def store(mall: MallId) -> Store:
    return Store(build_world(mall))


@pytest.fixture
def order(store: Store) -> OrderView:
    """An order of ten pieces at ¥50 that a buyer placed under a limit of ¥100."""
    number, now = next(_numbers), datetime.now(UTC)
    perform(set_limit, actor=store.world.actor, command=SetLimit(limit_fen=10_000))
    supplier = RegisterSupplier(code=f'p-{number}', name_zh='供', name_en='S', lead_days=3)
    by = perform(register_supplier, actor=store.world.actor, command=supplier).id
    return perform(place_order, actor=replace(store.world.actor, name='采购员'), now=now, command=PlaceOrder(
        number=f'page-{number}', supplier_id=by, ordered_on=now.date(),
        lines=(OrderLine(item_id=store.item(), quantity=10, unit_cost_fen=5_000),),
    ))  # fmt: skip


async def test_an_order_above_the_limit_waits_and_nothing_can_be_received(store: Store, order: OrderView) -> None:
    async with looking(store.world.actor, 'warehouse', f'{AT}/{order.id}') as user:
        await user.should_see('超过审批限额，由 采购员 提交', retries=40)
        await user.should_not_see('超出容差的数量会被拒收')
        await user.should_not_see('提交意见')
    async with looking(store.world.actor, 'operations', f'{AT}?state=waiting', 'en') as user:
        await user.should_see(kind=DataTable, retries=40)
        await user.should_see('Awaits approval', retries=40)


async def test_somebody_else_agrees_and_the_order_stands(store: Store, order: OrderView) -> None:
    async with looking(store.world.actor, 'general_manager', f'{AT}/{order.id}') as user:
        await user.should_see('提交意见', retries=40)
        fill(user, {'说明': '同意，年货备货'})
        user.find(content='提交意见', marker='form.submit').click()
        await user.should_see('已同意（同意，年货备货）', retries=40)
    assert not ask(get_order, actor=store.world.actor, order_id=order.id).awaits_approval


async def test_a_refused_order_is_closed(store: Store, order: OrderView) -> None:
    async with looking(store.world.actor, 'finance', f'{AT}/{order.id}', 'en') as user:
        await user.should_see('Decide', retries=40)
        user.find('Refuse').click()
        user.find(content='Decide', marker='form.submit').click()
        await user.should_see('refused (—)', retries=40)
    assert not ask(get_order, actor=store.world.actor, order_id=order.id).is_open


async def test_the_general_manager_sets_the_limit(store: Store) -> None:
    async with looking(store.world.actor, 'general_manager', AT) as user:
        await user.should_see('采购审批限额', retries=40)
        fill(user, {'限额': '20000'})
        user.find(content='保存限额', marker='form.submit').click()
        await user.should_see('现行限额 ¥20,000.00。', retries=40)
    assert ask(get_limit, actor=store.world.actor) == 2_000_000
    async with looking(store.world.actor, 'operations', AT) as user:
        await user.should_see('采购单', retries=40)
        await user.should_not_see('采购审批限额')
