"""Photographs and papers as the database's role meets them: by mall and by tenant, never edited."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.shared.actor import Actor, MallId, TenantId, system_actor
from domain.shared.attachments import AttachmentUnknown, Purpose, check_cited, find, keep
from domain.shared.database import Scope, transaction
from tests.domain.leasing.world import NOW, World, build_world
from tests.domain.shared.pictures import photograph


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


def people(world: World, tenant: TenantId) -> Actor:
    return Actor(name='店员', kind='person', mall_id=world.actor.mall_id, tenant_id=tenant)


def kept_by(actor: Actor, shade: int, purpose: Purpose = Purpose.Z_REPORT) -> str:
    with transaction(Scope.of(actor)) as session:
        return keep(session, actor=actor, purpose=purpose, content=photograph(shade), now=NOW).name


def seen_by(actor: Actor, name: str, purpose: Purpose = Purpose.Z_REPORT) -> bool:
    with transaction(Scope.of(actor)) as session:
        return find(session, purpose, name) is not None


def test_a_tenant_meets_its_own_alone_and_another_mall_none(world: World, another_mall: MallId) -> None:
    one, two = people(world, world.tenant()), people(world, world.tenant())
    name = kept_by(one, 10)

    seen = [seen_by(actor, name) for actor in (one, two, world.actor, system_actor('test', another_mall))]

    assert seen == [True, False, True, False]
    assert not seen_by(one, name, Purpose.CERTIFICATE)
    with transaction(Scope.of(two)) as session:
        count = text('SELECT count(*) FROM attachment WHERE name = :name')
        assert session.execute(count, {'name': name}).scalar_one() == 0
        with pytest.raises(AttachmentUnknown):
            check_cited(session, Purpose.Z_REPORT, name, tenant_id=two.tenant_id or TenantId(0))


def test_the_same_picture_is_kept_once_for_each(world: World) -> None:
    one, two = people(world, world.tenant()), people(world, world.tenant())
    names = {kept_by(actor, 20) for actor in (one, one, two, world.actor)}

    with transaction(Scope.of(world.actor)) as session:
        owners = text('SELECT count(*) FROM attachment WHERE name = :name')
        assert session.execute(owners, {'name': names.pop()}).scalar_one() == 3
    assert not names


@pytest.mark.parametrize(
    'statement',
    [
        "UPDATE attachment SET content = '' WHERE name = :name",
        'DELETE FROM attachment WHERE name = :name',
        'INSERT INTO attachment (mall_id, tenant_id, purpose, name, kind, content, kept_by, kept_at)'
        ' SELECT mall_id, :other, purpose, name, kind, content, kept_by, kept_at FROM attachment WHERE name = :name',
    ],
)
def test_nothing_is_edited_or_laid_to_another_tenant(world: World, statement: str) -> None:
    shop, other = people(world, world.tenant()), world.tenant()
    name = kept_by(shop, 30)

    with transaction(Scope.of(shop)) as session, pytest.raises(DBAPIError):
        session.execute(text(statement), {'name': name, 'other': other})
    assert seen_by(shop, name)
