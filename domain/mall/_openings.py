"""Opening hours out of the tables, ready for the pure rules."""

from datetime import date, timedelta

from sqlmodel import Session, col, select

from domain.mall._hours import OpeningHours, Span, Week
from domain.mall.commands import UnitId
from domain.mall.models import HoursException, WeeklyHours


def opening_hours(session: Session, zone: str, unit_id: UnitId | None, from_on: date, until_on: date) -> OpeningHours:
    """A unit without hours of its own keeps the mall's. One with its own is shut by the mall's closures, but the mall's
    special hours do not touch it.
    """
    own = _weeks(session, unit_id) if unit_id else {}
    first, last = from_on - timedelta(days=1), until_on + timedelta(days=1)
    rows = [row for row in exceptions_between(session, None, first, last) if not own or row.opens is None]
    rows += exceptions_between(session, unit_id, first, last) if unit_id else []
    weeks = own or _weeks(session, None)
    spans = {row.happens_on: (Span(row.opens, row.closes),) if row.opens and row.closes else () for row in rows}
    return OpeningHours(zone=zone, weeks=weeks, exceptions=spans)


def _weeks(session: Session, unit_id: UnitId | None) -> dict[date, Week]:
    same_unit = col(WeeklyHours.unit_id).is_(None) if unit_id is None else WeeklyHours.unit_id == unit_id
    weeks: dict[date, dict[int, tuple[Span, ...]]] = {}
    for row in session.exec(select(WeeklyHours).where(same_unit)):
        week = weeks.setdefault(row.valid_from, {})
        week[row.weekday] = (*week.get(row.weekday, ()), Span(row.opens, row.closes))
    return dict(weeks)


def exceptions_between(session: Session, unit_id: UnitId | None, from_on: date, until_on: date) -> list[HoursException]:
    same_unit = col(HoursException.unit_id).is_(None) if unit_id is None else HoursException.unit_id == unit_id
    statement = select(HoursException).where(
        same_unit, HoursException.happens_on >= from_on, HoursException.happens_on < until_on
    )
    return list(session.exec(statement))
