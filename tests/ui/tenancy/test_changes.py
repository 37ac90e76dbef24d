"""Revising and withdrawing on the shop's phone and on the mall's pages, over the real domain."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from nicegui.testing import User

from domain.approvals.commands import Decide
from domain.approvals.operations import decide
from domain.approvals.views import ApprovalView
from domain.permits.commands import AskPermit, FilePromotion
from domain.permits.gate import list_permits
from domain.permits.operations import ask_permit, file_promotion, get_promotion
from domain.permits.views import PermitView, PromotionView
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World, build_world
from tests.domain.permits.test_permits import MECHANICS
from tests.ui.screens import fill, looking, open_row, screens, staff
from tests.ui.shell.test_live import until


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


def filed(world: World) -> PromotionView:
    command = FilePromotion(tenant_id=world.tenant(), mechanics=MECHANICS)
    return perform(file_promotion, actor=world.actor, command=command)


def asked(world: World) -> PermitView:
    starts = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    return perform(ask_permit, actor=world.actor, command=AskPermit(
        tenant_id=world.tenant(), kind='after_hours', starts_at=starts, ends_at=starts + timedelta(hours=3),
        text='盘点',
    ))  # fmt: skip


def send_back(world: World, approval: ApprovalView) -> None:
    command = Decide(approval_id=approval.id, content_hash=approval.content_hash, verdict='return', comment='请写人数')
    perform(decide, actor=replace(world.actor, name='林悦'), command=command)


def promotion(world: World, filing: PromotionView) -> PromotionView:
    return ask(get_promotion, actor=world.actor, promotion_id=filing.id)


def permit_now(world: World, permit: PermitView) -> PermitView:
    return next(one for one in ask(list_permits, actor=world.actor) if one.id == permit.id)


@asynccontextmanager
async def shop(world: World, tenant_id: int, path: str) -> AsyncIterator[User]:
    session = staff(world.actor, 'tenant_manager')
    actor = replace(session.actor, tenant_id=tenant_id)  # type: ignore[arg-type]
    async with screens(replace(session, actor=actor)) as (user, _):
        await user.open(path)
        yield user


async def test_a_shop_revises_what_was_sent_back(world: World) -> None:
    filing = filed(world)
    send_back(world, filing.approval)
    async with shop(world, filing.tenant_id, '/tenant/promotions') as user:
        await user.should_see('已退回', retries=60)
        user.find(marker='tenant.filing').click()
        await user.should_see('请写人数', retries=40)
        user.find(marker='review.revise').click()
        await user.should_see('重新提交', retries=40)
        fill(user, {'活动规则': '满 200 减 50，限 300 人'})
        user.find(content='重新提交', marker='form.submit').click()
        await until(lambda: promotion(world, filing).approval.round == 2)
    again = promotion(world, filing)
    assert (again.mechanics.text, again.approval.status) == ('满 200 减 50，限 300 人', 'pending')
    assert again.mechanics.prices == MECHANICS.prices
    assert (again.mechanics.shared_cost_fen, again.mechanics.brand_share_bp) == (1_000_000, 6_000)


async def test_a_shop_takes_its_filing_back(world: World) -> None:
    filing = filed(world)
    async with shop(world, filing.tenant_id, '/tenant/promotions') as user:
        await user.should_see('五月满减', retries=60)
        user.find(marker='tenant.filing').click()
        await user.should_see(marker='review.withdraw', retries=40)
        user.find(marker='review.withdraw').click()
        await user.should_see('确认撤回', retries=40)
        fill(user, {'撤回原因（选填）': '总部取消'})
        user.find(content='确认撤回', marker='form.submit').click()
        await user.should_see('已撤回', retries=60)
        await user.should_see('总部取消', retries=40)
        await user.should_not_see(marker='review.withdraw')
    assert promotion(world, filing).approval.status == 'withdrawn'


async def test_a_shop_revises_and_takes_back_a_permit(world: World) -> None:
    permit = asked(world)
    send_back(world, permit.approval)
    async with shop(world, permit.tenant_id, '/tenant/permits') as user:
        await user.should_see(marker='tenant.permit', retries=60)
        user.find(marker='tenant.permit').click()
        await user.should_see(marker='review.revise', retries=40)
        user.find(marker='review.revise').click()
        await user.should_see('重新提交', retries=40)
        fill(user, {'事由': '盘点，6 人'})
        user.find(content='重新提交', marker='form.submit').click()
        await until(lambda: permit_now(world, permit).approval.round == 2)
        await user.should_not_see('重新提交', retries=60)
        user.find(marker='review.withdraw').click()
        await user.should_see('确认撤回', retries=40)
        user.find(content='确认撤回', marker='form.submit').click()
        await user.should_see('已撤回', retries=60)
    now = permit_now(world, permit)
    assert (now.text, now.starts_at, now.approval.status) == ('盘点，6 人', permit.starts_at, 'withdrawn')


async def test_the_mall_takes_a_filing_back_for_its_shop_and_who_only_looks_cannot(world: World) -> None:
    filing = filed(world)
    async with looking(world.actor, 'leasing', '/operations/tenants/promotions') as user:
        await user.should_see('第 1', retries=60)
        open_row(user, filing.id)
        await user.should_see('满 200 减 50', retries=40)
        await user.should_not_see(marker='review.withdraw')
    async with looking(world.actor, 'operations', '/operations/tenants/promotions', 'en') as user:
        await user.should_see('1–', retries=60)
        open_row(user, filing.id)
        await user.should_see(marker='review.withdraw', retries=40)
        user.find(marker='review.withdraw').click()
        await user.should_see('Withdraw it', retries=40)
        user.find(content='Withdraw it', marker='form.submit').click()
        await user.should_see(marker='tenancy.trail', retries=60)
    taken = promotion(world, filing).approval.withdrawal
    assert taken is not None
    assert taken.by == 'operations'


async def test_the_mall_revises_a_permit_for_its_shop(world: World) -> None:
    permit = asked(world)
    async with looking(world.actor, 'operations', '/operations/tenants/permits') as user:
        await user.should_see('第 1', retries=60)
        open_row(user, permit.id)
        await user.should_see(marker='review.revise', retries=40)
        user.find(marker='review.revise').click()
        await user.should_see('重新提交', retries=40)
        fill(user, {'事由': '盘点，两人'})
        user.find(content='重新提交', marker='form.submit').click()
        await until(lambda: permit_now(world, permit).approval.round == 2)
    assert permit_now(world, permit).text == '盘点，两人'
