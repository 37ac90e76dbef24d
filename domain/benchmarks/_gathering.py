"""What trees and effects are made of: the turnover of whole windows, and the counts before and at the shops' doors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

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


def counted(session: Session, actor: Actor, days: Days, now: datetime) -> dict[TenantId, tuple[int, int]]:
    """Passers-by and entries of every tenant whose shops were all watched over these days: a shop of its for which
    there is no count, or one that sees too little, leaves it without.
    """
    clock = get_business_clock(session, actor=actor)
    window = Window(started_at=clock.bounds(days.from_on)[0], ended_at=clock.bounds(days.until_on)[0])
    rates = {
        rate.unit_id: (round(rate.pass_by.value or 0), round(rate.entries.value or 0))
        for rate in capture_rates(session, actor=actor, now=now, window=window)
        if min(rate.pass_by.coverage, rate.entries.coverage) >= BARELY_COVERED
    }
    found: dict[TenantId, tuple[int, int]] = {}
    for tenant, units in _shops(session, actor, days).items():
        seen = [rates[unit] for unit in units if unit in rates]
        if len(seen) == len(units):
            found[tenant] = (sum(passers for passers, _ in seen), sum(entries for _, entries in seen))
    return found


def funnel(rows: Iterable[TenantDay], counts: Mapping[TenantId, tuple[int, int]], tenant: TenantId) -> Funnel:
    """A tenant's counts and sales together; without counts it has neither passers-by nor entries."""
    kept = list(rows)
    passers, entrants = counts.get(tenant, (0, 0))
    return Funnel(passers, entrants, sum(row.receipts for row in kept), sum(row.gto_fen for row in kept))


def _shops(session: Session, actor: Actor, days: Days) -> dict[TenantId, set[int]]:
    """The places on the plan that each tenant held over all of these days; NOWHERE for one that is on no plan."""
    plan = {unit.id: unit.plan_unit_id for unit in list_lettable_units(session, actor=actor, on=days.from_on)}
    shops: dict[TenantId, set[int]] = {}
    for held in list_holdings(session, actor=actor, from_on=days.from_on, until_on=days.until_on):
        is_whole = held.starts_on == days.from_on and held.ends_on == days.until_on
        where = plan.get(held.unit_id) if is_whole else None
        shops.setdefault(held.tenant_id, set()).add(where or NOWHERE)
    return shops
