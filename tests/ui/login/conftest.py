"""The real shell over a real database, seen through NiceGUI's simulated browser."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from nicegui import core
from nicegui.testing import User
from nicegui.testing.user_simulation import user_simulation
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import SecretStr

from domain.identity.commands import CreateAccount, GrantMembership
from domain.identity.operations import create_account, grant_membership, install_roles
from domain.identity.views import AccountView
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import perform
from tests.conftest import Database
from ui.kit import theme
from ui.live import LiveHub
from ui.main import load_pages, register_routes
from ui.security.handover import Handover
from ui.settings import WebSettings
from ui.shell import context
from ui.shell.access import IdentityAccess
from ui.shell.context import Shell
from ui.shell.registration import register_pages

PASSWORD = 'Zebra-kettle-41'


@pytest.fixture(scope='module', autouse=True)
def quick_hashes() -> Iterator[None]:
    from domain.identity import _passwords

    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_passwords, '_hasher', lambda: cheap)
        patch.setattr(_passwords, '_nobodys_hash', lambda: cheap.hash('nobody'))
        yield


@pytest.fixture(scope='module')
def people(database: Database, mall: MallId, another_mall: MallId) -> dict[str, AccountView]:
    """An auditor in both malls, a leasing agent in one, somebody new, an administrator."""
    boss = system_actor('seed', mall)
    perform(install_roles, actor=boss)
    made = {}
    for login, role, malls in (
        ('audrey', 'auditor', (mall, another_mall)),
        ('leo', 'leasing', (mall,)),
        ('nina', 'hr', (mall,)),
    ):
        command = CreateAccount(
            login=login, display_name=login.title(), password=SecretStr(PASSWORD), must_change_password=login == 'nina'
        )
        made[login] = perform(create_account, actor=boss, command=command)
        for mall_id in malls:
            grant = GrantMembership(
                account_id=made[login].id, role_code=role, valid_from=datetime(2026, 1, 1, tzinfo=UTC)
            )
            perform(grant_membership, actor=boss.within(mall_id), command=grant)
    return made


@asynccontextmanager
async def door() -> AsyncIterator[User]:
    """A browser in front of the login page."""
    async with user_simulation(root=lambda: None) as user:
        theme.install()
        settings = WebSettings(secret=SecretStr('x' * 40))
        shell = Shell(settings=settings, access=IdentityAccess(), handover=Handover(), live=LiveHub())
        context.install(shell)
        load_pages(('login', 'me'))
        register_pages(shell)
        register_routes(shell)
        try:
            yield user
        finally:
            core.app.exception_handlers.pop(404, None)


@pytest.fixture
async def user(people: dict[str, AccountView]) -> AsyncIterator[User]:
    async with door() as browser:
        yield browser
