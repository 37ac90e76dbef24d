"""Tables of identity. Private to the slice."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant

ABOVE_MALLS = {
    'account': 'a person of the group signs in before any mall is known, and may work in several',
    'account_session': 'a session belongs to an account and outlives a switch of mall',
    'sign_in_attempt': 'attempts are counted before it is known whether the account exists at all',
    'role': 'roles are the vocabulary of the whole group; what they reach is limited by memberships, per mall',
    'role_grant': 'belongs to a role',
    'api_key': 'a key is looked up by its prefix before its mall is known; `home_mall_id` then scopes the request',
}


class Account(SQLModel, table=True):
    """One who signs in. `login` is kept case-folded; a secret for one-time codes counts once it is confirmed."""

    __tablename__ = 'account'
    __table_args__ = (
        UniqueConstraint('login'),
        CheckConstraint("kind IN ('person', 'kiosk', 'consumer')", name='known_kind'),
        CheckConstraint('login = lower(login)', name='login_folded'),
    )

    id: int = identity_key()
    login: str
    display_name: str
    kind: str = 'person'
    password_hash: str | None = None
    password_changed_at: datetime | None = instant(nullable=True)
    must_change_password: bool = False
    totp_secret: str | None = None
    totp_confirmed_at: datetime | None = instant(nullable=True)
    totp_last_step: int | None = Field(default=None, sa_type=BigInteger)
    locale: str = 'zh-CN'
    theme: str = 'light'
    last_mall_id: int | None = Field(default=None, sa_type=Integer)
    is_administrator: bool = False
    is_active: bool = True
    created_at: datetime = instant()


class AccountSession(SQLModel, table=True):
    """One signed-in browser. Rows stay after the end, as the record of who was there."""

    __tablename__ = 'account_session'
    __table_args__ = (
        UniqueConstraint('token_hash'),
        ForeignKeyConstraint(['account_id'], ['account.id']),
        Index('ix_account_session_account_id', 'account_id', postgresql_where=text('ended_at IS NULL')),
        CheckConstraint('expires_at > created_at', name='ends_after_start'),
    )

    id: int = identity_key()
    account_id: int = Field(sa_type=BigInteger)
    token_hash: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = instant()
    last_seen_at: datetime = instant()
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    end_reason: str | None = None
    address: str = ''
    user_agent: str = ''


class Membership(SQLModel, table=True):
    """A role in one mall, for a time. Ended ones stay; `tenant_id` is there exactly for a tenant's roles."""

    __tablename__ = 'membership'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        ForeignKeyConstraint(['account_id'], ['account.id']),
        ForeignKeyConstraint(['role_code'], ['role.code']),
        Index('ix_membership_account_id', 'account_id'),
        CheckConstraint('valid_until IS NULL OR valid_until > valid_from', name='ends_after_start'),
    )

    mall_id: int = Field(sa_type=Integer)
    id: int = identity_key()
    account_id: int = Field(sa_type=BigInteger)
    role_code: str
    tenant_id: int | None = Field(default=None, sa_type=BigInteger)
    valid_from: datetime = instant()
    valid_until: datetime | None = instant(nullable=True)
    granted_by: str
    created_at: datetime = instant()


class RoleRow(SQLModel, table=True):
    """A role by its code; `holder` says whom it may be given to."""

    __tablename__ = 'role'
    __table_args__ = (
        CheckConstraint("holder IN ('staff', 'tenant', 'partner', 'device', 'consumer')", name='known_holder'),
    )

    code: str = Field(primary_key=True)
    name_zh: str
    name_en: str
    holder: str


class RoleGrant(SQLModel, table=True):
    """A permission of a role. Taking one away sets `is_granted`, so that an upgrade does not bring it back."""

    __tablename__ = 'role_grant'
    __table_args__ = (
        PrimaryKeyConstraint('role_code', 'permission'),
        ForeignKeyConstraint(['role_code'], ['role.code']),
    )

    role_code: str
    permission: str
    is_granted: bool = True


class SignInAttempt(SQLModel, table=True):
    """One try. Written before the password is checked, so that tries at the same moment all count."""

    __tablename__ = 'sign_in_attempt'
    __table_args__ = (
        Index('ix_sign_in_attempt_login_key', 'login_key', 'attempted_at'),
        Index('ix_sign_in_attempt_address', 'address', 'attempted_at'),
    )

    id: int = identity_key()
    login_key: bytes = Field(sa_type=LargeBinary)
    address: str
    attempted_at: datetime = instant()
    outcome: str = 'pending'


class ApiKey(SQLModel, table=True):
    """A machine's credential: found by prefix, checked by hash, limited by scopes, mall and time."""

    __tablename__ = 'api_key'
    __table_args__ = (
        UniqueConstraint('prefix'),
        Index('ix_api_key_home_mall_id_tenant_id', 'home_mall_id', 'tenant_id'),
    )

    id: int = identity_key()
    prefix: str
    secret_hash: bytes = Field(sa_type=LargeBinary)
    name: str
    home_mall_id: int = Field(sa_type=Integer)
    tenant_id: int | None = Field(default=None, sa_type=BigInteger)
    scopes: Any = Field(sa_column=Column(ARRAY(Text), nullable=False))
    created_at: datetime = instant()
    created_by: str
    expires_at: datetime | None = instant(nullable=True)
    revoked_at: datetime | None = instant(nullable=True)
    last_used_at: datetime | None = instant(nullable=True)
