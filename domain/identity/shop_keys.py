"""Keys that a shop makes for its own machines (tills, ERP): shown once, renewed with an overlap, revoked at once.

A shop's people reach their shop's keys alone; the database hides every other row from them.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from domain.identity._guards import check_within_own, mall_of
from domain.identity._tokens import new_api_key
from domain.identity.commands import CreateShopKey, RevokeApiKey, RotateShopKey
from domain.identity.errors import KeyIsOver, KeyNotOffered, KeyPast, TooManyKeys
from domain.identity.models import ApiKey
from domain.identity.permissions import MANAGE_SHOP_KEYS
from domain.identity.queries import api_key_view
from domain.identity.views import ApiKeyView, NewApiKey
from domain.shared import audit
from domain.shared.actor import Actor, TenantId
from domain.shared.errors import NotFound
from domain.shared.operations import operation, query

OFFERED_SCOPES = (
    'mall.view', 'leasing.view', 'leasing.report_turnover', 'billing.view', 'inventory.view', 'webhooks.manage',
)  # fmt: skip
"""What a shop's machine may be let do: what the routes for shops ask for, and no payment, no people, no keys."""

MOST_KEYS = 10
USE_NOTED_EVERY = timedelta(minutes=1)


@query(MANAGE_SHOP_KEYS)
def list_shop_keys(session: Session, *, actor: Actor) -> list[ApiKeyView]:
    """The keys of the actor's shop, the newest first; those that are over stay as the record.

    :raises NotFound: for somebody who belongs to no shop.
    """
    found = select(ApiKey).where(ApiKey.home_mall_id == mall_of(actor), ApiKey.tenant_id == _shop(actor))
    return [api_key_view(row) for row in session.exec(found.order_by(col(ApiKey.id).desc()))]


@operation(MANAGE_SHOP_KEYS, name='identity.create_shop_key', is_audited=False)
def create_shop_key(session: Session, *, actor: Actor, command: CreateShopKey, now: datetime) -> NewApiKey:
    """A key for a machine of the actor's shop, shown once.

    :raises NotFound: for somebody who belongs to no shop.
    :raises KeyNotOffered: when a scope is none that shops' machines can have.
    :raises GrantBeyondOwn: when a scope exceeds the actor's own permissions.
    :raises KeyPast: when it would end before it begins.
    :raises TooManyKeys:
    """
    foreign = sorted(set(command.scopes) - set(OFFERED_SCOPES))
    if foreign:
        raise KeyNotOffered(permissions=', '.join(foreign))
    if command.expires_at is not None and command.expires_at <= now:
        raise KeyPast
    if sum(one.is_valid(now) for one in list_shop_keys(session, actor=actor)) >= MOST_KEYS:
        raise TooManyKeys(most=MOST_KEYS)
    return _add(session, actor, command, now, 'identity.create_shop_key')


@operation(MANAGE_SHOP_KEYS, name='identity.rotate_shop_key', is_audited=False)
def rotate_shop_key(session: Session, *, actor: Actor, command: RotateShopKey, now: datetime) -> NewApiKey:
    """Another key with the same name, scopes and end; the old one goes on for the overlap, so that machines can change
    over one after the other.

    :raises NotFound: when the actor's shop has no such key.
    :raises KeyIsOver: when it is revoked or has expired.
    :raises GrantBeyondOwn: when the key may do what the actor no longer may.
    """
    old = _load(session, actor, command.api_key_id)
    if not api_key_view(old).is_valid(now):
        raise KeyIsOver
    made = _add(
        session, actor, CreateShopKey(name=old.name, scopes=tuple(old.scopes), expires_at=old.expires_at), now,
        'identity.rotate_shop_key',
    )  # fmt: skip
    until = now + timedelta(hours=command.overlap_hours)
    if command.overlap_hours:
        old.expires_at = min(old.expires_at or until, until)
    else:
        old.revoked_at = now
    session.flush()
    return made


@operation(MANAGE_SHOP_KEYS, name='identity.revoke_shop_key')
def revoke_shop_key(session: Session, *, actor: Actor, command: RevokeApiKey, now: datetime) -> ApiKeyView:
    """Makes a key of the actor's shop worthless at once; revoking twice is no error.

    :raises NotFound: when the actor's shop has no such key.
    """
    row = _load(session, actor, command.api_key_id)
    row.revoked_at = row.revoked_at or now
    session.flush()
    return api_key_view(row)


@operation(None, name='identity.note_key_use', is_audited=False)
def note_key_use(session: Session, *, actor: Actor, prefix: str, now: datetime) -> None:
    """When a key was last used, to the minute."""
    row = session.exec(select(ApiKey).where(ApiKey.prefix == prefix).with_for_update(skip_locked=True)).one_or_none()
    if row is not None and (row.last_used_at is None or now - row.last_used_at >= USE_NOTED_EVERY):
        row.last_used_at = now


def _shop(actor: Actor) -> TenantId:
    """:raises NotFound: for somebody who belongs to no shop."""
    if actor.tenant_id is None:
        raise NotFound
    return actor.tenant_id


def _load(session: Session, actor: Actor, api_key_id: int) -> ApiKey:
    """:raises NotFound:"""
    found = select(ApiKey).where(
        ApiKey.id == api_key_id, ApiKey.home_mall_id == mall_of(actor), ApiKey.tenant_id == _shop(actor)
    )
    row = session.exec(found.with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def _add(session: Session, actor: Actor, command: CreateShopKey, now: datetime, action: str) -> NewApiKey:
    """Audited here, since the answer holds the key."""
    check_within_own(actor, command.scopes)
    key, prefix, secret_hash = new_api_key()
    row = ApiKey(
        prefix=prefix, secret_hash=secret_hash, name=command.name, home_mall_id=mall_of(actor),
        tenant_id=_shop(actor), scopes=sorted(set(command.scopes)), created_at=now, created_by=actor.name,
        expires_at=command.expires_at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    facts = {'prefix': prefix, 'name': command.name, 'scopes': list(command.scopes), 'tenant': row.tenant_id}
    audit.append(session, actor=actor, action=action, target=row.id, facts=facts, outcome='done', now=now)
    return NewApiKey(id=row.id, key=key, prefix=prefix)
