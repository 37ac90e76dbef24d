"""Questions about identity."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.identity._tokens import hash_of
from domain.identity.errors import SessionEnded
from domain.identity.models import Account, AccountSession, ApiKey, Membership, RoleGrant, RoleRow
from domain.identity.permissions import MANAGE_API_KEYS, OWN_ACCOUNT, VIEW_ACCOUNTS, VIEW_ROLES
from domain.identity.sessions import IDLE
from domain.identity.views import (
    AccountView,
    ApiKeyView,
    MembershipView,
    OpenSession,
    RoleView,
    SessionView,
)
from domain.shared.actor import AccountId, Actor, MallId, TenantId
from domain.shared.operations import query


@query(None, name='identity.find_session')
def find_session(session: Session, *, actor: Actor, token: str, now: datetime) -> SessionView:
    """The valid session behind a cookie's token, with the rights of its account.

    :raises SessionEnded: when it never was, has ended, is too old or was idle too long, or its account is locked.
    """
    found = session.exec(
        select(AccountSession, Account)
        .join(Account, col(Account.id) == AccountSession.account_id)
        .where(
            AccountSession.token_hash == hash_of(token),
            col(AccountSession.ended_at).is_(None),
            col(AccountSession.expires_at) > now,
            col(Account.is_active),
        )
    ).first()
    if found is None or _was_idle(*found, now=now):
        raise SessionEnded
    row, account = found
    return _session_view(row, account, memberships_of(session, account.id, now=now))


def _was_idle(row: AccountSession, account: Account, *, now: datetime) -> bool:
    return account.kind != 'kiosk' and row.last_seen_at < now - IDLE


def _session_view(row: AccountSession, account: Account, memberships: tuple[MembershipView, ...]) -> SessionView:
    return SessionView(
        id=row.id,
        account_id=AccountId(account.id),
        login=account.login,
        display_name=account.display_name,
        kind='kiosk' if account.kind == 'kiosk' else 'consumer' if account.kind == 'consumer' else 'person',
        is_administrator=account.is_administrator,
        locale=account.locale,
        theme=account.theme,
        must_change_password=account.must_change_password,
        has_totp=account.totp_confirmed_at is not None,
        last_mall_id=account.last_mall_id,
        memberships=memberships,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
    )


def memberships_of(session: Session, account_id: int, *, now: datetime) -> tuple[MembershipView, ...]:
    """The account's current memberships in all malls, by the policy that lets one read one's own."""
    session.execute(text("SELECT set_config('app.account_id', :id, true)"), {'id': str(account_id)})
    rows = session.execute(
        text(
            'SELECT m.id, m.mall_id, m.role_code, r.name_zh, r.name_en, m.tenant_id, m.valid_from, m.valid_until,'
            ' ARRAY(SELECT g.permission FROM role_grant g WHERE g.role_code = m.role_code AND g.is_granted) AS grants'
            ' FROM membership m JOIN role r ON r.code = m.role_code WHERE m.account_id = :account'
            ' AND m.valid_from <= :now AND (m.valid_until IS NULL OR m.valid_until > :now) ORDER BY m.mall_id, m.id'
        ),
        {'account': account_id, 'now': now},
    )
    return tuple(
        MembershipView(
            id=row.id,
            mall_id=MallId(row.mall_id),
            role_code=row.role_code,
            role_zh=row.name_zh,
            role_en=row.name_en,
            tenant_id=None if row.tenant_id is None else TenantId(row.tenant_id),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            permissions=frozenset(row.grants),
        )
        for row in rows
    )


@query(None, name='identity.list_ended')
def list_ended(session: Session, *, actor: Actor, session_ids: list[int], now: datetime) -> list[int]:
    """Which of these sessions are over: asked by a web process that may have missed notices."""
    rows = session.execute(
        text(
            'SELECT wanted.id FROM unnest(CAST(:ids AS bigint[])) AS wanted(id)'
            ' WHERE NOT EXISTS (SELECT FROM account_session s'
            ' JOIN account a ON a.id = s.account_id WHERE s.id = wanted.id AND s.ended_at IS NULL'
            ' AND s.expires_at > :now AND a.is_active)'
        ),
        {'ids': session_ids, 'now': now},
    )
    return [row.id for row in rows]


@query(OWN_ACCOUNT, name='identity.list_own_sessions')
def list_own_sessions(session: Session, *, actor: Actor, now: datetime) -> list[OpenSession]:
    """The browsers in which one is signed in, the latest first."""
    rows = session.exec(
        select(AccountSession)
        .where(
            AccountSession.account_id == actor.account_id,
            col(AccountSession.ended_at).is_(None),
            col(AccountSession.expires_at) > now,
        )
        .order_by(col(AccountSession.last_seen_at).desc())
    )
    return [
        OpenSession(
            id=row.id,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            address=row.address,
            user_agent=row.user_agent,
        )
        for row in rows
    ]


@query(VIEW_ACCOUNTS, name='identity.list_accounts', is_audited=True)
def list_accounts(session: Session, *, actor: Actor, search: str = '', limit: int = 50) -> list[AccountView]:
    """Accounts of the actor's mall by login or name; an administrator sees those of the whole group."""
    statement = select(Account).order_by(Account.login).limit(limit)
    if search:
        pattern = f'%{search.lower()}%'
        statement = statement.where(col(Account.login).like(pattern) | col(Account.display_name).ilike(pattern))
    if 'administrator' not in actor.roles:
        statement = statement.where(col(Account.id).in_(select(Membership.account_id)))
    return [account_view(row) for row in session.exec(statement)]


def account_view(row: Account) -> AccountView:
    return AccountView(
        id=AccountId(row.id),
        login=row.login,
        display_name=row.display_name,
        kind=row.kind,
        is_administrator=row.is_administrator,
        is_active=row.is_active,
        has_totp=row.totp_confirmed_at is not None,
        must_change_password=row.must_change_password,
        created_at=row.created_at,
    )


@query(VIEW_ROLES, name='identity.list_roles')
def list_roles(session: Session, *, actor: Actor) -> list[RoleView]:
    """Every role with what it grants."""
    grants: dict[str, list[str]] = {}
    for grant in session.exec(select(RoleGrant).where(col(RoleGrant.is_granted)).order_by(RoleGrant.permission)):
        grants.setdefault(grant.role_code, []).append(grant.permission)
    roles = session.exec(select(RoleRow).order_by(RoleRow.code))
    return [
        RoleView(
            code=role.code,
            zh=role.name_zh,
            en=role.name_en,
            holder=role.holder,
            permissions=tuple(grants.get(role.code, ())),
        )
        for role in roles
    ]


@query(MANAGE_API_KEYS, name='identity.list_api_keys')
def list_api_keys(session: Session, *, actor: Actor) -> list[ApiKeyView]:
    """The keys of the actor's mall, the newest first."""
    rows = session.exec(
        select(ApiKey).where(ApiKey.home_mall_id == actor.mall_id).order_by(col(ApiKey.created_at).desc())
    )
    return [api_key_view(row) for row in rows]


def api_key_view(row: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=row.id,
        prefix=row.prefix,
        name=row.name,
        mall_id=row.home_mall_id,
        tenant_id=None if row.tenant_id is None else TenantId(row.tenant_id),
        created_by=row.created_by,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
