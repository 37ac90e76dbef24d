"""Settlements over the real domain: finance proposes, the general manager approves, the shop sees its part."""

from dataclasses import replace

import pytest

from domain.permits.commands import FilePromotion
from domain.permits.operations import file_promotion
from domain.permits.settlements import list_settlements
from domain.permits.views import PromotionView, SettlementView
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World, build_world
from tests.domain.permits.test_permits import MECHANICS, agree_to_all
from tests.ui.screens import fill, looking, open_row, screens, staff

PATH = '/operations/tenants/settlements'


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


def approved(world: World) -> PromotionView:
    command = FilePromotion(tenant_id=world.tenant(), mechanics=MECHANICS)
    filing = perform(file_promotion, actor=world.actor, command=command)
    agree_to_all(world, filing.approval)
    return filing


def standing(world: World, filing: PromotionView) -> SettlementView:
    return next(one for one in ask(list_settlements, actor=world.actor) if one.promotion_id == filing.id)


async def test_finance_previews_and_proposes_the_general_manager_approves_and_the_shop_sees_its_part(
    world: World,
) -> None:
    filing = approved(world)
    async with looking(world.actor, 'finance', PATH) as user:
        await user.should_see('第 1', retries=60)
        open_row(user, filing.id)
        await user.should_see('试算', retries=40)
        fill(user, {'实际费用': '11000', '凭证': '发票 0012'})
        user.find(content='试算', marker='form.submit').click()
        await user.should_see('¥6,600.00', retries=60)
        await user.should_see('¥4,400.00')
        await user.should_see('超出预算 ¥1,000.00')
        assert standing(world, filing).standing == 'open'
        user.find(content='提交批准', marker='form.submit').click()
        await user.should_not_see('提交批准', retries=60)
        assert standing(world, filing).standing == 'pending'
        await user.should_not_see('提交意见')  # who settles does not approve
    async with looking(world.actor, 'general_manager', PATH, 'en') as user:
        await user.should_see('1–', retries=60)
        open_row(user, filing.id)
        await user.should_see('¥6,600.00', retries=40)
        user.find(marker='form.submit').click()
        await user.should_see('Being put onto the bill', retries=60)
    settled = standing(world, filing)
    assert (settled.standing, settled.brand_fen, settled.mall_fen) == ('settled', 660_000, 440_000)
    session = staff(world.actor, 'tenant_manager')
    shop = replace(session.actor, tenant_id=filing.tenant_id)
    async with screens(replace(session, actor=shop)) as (user, _):
        await user.open('/tenant/promotions')
        await user.should_see('五月满减', retries=60)
        user.find(marker='tenant.filing').click()
        await user.should_see('本店 ¥6,600.00，商场 ¥4,400.00', retries=60)


async def test_a_settlement_is_sent_back_with_a_reason_and_who_looks_only_looks(world: World) -> None:
    filing = approved(world)
    async with looking(world.actor, 'finance', PATH) as user:
        await user.should_see('第 1', retries=60)
        open_row(user, filing.id)
        await user.should_see('试算', retries=40)
        user.find(content='试算', marker='form.submit').click()
        await user.should_see('提交批准', retries=60)
        user.find(content='提交批准', marker='form.submit').click()
        await user.should_not_see('提交批准', retries=60)
    async with looking(world.actor, 'general_manager', PATH) as user:
        await user.should_see('第 1', retries=60)
        open_row(user, filing.id)
        await user.should_see('提交意见', retries=40)
        fill(user, {'意见': 'return', '说明': '请附合同'})
        user.find(content='提交意见', marker='form.submit').click()
        await user.should_not_see('提交意见', retries=60)
    assert standing(world, filing).standing == 'returned'
    async with looking(world.actor, 'leasing', PATH) as user:
        await user.should_see('第 1', retries=60)
        open_row(user, filing.id)
        await user.should_see('商户承担', retries=40)
        await user.should_not_see(marker='form.submit')
