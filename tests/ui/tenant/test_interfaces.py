"""A shop's keys and webhooks, over the real domain, as its manager and as the mall's administrator see them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from nicegui.testing import User

from domain.identity.api_keys import authenticate_api_key
from domain.identity.commands import CreateShopKey
from domain.identity.roles import ROLE_BY_CODE
from domain.identity.shop_keys import create_shop_key, list_shop_keys
from domain.shared.actor import ANONYMOUS, Actor, MallId
from domain.shared.operations import ask, perform
from domain.webhooks.care import try_endpoint
from domain.webhooks.commands import Outcome, RegisterEndpoint
from domain.webhooks.operations import list_deliveries, list_endpoints, record_outcome, register_endpoint, take_due
from tests.domain.leasing.world import World, build_world
from tests.sealing_keys import install_test_keys
from tests.ui.screens import fill, looking, open_row, screens, staff
from ui.kit.i18n import Locale

PATHS = {'keys': '/tenant/interfaces', 'hooks': '/tenant/interfaces/webhooks'}


@pytest.fixture(scope='module', autouse=True)
def keys() -> None:
    """Keys as the composition root would install them."""
    install_test_keys()


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


@pytest.fixture
def manager(world: World) -> Actor:
    grants = frozenset(ROLE_BY_CODE['tenant_manager'].grants)
    return replace(world.actor, name='店长', tenant_id=world.tenant(), permissions=grants)


@asynccontextmanager
async def shop(manager: Actor, path: str, locale: Locale = 'zh-CN') -> AsyncIterator[User]:
    session = staff(manager, 'tenant_manager', locale)
    async with screens(replace(session, actor=manager)) as (user, _):
        await user.open(path)
        yield user


def secret_on(user: User) -> str:
    [shown] = user.find(marker='secret').elements
    return str(shown.text)  # type: ignore[attr-defined]


async def test_a_key_is_made_shown_once_renewed_and_revoked(manager: Actor) -> None:
    async with shop(manager, PATHS['keys']) as user:
        await user.should_see('还没有密钥', retries=60)
        fill(user, {'名称': '收银系统', '权限': ['leasing.view', 'leasing.report_turnover']})
        user.find(content='创建密钥', marker='form.submit').click()
        await user.should_see('只显示这一次', retries=60)
        first = secret_on(user)
        user.find(marker='secret.done').click()
        await user.should_not_see(first, retries=20)
        await user.should_see('从未使用')
        user.find(content='更换密钥', marker='form.submit').click()
        await user.should_see('只显示这一次', retries=60)
        second = secret_on(user)
        user.find(marker='tenant.revoke_key').click()
        user.find(marker='confirmation.accept').click()
        await user.should_see('已吊销', retries=60)
    assert first != second
    assert ask(authenticate_api_key, actor=ANONYMOUS, key=first, now=datetime.now(UTC)).tenant_id == manager.tenant_id
    new, old = ask(list_shop_keys, actor=manager)
    assert (new.revoked_at is not None, old.revoked_at, old.expires_at is not None) == (True, None, True)


async def test_a_webhook_is_registered_tried_paused_and_ended(manager: Actor) -> None:
    async with shop(manager, PATHS['hooks'], 'en') as user:
        await user.should_see('No addresses yet', retries=60)
        fill(user, {'Address': 'https://erp.example.com/hook', 'Events': ['billing.payment_received']})
        user.find(content='Add address', marker='form.submit').click()
        await user.should_see('The signing secret', retries=60)
        assert secret_on(user).startswith('whsec_')
        user.find(marker='tenant.try_hook').click()
        await user.should_see('Waiting', retries=60)
        user.find(marker='tenant.pause_hook').click()
        await user.should_see('Paused', retries=60)
        user.find(marker='tenant.resume_hook').click()
        await user.should_not_see('Paused', retries=60)
        await user.should_see(marker='tenant.pause_hook', retries=60)
        [endpoint] = ask(list_endpoints, actor=manager)
        user.find(marker='tenant.end_hook').click()
        await user.should_see('End this address?', retries=20)
        user.find(marker='confirmation.accept').click()
        await user.should_see('No addresses yet', retries=60)
    [delivery] = ask(list_deliveries, actor=manager, endpoint_id=endpoint.id)
    assert delivery.event == 'webhooks.test'


async def test_what_was_not_taken_says_why_and_is_sent_again(world: World, manager: Actor) -> None:
    command = RegisterEndpoint(url='https://erp.example.com/hook', events=('billing.payment_received',))
    endpoint = perform(register_endpoint, actor=manager, command=command)
    delivery = perform(try_endpoint, actor=manager, endpoint_id=endpoint.id)
    perform(record_outcome, actor=world.actor, command=Outcome(delivery_id=delivery.id, status=204))
    async with shop(manager, PATHS['hooks']) as user:
        await user.should_see(marker='tenant.hook', retries=60)
        user.find(marker='tenant.hook').click()
        await user.should_see('HTTP 204', retries=60)
        user.find(marker='tenant.again').click()
        await user.should_see('待送', retries=60)
    assert ask(list_deliveries, actor=manager, endpoint_id=endpoint.id)[0].state == 'waiting'


async def test_what_failed_says_why_in_words_and_when_it_is_tried_again(world: World, manager: Actor) -> None:
    command = RegisterEndpoint(url='https://nowhere.example.com/hook', events=('billing.payment_received',))
    endpoint = perform(register_endpoint, actor=manager, command=command)
    perform(try_endpoint, actor=manager, endpoint_id=endpoint.id)
    for due in perform(take_due, actor=world.actor, limit=100):
        perform(record_outcome, actor=world.actor, command=Outcome(delivery_id=due.id, status=None, why='gaierror'))
    async with shop(manager, PATHS['hooks']) as user:
        await user.should_see(marker='tenant.hook', retries=60)
        user.find(marker='tenant.hook').click()
        await user.should_see('找不到该主机', retries=60)
        await user.should_see('再试')


async def test_a_shop_sees_no_other_shops_key(world: World, manager: Actor) -> None:
    perform(create_shop_key, actor=manager, command=CreateShopKey(name='别家的钥匙', scopes=('leasing.view',)))
    async with shop(replace(manager, tenant_id=world.tenant()), PATHS['keys']) as user:
        await user.should_see('还没有密钥', retries=60)
        await user.should_not_see('别家的钥匙')


async def test_the_administrator_sees_whose_keys_there_are_and_revokes_them(world: World, manager: Actor) -> None:
    made = perform(create_shop_key, actor=manager, command=CreateShopKey(name='ERP', scopes=('leasing.view',)))
    async with looking(world.actor, 'administrator', '/operations/tenants/interfaces') as user:
        await user.should_see('第 1', retries=60)
        open_row(user, made.id)
        await user.should_see(marker='tenancy.revoke', retries=60)
        user.find(marker='tenancy.revoke').click()
        user.find(marker='confirmation.accept').click()
        await user.should_see('已吊销', retries=60)
    [key] = ask(list_shop_keys, actor=manager)
    assert key.revoked_at is not None
