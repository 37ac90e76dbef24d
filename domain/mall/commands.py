"""Inputs of the property, validated and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, NewType

from domain.mall.calendar import DayKind, Holiday

GroupId = NewType('GroupId', int)
BuildingId = NewType('BuildingId', int)
FloorId = NewType('FloorId', int)
UnitId = NewType('UnitId', int)
ZoneId = NewType('ZoneId', int)
DoorId = NewType('DoorId', int)
ConnectorId = NewType('ConnectorId', int)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMall:
    """A mall and its group; both are found again by their codes."""

    group_code: str
    group_name_zh: str
    group_name_en: str
    code: str
    name_zh: str
    name_en: str
    timezone: str = 'Asia/Shanghai'
    cutoff: time = time(4)
    address_zh: str = ''
    address_en: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """The buildings, floors and everything on them, as one document (see `assets/demo_mall`)."""

    document: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekdayHours:
    """One opening on a weekday (1 Monday … 7 Sunday). Closing at or before opening means the next day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOpeningHours:
    """New weekly hours from a day on, of the mall or one unit. Weekdays not named are closed."""

    valid_from: date
    week: tuple[WeekdayHours, ...]
    unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSpecialHours:
    """Different hours on one day."""

    on: date
    opens: time
    closes: time
    reason_zh: str
    reason_en: str = ''
    unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClosure:
    """Closed from a day until a day (exclusive)."""

    from_on: date
    until_on: date
    reason_zh: str
    reason_en: str = ''
    unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCalendarDay:
    """What one day is, entered by a person once it is announced. `kind` None removes the entry."""

    on: date
    kind: DayKind | None
    holiday: Holiday | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameUnit:
    """A new trade name or category on the plan."""

    unit_id: UnitId
    name_zh: str
    name_en: str
    category: str
