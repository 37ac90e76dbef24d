"""The demo shops' reports of turnover: two months for a first look, the year before behind the running mall."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from domain.leasing.commands import CloseMonth, DayTurnover, ReportTurnover, SalesFacts
from domain.leasing.periods import Period, add_months, first_of_month, months_in
from domain.leasing.queries import list_leases, list_tenants
from domain.leasing.turnover import close_month, list_months, report_turnover
from domain.leasing.views import LeaseView
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.database import Session
from domain.shared.operations import ask, operation, perform
from domain.shared.permissions import UPKEEP
from integrations.demo.leases import tenant_code
from integrations.demo.rents import FEN, Shop, dice_for, shops_of, sold_on

Say = Callable[[str], None]
PAST_MONTHS = 13
# Shops that owe reports: how many of the last days are missing. The last two also lack days of the month before.
LATE = {'b1-23': 1, 'f3-21': 2, 'f2-06': 3, 'f4-16': 6, 'b1-20': 2, 'f4-02': 2}
FORGOT = {'f4-16': (9, 10), 'b1-20': (21,)}  # days of the month before
BY_UPLOAD = frozenset({'services', 'beauty', 'family', 'leisure'})
RETURNS = {'fashion': 0.03, 'shoes': 0.03, 'digital': 0.02, 'sports': 0.02, 'home': 0.02, 'kids': 0.015}


def tell_turnover(mall_id: MallId, document: Mapping[str, Any], now: datetime, say: Say) -> None:
    """The month before and this one so far; the month before is closed where nothing is missing."""
    actor = system_actor('seeder', mall_id)
    today = ask(get_business_clock, actor=actor).business_on(now)
    span = Period(add_months(first_of_month(today), -1), today)
    days = perform(tell_span, actor=actor, document=document, span=span, now=now)
    say(f'{document["mall"]["code"]}: {days} days of shops’ turnover.')


def tell_past_turnover(mall_id: MallId, document: Mapping[str, Any], now: datetime, say: Say) -> None:
    """The year before, month by month, all of it closed."""
    actor = system_actor('seeder', mall_id)
    last = add_months(first_of_month(ask(get_business_clock, actor=actor).business_on(now)), -1)
    for back in range(1, PAST_MONTHS + 1):
        month = Period(add_months(last, -back), add_months(last, 1 - back))
        perform(tell_span, actor=actor, document=document, span=month, now=now)
    say(f'{document["mall"]["code"]}: {PAST_MONTHS} months of shops’ turnover.')


@operation(UPKEEP, name='demo.tell_turnover', is_audited=False)
def tell_span(session: Session, *, actor: Actor, document: Mapping[str, Any], span: Period, now: datetime) -> int:
    """Reports what every shop sold on the days of a span and closes its whole months. What is closed stays as it is."""
    shops = {tenant_code(shop.code): shop for shop in shops_of(document)}
    tenants = {tenant.id: shops[tenant.code] for tenant in list_tenants(session, actor=actor) if tenant.code in shops}
    this_month = first_of_month(get_business_clock(session, actor=actor).business_on(now))
    told = 0
    for lease in list_leases(session, actor=actor):
        held = span.overlap(Period(lease.starts_on, lease.ends_on))
        if lease.status == 'draft' or held is None:
            continue
        shop = tenants[lease.tenant_id]
        closed = {month.month for month in list_months(session, actor=actor, lease_id=lease.id) if month.is_closed}
        days = [day for day in _days(held, shop, this_month) if first_of_month(day.on) not in closed]
        if days:
            source = 'upload' if shop.category in BY_UPLOAD else 'pos'
            report = ReportTurnover(lease_id=lease.id, source=source, days=tuple(days))
            report_turnover(session, actor=actor, command=report, now=now)
        _close(
            session, actor, lease, [m.starts_on for m in months_in(held) if m.starts_on < this_month], closed, days, now
        )
        told += len(days)
    return told


def _close(
    session: Session, actor: Actor, lease: LeaseView, months: Sequence[date], closed: set[date],
    days: Sequence[DayTurnover], now: datetime,
) -> None:  # fmt: skip
    told = {day.on for day in days}
    for month in months:
        due = Period(month, add_months(month, 1)).overlap(Period(lease.starts_on, lease.ends_on))
        if (
            month in closed
            or due is None
            or len([day for day in told if due.starts_on <= day < due.ends_on]) < due.days
        ):
            continue
        close_month(session, actor=actor, now=now, command=CloseMonth(lease_id=lease.id, month=month))


def _days(span: Period, shop: Shop, this_month: date) -> Iterator[DayTurnover]:
    """A report for every day of the span but for those the shop owes."""
    before = add_months(this_month, -1)
    missing = {before.replace(day=number) for number in FORGOT.get(shop.code, ())}
    if span.ends_on > this_month:
        missing |= {span.ends_on - timedelta(days=1 + back) for back in range(LATE.get(shop.code, 0))}
    for number in range(span.days):
        day = span.starts_on + timedelta(days=number)
        if day not in missing:
            yield DayTurnover(on=day, category=shop.category, facts=facts_of(shop, day))


def facts_of(shop: Shop, day: date) -> SalesFacts:
    """What a shop sold on a day, as it tells the mall."""
    sold = sold_on(shop, day)
    dice = dice_for(f'{shop.code} {day}')
    returned = round(sold * RETURNS.get(shop.category, 0) * dice.random() / FEN) * FEN
    funded = round(sold * 0.02 * dice.random() / FEN) * FEN
    return SalesFacts(
        sold_fen=sold, returned_fen=returned, mall_funded_fen=funded, vat_bp=shop.trade.vat_bp,
        receipts=max(1, round(sold / FEN / shop.trade.ticket * dice.uniform(0.93, 1.07))),
    )  # fmt: skip
