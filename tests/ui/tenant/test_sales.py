"""The shop's sales taken apart, over the real domain."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.benchmarks.trees import ComputeTrees, compute_trees
from domain.leasing.views import LeaseView
from domain.mall.queries import get_business_clock
from domain.permits.commands import FilePromotion, Mechanics
from domain.permits.operations import file_promotion
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from integrations.worker.forecasts import foretell
from tests.domain.leasing.world import World, build_world
from tests.domain.permits.test_permits import agree_to_all
from tests.ui.tenant.test_tenant_pages import looking

WEEKS = 9


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


@pytest.fixture(scope='module')
def shops(world: World) -> list[LeaseView]:
    """Seven shops over nine weeks, each week of which sells as its forerunner; the first one's promotion doubled it."""
    today = ask(get_business_clock, actor=world.actor).business_on(datetime.now(UTC))
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS)
    leases = [world.signed(first, today + timedelta(days=400)) for _ in range(7)]
    for place, lease in enumerate(leases):
        days = {
            first + timedelta(days=n): (30_000 if n % 7 >= 5 else 10_000) * (2 if not place and n >= 7 * 8 else 1)
            for n in range(7 * WEEKS)
        }
        world.report(lease.id, days, now=datetime.now(UTC))
    mechanics = Mechanics(
        title='店庆翻倍', text='买一送一', starts_on=monday - timedelta(days=7), ends_on=monday - timedelta(days=1)
    )
    command = FilePromotion(tenant_id=leases[0].tenant_id, mechanics=mechanics)
    agree_to_all(world, perform(file_promotion, actor=world.actor, command=command).approval)
    perform(compute_trees, actor=world.actor, command=ComputeTrees(until_on=monday))
    foretell(world.actor)
    return leases


async def test_TA_R1_sales_stand_beside_six_peers_and_hidden_figures_say_why(
    world: World, shops: list[LeaseView]
) -> None:
    async with looking(world, shops[0], '/tenant/sales') as (user, _, _):
        await user.should_see('营业额从哪里来', retries=40)
        await user.should_see('店前或店门客流没有完整计数，只比较销售。')
        await user.should_see('同业 0.0%')
        await user.should_see('同业不足五家，不显示')
        await user.should_see('+25.0%')


async def test_a_promotions_lift_and_the_forecasts_error_are_on_the_page(world: World, shops: list[LeaseView]) -> None:
    async with looking(world, shops[0], '/tenant/sales', locale='en') as (user, _, _):
        await user.should_see('店庆翻倍', retries=40)
        await user.should_see('+100.0%')
        await user.should_see('Tested on the last 14 days', retries=10)


async def test_a_year_that_was_not_reported_is_said_to_be_missing(world: World, shops: list[LeaseView]) -> None:
    async with looking(world, shops[1], '/tenant/sales') as (user, _, _):
        await user.should_see('与去年同期比', retries=40)
        user.find('与去年同期比').click()
        await user.should_see('两段时间共缺 28 天营业额', retries=40)


async def test_a_shop_that_reported_nothing_is_told_when_it_comes(world: World) -> None:
    async with looking(world, world.signed(), '/tenant/sales') as (user, _, _):
        await user.should_see('还没有分析', retries=40)
        await user.should_see('还没有预测')
