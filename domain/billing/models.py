"""Tables of billing. Private to the slice."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


def _in_order() -> CheckConstraint:
    return CheckConstraint('starts_on < ends_on', name='in_order')


class BillRun(SQLModel, table=True):
    """One run over a window."""

    __tablename__ = 'bill_run'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        CheckConstraint("status IN ('previewed', 'approved', 'posted')", name='known_status'),
        CheckConstraint('approved_by IS NULL OR approved_by <> previewed_by', name='four_eyes'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    from_on: date
    until_on: date
    status: str
    content_hash: str
    held: list[object] = json_column()
    previewed_by: str
    previewed_at: datetime = instant()
    approved_by: str | None = None
    approved_at: datetime | None = instant(nullable=True)
    posted_by: str | None = None
    posted_at: datetime | None = instant(nullable=True)


class BillRunLine(SQLModel, table=True):
    """What a run would bill; it becomes a charge when the run is posted."""

    __tablename__ = 'bill_run_line'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'run_id', 'number'),
        within_mall('run_id', 'bill_run'),
        _in_order(),
    )

    mall_id: int = mall_key(is_implied=True)
    run_id: int = Field(sa_type=BigInteger)
    number: int
    lease_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    kind: str
    source: str
    anchor_on: date
    sequence: int
    starts_on: date
    ends_on: date
    amount_fen: int = Field(sa_type=BigInteger)
    due_on: date
    is_adjustment: bool
    facts: dict[str, object] = json_column()


class Charge(SQLModel, table=True):
    """What a tenant owes, or is credited where it is negative. Never edited."""

    __tablename__ = 'charge'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'lease_id', 'source', 'anchor_on', 'sequence', name='uq_charge_once'),
        within_mall('run_id', 'bill_run'),
        within_mall('lease_id', 'lease'),
        within_mall('tenant_id', 'tenant'),
        Index('ix_charge_mall_id_tenant_id_due_on', 'mall_id', 'tenant_id', 'due_on'),
        CheckConstraint('amount_fen <> 0', name='not_nothing'),
        _in_order(),
    )

    id: int = identity_key()
    mall_id: int = mall_key(is_implied=True)
    run_id: int | None = Field(default=None, sa_type=BigInteger)
    lease_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    kind: str
    source: str
    anchor_on: date
    sequence: int
    starts_on: date
    ends_on: date
    amount_fen: int = Field(sa_type=BigInteger)
    due_on: date
    is_adjustment: bool
    facts: dict[str, object] = json_column()
    posted_at: datetime = instant()


class Payment(SQLModel, table=True):
    """Money that came. Never edited."""

    __tablename__ = 'tenant_payment'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'key'),
        within_mall('tenant_id', 'tenant'),
        CheckConstraint('amount_fen > 0', name='positive'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    amount_fen: int = Field(sa_type=BigInteger)
    paid_on: date
    method: str
    key: str
    allocation_order: str
    recorded_by: str
    recorded_at: datetime = instant()


class TenantCheckout(SQLModel, table=True):
    """A payment order that a tenant opened for its bills; settled when the money is certain."""

    __tablename__ = 'tenant_checkout'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'key'),
        within_mall('tenant_id', 'tenant'),
        within_mall('payment_id', 'tenant_payment'),
        Index('ix_tenant_checkout_tenant', 'mall_id', 'tenant_id', 'opened_at'),
        CheckConstraint('amount_fen > 0', name='positive'),
    )

    mall_id: int = mall_key()
    key: str
    tenant_id: int = Field(sa_type=BigInteger)
    amount_fen: int = Field(sa_type=BigInteger)
    allocation_order: str
    opened_by: str
    opened_at: datetime = instant()
    payment_id: int | None = Field(default=None, sa_type=BigInteger)


class Allocation(SQLModel, table=True):
    """A part of a payment, or of a credit, that settles a part of a charge. Never edited."""

    __tablename__ = 'allocation'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('tenant_id', 'tenant'),
        within_mall('charge_id', 'charge'),
        within_mall('payment_id', 'tenant_payment'),
        within_mall('credit_id', 'charge'),
        Index('ix_allocation_mall_id_charge_id', 'mall_id', 'charge_id'),
        Index('ix_allocation_mall_id_payment_id', 'mall_id', 'payment_id'),
        CheckConstraint('amount_fen > 0', name='positive'),
        CheckConstraint('(payment_id IS NULL) <> (credit_id IS NULL)', name='one_origin'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    charge_id: int = Field(sa_type=BigInteger)
    payment_id: int | None = Field(default=None, sa_type=BigInteger)
    credit_id: int | None = Field(default=None, sa_type=BigInteger)
    amount_fen: int = Field(sa_type=BigInteger)
    settled_on: date


class Dispute(SQLModel, table=True):
    """An amount that a tenant contests; late fees pause on it."""

    __tablename__ = 'charge_dispute'
    __table_args__ = (
        within_mall('charge_id', 'charge'),
        Index(
            'uq_charge_dispute_open', 'mall_id', 'charge_id', unique=True,
            postgresql_where='until_on IS NULL',
        ),
        CheckConstraint('amount_fen > 0', name='positive'),
        CheckConstraint('until_on IS NULL OR from_on < until_on', name='in_order'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    charge_id: int = Field(sa_type=BigInteger)
    amount_fen: int = Field(sa_type=BigInteger)
    from_on: date
    until_on: date | None = None
    reason: str


class KeyTable(SQLModel, table=True):
    """How a shared cost is spread; a new table for a new spread."""

    __tablename__ = 'key_table'
    __table_args__ = (UniqueConstraint('mall_id', 'id'), UniqueConstraint('mall_id', 'code'))

    id: int = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    mall_id: int = mall_key()
    code: str
    keys: dict[str, int] = json_column()
    spreads_vacant: bool
    set_by: str
    set_at: datetime = instant()


class SharedCost(SQLModel, table=True):
    """A cost of some days that tenants share."""

    __tablename__ = 'shared_cost'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('key_table_id', 'key_table'),
        CheckConstraint('amount_fen > 0', name='positive'),
        _in_order(),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    key_table_id: int = Field(sa_type=BigInteger)
    kind: str
    starts_on: date
    ends_on: date
    amount_fen: int = Field(sa_type=BigInteger)
    reason: str
    registered_by: str
    registered_at: datetime = instant()


class Fee(SQLModel, table=True):
    """A single charge that the next run takes up; one of another slice's origin comes once."""

    __tablename__ = 'lease_fee'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'origin', name='uq_lease_fee_origin'),
        within_mall('lease_id', 'lease'),
        CheckConstraint('amount_fen > 0', name='positive'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    lease_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    kind: str
    happens_on: date
    due_on: date
    amount_fen: int = Field(sa_type=BigInteger)
    reason: str
    origin: str | None = None
    registered_by: str
    registered_at: datetime = instant()


class Reminder(SQLModel, table=True):
    """A step of the dunning ladder that was taken."""

    __tablename__ = 'payment_reminder'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'tenant_id', 'oldest_due_on', 'level'),
        within_mall('tenant_id', 'tenant'),
    )

    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    oldest_due_on: date
    level: int
    overdue_fen: int = Field(sa_type=BigInteger)
    sent_on: date


class Certificate(SQLModel, table=True):
    """The audited GTO of one lease and year. Never edited."""

    __tablename__ = 'turnover_certificate'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'lease_id', 'year'), within_mall('lease_id', 'lease'))

    mall_id: int = mall_key()
    lease_id: int = Field(sa_type=BigInteger)
    year: int
    tenant_id: int = Field(sa_type=BigInteger)
    audited_gto_fen: int = Field(sa_type=BigInteger)
    document: str
    attachment: str | None = None
    recorded_by: str
    recorded_at: datetime = instant()


class CertificateUpload(SQLModel, table=True):
    """A certificate that a shop handed in; of one lease and year the last counts. Never edited."""

    __tablename__ = 'certificate_upload'
    __table_args__ = (
        within_mall('lease_id', 'lease'),
        Index('ix_certificate_upload_lease', 'mall_id', 'lease_id', 'year'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    lease_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    year: int
    audited_gto_fen: int = Field(sa_type=BigInteger)
    document: str
    attachment: str
    uploaded_by: str
    uploaded_at: datetime = instant()


class EInvoice(SQLModel, table=True):
    """A fully digital invoice (数电票) that was asked for, and what became of it."""

    __tablename__ = 'einvoice'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'number'),
        UniqueConstraint('mall_id', 'red_number'),
        within_mall('tenant_id', 'tenant'),
        CheckConstraint(
            "status IN ('requested', 'issued', 'failed', 'red_requested', 'reversed')", name='known_status'
        ),
        CheckConstraint('amount_fen > 0', name='positive'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    status: str
    amount_fen: int = Field(sa_type=BigInteger)
    tax_fen: int = Field(sa_type=BigInteger)
    number: str | None = None
    red_number: str | None = None
    reason: str = ''
    requested_by: str
    requested_at: datetime = instant()
    changed_at: datetime = instant()


class EInvoiceLine(SQLModel, table=True):
    """A charge on an invoice, with the tax that its amount includes. Never edited."""

    __tablename__ = 'einvoice_line'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'einvoice_id', 'charge_id'),
        within_mall('einvoice_id', 'einvoice'),
        within_mall('charge_id', 'charge'),
        Index('ix_einvoice_line_charge', 'mall_id', 'charge_id'),
    )

    mall_id: int = mall_key()
    einvoice_id: int = Field(sa_type=BigInteger)
    charge_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    amount_fen: int = Field(sa_type=BigInteger)
    tax_bp: int
    tax_fen: int = Field(sa_type=BigInteger)
