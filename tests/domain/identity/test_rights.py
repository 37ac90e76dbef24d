"""Memberships, roles and API keys: who may give what to whom, and what the database itself refuses."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from pydantic import SecretStr

from domain.identity.commands import (
    CreateAccount,
    CreateApiKey,
    GrantMembership,
    RevokeApiKey,
    SetRoleGrant,
)
from domain.identity.errors import (
    GrantBeyondOwn,
    LoginTaken,
    RoleNeedsTenant,
    UnknownPermission,
    UnknownRole,
    WeakPassword,
    WrongApiKey,
)
from domain.identity.operations import (
    authenticate_api_key,
    create_account,
    create_api_key,
    grant_membership,
    install_roles,
    revoke_api_key,
    set_role_grant,
)
from domain.identity.queries import list_accounts, list_roles
from domain.identity.roles import ROLES
from domain.identity.views import AccountView
from domain.shared.actor import ANONYMOUS, Actor, MallId, system_actor
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.identity.conftest import NOW

Person = Callable[..., AccountView]
MANAGER = ('identity.manage_accounts', 'identity.manage_api_keys', 'identity.view_accounts', 'mall.view')


def grant(actor: Actor, account: AccountView, role: str, **facts: object) -> int:
    command = GrantMembership(account_id=account.id, role_code=role, **facts)
    return perform(grant_membership, actor=actor, command=command, now=NOW)


def test_nobody_gives_away_what_he_does_not_hold(person: Person, actor_with: Callable[..., Actor]) -> None:
    account = person('climber')
    manager = actor_with(*MANAGER, 'identity.own_account')

    assert grant(manager, account, 'hr') > 0
    with pytest.raises(GrantBeyondOwn):
        grant(manager, account, 'general_manager')
    with pytest.raises(GrantBeyondOwn):
        grant(manager, account, 'administrator')


def test_only_the_administrator_makes_administrators(roles: None, actor_with: Callable[..., Actor]) -> None:
    command = CreateAccount(
        login='new-boss', display_name='Boss', password=SecretStr('Zebra-kettle-41'), is_administrator=True
    )

    with pytest.raises(GrantBeyondOwn):
        perform(create_account, actor=actor_with(*MANAGER), command=command, now=NOW)


def test_managing_accounts_takes_the_permission(person: Person, actor_with: Callable[..., Actor]) -> None:
    account = person('plain')

    with pytest.raises(PermissionDenied):
        grant(actor_with('mall.view'), account, 'hr')


def test_a_tenants_role_needs_a_tenant_and_no_other_may_have_one(person: Person, mall: MallId) -> None:
    account = person('shop')
    boss = system_actor('seed', mall)

    with pytest.raises(RoleNeedsTenant):
        grant(boss, account, 'tenant_manager')
    with pytest.raises(RoleNeedsTenant):
        grant(boss, account, 'finance', tenant_id=7)
    with pytest.raises(UnknownRole):
        grant(boss, account, 'emperor')
    assert grant(boss, account, 'tenant_manager', tenant_id=7) > 0


def test_a_login_belongs_to_one_account_whatever_its_case(person: Person) -> None:
    person('unique')

    with pytest.raises(LoginTaken):
        person('  UNIQUE ')


def test_a_weak_password_makes_no_account(roles: None, mall: MallId) -> None:
    command = CreateAccount(login='weak', display_name='Weak', password=SecretStr('password123'))

    with pytest.raises(WeakPassword) as refusal:
        perform(create_account, actor=system_actor('seed', mall), command=command, now=NOW)

    assert '常见密码' in refusal.value.sentence('zh-CN')


def test_accounts_of_another_mall_are_not_listed(
    person: Person, actor_with: Callable[..., Actor], another_mall: MallId
) -> None:
    person('resident', 'hr')
    person('stranger')

    here = ask(list_accounts, actor=actor_with('identity.view_accounts'))
    there = ask(list_accounts, actor=actor_with('identity.view_accounts', mall_id=another_mall))

    assert 'resident' in [account.login for account in here]
    assert 'stranger' not in [account.login for account in here]
    assert there == []


def test_X_R8_the_application_sees_no_membership_without_a_mall_or_an_account(
    person: Person, database: Database, mall: MallId, another_mall: MallId
) -> None:
    account = person('guarded', 'hr')

    with psycopg.connect(database.app_url) as connection:
        assert _count(connection) == 0
        connection.execute("SELECT set_config('app.mall_id', %s, true)", [str(another_mall)])
        assert _count(connection) == 0
        connection.execute("SELECT set_config('app.mall_id', %s, true)", [str(mall)])
        assert _count(connection) > 0
        connection.rollback()
        connection.execute("SELECT set_config('app.account_id', %s, true)", [str(account.id)])
        assert _count(connection) == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                'INSERT INTO membership (mall_id, account_id, role_code, valid_from, granted_by, created_at)'
                " VALUES (%s, %s, 'administrator', now(), 'me', now())",
                [mall, account.id],
            )


def _count(connection: psycopg.Connection) -> int:
    row = connection.execute('SELECT count(*) FROM membership').fetchone()
    assert row is not None
    return row[0]


def test_installing_the_roles_again_keeps_what_a_group_changed(roles: None, mall: MallId) -> None:
    boss = system_actor('seed', mall)
    command = SetRoleGrant(role_code='leasing', permission='footfall.export', is_granted=False)
    perform(set_role_grant, actor=boss, command=command, known=frozenset({'footfall.export'}), now=NOW)

    assert perform(install_roles, actor=boss, now=NOW) == 0

    by_code = {role.code: role for role in ask(list_roles, actor=boss)}
    assert len(by_code) == len(ROLES)
    assert 'footfall.export' not in by_code['leasing'].permissions
    assert 'footfall.export' in by_code['finance'].permissions


def test_a_permission_that_no_slice_declares_cannot_be_granted(roles: None, mall: MallId) -> None:
    command = SetRoleGrant(role_code='leasing', permission='moon.land', is_granted=True)

    with pytest.raises(UnknownPermission):
        perform(
            set_role_grant, actor=system_actor('seed', mall), command=command, known=frozenset({'mall.view'}), now=NOW
        )


def make_key(actor: Actor, *scopes: str, hours: int | None = None) -> tuple[int, str]:
    expires = NOW + timedelta(hours=hours) if hours else None
    command = CreateApiKey(name='till', scopes=scopes, expires_at=expires)
    made = perform(create_api_key, actor=actor, command=command, known=frozenset(scopes), now=NOW)
    return made.id, made.key


def authenticate(key: str, *, hours: float = 0) -> Actor:
    return ask(authenticate_api_key, actor=ANONYMOUS, key=key, now=NOW + timedelta(hours=hours))


def test_a_key_acts_in_its_mall_with_its_scopes_only(actor_with: Callable[..., Actor], mall: MallId) -> None:
    _, key = make_key(actor_with('identity.manage_api_keys', 'mall.view'), 'mall.view')

    machine = authenticate(key)

    assert (machine.kind, machine.mall_id) == ('machine', mall)
    assert machine.permissions == {'mall.view'}


def test_a_key_never_exceeds_its_maker(actor_with: Callable[..., Actor]) -> None:
    with pytest.raises(GrantBeyondOwn):
        make_key(actor_with('identity.manage_api_keys'), 'footfall.view')


def test_a_key_is_refused_when_wrong_expired_or_revoked(actor_with: Callable[..., Actor]) -> None:
    maker = actor_with('identity.manage_api_keys', 'mall.view')
    key_id, key = make_key(maker, 'mall.view', hours=1)
    assert authenticate(key, hours=0.9).name.startswith('till')

    for bad in ('', 'atr_nope', key[:-1] + ('A' if key[-1] != 'A' else 'B'), key.replace('atr_', 'atx_')):
        with pytest.raises(WrongApiKey):
            authenticate(bad)
    with pytest.raises(WrongApiKey):
        authenticate(key, hours=1)
    perform(revoke_api_key, actor=maker, command=RevokeApiKey(api_key_id=key_id), now=NOW)
    with pytest.raises(WrongApiKey):
        authenticate(key)


def test_the_key_itself_is_not_kept_anywhere(actor_with: Callable[..., Actor], database: Database) -> None:
    _, key = make_key(actor_with('identity.manage_api_keys', 'mall.view'), 'mall.view')
    secret = key.rsplit('_', 1)[1]

    with psycopg.connect(database.owner_url) as connection:
        kept = connection.execute('SELECT k::text FROM api_key k UNION ALL SELECT e::text FROM audit_entry e')
        assert not any(secret in row[0] for row in kept)
