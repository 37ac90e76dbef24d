"""Tables of coupons. Private to the slice."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


def _big(*, nullable: bool = False) -> int:
    return Field(default=None if nullable else ..., sa_type=BigInteger, nullable=nullable)  # type: ignore[no-any-return]


class CouponTemplate(SQLModel, table=True):
    """The terms of a coupon, and how many there are."""

    __tablename__ = 'coupon_template'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        CheckConstraint('stock >= 0', name='stock_not_negative'),
        CheckConstraint('slots BETWEEN 1 AND 64', name='slots_few'),
        CheckConstraint('budget_fen IS NULL OR spent_fen <= budget_fen', name='within_budget'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str
    terms: dict[str, object] = json_column()
    validity: dict[str, object] = json_column()
    stock: int = Field(sa_type=Integer)
    slots: int = Field(sa_type=SmallInteger)
    cap_per_member: int = Field(sa_type=Integer)
    cap_per_day: int | None = Field(default=None, sa_type=Integer)
    uses_per_member_day: int | None = Field(default=None, sa_type=Integer)
    batch_policy: str
    rollback_grace_days: int = Field(sa_type=Integer)
    funder: str
    budget_fen: int | None = _big(nullable=True)
    spent_fen: int = Field(default=0, sa_type=BigInteger)
    is_active: bool = True


class CouponStock(SQLModel, table=True):
    """One slot of a template's stock; a rush spreads over the slots."""

    __tablename__ = 'coupon_stock'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'template_id', 'slot'),
        within_mall('template_id', 'coupon_template'),
        CheckConstraint('left_count >= 0', name='not_negative'),
    )

    mall_id: int = mall_key()
    template_id: int = _big()
    slot: int = Field(sa_type=SmallInteger)
    left_count: int = Field(sa_type=Integer)


class CouponCap(SQLModel, table=True):
    """How often something counted happened: a member's claims, a day's claims, a member's uses of a day."""

    __tablename__ = 'coupon_cap'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'template_id', 'counted'),
        within_mall('template_id', 'coupon_template'),
    )

    mall_id: int = mall_key()
    template_id: int = _big()
    counted: str
    used: int = Field(sa_type=Integer)


class CouponGrant(SQLModel, table=True):
    """A grant that was made, so that its key makes no second one. Never edited."""

    __tablename__ = 'coupon_grant'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'key'), within_mall('template_id', 'coupon_template'))

    mall_id: int = mall_key()
    key: str
    template_id: int = _big()
    member_id: int = _big()
    wanted: int = Field(sa_type=Integer)
    granted_at: datetime = instant()


class Coupon(SQLModel, table=True):
    """One coupon in somebody's hands."""

    __tablename__ = 'coupon'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('template_id', 'coupon_template'),
        ForeignKeyConstraint(['mall_id', 'grant_key'], ['coupon_grant.mall_id', 'coupon_grant.key']),
        Index('ix_coupon_member', 'mall_id', 'member_id', 'state'),
        Index('ix_coupon_order', 'mall_id', 'order_key', postgresql_where=text('order_key IS NOT NULL')),
        Index('ix_coupon_grant', 'mall_id', 'grant_key'),
        Index('ix_coupon_due', 'mall_id', 'valid_until', postgresql_where=text("state = 'unused'")),
        Index('ix_coupon_locked', 'mall_id', 'locked_until', postgresql_where=text("state = 'locked'")),
        CheckConstraint("state IN ('unused', 'locked', 'used', 'expired', 'void')", name='known_state'),
        CheckConstraint("(state IN ('locked', 'used')) = (order_key IS NOT NULL)", name='order_holds_it'),
        CheckConstraint("(state = 'locked') = (locked_until IS NOT NULL)", name='lock_ends'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    template_id: int = _big()
    member_id: int = _big()
    grant_key: str
    state: str
    value_fen: int = _big()
    granted_at: datetime = instant()
    valid_from: datetime = instant()
    valid_until: datetime = instant()
    order_key: str | None = None
    locked_until: datetime | None = instant(nullable=True)
    used_at: datetime | None = instant(nullable=True)
    used_fen: int = Field(default=0, sa_type=BigInteger)


class CouponEvent(SQLModel, table=True):
    """What happened to a coupon. Never edited."""

    __tablename__ = 'coupon_event'
    __table_args__ = (
        within_mall('coupon_id', 'coupon'),
        Index('ix_coupon_event_coupon', 'mall_id', 'coupon_id'),
        CheckConstraint(
            "kind IN ('granted', 'locked', 'committed', 'released', 'rolled_back', 'expired', 'voided')",
            name='known_kind',
        ),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    coupon_id: int = _big()
    kind: str
    order_key: str | None = None
    fen: int = Field(default=0, sa_type=BigInteger)
    happened_at: datetime = instant()


class CouponStacking(SQLModel, table=True):
    """A version of the stacking rules; the newest counts. Never edited."""

    __tablename__ = 'coupon_stacking'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'version'),)

    mall_id: int = mall_key()
    version: int = Field(sa_type=Integer)
    document: dict[str, object] = json_column()
    decided_by: str
    decided_at: datetime = instant()
