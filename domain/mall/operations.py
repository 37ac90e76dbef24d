"""Changing the property: founding malls, importing plans, opening hours, closures, calendar days."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from domain.mall import permissions
from domain.mall._document import read_document
from domain.mall._hours import Span, overlapping
from domain.mall._repository import PlanWriter, put_exceptions, replace_week
from domain.mall.commands import (
    AddClosure,
    ChangeOpeningHours,
    FoundMall,
    ImportPlan,
    RenameUnit,
    SetCalendarDay,
    SetSpecialHours,
    UnitId,
)
from domain.mall.events import OpeningHoursChanged, PlanImported
from domain.mall.models import CalendarDay, Mall, MallGroup, TradeCategory, Unit
from domain.mall.queries import get_mall, get_unit
from domain.mall.views import HoursChanged, Imported, MallView, UnitView
from domain.shared.actor import Actor, MallId
from domain.shared.errors import DomainError
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation, perform

LONGEST_CLOSURE = 400


class PlanInvalid(DomainError):
    code = 'mall.plan_invalid'
    status = 422
    zh = '平面图无法导入，共 {count} 处问题：{complaints}'
    en = 'The plan cannot be imported; {count} problems: {complaints}'


class MallUnknown(DomainError):
    code = 'mall.mall_unknown'
    status = 404
    zh = '找不到商场“{mall}”。'
    en = 'There is no mall "{mall}".'


class HoursInvalid(DomainError):
    code = 'mall.hours_invalid'
    status = 422
    zh = '营业时间不正确：{reason}'
    en = 'The opening hours are not valid: {reason}'


class TimezoneUnknown(DomainError):
    code = 'mall.timezone_unknown'
    status = 422
    zh = '未知时区“{zone}”。'
    en = 'There is no time zone "{zone}".'


class CategoryUnknown(DomainError):
    code = 'mall.category_unknown'
    status = 422
    zh = '该商场没有业态“{category}”。'
    en = 'This mall has no trade category "{category}".'


def import_mall(*, actor: Actor, document: Mapping[str, Any], now: datetime | None = None) -> tuple[MallView, Imported]:
    """Founds the mall that a document describes, if it is new, and imports its plan. Repeating it changes nothing.

    :raises PlanInvalid: with every complaint naming the feature it is about.
    """
    if not isinstance(document.get('group'), Mapping) or not isinstance(document.get('mall'), Mapping):
        raise PlanInvalid(count=1, complaints='the document names no group or no mall')
    _checked(document)
    mall = perform(found_mall, actor=actor, command=_found_command(document), now=now)
    imported = perform(import_plan, actor=actor.within(mall.id), command=ImportPlan(document=document), now=now)
    return mall, imported


@operation(permissions.FOUND, name='mall.found_mall')
def found_mall(session: Session, *, actor: Actor, command: FoundMall, now: datetime) -> MallView:
    """Makes a mall, or finds the one with this code and brings its names up to date.

    :raises TimezoneUnknown:
    """
    try:
        ZoneInfo(command.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise TimezoneUnknown(zone=command.timezone) from error
    group = {'code': command.group_code, 'name_zh': command.group_name_zh, 'name_en': command.group_name_en}
    group_id = _put(session, MallGroup, group)
    mall_id = _put(session, Mall, {
        'group_id': group_id, 'code': command.code, 'name_zh': command.name_zh, 'name_en': command.name_en,
        'timezone': command.timezone, 'cutoff': command.cutoff, 'address_zh': command.address_zh,
        'address_en': command.address_en,
    })  # fmt: skip
    return get_mall(session, actor=actor.within(MallId(mall_id)))


@operation(permissions.EDIT_PLAN, name='mall.import_plan')
def import_plan(session: Session, *, actor: Actor, command: ImportPlan, now: datetime) -> Imported:
    """Brings the mall's floors and everything on them to what the document says; the same document changes nothing.

    :raises PlanInvalid:
    """
    plan = _checked(command.document)
    mall = _locked_mall(session, actor)
    digest = hashlib.sha256(orjson.dumps(dict(command.document), option=orjson.OPT_SORT_KEYS)).hexdigest()
    if mall.plan_digest == digest:
        return Imported(is_changed=False)
    writer = PlanWriter(session, mall.id)
    writer.write(plan)
    mall.plan_digest = digest
    floors = list(plan.floors())
    made = Imported(
        is_changed=True, floors=len(floors), units=sum(len(f.units) for f in floors),
        zones=sum(len(f.zones) for f in floors), doors=sum(len(f.doors) for f in floors),
        connectors=len(plan.connectors), retired=writer.retired,
    )  # fmt: skip
    emit(session, PlanImported(
        mall_id=mall.id, occurred_at=now, floors=made.floors, units=made.units, retired=made.retired,
    ))  # fmt: skip
    notify(session, 'mall', mall.id)
    return made


@operation(permissions.EDIT_HOURS, name='mall.change_opening_hours')
def change_opening_hours(session: Session, *, actor: Actor, command: ChangeOpeningHours, now: datetime) -> HoursChanged:
    """New weekly hours from a day on; days before keep theirs.

    :raises HoursInvalid:
    """
    mall_id = _mall_id(actor)
    _check_week(command)
    _check_unit(session, actor, command.unit_id)
    rows = [
        {'mall_id': mall_id, 'unit_id': command.unit_id, 'valid_from': command.valid_from, 'weekday': day.weekday,
         'opens': day.opens, 'closes': day.closes} for day in command.week
    ]  # fmt: skip
    replace_week(session, mall_id, command.unit_id, command.valid_from, rows)
    return _changed(session, actor, now, command.valid_from, None, 0, command.unit_id)


@operation(permissions.EDIT_HOURS, name='mall.set_special_hours')
def set_special_hours(session: Session, *, actor: Actor, command: SetSpecialHours, now: datetime) -> HoursChanged:
    """Different hours on one day, 除夕 for example."""
    _check_unit(session, actor, command.unit_id)
    put_exceptions(session, [_exception(actor, command.on, command, command.opens, command.closes)])
    return _changed(session, actor, now, command.on, command.on + timedelta(days=1), 1, command.unit_id)


@operation(permissions.EDIT_HOURS, name='mall.add_closure')
def add_closure(session: Session, *, actor: Actor, command: AddClosure, now: datetime) -> HoursChanged:
    """Closed from a day until a day.

    :raises HoursInvalid: when the days are the wrong way round or too many.
    """
    days = (command.until_on - command.from_on).days
    if not 0 < days <= LONGEST_CLOSURE:
        raise HoursInvalid(reason=f'a closure lasts 1 to {LONGEST_CLOSURE} days, not {days}')
    _check_unit(session, actor, command.unit_id)
    dates = [command.from_on + timedelta(days=n) for n in range(days)]
    put_exceptions(session, [_exception(actor, on, command, None, None) for on in dates])
    return _changed(session, actor, now, command.from_on, command.until_on, days, command.unit_id)


@operation(permissions.EDIT_CALENDAR, name='mall.set_calendar_day')
def set_calendar_day(session: Session, *, actor: Actor, command: SetCalendarDay, now: datetime) -> date:
    """Enters what a day is, or takes the entry back so that the library speaks again."""
    mall_id = _mall_id(actor)
    entered = session.get(CalendarDay, (mall_id, command.on))
    if command.kind is None:
        if entered is not None:
            session.delete(entered)
        return command.on
    row = entered or CalendarDay(mall_id=mall_id, happens_on=command.on, kind=command.kind, updated_at=now)
    row.kind, row.holiday, row.updated_at = command.kind, command.holiday, now
    session.add(row)
    return command.on


@operation(permissions.EDIT_PLAN, name='mall.rename_unit')
def rename_unit(session: Session, *, actor: Actor, command: RenameUnit, now: datetime) -> UnitView:
    """A new trade name or category on the plan.

    :raises UnitUnknown:
    :raises CategoryUnknown:
    """
    get_unit(session, actor=actor, unit_id=command.unit_id)
    if session.get(TradeCategory, (_mall_id(actor), command.category)) is None:
        raise CategoryUnknown(category=command.category)
    unit = session.get_one(Unit, command.unit_id, with_for_update=True)
    unit.name_zh, unit.name_en, unit.category = command.name_zh, command.name_en, command.category
    session.flush()
    notify(session, 'mall', unit.mall_id)
    return get_unit(session, actor=actor, unit_id=command.unit_id)


def _checked(document: Mapping[str, Any]) -> Any:
    plan, complaints = read_document(document)
    if plan is None:
        raise PlanInvalid(count=len(complaints), complaints='; '.join(complaints))
    return plan


def _found_command(document: Mapping[str, Any]) -> FoundMall:
    group, mall = document['group'], document['mall']
    try:
        return FoundMall(
            group_code=group['code'], group_name_zh=group['name_zh'], group_name_en=group['name_en'],
            code=mall['code'], name_zh=mall['name_zh'], name_en=mall['name_en'],
            timezone=mall.get('timezone', 'Asia/Shanghai'), cutoff=time.fromisoformat(mall.get('cutoff', '04:00')),
            address_zh=mall.get('address_zh', ''), address_en=mall.get('address_en', ''),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError) as error:
        raise PlanInvalid(count=1, complaints=f'mall: {error!r}') from error


def _put(session: Session, model: type[MallGroup] | type[Mall], row: dict[str, Any]) -> int:
    statement = insert(model).values(row)
    changed = {name: statement.excluded[name] for name in row if name != 'code'}
    key = model.__table__.c.id  # type: ignore[union-attr]
    return int(session.execute(
        statement.on_conflict_do_update(index_elements=['code'], set_=changed).returning(key)
    ).scalar_one())  # fmt: skip


def _locked_mall(session: Session, actor: Actor) -> Mall:
    mall = session.exec(select(Mall).where(Mall.id == actor.mall_id).with_for_update()).one_or_none()
    if mall is None:
        raise MallUnknown(mall=actor.mall_id)
    return mall


def _mall_id(actor: Actor) -> MallId:
    if actor.mall_id is None:
        raise MallUnknown(mall=None)
    return actor.mall_id


def _check_week(command: ChangeOpeningHours) -> None:
    days = {day.weekday for day in command.week}
    if not days or not days <= set(range(1, 8)):
        raise HoursInvalid(reason='weekdays are 1 (Monday) to 7 (Sunday), and at least one is open')
    for weekday in days:
        if overlapping([Span(d.opens, d.closes) for d in command.week if d.weekday == weekday]):
            raise HoursInvalid(reason=f'the openings of weekday {weekday} overlap')


def _check_unit(session: Session, actor: Actor, unit_id: UnitId | None) -> None:
    if unit_id is not None:
        get_unit(session, actor=actor, unit_id=unit_id)


def _exception(
    actor: Actor, on: date, command: SetSpecialHours | AddClosure, opens: time | None, closes: time | None
) -> dict[str, Any]:
    return {
        'mall_id': _mall_id(actor), 'unit_id': command.unit_id, 'happens_on': on, 'opens': opens, 'closes': closes,
        'reason_zh': command.reason_zh, 'reason_en': command.reason_en,
    }  # fmt: skip


def _changed(
    session: Session,
    actor: Actor,
    now: datetime,
    from_on: date,
    until_on: date | None,
    days: int,
    unit_id: UnitId | None,
) -> HoursChanged:
    mall_id = _mall_id(actor)
    emit(session, OpeningHoursChanged(
        mall_id=mall_id, occurred_at=now.astimezone(UTC), from_on=from_on, unit_id=unit_id,
    ))  # fmt: skip
    notify(session, 'mall', mall_id)
    return HoursChanged(from_on=from_on, until_on=until_on, days=days)
