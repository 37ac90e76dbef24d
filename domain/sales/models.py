"""Tables of sales. Private to the slice."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


def _big(*, nullable: bool = False) -> int:
    return Field(default=None if nullable else ..., sa_type=BigInteger, nullable=nullable)  # type: ignore[no-any-return]


def _fen() -> int:
    return Field(default=0, sa_type=BigInteger)  # type: ignore[no-any-return]


class SaleTill(SQLModel, table=True):
    """A till, the shop it stands in, and the stock location it sells from; empty where nothing is stocked."""

    __tablename__ = 'sale_till'
    __table_args__ = (UniqueConstraint('mall_id', 'code'), UniqueConstraint('mall_id', 'id'))

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    shop: str
    is_active: bool = True
    location: str = ''
    key_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)


class SalePrice(SQLModel, table=True):
    """What an article costs in a shop from a moment on, until its next price; a receipt keeps the price paid."""

    __tablename__ = 'sale_price'
    __table_args__ = (
        UniqueConstraint('mall_id', 'shop', 'sku', 'from_at'),
        CheckConstraint('unit_fen >= 0', name='not_negative'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    shop: str
    sku: str
    category: str
    unit_fen: int = _big()
    is_active: bool = True
    from_at: datetime = instant()
    set_by: str
    changed_at: datetime = instant()


class SuspendedBasket(SQLModel, table=True):
    """A basket put aside at a till, until some till of its shop takes it up or drops it."""

    __tablename__ = 'sale_suspended'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        within_mall('till_id', 'sale_till'),
        Index('ix_sale_suspended_open', 'mall_id', 'shop', postgresql_where=text('ended_at IS NULL')),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    key: str
    till_id: int = _big()
    shop: str
    label: str
    member_id: int | None = _big(nullable=True)
    items: list[object] = json_column()
    suspended_by: str
    suspended_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    ended_as: str = ''


class SaleShift(SQLModel, table=True):
    """A cashier's time at a till; one at a time."""

    __tablename__ = 'sale_shift'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('till_id', 'sale_till'),
        Index(
            'uq_sale_shift_open', 'mall_id', 'till_id', unique=True, postgresql_where=text('closed_at IS NULL')
        ),
        CheckConstraint('float_fen >= 0', name='float_not_negative'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    till_id: int = _big()
    cashier: str
    opened_at: datetime = instant()
    business_on: date
    float_fen: int = _big()
    closed_at: datetime | None = instant(nullable=True)
    counted_fen: int | None = _big(nullable=True)
    expected_fen: int | None = _big(nullable=True)


class SaleCashMove(SQLModel, table=True):
    """Cash put in or taken out during a shift. Never edited."""

    __tablename__ = 'sale_cash_move'
    __table_args__ = (UniqueConstraint('mall_id', 'key'), within_mall('shift_id', 'sale_shift'))

    id: int = identity_key()
    mall_id: int = mall_key()
    shift_id: int = _big()
    key: str
    fen: int = _big()
    reason: str
    moved_at: datetime = instant()


class Sale(SQLModel, table=True):
    """A basket and what became of it; its id is the number on the receipt."""

    __tablename__ = 'sale'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('shift_id', 'sale_shift'),
        Index('ix_sale_member', 'mall_id', 'member_id', 'occurred_at'),
        Index('ix_sale_shop', 'mall_id', 'shop', 'business_on'),
        Index('ix_sale_shift', 'mall_id', 'shift_id'),
        Index('ix_sale_day', 'mall_id', 'business_on', 'occurred_at'),
        CheckConstraint("state IN ('open', 'confirmed', 'paid', 'abandoned', 'training')", name='known_state'),
        CheckConstraint('price_fen = discount_fen + points_fen + money_fen', name='adds_up'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    key: str
    shift_id: int = _big()
    shop: str
    member_id: int | None = _big(nullable=True)
    state: str
    occurred_at: datetime = instant()
    business_on: date
    lines: list[object] = json_column()
    price_fen: int = _fen()
    discount_fen: int = _fen()
    points_fen: int = _fen()
    points: int = _fen()
    money_fen: int = _fen()
    discounts: list[object] = json_column()
    earned_points: int = _fen()
    seconds: int = Field(default=0, sa_type=Integer)
    paid_at: datetime | None = instant(nullable=True)
    is_offline: bool = False


class SaleOverride(SQLModel, table=True):
    """Another price than the shelf's, for one line of a sale. Never edited."""

    __tablename__ = 'sale_override'
    __table_args__ = (
        within_mall('sale_id', 'sale'),
        within_mall('shift_id', 'sale_shift'),
        Index('ix_sale_override_shift', 'mall_id', 'shift_id'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    sale_id: int = _big()
    shift_id: int = _big()
    sku: str
    name: str
    quantity: int = Field(sa_type=Integer)
    from_fen: int = _big()
    to_fen: int = _big()
    reason: str
    overridden_by: str
    role: str
    overridden_at: datetime = instant()


class SaleTender(SQLModel, table=True):
    """Cash that a shift took for a sale. Never edited."""

    __tablename__ = 'sale_tender'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        within_mall('sale_id', 'sale'),
        within_mall('shift_id', 'sale_shift'),
        Index('ix_sale_tender_shift', 'mall_id', 'shift_id'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    sale_id: int = _big()
    shift_id: int = _big()
    key: str
    fen: int = _big()
    taken_at: datetime = instant()


class SaleReturn(SQLModel, table=True):
    """Goods that came back, at whichever till. Never edited."""

    __tablename__ = 'sale_return'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        within_mall('sale_id', 'sale'),
        within_mall('shift_id', 'sale_shift'),
        Index('ix_sale_return_shift', 'mall_id', 'shift_id'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    sale_id: int = _big()
    shift_id: int = _big()
    key: str
    lines: list[object] = json_column()
    money_fen: int = _big()
    cash_fen: int = _big()
    points: int = _big()
    clawed_points: int = _big()
    deducted_fen: int = _big()
    returned_at: datetime = instant()
