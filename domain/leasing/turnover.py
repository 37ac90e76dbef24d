"""Tenants report what they sold, day by day; months close, and what comes late goes forward (rules LS-R9, LS-R15)."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.leasing._repository import LEASE_TERMS, load_lease, mall_of
from domain.leasing._rules.comparable import missing_days as days_missing
from domain.leasing._rules.gto import gross_turnover
from domain.leasing.commands import (
    CloseMonth,
    DayTurnover,
    GtoDefinition,
    LeaseId,
    LeaseTerms,
    ReportTurnover,
    SalesFacts,
)
from domain.leasing.errors import (
    DayOutsideLease,
    LeaseNotOpen,
    MonthClosed,
    MonthIncomplete,
    ReportsWaiting,
    ZReportNeeded,
)
from domain.leasing.events import TurnoverMonthClosed
from domain.leasing.models import Lease, TurnoverDay, TurnoverMonth, TurnoverReport
from domain.leasing.periods import Period, first_of_month, month_of
from domain.leasing.permissions import CLOSE_TURNOVER, REPORT_TURNOVER, VIEW
from domain.leasing.views import MonthView, Reported
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation, query

FACTS = TypeAdapter(SalesFacts)

_PUT = text("""
    INSERT INTO turnover_day (mall_id, lease_id, counts_on, category, happened_on, tenant_id, gto_fen, receipts,
                              facts, source, reported_by, reported_at)
    VALUES (app_mall(), :lease, :counts_on, :category, :happened_on, :tenant, :gto, :receipts, CAST(:facts AS jsonb),
            :source, :reporter, :now)
    ON CONFLICT (mall_id, lease_id, counts_on, category, happened_on) DO UPDATE
       SET gto_fen = excluded.gto_fen, receipts = excluded.receipts, facts = excluded.facts,
           source = excluded.source, reported_by = excluded.reported_by, reported_at = excluded.reported_at
""")

# What a closed day already amounts to, so that a correction carries forward the difference alone.
_COUNTED = text("""
    SELECT coalesce(sum(gto_fen), 0)::bigint FROM turnover_day
     WHERE mall_id = app_mall() AND lease_id = :lease AND category = :category AND happened_on = :happened_on
       AND counts_on <> :today
""")

_BY_MONTH = text("""
    SELECT date_trunc('month', counts_on)::date AS month, sum(gto_fen)::bigint AS gto,
           count(DISTINCT counts_on)::integer AS days
      FROM turnover_day WHERE mall_id = app_mall() AND lease_id = :lease GROUP BY 1
""")


@operation(REPORT_TURNOVER, name='leasing.report_turnover')
def report_turnover(session: Session, *, actor: Actor, command: ReportTurnover, now: datetime) -> Reported:
    """Takes days of turnover, all or none. A day of a closed month changes nothing there: what it adds or takes back
    counts today.

    :raises LeaseUnknown:
    :raises LeaseNotOpen: when it is a draft.
    :raises DayOutsideLease: when a day is none of the lease's, or lies ahead.
    :raises ZReportNeeded: when the shop's people send it by hand and the lease asks for a photograph.
    """
    lease = load_lease(session, actor, command.lease_id, is_locked=True)
    if command.source == 'upload' and actor.tenant_id is not None and terms_of(lease).needs_z_report:
        raise ZReportNeeded(lease=lease.number)
    return take_days(session, actor, lease, command, reporter=actor.name, now=now)


def take_days(
    session: Session, actor: Actor, lease: Lease, command: ReportTurnover, *, reporter: str, now: datetime
) -> Reported:
    """Writes the days of a locked lease down, and who told them.

    :raises LeaseNotOpen:
    :raises DayOutsideLease:
    """
    check_days(session, actor, lease, [day.on for day in command.days], now)
    today = get_business_clock(session, actor=actor).business_on(now)
    closed = _closed_months(session, lease)
    definition = terms_of(lease).gto
    origin = {
        'lease': lease.id,
        'tenant': lease.tenant_id,
        'source': command.source,
        'reporter': reporter,
        'now': now,
    }
    rows, carried = [], 0
    for day in command.days:
        is_late = first_of_month(day.on) in closed
        rows.append(origin | _row(session, lease, day, today if is_late else day.on, definition))
        carried += is_late
    session.execute(_PUT, rows)
    notify(session, 'leasing', lease.mall_id)
    total = sum(row['gto'] for row in rows)
    return Reported(id=command.lease_id, days=len(command.days), carried_forward=carried, gto_fen=total)


def check_days(session: Session, actor: Actor, lease: Lease, days: Collection[date], now: datetime) -> None:
    """:raises LeaseNotOpen: when it is a draft.
    :raises DayOutsideLease: when a day is none of the lease's, or lies ahead.
    """
    if lease.status == 'draft':
        raise LeaseNotOpen(status=lease.status)
    today = get_business_clock(session, actor=actor).business_on(now)
    for on in days:
        if not lease.starts_on <= on < lease.ends_on or on > today:
            raise DayOutsideLease(day=on)


def terms_of(lease: Lease) -> LeaseTerms:
    """How the lease reckons."""
    return LEASE_TERMS.validate_python(lease.terms)


@operation(CLOSE_TURNOVER, name='leasing.close_month')
def close_month(session: Session, *, actor: Actor, command: CloseMonth, now: datetime) -> MonthView:
    """Approves a month's turnover and closes it for ever.

    :raises LeaseUnknown:
    :raises MonthClosed: when it is closed already.
    :raises ReportsWaiting: when days of it were typed in and nobody has looked at them.
    :raises MonthIncomplete: when days are missing that were not declared closed.
    """
    lease = load_lease(session, actor, command.lease_id, is_locked=True)
    month = month_of(command.month)
    if month.starts_on in _closed_months(session, lease):
        raise MonthClosed(month=f'{month.starts_on:%Y-%m}')
    waiting = _waiting_days(session, lease, month)
    if waiting:
        raise ReportsWaiting(month=f'{month.starts_on:%Y-%m}', count=len(waiting))
    missing = _missing(session, lease, month, command.closures)
    if missing:
        raise MonthIncomplete(month=f'{month.starts_on:%Y-%m}', count=len(missing), first=missing[0])
    gto = _gto_by_month(session, lease)[month.starts_on]
    session.add(TurnoverMonth(
        mall_id=mall_of(actor), lease_id=lease.id, month=month.starts_on, tenant_id=lease.tenant_id, gto_fen=gto,
        is_comparable=command.is_comparable, closed_by=actor.name, closed_at=now,
    ))  # fmt: skip
    session.flush()
    emit(session, TurnoverMonthClosed(
        mall_id=lease.mall_id, occurred_at=now, lease_id=lease.id, tenant_id=lease.tenant_id,
        month=month.starts_on.isoformat(), gto_fen=gto,
    ))  # fmt: skip
    notify(session, 'leasing', lease.mall_id)
    return next(view for view in _months(session, lease) if view.month == month.starts_on)


@query(VIEW)
def list_months(session: Session, *, actor: Actor, lease_id: LeaseId) -> list[MonthView]:
    """A lease's months of turnover, open and closed.

    :raises LeaseUnknown:
    """
    return _months(session, load_lease(session, actor, lease_id))


@query(VIEW)
def missing_days(
    session: Session, *, actor: Actor, lease_id: LeaseId, from_on: date, until_on: date,
    closures: Collection[date] = frozenset(),
) -> list[date]:  # fmt: skip
    """The days that the chaser asks the tenant for: all seven of a week, but for the closures given and for those that
    wait to be reviewed. A rejected one is missing.

    :raises LeaseUnknown:
    """
    lease, asked = load_lease(session, actor, lease_id), Period(from_on, until_on)
    waiting = _waiting_days(session, lease, asked)
    return [day for day in _missing(session, lease, asked, closures) if day not in waiting]


def _row(
    session: Session, lease: Lease, day: DayTurnover, counts_on: date, definition: GtoDefinition
) -> dict[str, Any]:
    """What is written of a day; what a closed day amounted to before is taken off."""
    gto = gross_turnover(day.facts, definition)
    if counts_on != day.on:
        keys = {'lease': lease.id, 'category': day.category, 'happened_on': day.on, 'today': counts_on}
        gto -= int(session.execute(_COUNTED, keys).scalar_one())
    return {
        'counts_on': counts_on, 'category': day.category, 'happened_on': day.on, 'gto': gto,
        'receipts': day.facts.receipts, 'facts': FACTS.dump_json(day.facts).decode(),
    }  # fmt: skip


def _closed_months(session: Session, lease: Lease) -> set[date]:
    return set(session.exec(select(col(TurnoverMonth.month)).where(TurnoverMonth.lease_id == lease.id)))


def _waiting_days(session: Session, lease: Lease, period: Period) -> set[date]:
    on = col(TurnoverReport.happened_on)
    rows = select(on).where(
        TurnoverReport.lease_id == lease.id, TurnoverReport.state == 'waiting', on >= period.starts_on,
        on < period.ends_on,
    )  # fmt: skip
    return set(session.exec(rows))


def _missing(session: Session, lease: Lease, period: Period, closures: Collection[date]) -> list[date]:
    within = period.overlap(Period(lease.starts_on, lease.ends_on))
    if within is None:
        return []
    rows = session.exec(select(col(TurnoverDay.happened_on)).where(TurnoverDay.lease_id == lease.id).distinct())
    return days_missing(within, set(rows), closures)


def _gto_by_month(session: Session, lease: Lease) -> Counter[date]:
    return Counter({month: gto for month, gto, _ in _reported_months(session, lease)})


def _reported_months(session: Session, lease: Lease) -> list[tuple[date, int, int]]:
    """Months with anything reported: GTO so far, and how many days."""
    return [(row.month, row.gto, row.days) for row in session.execute(_BY_MONTH, {'lease': lease.id})]


def _months(session: Session, lease: Lease) -> list[MonthView]:
    reported = {month: (gto, days) for month, gto, days in _reported_months(session, lease)}
    statement = select(TurnoverMonth).where(TurnoverMonth.lease_id == lease.id)
    closed = {month.month: month for month in session.exec(statement)}
    return [
        MonthView(
            id=LeaseId(lease.id), month=month, gto_fen=reported.get(month, (0, 0))[0],
            days=reported.get(month, (0, 0))[1],
            is_closed=month in closed, is_comparable=closed[month].is_comparable if month in closed else False,
        ) for month in sorted(reported.keys() | closed.keys())
    ]  # fmt: skip
