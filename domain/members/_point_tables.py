"""Points: receipts that earned them, lots, movements, redemptions, caps, adjustments."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


def _big(*, nullable: bool = False) -> int:
    return Field(default=None if nullable else ..., sa_type=BigInteger, nullable=nullable)  # type: ignore[no-any-return]


class PointReceipt(SQLModel, table=True):
    """What a member paid for in one shop, as far as points and tiers are concerned. `lines`: [category, fen, left]."""

    __tablename__ = 'point_receipt'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('member_id', 'member'),
        within_mall('origin_id', 'member'),
        Index('ix_point_receipt_member', 'mall_id', 'member_id', 'occurred_at'),
        Index('ix_point_receipt_twin', 'mall_id', 'shop', 'fen', 'occurred_at'),
        CheckConstraint("state IN ('earned', 'held', 'rejected')", name='known_state'),
        CheckConstraint('refunded_fen BETWEEN 0 AND fen', name='refunds_within_paid'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = _big()
    origin_id: int = _big()
    key: str
    channel: str
    shop: str
    occurred_at: datetime = instant()
    received_at: datetime = instant()
    business_on: date
    fen: int = _big()
    refunded_fen: int = Field(default=0, sa_type=BigInteger)
    lines: list[object] = json_column()
    tier_parts: list[object] = json_column()
    bonuses: list[str] = json_column()
    points: int = _big()
    trace: list[object] = json_column()
    state: str
    twin_id: int | None = _big(nullable=True)
    scheme_version: int = _big()


class PointRefund(SQLModel, table=True):
    """Money that went back for a receipt. Never edited."""

    __tablename__ = 'point_refund'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        within_mall('receipt_id', 'point_receipt'),
        Index('ix_point_refund_receipt', 'mall_id', 'receipt_id', 'occurred_at'),
        CheckConstraint('fen > 0', name='fen_positive'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    receipt_id: int = _big()
    key: str
    fen: int = _big()
    occurred_at: datetime = instant()
    recorded_at: datetime = instant()
    answer: dict[str, object] = json_column()


class PointLot(SQLModel, table=True):
    """Points earned together that expire together. A debt is a lot below zero that the next points fill."""

    __tablename__ = 'point_lot'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('member_id', 'member'),
        within_mall('origin_id', 'member'),
        within_mall('receipt_id', 'point_receipt'),
        within_mall('parent_id', 'point_lot'),
        Index(
            'ix_point_lot_spendable',
            'mall_id',
            'member_id',
            'expires_at',
            'id',
            postgresql_where=text('remaining <> 0'),
        ),
        Index(
            'ix_point_lot_due', 'mall_id', 'expires_at', postgresql_where=text("remaining > 0 AND state = 'available'")
        ),
        Index('ix_point_lot_pending', 'mall_id', 'available_at', postgresql_where=text("state = 'pending'")),
        Index('ix_point_lot_receipt', 'mall_id', 'receipt_id'),
        CheckConstraint("state IN ('pending', 'available')", name='known_state'),
        CheckConstraint(
            "CASE WHEN source = 'debt' THEN remaining <= 0 ELSE remaining BETWEEN 0 AND granted END",
            name='within_granted',
        ),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = _big()
    origin_id: int = _big()
    source: str
    state: str
    receipt_id: int | None = _big(nullable=True)
    parent_id: int | None = _big(nullable=True)
    granted: int = _big()
    remaining: int = _big()
    earned_at: datetime = instant()
    available_at: datetime = instant()
    expires_at: datetime = instant()
    funder: str


class PointMovement(SQLModel, table=True):
    """What came into a lot or left it. Never edited."""

    __tablename__ = 'point_movement'
    __table_args__ = (
        within_mall('lot_id', 'point_lot'),
        within_mall('redemption_id', 'point_redemption'),
        within_mall('entry_id', 'ledger_entry'),
        Index('ix_point_movement_lot', 'mall_id', 'lot_id'),
        Index('ix_point_movement_redemption', 'mall_id', 'redemption_id'),
        CheckConstraint('amount <> 0', name='amount_not_zero'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    lot_id: int = _big()
    entry_id: int | None = _big(nullable=True)
    redemption_id: int | None = _big(nullable=True)
    kind: str
    amount: int = _big()
    occurred_at: datetime = instant()


class PointRedemption(SQLModel, table=True):
    """Points taken for something: held first, or at once."""

    __tablename__ = 'point_redemption'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('member_id', 'member'),
        Index('ix_point_redemption_held', 'mall_id', 'until_at', postgresql_where=text("state = 'held'")),
        CheckConstraint("state IN ('held', 'committed', 'released')", name='known_state'),
        CheckConstraint('restored BETWEEN 0 AND points', name='restored_within_points'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = _big()
    key: str
    purpose: str
    points: int = _big()
    restored: int = Field(default=0, sa_type=BigInteger)
    state: str
    held_at: datetime = instant()
    until_at: datetime | None = instant(nullable=True)
    ended_at: datetime | None = instant(nullable=True)


class PointRestore(SQLModel, table=True):
    """Points given back for a redemption, once per key. Never edited."""

    __tablename__ = 'point_restore'
    __table_args__ = (UniqueConstraint('mall_id', 'key'), within_mall('redemption_id', 'point_redemption'))

    id: int = identity_key()
    mall_id: int = mall_key()
    redemption_id: int = _big()
    key: str
    points: int = _big()
    restored_at: datetime = instant()


class PointCapUse(SQLModel, table=True):
    """How much of a cap a member used in a period."""

    __tablename__ = 'point_cap_use'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'member_id', 'cap', 'period'), within_mall('member_id', 'member'))

    mall_id: int = mall_key()
    member_id: int = _big()
    cap: str
    period: str
    used: int = _big()


class PointAdjustment(SQLModel, table=True):
    """Points given or taken by hand: one proposes, another decides."""

    __tablename__ = 'point_adjustment'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('member_id', 'member'),
        CheckConstraint("state IN ('proposed', 'approved', 'rejected')", name='known_state'),
        CheckConstraint('decided_by IS NULL OR decided_by <> proposed_by', name='two_people'),
        CheckConstraint('points <> 0', name='points_not_zero'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = _big()
    points: int = _big()
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime = instant()
    decided_by: str | None = None
    decided_at: datetime | None = instant(nullable=True)
