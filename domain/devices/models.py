"""Tables of devices. Private to `domain.devices`."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, mall_key, within_mall

ABOVE_MALLS = {'stray_message': 'names a mall that does not exist, so no mall may see it'}


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ', '.join(f"'{value}'" for value in values)
    return CheckConstraint(f'{column} IN ({listed})', name=column)


def _device_key(*, primary: bool = False, nullable: bool = False) -> Any:
    column = Column(BigInteger, ForeignKey('device.id'), primary_key=primary, nullable=nullable)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def _number(default: int) -> Any:
    return Field(default=default, sa_column=Column(BigInteger, nullable=False, server_default=text(str(default))))


class Device(SQLModel, table=True):
    """What a person says of a device; changes rarely."""

    __tablename__ = 'device'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('floor_id', 'floor'),
        Index('ix_device_mall_id_floor_id', 'mall_id', 'floor_id'),
        _one_of('state', 'active', 'maintenance', 'retired'),
        CheckConstraint('silence_after_s > 0', name='silence_after_s'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name: str = ''
    kind: str
    model: str = ''
    firmware: str = ''
    floor_id: int | None = Field(default=None, sa_type=BigInteger)
    x_m: float | None = None
    y_m: float | None = None
    parent_id: int | None = _device_key(nullable=True)
    secret_hash: str | None = None
    state: str = 'active'
    silence_after_s: int = 180
    registered_at: datetime = instant()


class DeviceStatus(SQLModel, table=True):
    """What the platform knows from the device's messages; changes with every batch, and is its lock."""

    __tablename__ = 'device_status'
    __table_args__ = (
        Index('ix_device_status_mall_id_last_seen_at', 'mall_id', 'last_seen_at'),
        {'postgresql_with': {'fillfactor': '70'}},
    )

    device_id: int = _device_key(primary=True)
    mall_id: int = mall_key()
    epoch: int = _number(-1)
    is_online: bool = Field(default=False, sa_column_kwargs={'server_default': text('false')})
    last_seen_at: datetime | None = instant(nullable=True)
    picture: str = Field(default='ok', sa_column_kwargs={'server_default': 'ok'})
    clock_skews_ms: list[int] = Field(
        default_factory=list, sa_column=Column(ARRAY(Integer), nullable=False, server_default=text("'{}'"))
    )
    correction_ms: int = Field(default=0, sa_column_kwargs={'server_default': text('0')})
    highest_seq: int = _number(0)
    oldest_seq: int = _number(1)
    gaps: list[int] = Field(
        default_factory=list, sa_column=Column(ARRAY(BigInteger), nullable=False, server_default=text("'{}'"))
    )
    readings: int = _number(0)


class ClockCorrection(SQLModel, table=True):
    """From `since` on, the device's readings were corrected by this skew."""

    __tablename__ = 'clock_correction'
    __table_args__ = (Index('ix_clock_correction_mall_id_device_id_since', 'mall_id', 'device_id', 'since'),)

    id: int = identity_key()
    mall_id: int = mall_key()
    device_id: int = _device_key()
    since: datetime = instant()
    skew_ms: int


class DeviceAlarm(SQLModel, table=True):
    """Something is wrong with a device. `started_at` is when it was last good, `opened_at` when we noticed."""

    __tablename__ = 'device_alarm'
    __table_args__ = (
        Index(
            'uq_device_alarm_open',
            'mall_id',
            'device_id',
            'kind',
            unique=True,
            postgresql_where=text('cleared_at IS NULL'),
        ),
        Index('ix_device_alarm_mall_id_opened_at', 'mall_id', 'opened_at'),
        _one_of('kind', 'offline', 'silence', 'frozen', 'blind', 'clock_skew'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    device_id: int = _device_key()
    kind: str
    started_at: datetime = instant()
    opened_at: datetime = instant()
    occurrences: int = Field(default=1, sa_column_kwargs={'server_default': text('1')})
    detail: str = ''
    acknowledged_at: datetime | None = instant(nullable=True)
    acknowledged_by: str | None = None
    cleared_at: datetime | None = instant(nullable=True)


class QuarantinedMessage(SQLModel, table=True):
    """A message, or a part of one, that could not be recorded."""

    __tablename__ = 'quarantined_message'
    __table_args__ = (
        UniqueConstraint('mall_id', 'digest'),
        Index('ix_quarantined_message_mall_id_last_received_at', 'mall_id', 'last_received_at'),
        _one_of('state', 'held', 'retrying', 'released'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    device_code: str
    topic: str
    reason: str
    detail: str = ''
    payload: bytes = Field(sa_type=LargeBinary)
    payload_bytes: int
    digest: bytes = Field(sa_type=LargeBinary)
    skew_ms: int = 0
    is_counted: bool = Field(default=False, sa_column_kwargs={'server_default': text('false')})
    occurrences: int = Field(default=1, sa_column_kwargs={'server_default': text('1')})
    state: str = Field(default='held', sa_column_kwargs={'server_default': 'held'})
    received_at: datetime = instant()
    last_received_at: datetime = instant()


class StrayMessage(SQLModel, table=True):
    """A message whose topic names no mall of ours."""

    __tablename__ = 'stray_message'
    __table_args__ = (UniqueConstraint('digest'),)

    id: int = identity_key()
    topic: str
    reason: str
    detail: str = ''
    payload: bytes = Field(sa_type=LargeBinary)
    payload_bytes: int
    digest: bytes = Field(sa_type=LargeBinary)
    occurrences: int = Field(default=1, sa_column_kwargs={'server_default': text('1')})
    received_at: datetime = instant()
    last_received_at: datetime = instant()
