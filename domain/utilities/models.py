"""Tables of utilities. Private to the slice."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


class Meter(SQLModel, table=True):
    """One place where something is measured; the device in it may be replaced."""

    __tablename__ = 'meter'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('parent_id', 'meter'),
        CheckConstraint("utility IN ('electricity', 'water', 'gas', 'heat', 'cooling')", name='known_utility'),
        CheckConstraint('parent_id <> id', name='not_its_own_parent'),
        CheckConstraint('multiplier > 0 AND digits BETWEEN 3 AND 9', name='can_count'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    utility: str
    digits: int
    multiplier: int
    parent_id: int | None = Field(default=None, sa_type=BigInteger)
    loss_policy: str
    place: str


class MeterReading(SQLModel, table=True):
    """What was read; never edited but for being voided or declared a rollover, with who and why."""

    __tablename__ = 'meter_reading'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        Index(
            'uq_meter_reading_once', 'mall_id', 'meter_id', 'read_at', text("(kind = 'installed')"), unique=True,
            postgresql_where=text('voided_at IS NULL'),
        ),
        within_mall('meter_id', 'meter'),
        CheckConstraint('register_milli >= 0', name='not_negative'),
        CheckConstraint(
            "kind IN ('actual', 'estimate', 'rollover', 'removed', 'installed')", name='known_kind'
        ),
    )  # fmt: skip

    id: int = identity_key()
    mall_id: int = mall_key()
    meter_id: int = Field(sa_type=BigInteger)
    read_at: datetime = instant()
    register_milli: int = Field(sa_type=BigInteger)
    kind: str
    source: str
    photo: str
    is_held: bool = Field(default=False, sa_column_kwargs={'server_default': text('false')})
    read_by: str
    received_at: datetime = instant()
    voided_at: datetime | None = instant(nullable=True)
    decided_by: str | None = None
    decision: str | None = None


class MeterHolder(SQLModel, table=True):
    """Whose usage a meter measures, from one reading until another."""

    __tablename__ = 'meter_holder'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        within_mall('meter_id', 'meter'),
        within_mall('tenant_id', 'tenant'),
        within_mall('lease_id', 'lease'),
        within_mall('from_reading_id', 'meter_reading'),
        within_mall('until_reading_id', 'meter_reading'),
        ExcludeConstraint(
            (text("int8range(meter_id, meter_id, '[]')"), '&&'),
            (text('tstzrange(from_at, until_at)'), '&&'),
            using='gist',
            name='ex_meter_holder_one_holder',
        ),
        CheckConstraint('(until_at IS NULL) = (until_reading_id IS NULL)', name='ends_with_a_reading'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    meter_id: int = Field(sa_type=BigInteger)
    tenant_id: int = Field(sa_type=BigInteger)
    lease_id: int = Field(sa_type=BigInteger)
    from_reading_id: int = Field(sa_type=BigInteger)
    until_reading_id: int | None = Field(default=None, sa_type=BigInteger)
    from_at: datetime = instant()
    until_at: datetime | None = instant(nullable=True)


class TariffVersion(SQLModel, table=True):
    """Prices of one utility from a day on."""

    __tablename__ = 'tariff_version'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'utility', 'valid_from'),)

    mall_id: int = mall_key()
    utility: str
    valid_from: date
    slots: list[object] = json_column()
    set_by: str
    set_at: datetime = instant()
