"""Tables of inventory. Private to the slice."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


class Item(SQLModel, table=True):
    """What is bought and sold."""

    __tablename__ = 'item'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'sku'),
        within_mall('owner_id', 'tenant'),
        CheckConstraint("(ownership = 'own') = (owner_id IS NULL)", name='whose'),
        CheckConstraint("ownership IN ('own', 'concession', 'consignment')", name='known_ownership'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    sku: str
    name_zh: str
    name_en: str
    size: str
    colour: str
    ownership: str
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    commission_bp: int
    commission_basis: str
    has_lots: bool
    allows_negative: bool


class ItemBarcode(SQLModel, table=True):
    __tablename__ = 'item_barcode'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'barcode'), within_mall('item_id', 'item'))

    mall_id: int = mall_key()
    barcode: str
    item_id: int = Field(sa_type=BigInteger)


class StockLocation(SQLModel, table=True):
    __tablename__ = 'stock_location'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'code'),
        CheckConstraint("kind IN ('shelf', 'stockroom', 'quality', 'transit')", name='known_kind'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    kind: str


class StockLot(SQLModel, table=True):
    __tablename__ = 'stock_lot'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'item_id', 'code'),
        within_mall('item_id', 'item'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    item_id: int = Field(sa_type=BigInteger)
    code: str
    expires_on: date | None = None
    recalled_at: datetime | None = instant(nullable=True)
    recall_reason: str = ''


class Quant(SQLModel, table=True):
    """How much of an item and lot lies at a location now; lot 0 is none. Below zero only where the item allows it."""

    __tablename__ = 'stock_quant'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'item_id', 'location_id', 'lot_id'),
        within_mall('item_id', 'item'),
        within_mall('location_id', 'stock_location'),
        CheckConstraint('quantity >= 0 OR may_be_negative', name='not_below_zero'),
        {'postgresql_with': {'fillfactor': '70'}},
    )

    mall_id: int = mall_key()
    item_id: int = Field(sa_type=BigInteger)
    location_id: int = Field(sa_type=BigInteger)
    lot_id: int = Field(sa_type=BigInteger)
    quantity: int = Field(sa_type=BigInteger)
    may_be_negative: bool


class StockMove(SQLModel, table=True):
    """One change of one quant, signed: the journal of stock. Two of them make a transfer. Never edited."""

    __tablename__ = 'stock_move'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'key', 'item_id', 'location_id', 'lot_id', name='uq_stock_move_once'),
        Index(
            'ix_stock_move_balance', 'mall_id', 'item_id', 'occurred_at',
            postgresql_include=['location_id', 'lot_id', 'quantity'],
        ),
        CheckConstraint('quantity <> 0', name='not_nothing'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    key: str
    item_id: int = Field(sa_type=BigInteger)
    location_id: int = Field(sa_type=BigInteger)
    lot_id: int = Field(sa_type=BigInteger)
    quantity: int = Field(sa_type=BigInteger)
    reason: str
    occurred_at: datetime = instant()
    received_at: datetime = instant()
    business_on: date
    is_oversold: bool
    reference: str
    moved_by: str


class StockDay(SQLModel, table=True):
    """The sum of a day's moves (of UTC, by when they occurred) of one quant: kept by the statements that move stock."""

    __tablename__ = 'stock_day'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'item_id', 'location_id', 'lot_id', 'day'),
        {'postgresql_with': {'fillfactor': '70'}},
    )

    mall_id: int = mall_key()
    item_id: int = Field(sa_type=BigInteger)
    location_id: int = Field(sa_type=BigInteger)
    lot_id: int = Field(sa_type=BigInteger)
    day: date
    quantity: int = Field(sa_type=BigInteger)


class StockPosting(SQLModel, table=True):
    """A posting's key and the content that it was used for; its moves follow in the same statement."""

    __tablename__ = 'stock_posting'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'key'),)

    mall_id: int = mall_key()
    key: str
    content_hash: str


class Valuation(SQLModel, table=True):
    """What the mall's own stock of an item cost, and how many pieces that is."""

    __tablename__ = 'stock_valuation'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'item_id'), within_mall('item_id', 'item'))

    mall_id: int = mall_key()
    item_id: int = Field(sa_type=BigInteger)
    quantity: int = Field(sa_type=BigInteger)
    value_fen: int = Field(sa_type=BigInteger)


class GoodsSold(SQLModel, table=True):
    """What a sold line makes: cost of own goods, or the commission of a brand's. Never edited."""

    __tablename__ = 'goods_sold'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'key', 'item_id'), within_mall('item_id', 'item'))

    mall_id: int = mall_key()
    key: str
    item_id: int = Field(sa_type=BigInteger)
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    ownership: str
    quantity: int
    business_on: date
    list_fen: int = Field(sa_type=BigInteger)
    paid_fen: int = Field(sa_type=BigInteger)
    base_fen: int = Field(sa_type=BigInteger)
    commission_fen: int = Field(sa_type=BigInteger)
    remitted_fen: int = Field(sa_type=BigInteger)
    cost_fen: int = Field(sa_type=BigInteger)


class StockCount(SQLModel, table=True):
    """A count of some locations."""

    __tablename__ = 'stock_count'
    __table_args__ = (UniqueConstraint('mall_id', 'id'),)

    id: int = identity_key()
    mall_id: int = mall_key()
    location_ids: list[int] = json_column()
    tolerance: int
    opened_by: str
    opened_at: datetime = instant()
    validated_by: str | None = None
    validated_at: datetime | None = instant(nullable=True)


class StockCountLine(SQLModel, table=True):
    """What one person counted. Never edited: who counts again adds a line."""

    __tablename__ = 'stock_count_line'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'count_id', 'location_id', 'item_id', 'lot_id', 'counter', 'counted_at',
                         name='uq_stock_count_line_once'),
        within_mall('count_id', 'stock_count'),
        within_mall('location_id', 'stock_location'),
        within_mall('item_id', 'item'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    count_id: int = Field(sa_type=BigInteger)
    location_id: int = Field(sa_type=BigInteger)
    item_id: int = Field(sa_type=BigInteger)
    lot_id: int = Field(sa_type=BigInteger)
    counter: str
    counted: int
    counted_at: datetime = instant()


class StockMonth(SQLModel, table=True):
    """A month of stock that was closed."""

    __tablename__ = 'stock_month'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'month'),)

    mall_id: int = mall_key()
    month: date
    closed_by: str
    closed_at: datetime = instant()


class StockForecast(SQLModel, table=True):
    """What will be sold of an item, made new each night."""

    __tablename__ = 'stock_forecast'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'item_id'), within_mall('item_id', 'item'))

    mall_id: int = mall_key()
    item_id: int = Field(sa_type=BigInteger)
    made_on: date
    outlook: dict[str, object] = json_column()
