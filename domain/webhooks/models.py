"""Tables of webhooks. Private to the slice."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


class Endpoint(SQLModel, table=True):
    """An address that wants to hear of events; of one tenant, or of the mall."""

    __tablename__ = 'webhook_endpoint'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('tenant_id', 'tenant'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int | None = Field(default=None, sa_type=BigInteger)
    url: str
    events: Any = Field(sa_column=Column(ARRAY(Text), nullable=False))
    sealed_secret: bytes = Field(sa_type=LargeBinary)
    allows_private: bool
    created_by: str
    created_at: datetime = instant()
    paused_at: datetime | None = instant(nullable=True)
    ended_at: datetime | None = instant(nullable=True)


class Delivery(SQLModel, table=True):
    """One event on its way to one endpoint."""

    __tablename__ = 'webhook_delivery'
    __table_args__ = (
        UniqueConstraint('mall_id', 'endpoint_id', 'event_id'),
        within_mall('endpoint_id', 'webhook_endpoint'),
        Index('ix_webhook_delivery_due', 'mall_id', 'next_try_at', postgresql_where=text("state = 'waiting'")),
        CheckConstraint("state IN ('waiting', 'taken', 'given_up')", name='known_state'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int | None = Field(default=None, sa_type=BigInteger)
    endpoint_id: int = Field(sa_type=BigInteger)
    event_id: str
    event: str
    facts: dict[str, Any] = json_column()
    state: str
    tries: int = 0
    created_at: datetime = instant()
    next_try_at: datetime = instant()
    last_status: int | None = None
    last_error: str = ''
