"""Questions to leasing."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.leasing._repository import (
    BREAKS,
    ITEM_TERMS,
    facts_of,
    items_of,
    lease_view,
    lease_views,
    load_lease,
    tenant_view,
    unit_view,
    units_of,
)
from domain.leasing._rules.comparable import LikeForLike, TurnoverMonth, like_for_like, occupancy_cost
from domain.leasing._rules.portfolio import Holding, expiry_profile, walt
from domain.leasing._rules.schedule import Due, LeaseFacts, due_in
from domain.leasing._rules.validity import complaints_about
from domain.leasing.commands import Amendment, LeaseId, LettableUnitId, RentTerms
from domain.leasing.models import Lease, LeaseItem, LettableUnit, Tenant
from domain.leasing.models import TurnoverMonth as MonthRow
from domain.leasing.operations import amended_items
from domain.leasing.periods import Period, months_in
from domain.leasing.permissions import VIEW
from domain.leasing.views import (
    AmendmentPreview,
    DueView,
    HoldingView,
    LeaseView,
    LettableUnitView,
    Portfolio,
    PreviewLine,
    RentRollRow,
    TenantMonthView,
    TenantView,
)
from domain.mall.commands import FloorId
from domain.shared.actor import Actor, TenantId
from domain.shared.measure import Ratio
from domain.shared.operations import query


@query(VIEW)
def list_tenants(session: Session, *, actor: Actor) -> list[TenantView]:
    """Tenants by code; a tenant's own people see their own."""
    return [tenant_view(tenant) for tenant in session.exec(select(Tenant).order_by(Tenant.code))]


@query(VIEW)
def list_lettable_units(
    session: Session, *, actor: Actor, on: date, floor_id: FloorId | None = None
) -> list[LettableUnitView]:
    """The units that exist on a day."""
    return [unit_view(unit) for unit in _units_on(session, on) if floor_id in (None, unit.floor_id)]


@query(VIEW)
def get_lease(session: Session, *, actor: Actor, lease_id: LeaseId) -> LeaseView:
    """:raises LeaseUnknown:"""
    return lease_view(session, load_lease(session, actor, lease_id))


@query(VIEW)
def list_leases(session: Session, *, actor: Actor, tenant_id: TenantId | None = None) -> list[LeaseView]:
    """Leases of every status by number; of one tenant where asked."""
    statement = select(Lease).order_by(Lease.number)
    if tenant_id is not None:
        statement = statement.where(Lease.tenant_id == tenant_id)
    return lease_views(session, list(session.exec(statement)))


@query(VIEW)
def rent_due(
    session: Session, *, actor: Actor, from_on: date, until_on: date, lease_ids: Collection[LeaseId] | None = None
) -> list[DueView]:
    """What the signed leases make due: intervals that begin in the window, and its closed months of turnover."""
    statement = select(Lease).where(Lease.status != 'draft', col(Lease.starts_on) < until_on).order_by(col(Lease.id))
    if lease_ids is not None:
        statement = statement.where(col(Lease.id).in_(lease_ids))
    leases = list(session.exec(statement))
    facts, window = facts_of(session, leases), Period(from_on, until_on)
    return [
        _due_view(lease, due) for lease in leases for due in due_in(facts[LeaseId(lease.id)], window)
    ]  # fmt: skip


@query(VIEW)
def audited_turnover_rent(
    session: Session, *, actor: Actor, lease_id: LeaseId, year: int, audited_gto_fen: int
) -> int | None:
    """The turnover rent of a calendar year for the GTO that the tenant's auditor certified, or None while a month of
    it is open. What the certificate adds or takes away counts in the year's last month.

    :raises LeaseUnknown:
    """
    lease = load_lease(session, actor, lease_id)
    facts = facts_of(session, [lease])[lease_id]
    window = Period(date(year, 1, 1), date(year + 1, 1, 1))
    covered = window.overlap(facts.period)
    months = [month.starts_on for month in months_in(covered)] if covered else []
    if not months or any(month not in facts.turnover for month in months):
        return None
    reported = sum(sum(facts.turnover[month].values()) for month in months)
    last = dict(facts.turnover[months[-1]])
    last[lease.category] = last.get(lease.category, 0) + audited_gto_fen - reported
    audited = replace(facts, turnover={**facts.turnover, months[-1]: last})
    return sum(due.amount_fen for due in due_in(audited, window) if due.kind == 'turnover_rent')


@query(VIEW)
def list_holdings(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[HoldingView]:
    """Who holds which unit on which days of a window: what shared costs are spread by."""
    rows = session.execute(
        text("""
            SELECT unit_id, lease_id, tenant_id, greatest(starts_on, :from_on) AS starts_on,
                   least(ends_on, :until_on) AS ends_on
              FROM lease_unit WHERE mall_id = app_mall() AND is_held AND starts_on < :until_on AND ends_on > :from_on
             ORDER BY unit_id, starts_on
        """),
        {'from_on': from_on, 'until_on': until_on},
    )
    return [HoldingView(**row._mapping) for row in rows]


@query(VIEW)
def preview_amendment(session: Session, *, actor: Actor, command: Amendment) -> AmendmentPreview:
    """What an amendment would change over the whole lease, line by line, before anybody signs it.

    :raises LeaseUnknown:
    :raises LeaseInvalid: when it closes an item that is not in force.
    """
    lease = load_lease(session, actor, command.lease_id)
    before = facts_of(session, [lease])[command.lease_id]
    period = Period(lease.starts_on, command.ends_on or lease.ends_on)
    items = amended_items(session, lease, command)
    after = replace(before, period=period, items=items, terms=command.terms or before.terms)
    complaints = complaints_about(period, items)
    return AmendmentPreview(lines=_compared(before, after), complaints=tuple(complaints))


@query(VIEW)
def rent_roll(session: Session, *, actor: Actor, on: date) -> list[RentRollRow]:
    """Every lease that runs on a day, with the rent agreed for it."""
    statement = (
        select(Lease, Tenant)
        .join(Tenant, col(Tenant.id) == Lease.tenant_id)
        .where(Lease.status != 'draft', Lease.starts_on <= on, Lease.ends_on > on)
        .order_by(Lease.number)
    )
    rows = list(session.exec(statement))
    ids = [lease.id for lease, _ in rows]
    items, units = items_of(session, ids), units_of(session, ids)
    return [_roll_row(lease, tenant, items[lease.id], units[lease.id], on) for lease, tenant in rows]


@query(VIEW)
def portfolio(session: Session, *, actor: Actor, on: date) -> Portfolio:
    """WALT, vacancy and expiry profile of a day. WALT is weighted by rent, vacancy is by net area."""
    roll = rent_roll(session, actor=actor, on=on)
    holdings = [Holding(row.ends_on, row.monthly_base_fen, row.breaks_on) for row in roll]
    units = _units_on(session, on)
    let = _let_on(session, on)
    vacant = [unit for unit in units if unit.id not in let]
    return Portfolio(
        on=on, walt=walt(holdings, on), walt_to_break=walt(holdings, on, to_break=True),
        vacancy=Ratio(sum(u.net_area_dm2 for u in vacant), sum(u.net_area_dm2 for u in units)),
        expiring_fen=expiry_profile(holdings, on), vacant=tuple(unit_view(unit) for unit in vacant),
    )  # fmt: skip


@query(VIEW)
def occupancy_cost_ratio(session: Session, *, actor: Actor, lease_id: LeaseId, from_on: date, until_on: date) -> Ratio:
    """租售比 of one lease over the closed months of a window.

    :raises LeaseUnknown:
    """
    lease = load_lease(session, actor, lease_id)
    costs: dict[date, int] = {}
    facts = facts_of(session, [lease])[lease_id]
    by_month = replace(facts, terms=replace(facts.terms, frequency_months=1))
    for due in due_in(by_month, Period(from_on, until_on)):
        if due.kind != 'deposit':
            month = due.period.starts_on.replace(day=1)
            costs[month] = costs.get(month, 0) + due.amount_fen
    closed = _closed(session, lease_id)
    return occupancy_cost(costs, {month: row.gto_fen for month, row in closed.items()}, closed.keys())


@query(VIEW)
def turnover_like_for_like(session: Session, *, actor: Actor, lease_id: LeaseId, through: date) -> LikeForLike | None:
    """The twelve months through a month against the year before, or None where they cannot be compared.

    :raises LeaseUnknown:
    """
    load_lease(session, actor, lease_id)
    months = {
        month: TurnoverMonth(row.gto_fen, is_approved=True, is_comparable=row.is_comparable)
        for month, row in _closed(session, lease_id).items()
    }
    return like_for_like(months, through.replace(day=1))


@query(VIEW)
def list_tenant_months(session: Session, *, actor: Actor, month: date) -> list[TenantMonthView]:
    """Every tenant's closed turnover of a month, with the area it traded on and its own category."""
    rows = session.execute(
        text("""
            SELECT t.id AS tenant_id, t.category, sum(m.gto_fen)::bigint AS gto_fen,
                   sum(coalesce(r.receipts, 0))::bigint AS receipts, sum(coalesce(u.area, 0))::bigint AS net_area_dm2
              FROM turnover_month m JOIN tenant t ON t.id = m.tenant_id
              LEFT JOIN LATERAL (SELECT sum(d.receipts) AS receipts FROM turnover_day d
                    WHERE d.mall_id = m.mall_id AND d.lease_id = m.lease_id AND d.counts_on >= m.month
                      AND d.counts_on < m.month + interval '1 month') r ON true
              LEFT JOIN LATERAL (SELECT sum(x.net_area_dm2) AS area FROM lease_unit l
                     JOIN lettable_unit x ON x.id = l.unit_id
                    WHERE l.mall_id = m.mall_id AND l.lease_id = m.lease_id) u ON true
             WHERE m.mall_id = app_mall() AND m.month = :month AND m.is_comparable
             GROUP BY t.id, t.category ORDER BY t.id
        """),
        {'month': month.replace(day=1)},
    )
    return [TenantMonthView(**row._mapping) for row in rows]


def _closed(session: Session, lease_id: LeaseId) -> dict[date, MonthRow]:
    return {row.month: row for row in session.exec(select(MonthRow).where(MonthRow.lease_id == lease_id))}


def _due_view(lease: Lease, due: Due) -> DueView:
    return DueView(
        lease_id=LeaseId(lease.id), tenant_id=TenantId(lease.tenant_id), kind=due.kind,
        anchor_on=due.anchor_on,
        starts_on=due.period.starts_on, ends_on=due.period.ends_on, amount_fen=due.amount_fen, due_on=due.due_on,
    )  # fmt: skip


def _compared(before: LeaseFacts, after: LeaseFacts) -> tuple[PreviewLine, ...]:
    window = Period(before.period.starts_on.replace(month=1, day=1), max(before.period.ends_on, after.period.ends_on))
    old = {(d.kind, d.period): d.amount_fen for d in due_in(before, window)}
    new = {(d.kind, d.period): d.amount_fen for d in due_in(after, window)}
    changed = sorted(key for key in old.keys() | new.keys() if old.get(key, 0) != new.get(key, 0))
    return tuple(
        PreviewLine(
            kind=kind, starts_on=period.starts_on, ends_on=period.ends_on, before_fen=old.get((kind, period), 0),
            after_fen=new.get((kind, period), 0),
        ) for kind, period in changed
    )  # fmt: skip


def _roll_row(
    lease: Lease, tenant: Tenant, items: Sequence[LeaseItem], units: Sequence[LettableUnit], on: date
) -> RentRollRow:
    rents = [ITEM_TERMS.validate_python(i.terms) for i in items if i.kind == 'rent' and i.starts_on <= on < i.ends_on]
    rent = rents[0] if rents else None
    breaks = [option.on for option in BREAKS.validate_python(lease.breaks) if option.on >= on]
    return RentRollRow(
        lease_id=LeaseId(lease.id), number=lease.number, tenant_id=TenantId(tenant.id), tenant_zh=tenant.name_zh,
        tenant_en=tenant.name_en, units=tuple(unit.code for unit in units), category=lease.category,
        net_area_dm2=sum(unit.net_area_dm2 for unit in units), starts_on=lease.starts_on, ends_on=lease.ends_on,
        mode=rent.mode.value if isinstance(rent, RentTerms) else '',
        monthly_base_fen=rent.base_fen if isinstance(rent, RentTerms) else 0, breaks_on=min(breaks, default=None),
    )  # fmt: skip


def _units_on(session: Session, on: date) -> list[LettableUnit]:
    closes = col(LettableUnit.closes_on)
    statement = select(LettableUnit).where(LettableUnit.opens_on <= on, closes.is_(None) | (closes > on))
    return list(session.exec(statement.order_by(LettableUnit.code)))


def _let_on(session: Session, on: date) -> set[LettableUnitId]:
    rows = session.execute(
        text(
            'SELECT unit_id FROM lease_unit'
            ' WHERE mall_id = app_mall() AND is_held AND starts_on <= :on AND ends_on > :on'
        ),
        {'on': on},
    )
    return {LettableUnitId(row.unit_id) for row in rows}
