"""A shop's manager makes, renews and revokes the keys of the shop's machines, and sees no other shop's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from domain.identity.api_keys import authenticate_api_key, create_api_key, revoke_api_key
from domain.identity.commands import CreateApiKey, CreateShopKey, RevokeApiKey, RotateShopKey
from domain.identity.errors import GrantBeyondOwn, KeyIsOver, KeyNotOffered, KeyPast, TooManyKeys, WrongApiKey
from domain.identity.queries import list_api_keys
from domain.identity.roles import ROLE_BY_CODE
from domain.identity.shop_keys import (
    MOST_KEYS,
    OFFERED_SCOPES,
    create_shop_key,
    list_shop_keys,
    note_key_use,
    revoke_shop_key,
    rotate_shop_key,
)
from domain.identity.views import NewApiKey
from domain.shared.actor import ANONYMOUS, Actor, MallId
from domain.shared.database import Scope, reading, transaction
from domain.shared.errors import NotFound, PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.leasing.world import World, build_world

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
READS = ('leasing.view', 'billing.view')


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


@pytest.fixture
def manager(world: World) -> Actor:
    """The manager of a shop that has no key yet."""
    grants = frozenset(ROLE_BY_CODE['tenant_manager'].grants)
    return replace(world.actor, name='店长', tenant_id=world.tenant(), permissions=grants)


def made(actor: Actor, *scopes: str, expires_at: datetime | None = None, name: str = 'ERP') -> NewApiKey:
    command = CreateShopKey(name=name, scopes=scopes or READS, expires_at=expires_at)
    return perform(create_shop_key, actor=actor, command=command, now=NOW)


def machine(key: str, after: timedelta = timedelta(0)) -> Actor:
    return ask(authenticate_api_key, actor=ANONYMOUS, key=key, now=NOW + after)


def test_a_shops_key_acts_for_that_shop_with_its_scopes_alone(manager: Actor) -> None:
    key = made(manager)
    found = machine(key.key)

    assert (found.tenant_id, found.mall_id, found.permissions) == (manager.tenant_id, manager.mall_id, frozenset(READS))
    [view] = ask(list_shop_keys, actor=manager)
    assert (view.prefix, view.created_by, view.last_used_at, view.is_valid(NOW)) == (key.prefix, '店长', None, True)


@pytest.mark.parametrize('scope', ['billing.pay', 'identity.manage_shop_keys', 'tenancy.manage_staff', 'moon.land'])
def test_a_shops_key_pays_nothing_and_makes_no_keys(manager: Actor, scope: str) -> None:
    with pytest.raises(KeyNotOffered):
        made(manager, scope)


def test_a_key_exceeds_neither_the_manager_nor_its_time_and_there_are_few(manager: Actor) -> None:
    with pytest.raises(GrantBeyondOwn):
        made(replace(manager, permissions=frozenset({'identity.manage_shop_keys'})))
    with pytest.raises(KeyPast):
        made(manager, expires_at=NOW)
    for _ in range(MOST_KEYS):
        made(manager)
    with pytest.raises(TooManyKeys):
        made(manager)


def test_every_offered_scope_is_the_managers_own() -> None:
    assert set(OFFERED_SCOPES) <= set(ROLE_BY_CODE['tenant_manager'].grants)


def test_a_renewed_key_leaves_the_old_one_its_overlap(manager: Actor) -> None:
    old = made(manager, expires_at=NOW + timedelta(days=90))
    new = perform(rotate_shop_key, actor=manager, command=RotateShopKey(api_key_id=old.id, overlap_hours=24), now=NOW)

    assert machine(old.key, timedelta(hours=23)).permissions == machine(new.key).permissions
    with pytest.raises(WrongApiKey):
        machine(old.key, timedelta(hours=24))
    renewed, _ = ask(list_shop_keys, actor=manager)
    assert (renewed.prefix, renewed.name, renewed.expires_at) == (new.prefix, 'ERP', NOW + timedelta(days=90))


def test_renewed_without_overlap_the_old_key_is_worthless_and_is_not_renewed_again(manager: Actor) -> None:
    old = made(manager)
    command = RotateShopKey(api_key_id=old.id, overlap_hours=0)
    perform(rotate_shop_key, actor=manager, command=command, now=NOW)

    with pytest.raises(WrongApiKey):
        machine(old.key)
    with pytest.raises(KeyIsOver):
        perform(rotate_shop_key, actor=manager, command=command, now=NOW)


@settings(deadline=None, max_examples=25)
@given(hours=st.integers(0, 336), left=st.integers(1, 1000))
def test_an_overlap_never_lengthens_a_key(manager_of: Actor, hours: int, left: int) -> None:
    ends = NOW + timedelta(hours=left)
    old = made(manager_of, expires_at=ends)
    command = RotateShopKey(api_key_id=old.id, overlap_hours=hours)
    new = perform(rotate_shop_key, actor=manager_of, command=command, now=NOW)
    views = {one.id: one for one in ask(list_shop_keys, actor=manager_of)}
    perform(revoke_shop_key, actor=manager_of, command=RevokeApiKey(api_key_id=new.id), now=NOW)
    perform(revoke_shop_key, actor=manager_of, command=RevokeApiKey(api_key_id=old.id), now=NOW)

    assert views[old.id].expires_at == min(ends, NOW + timedelta(hours=hours)) if hours else views[old.id].revoked_at


@pytest.fixture(scope='module')
def manager_of(world: World) -> Actor:
    grants = frozenset(ROLE_BY_CODE['tenant_manager'].grants)
    return replace(world.actor, name='店长', tenant_id=world.tenant(), permissions=grants)


def test_a_revoked_key_opens_nothing_and_stays_on_record(manager: Actor) -> None:
    key = made(manager)
    for _ in range(2):
        view = perform(revoke_shop_key, actor=manager, command=RevokeApiKey(api_key_id=key.id), now=NOW)

    assert view.revoked_at == NOW
    with pytest.raises(WrongApiKey):
        machine(key.key)
    assert [one.id for one in ask(list_shop_keys, actor=manager)] == [key.id]


def test_use_is_noted_to_the_minute(manager: Actor) -> None:
    key = made(manager)
    for seconds in (0, 30, 61):
        at = NOW + timedelta(seconds=seconds)
        perform(note_key_use, actor=machine(key.key), prefix=key.prefix, now=at)
    assert ask(list_shop_keys, actor=manager)[0].last_used_at == NOW + timedelta(seconds=61)


def test_TA_R2_another_shops_key_is_out_of_reach_for_the_database_itself(manager: Actor, world: World) -> None:
    key, stranger = made(manager), replace(manager, tenant_id=world.tenant())

    assert ask(list_shop_keys, actor=stranger) == []
    for function, command in (
        (revoke_shop_key, RevokeApiKey(api_key_id=key.id)), (rotate_shop_key, RotateShopKey(api_key_id=key.id)),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            perform(function, actor=stranger, command=command, now=NOW)
    with reading(Scope.of(stranger)) as session:
        assert session.execute(text('SELECT id FROM api_key')).all() == []
    with transaction(Scope.of(stranger)) as session:
        changed = session.execute(text('UPDATE api_key SET revoked_at = now() WHERE id = :id'), {'id': key.id})
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    assert machine(key.key).tenant_id == manager.tenant_id


def test_the_mall_sees_whose_keys_there_are_and_can_revoke_them(manager: Actor, world: World) -> None:
    key = made(manager)
    [seen] = [one for one in ask(list_api_keys, actor=world.actor) if one.id == key.id]
    assert seen.tenant_id == manager.tenant_id

    perform(revoke_api_key, actor=world.actor, command=RevokeApiKey(api_key_id=key.id), now=NOW)
    with pytest.raises(WrongApiKey):
        machine(key.key)


def test_somebody_of_the_mall_makes_no_shops_keys_and_a_clerk_none_at_all(manager: Actor, world: World) -> None:
    with pytest.raises(NotFound):
        made(world.actor)
    with pytest.raises(PermissionDenied):
        made(replace(manager, permissions=frozenset(ROLE_BY_CODE['tenant_staff'].grants)))


def test_the_audit_knows_of_the_key_and_not_the_secret(manager: Actor, database: Database) -> None:
    key = made(manager, name='收银对接')
    with reading(Scope.of(replace(manager, tenant_id=None))) as session:
        rows = session.execute(text("SELECT a::text FROM audit_entry a WHERE action = 'identity.create_shop_key'"))
        entries = [row[0] for row in rows]
    assert any(key.prefix in entry for entry in entries)
    assert not any(key.key.rsplit('_', 1)[1] in entry for entry in entries)


def test_a_key_of_the_mall_is_no_shops(manager: Actor, world: World) -> None:
    command = CreateApiKey(name='BI', scopes=('leasing.view',))
    perform(create_api_key, actor=world.actor, command=command, known=frozenset({'leasing.view'}), now=NOW)
    assert ask(list_shop_keys, actor=manager) == []
