"""Tables of benchmarks. Private to the slice."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint
from sqlmodel import Field, SQLModel

from domain.shared.tables import instant, json_column, mall_key


class PeerBenchmark(SQLModel, table=True):
    """What one tenant may know of itself and its peers; it holds nothing of any single peer."""

    __tablename__ = 'peer_benchmark'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'tenant_id', 'month', 'metric'),
        ForeignKeyConstraint(['mall_id', 'tenant_id'], ['tenant.mall_id', 'tenant.id']),
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
        ForeignKeyConstraint(['mall_id', 'tenant_id'], ['tenant.mall_id', 'tenant.id']),
    )

    mall_id: int = mall_key()
    tenant_id: int = Field(sa_type=BigInteger)
    made_on: date
    outlook: dict[str, object] = json_column()
