"""The mall's page of permits, over the real domain."""

from datetime import UTC, datetime, timedelta

import pytest
from nicegui import ui

from domain.permits.commands import AskPermit, PermitId
from domain.permits.gate import list_permits
from domain.permits.operations import ask_permit
from domain.permits.views import PermitView
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World, build_world
from tests.ui.screens import fill, looking, open_row
from tests.ui.shell.test_live import until

PATH = '/operations/tenants/permits'


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


def asked(world: World, text: str = '更换排烟管') -> PermitView:
    starts = datetime.now(UTC) + timedelta(days=1)
    command = AskPermit(
        tenant_id=world.tenant(), kind='works', starts_at=starts, ends_at=starts + timedelta(hours=8), text=text,
        insured_until=(starts + timedelta(days=30)).date(),
    )  # fmt: skip
    return perform(ask_permit, actor=world.actor, command=command)


def now(world: World, permit_id: PermitId) -> PermitView:
    return next(one for one in ask(list_permits, actor=world.actor) if one.id == permit_id)


async def test_works_are_agreed_to_by_operations_then_by_safety_and_printed(world: World) -> None:
    permit = asked(world)
    for role in ('operations', 'security'):
        async with looking(world.actor, role, PATH) as user:
            await user.should_see('第 1', retries=60)
            open_row(user, permit.id)
            await user.should_see('提交意见', retries=40)
            await user.should_not_see('打印许可')
            user.find(content='提交意见', marker='form.submit').click()
            await user.should_not_see(marker='form.submit', retries=40)
            [trail] = user.find(marker='tenancy.trail').elements
            assert trail.rows[-1]['by'] == role
    async with looking(world.actor, 'leasing', PATH, 'en') as user:
        await user.should_see('1–', retries=60)
        open_row(user, permit.id)
        await user.should_see(permit.code, retries=40)
        user.find(marker='tenancy.print_permit').click()
        printed = await user.download.next(timeout=20)
    assert now(world, permit.id).approval.is_approved
    assert printed.content.startswith(b'%PDF')


async def test_a_permit_is_not_refused_without_a_reason(world: World) -> None:
    permit = asked(world, '隔墙拆改')
    async with looking(world.actor, 'operations', PATH) as user:
        await user.should_see('第 1', retries=60)
        open_row(user, permit.id)
        await user.should_see('提交意见', retries=40)
        fill(user, {'意见': 'reject'})
        user.find(content='提交意见', marker='form.submit').click()
        [said] = [one for one in user.find(kind=ui.input).elements if one.props.get('aria-label') == '给商户的话']
        await until(lambda: said.error is not None)
        assert now(world, permit.id).approval.status == 'pending'
        fill(user, {'给商户的话': '未附图纸'})
        user.find(content='提交意见', marker='form.submit').click()
        await user.should_not_see(marker='form.submit', retries=40)
    decided = now(world, permit.id).approval
    assert (decided.status, decided.trail[-1].comment) == ('rejected', '未附图纸')
