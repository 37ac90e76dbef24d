"""Keys for machines."""

import hmac
from datetime import datetime

from sqlmodel import Session, select

from domain.identity._guards import check_within_own, mall_of
from domain.identity._tokens import hash_of, new_api_key, parse_api_key
from domain.identity.commands import CreateApiKey, RevokeApiKey
from domain.identity.errors import UnknownPermission, WrongApiKey
from domain.identity.models import ApiKey
from domain.identity.permissions import MANAGE_API_KEYS
from domain.identity.views import NewApiKey
from domain.shared import audit
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.errors import NotFound
from domain.shared.operations import operation, query


@operation(MANAGE_API_KEYS, name='identity.create_api_key', is_audited=False)
def create_api_key(
    session: Session, *, actor: Actor, command: CreateApiKey, known: frozenset[str], now: datetime
) -> NewApiKey:
    """A key for a machine of the actor's mall, shown once; its scopes are permissions the actor holds.

    :raises UnknownPermission: when a scope is no permission (`known` holds those that are declared).
    :raises GrantBeyondOwn: when a scope exceeds the actor's own permissions.
    """
    unknown = sorted(set(command.scopes) - known)
    if unknown:
        raise UnknownPermission(permissions=', '.join(unknown))
    check_within_own(actor, command.scopes)
    key, prefix, secret_hash = new_api_key()
    row = ApiKey(
        prefix=prefix,
        secret_hash=secret_hash,
        name=command.name,
        home_mall_id=mall_of(actor),
        tenant_id=command.tenant_id,
        scopes=sorted(set(command.scopes)),
        created_at=now,
        created_by=actor.name,
        expires_at=command.expires_at,
    )
    session.add(row)
    session.flush()
    facts = {'prefix': prefix, 'name': command.name, 'scopes': list(command.scopes), 'tenant': command.tenant_id}
    audit.append(
        session, actor=actor, action='identity.create_api_key', target=row.id, facts=facts, outcome='done', now=now
    )
    return NewApiKey(id=row.id, key=key, prefix=prefix)


@operation(MANAGE_API_KEYS, name='identity.revoke_api_key')
def revoke_api_key(session: Session, *, actor: Actor, command: RevokeApiKey, now: datetime) -> None:
    """Makes a key worthless at once; revoking twice is no error.

    :raises NotFound: when the actor's mall has no such key.
    """
    row = session.exec(
        select(ApiKey).where(ApiKey.id == command.api_key_id, ApiKey.home_mall_id == mall_of(actor)).with_for_update()
    ).first()
    if row is None:
        raise NotFound
    row.revoked_at = row.revoked_at or now


@query(None, name='identity.authenticate_api_key')
def authenticate_api_key(session: Session, *, actor: Actor, key: str, now: datetime) -> Actor:
    """The machine behind a key, acting in the key's mall with the key's scopes.

    :raises WrongApiKey: for a malformed, unknown, wrong, expired or revoked key alike.
    """
    parts = parse_api_key(key)
    row = session.exec(select(ApiKey).where(ApiKey.prefix == parts.prefix)).first() if parts else None
    given = hash_of(parts.secret if parts else key)
    fits = hmac.compare_digest(row.secret_hash if row else hash_of('nobody'), given)
    is_over = row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now)
    if row is None or is_over or not fits:
        raise WrongApiKey
    return Actor(
        name=f'{row.name} ({row.prefix})',
        kind='machine',
        mall_id=MallId(row.home_mall_id),
        tenant_id=None if row.tenant_id is None else TenantId(row.tenant_id),
        permissions=frozenset(row.scopes),
    )
