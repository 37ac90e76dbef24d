"""Tables of payments. Private to the slice."""

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

_OPEN = "state IN ('pending', 'unknown')"


def _big(*, nullable: bool = False) -> int:
    return Field(default=None if nullable else ..., sa_type=BigInteger, nullable=nullable)  # type: ignore[no-any-return]


def _fen() -> int:
    return Field(default=0, sa_type=BigInteger)  # type: ignore[no-any-return]


class PayOrder(SQLModel, table=True):
    """What is to be paid in money: coupons and points have been taken off."""

    __tablename__ = 'pay_order'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        UniqueConstraint('mall_id', 'id'),
        CheckConstraint("state IN ('created', 'pending', 'paid', 'fulfilled', 'closed')", name='known_state'),
        CheckConstraint('total_fen > 0', name='something_to_pay'),
        CheckConstraint('paid_fen BETWEEN 0 AND total_fen', name='never_overpaid'),
        CheckConstraint('refunded_fen BETWEEN 0 AND paid_fen', name='refunds_within_paid'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    key: str
    subject: str
    total_fen: int = _big()
    paid_fen: int = _fen()
    refunded_fen: int = _fen()
    state: str = 'created'
    created_at: datetime = instant()
    closes_at: datetime = instant()
    paid_at: datetime | None = instant(nullable=True)


class PayAttempt(SQLModel, table=True):
    """One try to be paid over one channel. `out_no` names it towards the channel."""

    __tablename__ = 'pay_attempt'
    __table_args__ = (
        UniqueConstraint('mall_id', 'out_no'),
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'channel', 'transaction_no'),
        within_mall('order_id', 'pay_order'),
        Index('ix_pay_attempt_order', 'mall_id', 'order_id'),
        Index(
            'ix_pay_attempt_open', 'mall_id', 'next_query_at', postgresql_where=text("state IN ('pending', 'unknown')")
        ),
        Index('ix_pay_attempt_bill', 'mall_id', 'channel', 'paid_on'),
        CheckConstraint("state IN ('pending', 'paid', 'unknown', 'closed')", name='known_state'),
        CheckConstraint('fen > 0', name='fen_positive'),
        CheckConstraint('refunded_fen BETWEEN 0 AND fen', name='refunds_within_paid'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    order_id: int = _big()
    channel: str
    out_no: str
    fen: int = _big()
    refunded_fen: int = _fen()
    state: str = 'pending'
    is_surplus: bool = False
    transaction_no: str | None = None
    card_id: int | None = _big(nullable=True)
    created_at: datetime = instant()
    paid_at: datetime | None = instant(nullable=True)
    paid_on: date | None = None
    next_query_at: datetime = instant()
    queries: int = Field(default=0, sa_type=Integer)


class PayRefund(SQLModel, table=True):
    """Money that goes back over the attempt it came by."""

    __tablename__ = 'pay_refund'
    __table_args__ = (
        UniqueConstraint('mall_id', 'out_no'),
        UniqueConstraint('mall_id', 'key', 'attempt_id'),
        within_mall('attempt_id', 'pay_attempt'),
        Index('ix_pay_refund_open', 'mall_id', 'id', postgresql_where=text("state = 'requested'")),
        CheckConstraint("state IN ('requested', 'done')", name='known_state'),
        CheckConstraint("reason IN ('customer', 'surplus', 'late')", name='known_reason'),
        CheckConstraint('fen > 0', name='fen_positive'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    attempt_id: int = _big()
    key: str
    out_no: str
    fen: int = _big()
    reason: str
    state: str = 'requested'
    requested_at: datetime = instant()
    done_at: datetime | None = instant(nullable=True)
    done_on: date | None = None
    tries: int = Field(default=0, sa_type=Integer)


class PayException(SQLModel, table=True):
    """What a person must look at; opened once per kind and subject."""

    __tablename__ = 'pay_exception'
    __table_args__ = (
        UniqueConstraint('mall_id', 'kind', 'subject'),
        Index('ix_pay_exception_open', 'mall_id', 'opened_at', postgresql_where=text('settled_at IS NULL')),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    kind: str
    subject: str
    facts: dict[str, object] = json_column()
    times: int = Field(default=1, sa_type=Integer)
    opened_at: datetime = instant()
    settled_at: datetime | None = instant(nullable=True)
    settled_by: str | None = None
    remark: str = ''


class PrepaidCard(SQLModel, table=True):
    """A card whose value stands in the journal; its number is a blind index."""

    __tablename__ = 'prepaid_card'
    __table_args__ = (UniqueConstraint('mall_id', 'number_index'), UniqueConstraint('mall_id', 'id'))

    id: int = identity_key()
    mall_id: int = mall_key()
    number_index: bytes = Field(sa_type=LargeBinary)
    tail: str
    account_id: int = _big()
    is_active: bool = True
    issued_at: datetime = instant()


class PayBillLine(SQLModel, table=True):
    """One line of a channel's bill; a refund is negative. Never edited."""

    __tablename__ = 'pay_bill_line'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'channel', 'bill_on', 'out_no'),)

    mall_id: int = mall_key()
    channel: str
    bill_on: date
    out_no: str
    fen: int = _big()
    fee_fen: int = _big()


class PaySettlement(SQLModel, table=True):
    """What the bank booked for a channel and a day. Never edited."""

    __tablename__ = 'pay_settlement'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'channel', 'bill_on'),)

    mall_id: int = mall_key()
    channel: str
    bill_on: date
    fen: int = _big()


class PayBankLine(SQLModel, table=True):
    """What a channel paid into the account, from the bank's statement, and the days that it settles."""

    __tablename__ = 'pay_bank_line'
    __table_args__ = (
        UniqueConstraint('mall_id', 'booked_on', 'reference', 'fen'),
        Index('ix_pay_bank_line_open', 'mall_id', 'channel', postgresql_where=text('last_on IS NULL')),
        CheckConstraint('fen > 0', name='fen_positive'),
        CheckConstraint('(first_on IS NULL) = (last_on IS NULL)', name='days_together'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    channel: str
    booked_on: date
    fen: int = _big()
    payer: str
    reference: str
    first_on: date | None = None
    last_on: date | None = None
    is_exact: bool = True
    imported_at: datetime = instant()
