"""Tables of purchasing. Private to the slice."""

from datetime import date, datetime
from typing import Any

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


class Supplier(SQLModel, table=True):
    __tablename__ = 'supplier'
    __table_args__ = (UniqueConstraint('mall_id', 'id'), UniqueConstraint('mall_id', 'code'))

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str
    lead_days: int
    closures: list[Any] = json_column()


class PurchaseOrder(SQLModel, table=True):
    __tablename__ = 'purchase_order'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'number'),
        within_mall('supplier_id', 'supplier'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    number: str
    supplier_id: int = Field(sa_type=BigInteger)
    ordered_on: date
    expected_on: date
    over_tolerance_bp: int
    is_open: bool
    awaits_approval: bool = Field(default=False, sa_column_kwargs={'server_default': text('false')})
    ordered_by: str


class PurchaseOrderLine(SQLModel, table=True):
    """One item of an order; `most` is what may come of it at all."""

    __tablename__ = 'purchase_order_line'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'order_id', 'item_id'),
        within_mall('order_id', 'purchase_order'),
        within_mall('item_id', 'item'),
        Index('ix_purchase_order_line_mall_id_item_id', 'mall_id', 'item_id'),
        CheckConstraint('received BETWEEN 0 AND most', name='within_tolerance'),
    )

    mall_id: int = mall_key()
    order_id: int = Field(sa_type=BigInteger)
    item_id: int = Field(sa_type=BigInteger)
    ordered: int = Field(sa_type=BigInteger)
    most: int = Field(sa_type=BigInteger)
    received: int = Field(sa_type=BigInteger)
    unit_cost_fen: int = Field(sa_type=BigInteger)


class ReorderRule(SQLModel, table=True):
    __tablename__ = 'reorder_rule'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'item_id'),
        within_mall('item_id', 'item'),
        within_mall('supplier_id', 'supplier'),
        CheckConstraint('reorder_point < order_up_to', name='levels_in_order'),
    )

    mall_id: int = mall_key()
    item_id: int = Field(sa_type=BigInteger)
    supplier_id: int = Field(sa_type=BigInteger)
    reorder_point: int = Field(sa_type=BigInteger)
    order_up_to: int = Field(sa_type=BigInteger)


class ReplenishmentRequest(SQLModel, table=True):
    """What should be ordered; at most one open request an item. With it the levels that asked for it, and the demand
    until the goods come with its safety stock, where a forecast raised those levels.
    """

    __tablename__ = 'replenishment_request'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('item_id', 'item'),
        within_mall('supplier_id', 'supplier'),
        Index(
            'uq_replenishment_request_open', 'mall_id', 'item_id', unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        CheckConstraint("status IN ('open', 'ordered', 'dropped')", name='known_status'),
        CheckConstraint('quantity > 0', name='positive'),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    item_id: int = Field(sa_type=BigInteger)
    supplier_id: int = Field(sa_type=BigInteger)
    quantity: int = Field(sa_type=BigInteger)
    projected: int = Field(sa_type=BigInteger)
    reorder_point: int | None = Field(default=None, sa_type=BigInteger)
    order_up_to: int | None = Field(default=None, sa_type=BigInteger)
    demand: int | None = Field(default=None, sa_type=BigInteger)
    safety: int | None = Field(default=None, sa_type=BigInteger)
    arrives_on: date
    status: str
    proposed_at: datetime = instant()


class PurchaseLimit(SQLModel, table=True):
    """The value from which on a mall's orders need approval; a mall without one approves none."""

    __tablename__ = 'purchase_limit'

    mall_id: int = mall_key(primary=True)
    limit_fen: int = Field(sa_type=BigInteger)
    set_by: str
    set_at: datetime = instant()
