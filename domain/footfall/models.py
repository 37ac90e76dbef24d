"""What people draw and decide: lines, zones, masks, audits, remarks, closed days. Private to the slice.

What machines write (raw readings and roll-ups) is in `_tables`, because no unit of work ever holds one of its rows.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.footfall import _tables  # noqa: F401  (puts the machine-written tables into the metadata)
from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


def _reference() -> int | None:
    result: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    return result


def _key() -> int:
    result: int = Field(sa_column=Column(BigInteger, nullable=False))
    return result


class Line(SQLModel, table=True):
    """A counting line: what it means. Where it runs is in its versions."""

    __tablename__ = 'footfall_line'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        CheckConstraint("role IN ('entrance', 'passage', 'shop', 'pass_by')", name='role_known'),
        within_mall('floor_id', 'floor'),
        within_mall('outer_floor_id', 'floor'),
        within_mall('door_id', 'door'),
        within_mall('unit_id', 'unit'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str
    role: str
    entrance_kind: str | None = None
    floor_id: int = _key()
    outer_floor_id: int | None = _reference()
    door_id: int | None = _reference()
    unit_id: int | None = _reference()
    created_at: datetime = instant()
    retired_at: datetime | None = instant(nullable=True)


class LineVersion(SQLModel, table=True):
    """One geometry of a line, seen by one device: one comparable series (FT-R15)."""

    __tablename__ = 'footfall_line_version'
    __table_args__ = (
        UniqueConstraint('mall_id', 'line_id', 'version'),
        within_mall('line_id', 'footfall_line'),
        CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name='ends_after_start'),
        Index(
            'uq_footfall_line_version_current',
            'mall_id',
            'line_id',
            unique=True,
            postgresql_where=text('valid_until IS NULL'),
        ),
        Index('ix_footfall_line_version_device', 'mall_id', 'device_id'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    line_id: int = _key()
    version: int
    device_id: int | None = _reference()
    start_x: float
    start_y: float
    end_x: float
    end_y: float
    valid_from: datetime = instant()
    valid_until: datetime | None = instant(nullable=True)
    reason: str = ''


class Zone(SQLModel, table=True):
    """A counting zone: what staying in it means."""

    __tablename__ = 'footfall_zone'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        CheckConstraint("kind IN ('shop', 'section', 'pass_by', 'way')", name='kind_known'),
        within_mall('floor_id', 'floor'),
        within_mall('unit_id', 'unit'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str
    kind: str
    floor_id: int = _key()
    unit_id: int | None = _reference()
    min_stay_s: int
    created_at: datetime = instant()
    retired_at: datetime | None = instant(nullable=True)


class ZoneVersion(SQLModel, table=True):
    """One polygon of a zone, seen by one device. Middle and reach are kept for the walking times (FT-R11)."""

    __tablename__ = 'footfall_zone_version'
    __table_args__ = (
        UniqueConstraint('mall_id', 'zone_id', 'version'),
        within_mall('zone_id', 'footfall_zone'),
        CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name='ends_after_start'),
        Index(
            'uq_footfall_zone_version_current',
            'mall_id',
            'zone_id',
            unique=True,
            postgresql_where=text('valid_until IS NULL'),
        ),
        Index('ix_footfall_zone_version_device', 'mall_id', 'device_id'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    zone_id: int = _key()
    version: int
    device_id: int | None = _reference()
    polygon: list[list[float]] = json_column()
    centre_x: float
    centre_y: float
    reach_m: float
    valid_from: datetime = instant()
    valid_until: datetime | None = instant(nullable=True)
    reason: str = ''


class Mask(SQLModel, table=True):
    """A stretch of time kept out of the published counts. Lifted, never deleted."""

    __tablename__ = 'footfall_mask'
    __table_args__ = (
        Index('ix_footfall_mask_time', 'mall_id', 'started_at'),
        CheckConstraint('ended_at > started_at', name='ends_after_start'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    kind: str
    started_at: datetime = instant()
    ended_at: datetime = instant()
    floor_id: int | None = _reference()
    line_id: int | None = _reference()
    reason: str = ''
    set_at: datetime = instant()
    set_by: str
    lifted_at: datetime | None = instant(nullable=True)


class Annotation(SQLModel, table=True):
    """A remark on the time axis."""

    __tablename__ = 'footfall_annotation'
    __table_args__ = (Index('ix_footfall_annotation_time', 'mall_id', 'started_at'),)

    id: int = identity_key()
    mall_id: int = mall_key()
    started_at: datetime = instant()
    ended_at: datetime = instant()
    note_zh: str
    note_en: str = ''
    floor_id: int | None = _reference()
    line_id: int | None = _reference()
    made_at: datetime = instant()
    made_by: str


class Audit(SQLModel, table=True):
    """One hand count of one line, with what the system had counted then."""

    __tablename__ = 'footfall_audit'
    __table_args__ = (Index('ix_footfall_audit_line', 'mall_id', 'line_id', 'audited_at'),)

    id: int = identity_key()
    mall_id: int = mall_key()
    line_id: int = _key()
    line_version_id: int = _key()
    started_at: datetime = instant()
    ended_at: datetime = instant()
    hand_in: int
    hand_out: int
    system_in: int
    system_out: int
    precision: float | None = Field(default=None, sa_column=Column(Float))
    recall: float | None = Field(default=None, sa_column=Column(Float))
    mape: float | None = Field(default=None, sa_column=Column(Float))
    has_passed: bool
    is_best_case: bool
    note: str = ''
    audited_at: datetime = instant()
    audited_by: str


class ClosedDayRow(SQLModel, table=True):
    """What closing a business day found, for one floor or (`floor_id` 0) the mall: the drift of its doors (FT-R8)."""

    __tablename__ = 'footfall_closed_day'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'business_on', 'floor_id'),)

    mall_id: int = mall_key()
    business_on: date
    floor_id: int = _key()
    ins: int = Field(sa_column=Column(Integer, nullable=False))
    outs: int = Field(sa_column=Column(Integer, nullable=False))
    closed_at: datetime = instant()
