"""What people see of all leases at once: a month's turnover, rent against sales, and a lease's versions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.leasing._repository import as_item, facts_of, items_of, load_lease
from domain.leasing._rules.comparable import LikeForLike, TurnoverMonth, like_for_like, occupancy_cost
from domain.leasing._rules.schedule import due_in
from domain.leasing.commands import ItemId, LeaseId, LettableUnitId
from domain.leasing.models import Lease, LeaseVersion, LettableUnit, Tenant
from domain.leasing.models import TurnoverMonth as MonthRow
from domain.leasing.periods import Period, add_months, month_of
from domain.leasing.permissions import VIEW
from domain.leasing.views import ItemView
from domain.shared.actor import Actor, TenantId
from domain.shared.measure import Ratio
from domain.shared.operations import query


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnoverRow:
    """One lease's turnover of a month. `due` days should have been reported by now; `missing` were not, and `waiting`
    have come with a photograph that nobody has looked at.
    """

    lease_id: LeaseId
    number: str
    tenant_id: TenantId
    tenant_zh: str
    tenant_en: str
    category: str
    gto_fen: int
    receipts: int
    due: int
    missing: tuple[date, ...]
    waiting: tuple[date, ...]
    is_closed: bool
    before_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """One lease's rent against its sales over the closed months of a window, and the window a year before."""

    lease_id: LeaseId
    tenant_zh: str
    tenant_en: str
    category: str
    ratio: Ratio
    months: int
    like_for_like: LikeForLike | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """What a version changed, who signed it, and the items that it added and closed."""

    version: int
    summary: str
    ends_on: date
    signed_by: str
    signed_at: datetime
    added: tuple[ItemView, ...]
    closed: tuple[ItemView, ...]


_DAYS = text("""
    SELECT lease_id, counts_on, happened_on, sum(gto_fen)::bigint AS gto, sum(receipts)::integer AS receipts
      FROM turnover_day WHERE mall_id = app_mall()
       AND (counts_on >= :starts AND counts_on < :ends OR happened_on >= :starts AND happened_on < :ends)
     GROUP BY 1, 2, 3
""")
_WAITING = text("""
    SELECT DISTINCT lease_id, happened_on FROM turnover_report
     WHERE mall_id = app_mall() AND state = 'waiting' AND happened_on >= :starts AND happened_on < :ends ORDER BY 1, 2
""")
_BEFORE = text("""
    SELECT lease_id, sum(gto_fen)::bigint AS gto FROM turnover_day
     WHERE mall_id = app_mall() AND counts_on >= :starts AND counts_on < :ends GROUP BY 1
""")


@query(VIEW)
def turnover_overview(session: Session, *, actor: Actor, month: date, today: date) -> list[TurnoverRow]:
    """Every lease that ran in a month: what it turned over, and which days before today are still missing."""
    period = month_of(month)
    window = {'starts': period.starts_on, 'ends': period.ends_on}
    reported: dict[int, set[date]] = {}
    gto: dict[int, int] = {}
    receipts: dict[int, int] = {}
    for row in session.execute(_DAYS, window):
        if period.starts_on <= row.happened_on < period.ends_on:
            reported.setdefault(row.lease_id, set()).add(row.happened_on)
        if period.starts_on <= row.counts_on < period.ends_on:
            gto[row.lease_id] = gto.get(row.lease_id, 0) + row.gto
            receipts[row.lease_id] = receipts.get(row.lease_id, 0) + row.receipts
    waiting: dict[int, list[date]] = {}
    for row in session.execute(_WAITING, window):
        waiting.setdefault(row.lease_id, []).append(row.happened_on)
    closed = set(session.exec(select(MonthRow.lease_id).where(MonthRow.month == period.starts_on)))
    year_before = {'starts': add_months(period.starts_on, -12), 'ends': add_months(period.ends_on, -12)}
    before = {row.lease_id: row.gto for row in session.execute(_BEFORE, year_before)}
    found = []
    for lease, tenant in _running(session, period):
        due = _due_days(period, lease, today)
        come = {*reported.get(lease.id, ()), *waiting.get(lease.id, ())}
        missing = () if lease.id in closed else tuple(day for day in due if day not in come)
        found.append(TurnoverRow(
            lease_id=LeaseId(lease.id), number=lease.number, tenant_id=TenantId(tenant.id), tenant_zh=tenant.name_zh,
            tenant_en=tenant.name_en, category=lease.category, gto_fen=gto.get(lease.id, 0),
            receipts=receipts.get(lease.id, 0), due=len(due), missing=missing,
            waiting=tuple(waiting.get(lease.id, ())), is_closed=lease.id in closed, before_fen=before.get(lease.id, 0),
        ))  # fmt: skip
    return found


@query(VIEW)
def occupancy_costs(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[CostRow]:
    """租售比 of every lease that runs at the end of a window, over its closed months within it."""
    window = Period(from_on, until_on)
    pairs = [(lease, tenant) for lease, tenant in _running(session, window) if lease.ends_on >= until_on]
    leases = [lease for lease, _ in pairs]
    facts = facts_of(session, leases)
    months = _closed_months(session, [lease.id for lease in leases])
    found = []
    for lease, tenant in pairs:
        by_month = replace(
            facts[LeaseId(lease.id)], terms=replace(facts[LeaseId(lease.id)].terms, frequency_months=1)
        )  # fmt: skip
        costs: dict[date, int] = {}
        for due in due_in(by_month, window):
            if due.kind != 'deposit':
                month = due.period.starts_on.replace(day=1)
                costs[month] = costs.get(month, 0) + due.amount_fen
        closed = months.get(lease.id, {})
        gto = {month: row.gto_fen for month, row in closed.items()}
        found.append(CostRow(
            lease_id=LeaseId(lease.id), tenant_zh=tenant.name_zh, tenant_en=tenant.name_en, category=lease.category,
            ratio=occupancy_cost(costs, gto, closed.keys()), months=len(closed.keys() & costs.keys()),
            like_for_like=like_for_like(closed, add_months(until_on.replace(day=1), -1)),
        ))  # fmt: skip
    return found


@query(VIEW)
def unit_codes(session: Session, *, actor: Actor) -> dict[LettableUnitId, str]:
    """The codes of all units, also of those that were split or merged since."""
    return {LettableUnitId(unit.id): unit.code for unit in session.exec(select(LettableUnit))}


@query(VIEW)
def list_versions(session: Session, *, actor: Actor, lease_id: LeaseId) -> list[VersionView]:
    """What a lease said from version to version, the newest first.

    :raises LeaseUnknown:
    """
    load_lease(session, actor, lease_id)
    statement = select(LeaseVersion).where(LeaseVersion.lease_id == lease_id).order_by(col(LeaseVersion.version))
    found: list[VersionView] = []
    before: dict[int, ItemView] = {}
    for row in session.exec(statement):
        items = items_of(session, [lease_id], row.version)[lease_id]
        now = {
            item.id: ItemView(
                id=ItemId(item.id), kind=item.kind, starts_on=item.starts_on, ends_on=item.ends_on,
                terms=as_item(item).terms, from_version=item.from_version,
            ) for item in items
        }  # fmt: skip
        found.append(VersionView(
            version=row.version, summary=row.summary, ends_on=row.ends_on, signed_by=row.signed_by,
            signed_at=row.signed_at, added=tuple(now[key] for key in now.keys() - before.keys()),
            closed=tuple(before[key] for key in before.keys() - now.keys()),
        ))  # fmt: skip
        before = now
    return found[::-1]


def _due_days(period: Period, lease: Lease, today: date) -> list[date]:
    held = period.overlap(Period(lease.starts_on, lease.ends_on))
    days = [held.starts_on + timedelta(days=n) for n in range(held.days)] if held else []
    return [day for day in days if day < today]


def _running(session: Session, period: Period) -> Sequence[tuple[Lease, Tenant]]:
    statement = (
        select(Lease, Tenant)
        .join(Tenant, col(Tenant.id) == Lease.tenant_id)
        .where(Lease.status != 'draft', Lease.starts_on < period.ends_on, Lease.ends_on > period.starts_on)
        .order_by(Lease.number)
    )
    return list(session.exec(statement))


def _closed_months(session: Session, lease_ids: Sequence[int]) -> dict[int, dict[date, TurnoverMonth]]:
    found: dict[int, dict[date, TurnoverMonth]] = {}
    for row in session.exec(select(MonthRow).where(col(MonthRow.lease_id).in_(lease_ids))):
        month = TurnoverMonth(row.gto_fen, is_approved=True, is_comparable=row.is_comparable)
        found.setdefault(row.lease_id, {})[row.month] = month
    return found
