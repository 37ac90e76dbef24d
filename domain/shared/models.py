"""Tables of the kernel: audit, idempotency keys, journal, attachments. Private to `domain.shared`."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


class AuditEntry(SQLModel, table=True):
    """One act. `recorded_at` is the actor's now, `appended_at` the database's; `mall_id` 0 is above the malls."""

    __tablename__ = 'audit_entry'
    __table_args__ = (
        Index('ix_audit_entry_mall_id_appended_at', 'mall_id', 'appended_at'),
        Index('ix_audit_entry_mall_id_account_id', 'mall_id', 'account_id', 'id'),
    )

    id: int = identity_key()
    mall_id: int = Field(sa_type=Integer)
    recorded_at: datetime = instant()
    appended_at: datetime = instant(server_default='clock_timestamp()')
    actor_name: str
    actor_kind: str
    account_id: int | None = Field(default=None, sa_type=BigInteger)
    action: str
    target: str | None = None
    outcome: str
    request_id: str = ''
    facts: dict[str, object] = json_column()


class AuditSeal(SQLModel, table=True):
    """One link of a mall's chain: `digest` covers the entry as stored and the digest before it."""

    __tablename__ = 'audit_seal'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'position'), UniqueConstraint('mall_id', 'entry_id'))

    mall_id: int = Field(sa_type=Integer)
    position: int = Field(sa_type=BigInteger)
    entry_id: int = Field(sa_type=BigInteger)
    digest: bytes = Field(sa_type=LargeBinary)
    sealed_at: datetime = instant()


class IdempotencyKey(SQLModel, table=True):
    """A request that was answered, with the answer."""

    __tablename__ = 'idempotency_key'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'caller', 'key'),
        Index('ix_idempotency_key_created_at', 'created_at'),
    )

    mall_id: int = Field(sa_type=Integer)
    caller: str
    key: str
    request_hash: str
    answer: object = json_column(nullable=True)
    created_at: datetime = instant()


class LedgerAccount(SQLModel, table=True):
    """A place where amounts of one unit are held."""

    __tablename__ = 'ledger_account'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        CheckConstraint('floor IS NULL OR balance >= floor', name='above_floor'),
    )

    id: int = identity_key()
    mall_id: int = Field(sa_type=Integer)
    code: str
    kind: str
    unit: str
    is_running: bool
    floor: int | None = Field(default=None, sa_type=BigInteger)
    balance: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={'server_default': '0'})


class LedgerEntry(SQLModel, table=True):
    """A set of postings that sums to zero. Never edited."""

    __tablename__ = 'ledger_entry'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'reverses_id'),
        within_mall('reverses_id', 'ledger_entry'),
        Index('ix_ledger_entry_mall_id_business_on', 'mall_id', 'business_on'),
    )

    id: int = identity_key()
    mall_id: int = Field(sa_type=Integer)
    kind: str
    key: str
    content_hash: str
    occurred_at: datetime = instant()
    received_at: datetime = instant()
    business_on: date
    memo: str = ''
    reverses_id: int | None = Field(default=None, sa_type=BigInteger)


class LedgerPosting(SQLModel, table=True):
    """One amount on one account. Never edited."""

    __tablename__ = 'ledger_posting'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'entry_id', 'account_id'),
        within_mall('entry_id', 'ledger_entry'),
        within_mall('account_id', 'ledger_account'),
        Index('ix_ledger_posting_account', 'mall_id', 'account_id', 'occurred_at'),
        CheckConstraint('amount <> 0', name='amount_not_zero'),
    )

    mall_id: int = Field(sa_type=Integer)
    entry_id: int = Field(sa_type=BigInteger)
    account_id: int = Field(sa_type=BigInteger)
    unit: str
    amount: int = Field(sa_type=BigInteger)
    occurred_at: datetime = instant()


class Attachment(SQLModel, table=True):
    """A photograph or paper, named by its digest. `tenant_id` is whose people kept it; none are the mall's own."""

    __tablename__ = 'attachment'
    __table_args__ = (
        within_mall('tenant_id', 'tenant'),
        Index(
            'uq_attachment_once', 'mall_id', 'purpose', 'name', text('coalesce(tenant_id, 0)'), unique=True
        ),
        CheckConstraint("kind IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')", name='known_kind'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int | None = Field(default=None, sa_type=BigInteger)
    purpose: str
    name: str
    kind: str
    content: bytes = Field(sa_type=LargeBinary)
    kept_by: str
    kept_at: datetime = instant()
