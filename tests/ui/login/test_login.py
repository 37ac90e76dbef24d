"""Signing in, looking around, signing out: the whole way through the door."""

import asyncio
from datetime import UTC, datetime

import psycopg
import pytest
from nicegui import Client
from nicegui.testing import User
from pydantic import SecretStr

from domain.identity._totp import code_at
from domain.identity.commands import ConfirmTotp, DisableTotp
from domain.identity.operations import begin_totp, confirm_totp, disable_totp
from domain.identity.views import AccountView
from domain.shared.actor import Actor
from domain.shared.operations import perform
from tests.conftest import Database
from tests.ui.login.conftest import PASSWORD

PATIENCE = 50  # tenths of a second: threads and the database have to answer


async def sign_in(user: User, login: str, password: str = PASSWORD, *, path: str = '/login?next=/me') -> None:
    await user.open(path)
    user.find(marker='login.name').type(login)
    user.find(marker='login.password').type(password)
    user.find(marker='form.submit').click()


async def test_somebody_signs_in_and_finds_his_name_his_role_and_his_mall(user: User) -> None:
    await sign_in(user, 'leo', path='/login?next=/me')

    await user.should_see('我的账号', retries=PATIENCE)
    await user.should_see('招商', retries=PATIENCE)
    await user.should_see('测试商场 testmall', retries=PATIENCE)


async def test_a_wrong_password_is_said_in_place_and_the_field_is_emptied(user: User) -> None:
    await sign_in(user, 'leo', 'wrong')

    await user.should_see('账号或密码不正确。', retries=PATIENCE)
    assert user.find(marker='login.password').elements.pop().value == ''


async def test_empty_fields_are_not_sent(user: User, database: Database) -> None:
    await user.open('/login')
    before = attempts(database)

    user.find(marker='form.submit').click()

    await user.should_see('请填写此项', retries=PATIENCE)
    assert attempts(database) == before


def attempts(database: Database) -> int:
    with psycopg.connect(database.owner_url) as connection:
        row = connection.execute('SELECT count(*) FROM sign_in_attempt').fetchone()
    assert row is not None
    return row[0]


async def test_a_language_picked_at_the_door_stays_with_the_account(user: User) -> None:
    await user.open('/login?next=/me')
    user.find(marker='login.language').click()
    await user.should_see('With your staff, tenant or partner account.', retries=PATIENCE)

    user.find(marker='login.name').type('audrey')
    user.find(marker='login.password').type(PASSWORD)
    user.find(marker='form.submit').click()

    await user.should_see('Signed-in browsers', retries=PATIENCE)
    await user.should_see('Auditor', retries=PATIENCE)
    user.find(marker='shell.language').click()  # and back, for the others
    await user.should_see('已登录的浏览器', retries=PATIENCE)


async def test_signing_out_ends_the_session_and_its_pages(user: User, database: Database) -> None:
    await sign_in(user, 'leo')
    await user.should_see('已登录的浏览器', retries=PATIENCE)
    page = user.client

    user.find(marker='me.sign_out').click()
    await has_ended(database, 'leo')
    assert page is not None
    async with asyncio.timeout(5):
        while page.id in Client.instances:
            await asyncio.sleep(0.02)
    await user.open('/me')
    await user.should_see('使用您的员工、商户或伙伴账号。', retries=PATIENCE)


async def has_ended(database: Database, login: str) -> None:
    """Waits until the latest session of the login is over."""
    async with asyncio.timeout(5):
        while not _is_over(database, login):
            await asyncio.sleep(0.02)


def _is_over(database: Database, login: str) -> bool:
    with psycopg.connect(database.owner_url) as connection:
        row = connection.execute(
            'SELECT ended_at IS NOT NULL FROM account_session s JOIN account a ON a.id = s.account_id'
            ' WHERE a.login = %s ORDER BY s.id DESC LIMIT 1',
            [login],
        ).fetchone()
    return bool(row and row[0])


async def test_a_mall_is_switched_in_the_header_and_rights_follow(user: User) -> None:
    await sign_in(user, 'audrey')
    await user.should_see('已登录的浏览器', retries=PATIENCE)

    user.find(marker='shell.mall').click()
    user.find(marker='shell.mall:testmall').click()

    async with asyncio.timeout(5):
        while user.find(marker='shell.mall').elements.pop().text != '测试商场 testmall':
            await asyncio.sleep(0.05)


async def test_a_first_password_must_be_replaced_before_anything_else(user: User) -> None:
    await sign_in(user, 'nina')
    await user.should_see('首次登录请先设置自己的密码。', retries=PATIENCE)
    await user.open('/me')
    await user.should_see('首次登录请先设置自己的密码。', retries=PATIENCE)

    user.find(marker='password.current').type(PASSWORD)
    user.find(marker='password.new').type('Copper-lantern-77')
    user.find(marker='password.again').type('Copper-lantern-78')
    user.find(marker='form.submit').click()
    await user.should_see('两次输入不一致', retries=PATIENCE)


async def test_a_second_factor_is_asked_for_in_the_same_form(user: User, people: dict[str, AccountView]) -> None:
    actor = Actor(
        name='Leo', kind='person', account_id=people['leo'].id, permissions=frozenset({'identity.own_account'})
    )
    enrolment = perform(begin_totp, actor=actor)
    step = int(datetime.now(UTC).timestamp()) // 30
    perform(confirm_totp, actor=actor, command=ConfirmTotp(code=SecretStr(code_at(enrolment.secret, step - 1))))
    try:
        await sign_in(user, 'leo')
        await user.should_see('请输入身份验证器上的 6 位动态口令。', retries=PATIENCE)
        user.find(marker='login.code').type(code_at(enrolment.secret, int(datetime.now(UTC).timestamp()) // 30))
        user.find(marker='form.submit').click()
        await user.should_see('已启用', retries=PATIENCE)
    finally:
        disable_totp(DisableTotp(password=SecretStr(PASSWORD)), actor=actor, now=datetime.now(UTC))


async def test_the_menu_and_the_palette_hold_only_what_would_open(user: User) -> None:
    await sign_in(user, 'leo')
    await user.should_see('已登录的浏览器', retries=PATIENCE)

    await user.should_see(marker='nav:/me', retries=PATIENCE)
    user.find(marker='shell.search').click()
    await user.should_see(marker='palette:/me', retries=PATIENCE)
    user.find(marker='palette.words').type('nothing like this')
    await user.should_see('没有找到。换个词试试。', retries=PATIENCE)


async def test_a_page_of_one_person_shows_nothing_of_another(people: dict[str, AccountView], user: User) -> None:
    await sign_in(user, 'leo')
    await user.should_see('Leo', retries=PATIENCE)
    first = user.client
    user.http_client.cookies.clear()
    await sign_in(user, 'audrey')
    await user.should_see('Audrey', retries=PATIENCE)

    assert first is not None
    texts = [getattr(element, 'text', '') for element in user.client.elements.values()]
    assert not any('Leo' in str(text) for text in texts)
    others = [getattr(element, 'text', '') for element in first.elements.values()]
    assert not any('Audrey' in str(text) for text in others)


@pytest.mark.parametrize('target', ['//evil.example', 'https://evil.example', '/\\evil.example'])
async def test_after_signing_in_nobody_is_sent_elsewhere(user: User, target: str) -> None:
    await sign_in(user, 'leo', path=f'/login?next={target}')

    await user.should_see(marker='shell.person', retries=PATIENCE)
    assert all(path.startswith('/') and 'evil' not in path for path in user.back_history[1:])
