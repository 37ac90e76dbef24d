"""Tables of benchmarks. Private to the slice."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from domain.shared.tables import instant, json_column, mall_key, within_mall


class PeerBenchmark(SQLModel, table=True):
    """What one tenant may know of itself and its peers; it holds nothing of any single peer."""

    __tablename__ = 'peer_benchmark'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'tenant_id', 'month', 'metric'),
        within_mall('tenant_id', 'tenant'),
        CheckConstraint('peers IS NULL OR hidden_because IS NULL', name='hidden_is_hidden'),
    )

    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    month: date
    metric: str
    own: float | None = None
    peers: float | None = None
    hidden_because: str | None = None
    computed_at: datetime = instant()


class TurnoverForecast(SQLModel, table=True):
    """What a tenant will turn over a day, made new each night."""

    __tablename__ = 'turnover_forecast'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'tenant_id'),
        within_mall('tenant_id', 'tenant'),
    )

    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    made_on: date
    outlook: dict[str, object] = json_column()


class ShopTreeRow(SQLModel, table=True):
    """What a tenant's sales are made of, beside a base; nothing in it is of any single peer."""

    __tablename__ = 'shop_tree'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'tenant_id', 'base'),
        within_mall('tenant_id', 'tenant'),
        CheckConstraint("base IN ('weeks', 'year')", name='known_base'),
    )

    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    base: str
    until_on: date
    tree: dict[str, object] = json_column()


class PromotionResult(SQLModel, table=True):
    """What a tenant's promotion did, beside peers of whom nothing single is told."""

    __tablename__ = 'promotion_result'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'promotion_id'),
        within_mall('tenant_id', 'tenant'),
        within_mall('promotion_id', 'promotion_filing'),
    )

    mall_id: int = mall_key()
    promotion_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    effect: dict[str, object] = json_column()
