"""What footfall asks the mall: its business clock, its floors and the days it is compared with."""

from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from domain.footfall.commands import Window
from domain.mall import queries as mall
from domain.mall.calendar import TradingCalendar, has_spring_shift
from domain.mall.views import FloorView
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.business_time import BusinessClock


def clock_of(session: Session, mall_id: int) -> BusinessClock:
    """The mall's zone and cut-off.

    :raises MallMissing: when there is no such mall.
    """
    return mall.get_business_clock(session, actor=_ourselves(mall_id))


def floors_of(session: Session, mall_id: int) -> list[FloorView]:
    """The mall's floors."""
    return mall.list_floors(session, actor=_ourselves(mall_id))


def aligner(session: Session, mall_id: int) -> Callable[[date], date]:
    """Gives for a day the day of last year that it is best compared with (CK-R1 … CK-R4)."""
    calendar = _calendar(session, mall_id)
    return lambda day: calendar.aligned(day).base_on


def closed_windows(session: Session, mall_id: int, first_on: date, until_on: date) -> list[Window]:
    """When the mall is closed, within each business day of [first_on, until_on) on which it opens at all."""
    clock = clock_of(session, mall_id)
    openings = mall.list_openings(session, actor=_ourselves(mall_id), from_on=first_on, until_on=until_on)
    found = []
    for opening in openings:
        start, end = clock.bounds(opening.on)
        edges = [start, *(edge for interval in opening.intervals for edge in interval), end]
        spans = zip(edges[::2], edges[1::2], strict=True) if opening.intervals else ()
        found += [Window(started_at=since, ended_at=until) for since, until in spans if until > since]
    return found


def profile_weekday(session: Session, mall_id: int, day: date) -> int:
    """The weekday (1–7) whose habits a day follows: a Saturday that is worked is no Saturday (CK-R3)."""
    return _calendar(session, mall_id).day(day).profile_weekday


def spring_shift(day: date) -> bool:
    """Whether the month's Spring Festival days differ from the year before (CK-R1)."""
    return has_spring_shift(day.year, day.month)


def pass_by_zones(session: Session, mall_id: int) -> dict[int, str]:
    """The code of the way in front of each unit, where the mall names one."""
    units = mall.list_units(session, actor=_ourselves(mall_id))
    return {int(unit.id): unit.passby_zone for unit in units if unit.passby_zone}


def _calendar(session: Session, mall_id: int) -> TradingCalendar:
    """The mall's calendar; asked once a transaction."""
    known: dict[int, TradingCalendar] = session.info.setdefault('footfall.calendars', {})
    if mall_id not in known:
        known[mall_id] = mall.get_calendar(session, actor=_ourselves(mall_id))
    return known[mall_id]


def _ourselves(mall_id: int) -> Actor:
    return system_actor('footfall', MallId(mall_id))
