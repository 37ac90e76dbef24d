"""Tables of the property. Private to the slice."""

from datetime import date, datetime, time

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall

ABOVE_MALLS = {
    'mall_group': 'a group owns several malls',
    'mall': 'the mall itself: its own id is what every other table is scoped by',
}


def _flag() -> bool:
    return Field(default=True, sa_column_kwargs={'server_default': text('true')})  # type: ignore[no-any-return]


class MallGroup(SQLModel, table=True):
    """A company that runs malls."""

    __tablename__ = 'mall_group'
    __table_args__ = (UniqueConstraint('code'),)

    id: int = Field(default=None, sa_column=Column(Integer, Identity(), primary_key=True))
    code: str
    name_zh: str
    name_en: str


class Mall(SQLModel, table=True):
    """One mall. `plan_digest` tells which plan was imported last."""

    __tablename__ = 'mall'
    __table_args__ = (UniqueConstraint('code'), CheckConstraint("code ~ '^[a-z0-9-]{1,64}$'", name='code_plain'))

    id: int = Field(default=None, sa_column=Column(Integer, Identity(), primary_key=True))
    group_id: int = Field(sa_column=Column(Integer, ForeignKey('mall_group.id'), nullable=False))
    code: str
    name_zh: str
    name_en: str
    timezone: str = Field(default='Asia/Shanghai', sa_column_kwargs={'server_default': 'Asia/Shanghai'})
    cutoff: time = Field(default=time(4), sa_column_kwargs={'server_default': '04:00'})
    address_zh: str = Field(default='', sa_column_kwargs={'server_default': ''})
    address_en: str = Field(default='', sa_column_kwargs={'server_default': ''})
    plan_digest: str = Field(default='', sa_column_kwargs={'server_default': ''})


class Building(SQLModel, table=True):
    __tablename__ = 'building'
    __table_args__ = (UniqueConstraint('mall_id', 'code'), UniqueConstraint('mall_id', 'id'))

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str


class Floor(SQLModel, table=True):
    """One storey. `level` orders floors and has no zero: −1 is B1, 1 is F1."""

    __tablename__ = 'floor'
    __table_args__ = (
        UniqueConstraint('mall_id', 'building_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('building_id', 'building'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    building_id: int = Field(sa_type=BigInteger)
    code: str
    name_zh: str
    name_en: str
    level: int = Field(sa_type=SmallInteger)
    elevation_m: float
    outline: dict[str, object] = json_column()
    fixtures: list[object] = json_column()
    walk: dict[str, object] = json_column()
    is_active: bool = _flag()


class TradeCategory(SQLModel, table=True):
    """A 业态 of this mall."""

    __tablename__ = 'trade_category'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'code'),)

    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str


class Unit(SQLModel, table=True):
    """A lettable space. The names are the trade names on the plan; leases say who the tenant is."""

    __tablename__ = 'unit'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('floor_id', 'floor'),
        ForeignKeyConstraint(['mall_id', 'category'], ['trade_category.mall_id', 'trade_category.code']),
        Index('ix_unit_mall_id_floor_id', 'mall_id', 'floor_id'),
        CheckConstraint("kind IN ('shop', 'anchor', 'kiosk')", name='known_kind'),
        CheckConstraint('area_m2 > 0', name='has_area'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    floor_id: int = Field(sa_type=BigInteger)
    code: str
    number: str
    kind: str
    category: str
    name_zh: str
    name_en: str
    area_m2: float
    label_x: float
    label_y: float
    passby_zone: str | None = None
    geometry: dict[str, object] = json_column()
    is_active: bool = _flag()


class Zone(SQLModel, table=True):
    """A public or service space of a floor: corridor, lobby, atrium, void, toilet …"""

    __tablename__ = 'zone'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('floor_id', 'floor'),
        Index('ix_zone_mall_id_floor_id', 'mall_id', 'floor_id'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    floor_id: int = Field(sa_type=BigInteger)
    code: str
    kind: str
    name_zh: str
    name_en: str
    geometry: dict[str, object] = json_column()
    is_active: bool = _flag()


class Connector(SQLModel, table=True):
    """An escalator pair between two floors, or a lift bank through many."""

    __tablename__ = 'connector'
    __table_args__ = (UniqueConstraint('mall_id', 'code'), UniqueConstraint('mall_id', 'id'))

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    kind: str
    name_zh: str
    name_en: str
    is_active: bool = _flag()


class Door(SQLModel, table=True):
    """Where people pass and are counted; see the slice's docstring for what *in* means."""

    __tablename__ = 'door'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        within_mall('floor_id', 'floor'),
        within_mall('unit_id', 'unit'),
        within_mall('connector_id', 'connector'),
        Index('ix_door_mall_id_floor_id', 'mall_id', 'floor_id'),
        CheckConstraint("kind IN ('street', 'metro', 'car_park', 'bridge', 'internal', 'shop')", name='known_kind'),
        CheckConstraint("(kind = 'shop') = (unit_id IS NOT NULL)", name='shop_has_unit'),
        CheckConstraint("connector_id IS NULL OR kind = 'internal'", name='connector_is_internal'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    floor_id: int = Field(sa_type=BigInteger)
    code: str
    kind: str
    name_zh: str
    name_en: str
    x: float
    y: float
    line: list[object] = json_column()
    inward: list[object] = json_column()
    unit_id: int | None = Field(default=None, sa_type=BigInteger)
    connector_id: int | None = Field(default=None, sa_type=BigInteger)
    is_active: bool = _flag()


class WeeklyHours(SQLModel, table=True):
    """Opening hours by weekday from a day on, of the mall or one unit. Closing at or before opening: next day."""

    __tablename__ = 'weekly_hours'
    __table_args__ = (
        within_mall('unit_id', 'unit'),
        Index('ix_weekly_hours_mall_id_unit_id', 'mall_id', 'unit_id', 'valid_from'),
        CheckConstraint('weekday BETWEEN 1 AND 7', name='weekday_exists'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    unit_id: int | None = Field(default=None, sa_type=BigInteger)
    valid_from: date
    weekday: int = Field(sa_type=SmallInteger)
    opens: time
    closes: time


class HoursException(SQLModel, table=True):
    """One day that differs. Without times the day is closed."""

    __tablename__ = 'hours_exception'
    __table_args__ = (
        within_mall('unit_id', 'unit'),
        Index('uq_hours_exception_day', 'mall_id', text('coalesce(unit_id, 0)'), 'happens_on', unique=True),
        CheckConstraint('(opens IS NULL) = (closes IS NULL)', name='both_times_or_none'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    unit_id: int | None = Field(default=None, sa_type=BigInteger)
    happens_on: date
    opens: time | None = None
    closes: time | None = None
    reason_zh: str = ''
    reason_en: str = ''


class CalendarDay(SQLModel, table=True):
    """What a person entered about one day; it wins over the library, and covers the years the library lacks."""

    __tablename__ = 'calendar_day'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'happens_on'),
        CheckConstraint("kind IN ('workday', 'weekend', 'holiday', 'makeup')", name='known_kind'),
    )

    mall_id: int = mall_key()
    happens_on: date
    kind: str
    holiday: str | None = None
    updated_at: datetime = instant()
