"""What ends in the database ends on every screen, in whichever process it is open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest
from nicegui import Client, ui
from nicegui.testing.user_simulation import user_simulation
from pydantic import SecretStr

from domain.identity.commands import CreateAccount, GrantMembership, SetAccountActive, SetRoleGrant, SignIn
from domain.identity.operations import (
    create_account,
    grant_membership,
    install_roles,
    set_account_active,
    set_role_grant,
    sign_in,
    sign_out,
)
from domain.shared.actor import AccountId, Actor, MallId, system_actor
from domain.shared.live import RECONNECTED, LiveNotice, listen
from domain.shared.operations import perform, run_in_thread
from tests.conftest import Database
from ui import session
from ui.live import LiveHub
from ui.session import ClientSession
from ui.shell.revocation import Revocation

PASSWORD = 'Zebra-kettle-41'


@pytest.fixture
async def revocation() -> AsyncIterator[Revocation]:
    async with user_simulation(root=lambda: None):
        yield Revocation(LiveHub())


def open_page(account: int, session_id: int, role: str = 'hr', valid_until: datetime | None = None) -> Client:
    client = Client(ui.page('/x'))
    actor = Actor(name='a', kind='person', account_id=AccountId(account), roles=frozenset({role}))
    session.keep(client, ClientSession(session_id=session_id, actor=actor, valid_until=valid_until))
    return client


@pytest.mark.parametrize(
    ('topic', 'shut'),
    [
        ('identity.session:11', [True, False, False]),
        ('identity.account:1', [True, True, False]),
        ('identity.role:finance', [False, True, True]),
        ('footfall', [False, False, False]),
    ],
)
async def test_a_notice_shuts_the_pages_it_is_about(revocation: Revocation, topic: str, shut: list[bool]) -> None:
    pages = [open_page(1, 11), open_page(1, 12, 'finance'), open_page(2, 21, 'finance')]

    await revocation.on_notice(LiveNotice(topic, 0))

    assert [page.is_deleted for page in pages] == shut


async def test_an_unattended_page_goes_when_its_rights_end(revocation: Revocation) -> None:
    now = datetime.now(UTC)
    over, living = (open_page(1, 1, valid_until=now + timedelta(hours=hours)) for hours in (-1, 1))

    revocation.sweep()

    assert (over.is_deleted, living.is_deleted) == (True, False)


async def test_after_a_gap_in_the_notices_ended_sessions_are_found(
    revocation: Revocation, database: Database, mall: MallId
) -> None:
    ended, living = await run_in_thread(two_sessions, mall)
    pages = [open_page(1, ended), open_page(2, living)]
    late = open_page(3, living, valid_until=datetime.now(UTC) - timedelta(seconds=1))

    await revocation.on_notice(LiveNotice(RECONNECTED, 0))

    async with asyncio.timeout(5):
        while not pages[0].is_deleted:
            await asyncio.sleep(0.02)
    assert late.is_deleted
    assert not pages[1].is_deleted


def two_sessions(mall: MallId) -> tuple[int, int]:
    boss = system_actor('seed', mall)
    command = CreateAccount(login='gap', display_name='Gap', password=SecretStr(PASSWORD))
    perform(create_account, actor=boss, command=command)
    both = [sign_in(SignIn(login='gap', password=SecretStr(PASSWORD)), now=datetime.now(UTC)) for _ in range(2)]
    actor = Actor(name='Gap', kind='person', account_id=both[0].account_id)
    perform(sign_out, actor=actor, session_id=both[0].session_id)
    return both[0].session_id, both[1].session_id


async def test_every_kind_of_revocation_is_announced_to_all_processes(database: Database, mall: MallId) -> None:
    heard: list[str] = []
    ready = asyncio.Event()

    async def hear() -> None:
        async with aclosing(listen(database.app_url)) as notices:
            async for notice in notices:
                ready.set()
                heard.append(notice.topic)

    listener = asyncio.create_task(hear())
    async with asyncio.timeout(10):
        await ready.wait()
    account_id, session_ids = await run_in_thread(revoke_in_every_way, mall)
    expected = {f'identity.session:{found}' for found in session_ids}
    expected |= {f'identity.account:{account_id}', 'identity.role:hr'}
    async with asyncio.timeout(10):
        while not expected <= set(heard):
            await asyncio.sleep(0.02)
    listener.cancel()


def revoke_in_every_way(mall: MallId) -> tuple[int, list[int]]:
    boss = system_actor('seed', mall)
    perform(install_roles, actor=boss)
    command = CreateAccount(login='ways', display_name='Ways', password=SecretStr(PASSWORD))
    account = perform(create_account, actor=boss, command=command)
    attempt = SignIn(login='ways', password=SecretStr(PASSWORD))
    sessions = [sign_in(attempt, now=datetime.now(UTC)).session_id for _ in range(2)]
    me = Actor(name='Ways', kind='person', account_id=account.id)
    perform(sign_out, actor=me, session_id=sessions[0])
    perform(grant_membership, actor=boss, command=GrantMembership(account_id=account.id, role_code='hr'))
    known = frozenset({'mall.view'})
    grant = SetRoleGrant(role_code='hr', permission='mall.view', is_granted=False)
    perform(set_role_grant, actor=boss, command=grant, known=known)
    perform(set_account_active, actor=boss, command=SetAccountActive(account_id=account.id, is_active=False))
    return account.id, sessions
