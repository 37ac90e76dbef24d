"""People and roles for the tests of identity."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import SecretStr

from domain.identity import _passwords
from domain.identity.commands import CreateAccount, GrantMembership
from domain.identity.operations import create_account, grant_membership, install_roles
from domain.identity.views import AccountView
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import perform
from tests.conftest import Database

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
PASSWORD = 'Zebra-kettle-41'


@pytest.fixture(scope='module', autouse=True)
def quick_hashes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Argon2 at its cheapest, but for the tests about passwords themselves."""
    if request.module.__name__.endswith('test_passwords'):
        yield
        return
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_passwords, '_hasher', lambda: cheap)
        patch.setattr(_passwords, '_nobodys_hash', lambda: cheap.hash('nobody'))
        yield


@pytest.fixture(scope='module')
def roles(database: Database) -> None:
    perform(install_roles, actor=system_actor('seed'), now=NOW)


@pytest.fixture
def person(database: Database, roles: None, mall: MallId) -> Callable[..., AccountView]:
    """Makes an account, with a role in the test mall if one is named."""

    def make(login: str, role: str | None = None, **grant: object) -> AccountView:
        boss = system_actor('seed', mall)
        command = CreateAccount(
            login=login, display_name=login.title(), password=SecretStr(PASSWORD), must_change_password=False
        )
        account = perform(create_account, actor=boss, command=command, now=NOW)
        if role is not None:
            membership = GrantMembership(account_id=account.id, role_code=role, **grant)
            perform(grant_membership, actor=boss, command=membership, now=NOW)
        return account

    return make
