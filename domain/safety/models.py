"""Tables of safety. Private to the slice."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, mall_key, within_mall


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ', '.join(f"'{value}'" for value in values)
    return CheckConstraint(f'{column} IN ({listed})', name=column)


class Hazard(SQLModel, table=True):
    """One hazard for a person to look at; several alarms in quick succession are one."""

    __tablename__ = 'hazard'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('device_id', 'device'),
        Index('ix_hazard_mall_id_raised_at', 'mall_id', 'raised_at'),
        Index('ix_hazard_open', 'mall_id', 'device_id', 'code', postgresql_where=text("state = 'open'")),
        _one_of('state', 'open', 'confirmed', 'dismissed'),
        _one_of('priority', 'normal', 'high', 'linked'),
        CheckConstraint("(state = 'open') = (reviewed_at IS NULL)", name='reviewed'),
        CheckConstraint('cleared_at IS NULL OR cleared_at >= raised_at', name='in_order'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    device_id: int = Field(sa_type=BigInteger)
    code: str
    kind: str
    raised_at: datetime = instant()
    cleared_at: datetime | None = instant(nullable=True)
    value: float
    limit_value: float
    box: list[float] | None = Field(default=None, sa_column=Column(ARRAY(Float), nullable=True))
    clip: str | None = None
    occurrences: int = Field(default=1, sa_column_kwargs={'server_default': text('1')})
    priority: str = Field(default='normal', sa_column_kwargs={'server_default': 'normal'})
    state: str = Field(default='open', sa_column_kwargs={'server_default': 'open'})
    reason: str | None = None
    note: str = Field(default='', sa_column_kwargs={'server_default': ''})
    reviewed_at: datetime | None = instant(nullable=True)
    reviewed_by: str | None = None


class HazardObservation(SQLModel, table=True):
    """What a camera said, word for word; never edited."""

    __tablename__ = 'hazard_observation'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'device_id', 'seq'),
        within_mall('hazard_id', 'hazard'),
        Index('ix_hazard_observation_mall_id_device_id_alarm', 'mall_id', 'device_id', 'alarm'),
        Index('ix_hazard_observation_mall_id_hazard_id', 'mall_id', 'hazard_id'),
        _one_of('edge', 'raised', 'cleared'),
    )

    mall_id: int = mall_key()
    device_id: int = Field(sa_type=BigInteger)
    seq: int = Field(sa_type=BigInteger)
    hazard_id: int = Field(sa_type=BigInteger)
    alarm: str
    edge: str
    value: float
    occurred_at: datetime = instant()
    received_at: datetime = instant()


class FireSignal(SQLModel, table=True):
    """What a detector or a manual call point of the fire system said; we only read it."""

    __tablename__ = 'fire_signal'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code', 'occurred_at'),
        within_mall('floor_id', 'floor'),
        Index('ix_fire_signal_mall_id_occurred_at', 'mall_id', 'occurred_at'),
        _one_of('source', 'detector', 'manual_call_point'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    source: str
    code: str
    floor_id: int | None = Field(default=None, sa_type=BigInteger)
    occurred_at: datetime = instant()
    received_at: datetime = instant()


class Viewing(SQLModel, table=True):
    """Somebody looked at pictures (SE-R11); never edited."""

    __tablename__ = 'viewing'
    __table_args__ = (
        within_mall('hazard_id', 'hazard'),
        Index('ix_viewing_mall_id_viewed_at', 'mall_id', 'viewed_at'),
        _one_of('what', 'clip', 'live'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    what: str
    device_code: str
    hazard_id: int | None = Field(default=None, sa_type=BigInteger)
    viewed_at: datetime = instant()
    viewed_by: str
    account_id: int | None = Field(default=None, sa_type=BigInteger)
