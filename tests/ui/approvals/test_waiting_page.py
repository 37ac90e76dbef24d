"""What waits for one person over all kinds, with the rounds of each and the way to where it is decided."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from nicegui.testing import User

from domain.approvals.commands import Decide
from domain.approvals.operations import decide
from domain.approvals.views import ApprovalView
from domain.permits.changes import revise_promotion
from domain.permits.commands import AskPermit, FilePromotion, RevisePromotion, SettlePromotion
from domain.permits.operations import ask_permit, file_promotion
from domain.permits.settlements import propose_settlement
from domain.permits.views import PermitView, PromotionView
from domain.purchasing.approving import set_limit
from domain.purchasing.commands import SetLimit
from domain.purchasing.views import OrderView
from domain.shared.actor import MallId
from domain.shared.operations import perform
from tests.domain.inventory.store import Store
from tests.domain.leasing.world import World, build_world
from tests.domain.permits.test_permits import MECHANICS, agree_to_all
from tests.domain.purchasing.test_approving import placed
from tests.ui.screens import looking, open_row
from ui.kit.data_table import DataTable

PATH = '/operations/approvals'


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


def filed(world: World, title: str = '五月满减') -> PromotionView:
    command = FilePromotion(tenant_id=world.tenant(), mechanics=replace(MECHANICS, title=title))
    return perform(file_promotion, actor=replace(world.actor, name='店长'), command=command)


def asked(world: World) -> PermitView:
    starts = datetime.now(UTC) + timedelta(days=1)
    return perform(ask_permit, actor=replace(world.actor, name='店长'), command=AskPermit(
        tenant_id=world.tenant(), kind='after_hours', starts_at=starts, ends_at=starts + timedelta(hours=3),
        text='年末盘点',
    ))  # fmt: skip


def ordered(world: World) -> OrderView:
    store = Store(world)
    perform(set_limit, actor=world.actor, command=SetLimit(limit_fen=1_000))
    return placed(store, store.item(), 900, 'PO-900')


def send_back(world: World, approval: ApprovalView) -> None:
    command = Decide(
        approval_id=approval.id, content_hash=approval.content_hash, verdict='return', comment='请写明规则'
    )
    perform(decide, actor=replace(world.actor, name='林悦'), command=command)


def rows(user: User) -> list[dict[str, object]]:
    [table] = user.find(kind=DataTable).elements
    return [dict(row) for row in table.page.rows] if table.page else []


async def test_everything_that_waits_for_operations_stands_there_oldest_first(world: World) -> None:
    filing, permit = filed(world, '六月满减'), asked(world)
    ids = [filing.approval.id, permit.approval.id]
    async with looking(world.actor, 'operations', PATH) as user:
        await user.should_see('第 1', retries=60)
        assert [row['id'] for row in rows(user) if row['id'] in ids] == ids
        kinds = {row['id']: row['kind_name'] for row in rows(user)}
        assert [kinds[one] for one in ids] == ['活动申报', '许可']
    async with looking(world.actor, 'security', PATH, 'en') as user:  # the first step is the operations'
        await user.should_see('Nothing waits for you', retries=60)


async def test_the_rounds_say_what_was_asked_and_what_changed_and_lead_to_the_decision(world: World) -> None:
    filing = filed(world, '七月满减')
    send_back(world, filing.approval)
    again = perform(revise_promotion, actor=replace(world.actor, name='店长'), command=RevisePromotion(
        promotion_id=filing.id, mechanics=replace(MECHANICS, title='七月满减', text='满 300 减 60')
    ))  # fmt: skip
    async with looking(world.actor, 'operations', PATH) as user:
        await user.should_see('第 1', retries=60)
        open_row(user, again.approval.id)
        await user.should_see('第 2 轮', retries=40)
        await user.should_see('变更：内容')
        [trail] = user.find(marker='approvals.trail').elements
        assert [row['said'] for row in trail.rows] == ['请写明规则']
        [link] = user.find(marker='approvals.decide').elements
        assert link.props['href'] == f'/operations/tenants/promotions?open={filing.id}'
    async with looking(world.actor, 'operations', f'/operations/tenants/promotions?open={filing.id}') as user:
        await user.should_see('满 300 减 60', retries=60)
        await user.should_see('提交意见')


async def test_a_permits_link_opens_it_with_what_the_gate_saw(world: World) -> None:
    permit = asked(world)
    async with looking(world.actor, 'operations', f'/operations/tenants/permits?open={permit.id}', 'en') as user:
        await user.should_see('Asked by', retries=60)
        await user.should_see('年末盘点')


async def test_the_general_manager_finds_settlements_and_orders(world: World) -> None:
    filing, order = filed(world, '八月满减'), ordered(world)
    agree_to_all(world, filing.approval)
    waiting = perform(propose_settlement, actor=replace(world.actor, name='沈静'), command=SettlePromotion(
        promotion_id=filing.id, actual_cost_fen=1_000
    ))  # fmt: skip
    assert waiting.approval is not None
    async with looking(world.actor, 'general_manager', PATH) as user:
        await user.should_see('第 1', retries=60)
        found = {row['title']: row for row in rows(user)}
        assert found['八月满减']['kind_name'] == '费用结算'
        bought = found['PO-900 · ¥9,000.00']
        assert (bought['kind_name'], bought['tenant']) == ('采购单', '—')
        open_row(user, bought['id'])
        await user.should_see(marker='approvals.decide', retries=40)
        [link] = user.find(marker='approvals.decide').elements
        assert link.props['href'] == f'/operations/inventory/orders/{order.id}'
    async with looking(world.actor, 'general_manager', f'/operations/tenants/settlements?open={filing.id}') as user:
        await user.should_see('提交意见', retries=60)
