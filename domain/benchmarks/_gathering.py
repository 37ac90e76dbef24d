"""What trees and effects are made of: the turnover of whole windows, and the counts before and at the shops' doors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from domain.benchmarks._rules import Funnel
from domain.footfall import permissions as footfall
from domain.footfall.commands import Window
from domain.footfall.queries import capture_rates
from domain.leasing import permissions as leasing
from domain.leasing.days import TenantDay, list_tenant_days
from domain.leasing.queries import list_holdings, list_lettable_units
from domain.mall.queries import get_business_clock
from domain.permits import permissions as permits
from domain.shared.actor import Actor, TenantId

BARELY_COVERED, NOWHERE = 0.8, 0
Counts = dict[tuple[TenantId, date], tuple[int, int]]
READS = frozenset({leasing.VIEW.code, footfall.VIEW.code, permits.VIEW.code})


@dataclass(frozen=True, slots=True)
class Days:
    """Days from one on, until another."""

    from_on: date
    until_on: date

    @property
    def number(self) -> int:
        return (self.until_on - self.from_on).days


def reader_of(actor: Actor) -> Actor:
    """Who works out figures of shops may read what they are made of in doing so, within his own reach."""
    return Actor(name=actor.name, kind=actor.kind, mall_id=actor.mall_id, tenant_id=actor.tenant_id, permissions=READS)


class Trade:
    """The turnover of all tenants over a span of days."""

    def __init__(self, session: Session, actor: Actor, days: Days) -> None:
        rows = list_tenant_days(session, actor=actor, from_on=days.from_on, until_on=days.until_on)
        self.category: dict[TenantId, str] = {row.tenant_id: row.category for row in rows}
        self._days: dict[TenantId, list[TenantDay]] = {}
        for row in rows:
            self._days.setdefault(row.tenant_id, []).append(row)

    def of(self, tenant: TenantId, days: Days) -> list[TenantDay]:
        """What a tenant reported of these days."""
        return [row for row in self._days.get(tenant, ()) if days.from_on <= row.on < days.until_on]


def counted(session: Session, actor: Actor, days: Days, now: datetime) -> Counts:
    """Passers-by and entries of every tenant, day by day, where all its shops were watched that day: a shop of its for
    which there is no count, or one that sees too little, leaves the day without. A window is asked for by days, since
    over a longer one a stretch that nobody saw would look like one without people.
    """
    clock = get_business_clock(session, actor=actor)
    shops = _shops(session, actor, days)
    found: Counts = {}
    for number in range(days.number):
        day = days.from_on + timedelta(days=number)
        starts, ends = clock.bounds(day)
        rates = {
            rate.unit_id: (round(rate.pass_by.value or 0), round(rate.entries.value or 0))
            for rate in capture_rates(session, actor=actor, now=now, window=Window(started_at=starts, ended_at=ends))
            if min(rate.pass_by.coverage, rate.entries.coverage) >= BARELY_COVERED
        }
        for tenant, units in shops.items():
            seen = [rates[unit] for unit in units if unit in rates]
            if len(seen) == len(units):
                found[tenant, day] = (sum(passers for passers, _ in seen), sum(entries for _, entries in seen))
    return found


def funnel(rows: Iterable[TenantDay], counts: Counts) -> Funnel:
    """The counts and sales of some days together; a day without counts brings neither passers-by nor entries."""
    kept = list(rows)
    seen = [counts.get((row.tenant_id, row.on), (0, 0)) for row in kept]
    return Funnel(
        sum(passers for passers, _ in seen), sum(entries for _, entries in seen), sum(row.receipts for row in kept),
        sum(row.gto_fen for row in kept),
    )  # fmt: skip


def _shops(session: Session, actor: Actor, days: Days) -> dict[TenantId, set[int]]:
    """The places on the plan that each tenant held over all of these days; NOWHERE for one that is on no plan."""
    plan = {unit.id: unit.plan_unit_id for unit in list_lettable_units(session, actor=actor, on=days.from_on)}
    shops: dict[TenantId, set[int]] = {}
    for held in list_holdings(session, actor=actor, from_on=days.from_on, until_on=days.until_on):
        is_whole = held.starts_on == days.from_on and held.ends_on == days.until_on
        where = plan.get(held.unit_id) if is_whole else None
        shops.setdefault(held.tenant_id, set()).add(where or NOWHERE)
    return shops
