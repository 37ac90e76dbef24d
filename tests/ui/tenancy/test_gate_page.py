"""The gate's page over the real domain, as a guard on a tablet sees it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.approvals.commands import Decide
from domain.approvals.operations import decide
from domain.permits.commands import AskPermit
from domain.permits.gate import list_checks, list_gate_log
from domain.permits.operations import ask_permit
from domain.permits.views import PermitView
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World, build_world
from tests.ui.screens import fill, looking

PATH = '/operations/gate'


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


def goods_out(world: World, *, is_approved: bool = True) -> PermitView:
    now = datetime.now(UTC)
    permit = perform(ask_permit, actor=world.actor, command=AskPermit(
        tenant_id=world.tenant(), kind='goods_out', starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=3), text='样品返厂', goods=('样衣 20 件',),
    ))  # fmt: skip
    if is_approved:
        approval = permit.approval
        perform(decide, actor=replace(world.actor, name='reviewer'), command=Decide(
            approval_id=approval.id, content_hash=approval.content_hash, verdict='agree'
        ))  # fmt: skip
    return permit


async def test_goods_pass_once_and_then_no_more(world: World) -> None:
    permit, began = goods_out(world), datetime.now(UTC)
    async with looking(world.actor, 'security', PATH) as user:
        await user.should_see('核验许可', retries=60)
        fill(user, {'凭证码': permit.code.lower()})
        user.find(content='查询', marker='form.submit').click()
        await user.should_see('可以放行', retries=40)
        await user.should_see('样衣 20 件')
        user.find(marker='gate.pass').click()
        await user.should_see(f'{permit.code}：放行', retries=40)
        fill(user, {'凭证码': permit.code})
        user.find(content='查询', marker='form.submit').click()
        await user.should_see('拒绝放行', retries=40)
        await user.should_see('已放行过一次', retries=40)
        await user.should_not_see(marker='gate.pass')
    [check] = ask(list_checks, actor=world.actor, permit_id=permit.id)
    assert (check.verdict, check.checked_by) == ('passed', 'security')
    assert permit.code in {line.code for line in ask(list_gate_log, actor=world.actor, since=began)}


async def test_what_was_not_approved_is_stopped_and_put_on_record(world: World) -> None:
    permit = goods_out(world, is_approved=False)
    async with looking(world.actor, 'security', PATH, 'en') as user:
        await user.should_see('Check a permit', retries=60)
        fill(user, {'Code': permit.code})
        user.find(content='Look up', marker='form.submit').click()
        await user.should_see('Not approved', retries=40)
        user.find(marker='gate.stop').click()
        await user.should_see(f'{permit.code}: Stopped', retries=40)
    assert [one.verdict for one in ask(list_checks, actor=world.actor, permit_id=permit.id)] == ['stopped']


async def test_a_badge_that_nobody_wears_opens_nothing(world: World) -> None:
    async with looking(world.actor, 'security', PATH) as user:
        await user.should_see('核验工牌', retries=60)
        fill(user, {'工牌号': 'NOBODY-1'})
        user.find(content='查询工牌', marker='form.submit').click()
        await user.should_see('没有人使用该工牌', retries=40)
