"""Tables of the tenants' daily life. Private to the slice."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, mall_key, within_mall


class Notice(SQLModel, table=True):
    """Words of the mall to its tenants; never changed after they were published."""

    __tablename__ = 'tenant_notice'
    __table_args__ = (UniqueConstraint('mall_id', 'id'), UniqueConstraint('mall_id', 'key'))

    id: int = identity_key()
    mall_id: int = mall_key()
    key: str
    title: str
    body: str
    must_read: bool
    published_by: str
    published_at: datetime = instant()
    expires_on: date | None = None


class NoticeRecipient(SQLModel, table=True):
    """A tenant that a notice was published to, with the first receipt of its people."""

    __tablename__ = 'notice_recipient'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'notice_id', 'tenant_id'),
        within_mall('notice_id', 'tenant_notice'),
        within_mall('tenant_id', 'tenant'),
        Index('ix_notice_recipient_tenant', 'mall_id', 'tenant_id'),
    )

    mall_id: int = mall_key()
    notice_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    first_reader: str | None = None
    first_read_at: datetime | None = instant(nullable=True)


class NoticeReceipt(SQLModel, table=True):
    """Somebody read a notice, once."""

    __tablename__ = 'notice_receipt'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'notice_id', 'account_id'),
        ForeignKeyConstraint(
            ['mall_id', 'notice_id', 'tenant_id'],
            ['notice_recipient.mall_id', 'notice_recipient.notice_id', 'notice_recipient.tenant_id'],
        ),
    )

    mall_id: int = mall_key()
    notice_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    account_id: int = Field(sa_type=BigInteger)
    reader: str
    read_at: datetime = instant()


class WorkOrder(SQLModel, table=True):
    """Something that the mall shall mend in a shop."""

    __tablename__ = 'work_order'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'key'),
        within_mall('tenant_id', 'tenant'),
        Index('ix_work_order_tenant', 'mall_id', 'tenant_id', 'id'),
        Index('ix_work_order_due', 'mall_id', 'due_at', postgresql_where=text("state IN ('open', 'accepted')")),
        CheckConstraint("state IN ('open', 'accepted', 'done', 'confirmed')", name='known_state'),
        CheckConstraint('mark BETWEEN 1 AND 5', name='mark_of_five'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    key: str
    trouble: str
    urgency: str
    place: str
    words: str
    state: str
    opened_at: datetime = instant()
    due_at: datetime = instant()
    handler: str | None = None
    done_at: datetime | None = instant(nullable=True)
    escalated_at: datetime | None = instant(nullable=True)
    mark: int | None = None


class WorkOrderStep(SQLModel, table=True):
    """What was done about a work order, with the names of its pictures; posted facts."""

    __tablename__ = 'work_order_step'
    __table_args__ = (
        within_mall('work_order_id', 'work_order'),
        Index('ix_work_order_step_order', 'mall_id', 'work_order_id', 'id'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    work_order_id: int = Field(sa_type=BigInteger)
    what: str
    by: str
    at: datetime = instant()
    words: str
    photos: list[str] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'::jsonb")))


class ShopStaff(SQLModel, table=True):
    """Somebody who works in a shop. A badge number belongs to one who works at a time."""

    __tablename__ = 'shop_staff'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('tenant_id', 'tenant'),
        Index(
            'uq_shop_staff_badge', 'mall_id', 'badge', unique=True, postgresql_where=text('last_on IS NULL')
        ),
        Index('ix_shop_staff_tenant', 'mall_id', 'tenant_id'),
        CheckConstraint('last_on >= starts_on', name='in_order'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    name: str
    position: str
    badge: str
    starts_on: date
    last_on: date | None = None
