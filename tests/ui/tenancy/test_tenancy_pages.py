"""The mall's side of work orders, notices and filings, over the real domain."""

from uuid import uuid4

import pytest

from domain.permits.commands import FilePromotion
from domain.permits.operations import file_promotion, get_promotion
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from domain.tenancy.commands import OpenWorkOrder, Trouble
from domain.tenancy.notices import list_notices
from domain.tenancy.work_orders import get_work_order, keep_order_photo, open_work_order
from tests.domain.leasing.world import World, build_world
from tests.domain.permits.test_permits import MECHANICS
from tests.domain.shared.pictures import from_a_phone, photograph
from tests.ui.screens import fill, looking, open_row, upload

PATH = '/operations/tenants'


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


async def test_an_order_is_accepted_and_finished_with_words_to_the_shop(world: World) -> None:
    tenant = world.tenant()
    leak = perform(keep_order_photo, actor=world.actor, content=from_a_phone(), tenant_id=tenant).name
    command = OpenWorkOrder(
        key=str(uuid4()), tenant_id=tenant, trouble=Trouble.AIR, place='大堂', words='漏水', photos=(leak,)
    )
    order = perform(open_work_order, actor=world.actor, command=command)
    async with looking(world.actor, 'engineering', PATH) as user:
        await user.should_see('第 1', retries=60)
        open_row(user, order.id)
        await user.should_see('给商户的话', retries=40)
        await user.should_see(marker='tenancy.order_photo')
        fill(user, {'给商户的话': '十分钟到'})
        user.find(content='接单', marker='form.submit').click()
        await user.should_see('已修好', retries=40)
        await upload(user, 'tenancy.step_photo', photograph(80), 'mended.jpg')
        await user.should_see('已附：mended.jpg', retries=40)
        user.find(content='已修好', marker='form.submit').click()
        await user.should_not_see(marker='form.submit', retries=40)
    done = ask(get_work_order, actor=world.actor, work_order_id=order.id)
    assert (done.state, done.handler) == ('done', 'engineering')
    assert done.steps[1].words == '十分钟到'
    assert [len(step.photos) for step in done.steps] == [1, 0, 1]


async def test_customer_service_follows_orders_and_handles_none(world: World) -> None:
    command = OpenWorkOrder(key=str(uuid4()), tenant_id=world.tenant(), trouble=Trouble.AIR, place='大堂', words='漏水')
    order = perform(open_work_order, actor=world.actor, command=command)
    async with looking(world.actor, 'customer_service', PATH, 'en') as user:
        await user.should_see('1–', retries=60)
        open_row(user, order.id)
        await user.should_see('Handled by', retries=40)
        await user.should_not_see('Accept')


async def test_a_notice_is_published_and_shows_who_has_not_read_it(world: World) -> None:
    world.tenant()
    title = f'停电通知 {uuid4().hex[:6]}'
    async with looking(world.actor, 'operations', f'{PATH}/notices') as user:
        await user.should_see('发布后不能修改，更正请另发', retries=60)
        fill(user, {'标题': title})
        fill(user, {'正文': '今晚十一点停电'})
        user.find(content='发布', marker='form.submit').click()
        await user.should_see('第 1', retries=60)
        [notice] = [one for one in ask(list_notices, actor=world.actor) if one.title == title]
        open_row(user, notice.id)
        await user.should_see('今晚十一点停电', retries=40)
        [receipts] = user.find(marker='tenancy.receipts').elements
        assert '未读' in {row['at'] for row in receipts.rows}
    assert notice.recipients >= 1


async def test_a_filing_is_agreed_to_by_whoever_may_take_the_step(world: World) -> None:
    filing = perform(
        file_promotion, actor=world.actor, command=FilePromotion(tenant_id=world.tenant(), mechanics=MECHANICS)
    )
    async with looking(world.actor, 'security', f'{PATH}/promotions') as user:
        await user.should_see('第 1', retries=60)
        open_row(user, filing.id)
        await user.should_see('满 200 减 50', retries=40)
        await user.should_not_see('提交意见')  # the first step is the operations'
    async with looking(world.actor, 'operations', f'{PATH}/promotions') as user:
        await user.should_see('第 1', retries=60)
        open_row(user, filing.id)
        await user.should_see('提交意见', retries=40)
        user.find(content='提交意见', marker='form.submit').click()
        await user.should_see(marker='tenancy.trail', retries=40)
        [trail] = user.find(marker='tenancy.trail').elements
        assert [row['by'] for row in trail.rows] == ['operations']
    approval = ask(get_promotion, actor=world.actor, promotion_id=filing.id).approval
    assert (approval.status, approval.step) == ('pending', 1)
    assert [one.decided_by for one in approval.trail] == ['operations']
