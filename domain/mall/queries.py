"""Questions to the property."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from domain.mall import permissions
from domain.mall._openings import exceptions_between, opening_hours
from domain.mall._reading import as_door, as_floor, as_unit, as_zone, extent_of
from domain.mall.calendar import AlignedDay, Day, DayKind, DayOverride, Holiday, TradingCalendar
from domain.mall.commands import ConnectorId, FloorId, GroupId, UnitId
from domain.mall.models import (
    Building,
    CalendarDay,
    Connector,
    Door,
    Floor,
    Mall,
    MallGroup,
    TradeCategory,
    Unit,
    Zone,
)
from domain.mall.views import (
    CategoryView,
    ConnectorView,
    DoorView,
    FloorPlanView,
    FloorView,
    MallView,
    OpeningView,
    UnitView,
    WalkGraph,
    ZoneView,
)
from domain.shared.actor import Actor, MallId
from domain.shared.business_time import BusinessClock
from domain.shared.errors import DomainError
from domain.shared.operations import query


class MallMissing(DomainError):
    code = 'mall.mall_missing'
    status = 404
    zh = '请先选择商场。'
    en = 'Choose a mall first.'


class FloorUnknown(DomainError):
    code = 'mall.floor_unknown'
    status = 404
    zh = '找不到楼层“{floor}”。'
    en = 'There is no floor "{floor}".'


class UnitUnknown(DomainError):
    code = 'mall.unit_unknown'
    status = 404
    zh = '找不到铺位“{unit}”。'
    en = 'There is no unit "{unit}".'


@query(None)
def list_malls(session: Session, *, actor: Actor) -> list[MallView]:
    """Every mall of the platform, by group and name. Which of them the actor may enter is identity's to say."""
    rows = session.exec(select(Mall, MallGroup).join(MallGroup).order_by(MallGroup.code, Mall.code))
    return [_mall_view(mall, group) for mall, group in rows]


@query(None)
def get_mall(session: Session, *, actor: Actor) -> MallView:
    """The mall in which the actor acts.

    :raises MallMissing:
    """
    row = session.exec(select(Mall, MallGroup).join(MallGroup).where(Mall.id == actor.mall_id)).one_or_none()
    if row is None:
        raise MallMissing
    return _mall_view(*row)


@query(None)
def find_mall(session: Session, *, actor: Actor, code: str) -> MallView | None:
    """The mall with a code: what an MQTT topic or an address names."""
    row = session.exec(select(Mall, MallGroup).join(MallGroup).where(Mall.code == code)).one_or_none()
    return _mall_view(*row) if row else None


@query(None)
def get_business_clock(session: Session, *, actor: Actor) -> BusinessClock:
    """The mall's zone and cut-off.

    :raises MallMissing:
    """
    known: dict[int | None, BusinessClock] = session.info.setdefault('mall.clocks', {})  # asked once a transaction
    if actor.mall_id not in known:
        found = select(col(Mall.timezone), col(Mall.cutoff)).where(Mall.id == actor.mall_id)
        row = session.exec(found).one_or_none()
        if row is None:
            raise MallMissing
        known[actor.mall_id] = BusinessClock(zone=row[0], cutoff=row[1])
    return known[actor.mall_id]


@query(permissions.VIEW)
def list_floors(session: Session, *, actor: Actor) -> list[FloorView]:
    """Floors from the top down, as a directory shows them."""
    rows = session.exec(_floors().order_by(Building.code, col(Floor.level).desc()))
    return [as_floor(floor, building) for floor, building in rows]


@query(permissions.VIEW)
def get_floor_plan(session: Session, *, actor: Actor, floor_id: FloorId) -> FloorPlanView:
    """Everything needed to draw one floor.

    :raises FloorUnknown:
    """
    row = session.exec(_floors().where(Floor.id == floor_id)).one_or_none()
    if row is None:
        raise FloorUnknown(floor=floor_id)
    floor, building = row
    walk: Any = floor.walk
    return FloorPlanView(
        floor=as_floor(floor, building), outline=dict(floor.outline), extent=extent_of(floor.outline),
        units=tuple(list_units(session, actor=actor, floor_id=floor_id)),
        zones=tuple(list_zones(session, actor=actor, floor_id=floor_id)),
        doors=tuple(list_doors(session, actor=actor, floor_id=floor_id)),
        fixtures=tuple(dict(fixture) for fixture in floor.fixtures),
        walk=WalkGraph(
            nodes=tuple((x, y) for x, y in walk['nodes']), edges=tuple((a, b) for a, b in walk['edges']),
            doors=dict(walk['doors']),
        ),
    )  # fmt: skip


@query(permissions.VIEW)
def list_units(
    session: Session, *, actor: Actor, floor_id: FloorId | None = None, category: str | None = None
) -> list[UnitView]:
    """Units by code; of one floor or one category where asked."""
    statement = select(Unit, Floor.code).join(Floor, col(Floor.id) == Unit.floor_id).where(col(Unit.is_active))
    if floor_id is not None:
        statement = statement.where(Unit.floor_id == floor_id)
    if category is not None:
        statement = statement.where(Unit.category == category)
    return [as_unit(unit, floor) for unit, floor in session.exec(statement.order_by(col(Floor.level), Unit.code))]


@query(permissions.VIEW)
def get_unit(session: Session, *, actor: Actor, unit_id: UnitId) -> UnitView:
    """:raises UnitUnknown:"""
    statement = select(Unit, Floor.code).join(Floor, col(Floor.id) == Unit.floor_id).where(Unit.id == unit_id)
    row = session.exec(statement).one_or_none()
    if row is None:
        raise UnitUnknown(unit=unit_id)
    return as_unit(*row)


@query(permissions.VIEW)
def find_unit(session: Session, *, actor: Actor, code: str) -> UnitView | None:
    """The unit with a code or a number, however it is written."""
    plain = code.strip().lower()
    statement = select(Unit, Floor.code).join(Floor, col(Floor.id) == Unit.floor_id).where(
        or_(Unit.code == plain, func.lower(Unit.number) == plain)
    )  # fmt: skip
    row = session.exec(statement).first()
    return as_unit(*row) if row else None


@query(permissions.VIEW)
def search_units(session: Session, *, actor: Actor, words: str, limit: int = 20) -> list[UnitView]:
    """Units whose name, number or category contains the words."""
    pattern = '%' + words.strip().replace('\\', '\\\\').replace('%', '\\%').replace('_', '\\_') + '%'
    fields = (Unit.name_zh, Unit.name_en, Unit.number, TradeCategory.name_zh, TradeCategory.name_en)
    statement = (
        select(Unit, Floor.code)
        .join(Floor, col(Floor.id) == Unit.floor_id)
        .join(TradeCategory, (col(TradeCategory.mall_id) == Unit.mall_id) & (col(TradeCategory.code) == Unit.category))
        .where(col(Unit.is_active), or_(*(col(field).ilike(pattern) for field in fields)))
        .order_by(col(Floor.level), Unit.code)
        .limit(limit)
    )
    return [as_unit(unit, floor) for unit, floor in session.exec(statement)]


@query(permissions.VIEW)
def list_categories(session: Session, *, actor: Actor) -> list[CategoryView]:
    """The mall's 业态."""
    rows = session.exec(select(TradeCategory).order_by(TradeCategory.code))
    return [CategoryView(code=row.code, name_zh=row.name_zh, name_en=row.name_en) for row in rows]


@query(permissions.VIEW)
def list_zones(session: Session, *, actor: Actor, floor_id: FloorId | None = None) -> list[ZoneView]:
    """Public and service spaces by code."""
    statement = select(Zone, Floor.code).join(Floor, col(Floor.id) == Zone.floor_id).where(col(Zone.is_active))
    if floor_id is not None:
        statement = statement.where(Zone.floor_id == floor_id)
    return [as_zone(zone, floor) for zone, floor in session.exec(statement.order_by(col(Floor.level), Zone.code))]


@query(permissions.VIEW)
def list_doors(session: Session, *, actor: Actor, floor_id: FloorId | None = None) -> list[DoorView]:
    """Doors by code, those of shops and connectors included."""
    statement = select(Door, Floor.code).join(Floor, col(Floor.id) == Door.floor_id).where(col(Door.is_active))
    if floor_id is not None:
        statement = statement.where(Door.floor_id == floor_id)
    return [as_door(door, floor) for door, floor in session.exec(statement.order_by(col(Floor.level), Door.code))]


@query(permissions.VIEW)
def list_connectors(session: Session, *, actor: Actor) -> list[ConnectorView]:
    """Escalators and lift banks by code."""
    rows = session.exec(select(Connector).where(col(Connector.is_active)).order_by(Connector.code))
    return [
        ConnectorView(id=ConnectorId(row.id), code=row.code, kind=row.kind, name_zh=row.name_zh, name_en=row.name_en)
        for row in rows
    ]


@query(permissions.VIEW)
def is_open_at(session: Session, *, actor: Actor, instant: datetime, unit_id: UnitId | None = None) -> bool:
    """Whether the mall, or one unit, is open at an instant."""
    day = instant.date()
    hours = opening_hours(
        session, get_mall(session, actor=actor).timezone, unit_id, day - timedelta(days=3), day + timedelta(days=3)
    )
    return hours.is_open_at(instant)


@query(permissions.VIEW)
def list_openings(
    session: Session, *, actor: Actor, from_on: date, until_on: date, unit_id: UnitId | None = None
) -> list[OpeningView]:
    """How each day of a range (end exclusive) is opened."""
    hours = opening_hours(session, get_mall(session, actor=actor).timezone, unit_id, from_on, until_on)
    rows = exceptions_between(session, None, from_on, until_on)
    rows += exceptions_between(session, unit_id, from_on, until_on) if unit_id else []
    reasons = {row.happens_on: row for row in rows if row.happens_on in hours.exceptions}
    days = [from_on + timedelta(days=n) for n in range((until_on - from_on).days)]
    return [
        OpeningView(
            on=day, intervals=tuple(hours.intervals_on(day)), is_exception=day in hours.exceptions,
            reason_zh=reasons[day].reason_zh if day in reasons else '',
            reason_en=reasons[day].reason_en if day in reasons else '',
        )
        for day in days
    ]  # fmt: skip


@query(permissions.VIEW)
def next_opening_at(
    session: Session, *, actor: Actor, instant: datetime, unit_id: UnitId | None = None
) -> datetime | None:
    """When it opens next, seen from a closed moment."""
    day = instant.date()
    hours = opening_hours(
        session, get_mall(session, actor=actor).timezone, unit_id, day - timedelta(days=1), day + timedelta(days=62)
    )
    return hours.next_opening_at(instant)


@query(None)
def get_calendar(session: Session, *, actor: Actor) -> TradingCalendar:
    """The mall's trading calendar with what people entered; pure from here on."""
    rows = session.exec(select(CalendarDay)).all()
    entered = {
        row.happens_on: DayOverride(DayKind(row.kind), Holiday(row.holiday) if row.holiday else None) for row in rows
    }
    return TradingCalendar(entered)


@query(None)
def describe_day(session: Session, *, actor: Actor, on: date) -> Day:
    """What a day is: workday, weekend, holiday, make-up workday."""
    return get_calendar(session, actor=actor).day(on)


@query(None)
def aligned_day(session: Session, *, actor: Actor, on: date) -> AlignedDay:
    """The day of the year before that a day is fairly compared with (CK-R1 … CK-R4)."""
    return get_calendar(session, actor=actor).aligned(on)


def _mall_view(mall: Mall, group: MallGroup) -> MallView:
    return MallView(
        id=MallId(mall.id), code=mall.code, name_zh=mall.name_zh, name_en=mall.name_en, group_id=GroupId(group.id),
        group_code=group.code, group_name_zh=group.name_zh, group_name_en=group.name_en, timezone=mall.timezone,
        cutoff=mall.cutoff, address_zh=mall.address_zh, address_en=mall.address_en,
    )  # fmt: skip


def _floors() -> Any:
    return select(Floor, Building).join(Building, col(Building.id) == Floor.building_id).where(col(Floor.is_active))
