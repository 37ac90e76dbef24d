"""The statements of leasing that load many leases at once, and the way from a row to a view."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.leasing._rules.schedule import Item, LeaseFacts
from domain.leasing.commands import (
    BreakOption,
    ItemId,
    ItemTerms,
    LeaseId,
    LeaseTerms,
    LettableUnitId,
    NewItem,
)
from domain.leasing.errors import LeaseOutOfReach, LeaseUnknown, MallNeeded
from domain.leasing.models import Lease, LeaseItem, LeaseUnit, LettableUnit, Tenant
from domain.leasing.periods import Period
from domain.leasing.views import ItemView, LeaseView, LettableUnitView, TenantView
from domain.mall.commands import FloorId, UnitId
from domain.shared.actor import Actor, MallId, TenantId

ITEM_TERMS: TypeAdapter[ItemTerms] = TypeAdapter(ItemTerms)
LEASE_TERMS = TypeAdapter(LeaseTerms)
BREAKS = TypeAdapter(tuple[BreakOption, ...])

Turnover = dict[int, dict[date, dict[str, int]]]


def mall_of(actor: Actor) -> MallId:
    """:raises MallNeeded: when the actor acts in none."""
    if actor.mall_id is None:
        raise MallNeeded
    return actor.mall_id


def load_lease(session: Session, actor: Actor, lease_id: LeaseId, *, is_locked: bool = False) -> Lease:
    """:raises LeaseUnknown: when there is none of that number that the actor may see.
    :raises LeaseOutOfReach: the same, said to a tenant's people.
    """
    statement = select(Lease).where(Lease.id == lease_id)
    lease = session.exec(statement.with_for_update() if is_locked else statement).one_or_none()
    if lease is None:
        raise LeaseUnknown(lease=lease_id) if actor.tenant_id is None else LeaseOutOfReach(lease=lease_id)
    return lease


def items_of(session: Session, lease_ids: Iterable[int], version: int | None = None) -> dict[int, list[LeaseItem]]:
    """The items in force: now, or at an earlier version."""
    statement = select(LeaseItem).where(col(LeaseItem.lease_id).in_(list(lease_ids)))
    if version is None:
        statement = statement.where(col(LeaseItem.until_version).is_(None))
    else:
        until = col(LeaseItem.until_version)
        statement = statement.where(LeaseItem.from_version <= version, until.is_(None) | (until > version))
    found: dict[int, list[LeaseItem]] = defaultdict(list)
    for item in session.exec(statement.order_by(LeaseItem.kind, col(LeaseItem.starts_on), col(LeaseItem.id))):
        found[item.lease_id].append(item)
    return found


def units_of(session: Session, lease_ids: Iterable[int]) -> dict[int, list[LettableUnit]]:
    statement = (
        select(LeaseUnit.lease_id, LettableUnit)
        .join(LettableUnit, col(LettableUnit.id) == LeaseUnit.unit_id)
        .where(col(LeaseUnit.lease_id).in_(list(lease_ids)))
        .order_by(LettableUnit.code)
    )
    found: dict[int, list[LettableUnit]] = defaultdict(list)
    for lease_id, unit in session.exec(statement):
        found[lease_id].append(unit)
    return found


def closed_turnover(session: Session, lease_ids: Sequence[int]) -> Turnover:
    """GTO by category of every closed month. A month without a single sale is there, and is empty."""
    rows = session.execute(
        text("""
            SELECT m.lease_id, m.month, d.category, sum(d.gto_fen)::bigint AS gto
              FROM turnover_month m LEFT JOIN turnover_day d ON d.mall_id = m.mall_id AND d.lease_id = m.lease_id
               AND d.counts_on >= m.month AND d.counts_on < m.month + interval '1 month'
             WHERE m.mall_id = app_mall() AND m.lease_id = ANY(:leases) GROUP BY 1, 2, 3
        """),
        {'leases': list(lease_ids)},
    )
    found: Turnover = defaultdict(lambda: defaultdict(dict))
    for lease_id, month, category, gto in rows:
        months = found[lease_id][month]
        if category is not None:
            months[category] = gto
    return found


def facts_of(session: Session, leases: Sequence[Lease]) -> dict[LeaseId, LeaseFacts]:
    """Leases as the arithmetic wants them, in four statements however many there are."""
    ids = [lease.id for lease in leases]
    items, units, turnover = items_of(session, ids), units_of(session, ids), closed_turnover(session, ids)
    return {
        LeaseId(lease.id): LeaseFacts(
            period=Period(lease.starts_on, lease.ends_on), terms=LEASE_TERMS.validate_python(lease.terms),
            items=[as_item(item) for item in items[lease.id]],
            net_area_dm2=sum(unit.net_area_dm2 for unit in units[lease.id]), turnover=turnover[lease.id],
        ) for lease in leases
    }  # fmt: skip


def as_item(item: LeaseItem) -> Item:
    return Item(Period(item.starts_on, item.ends_on), ITEM_TERMS.validate_python(item.terms))


def new_item(item: NewItem) -> Item:
    return Item(Period(item.starts_on, item.ends_on), item.terms)


def item_row(lease: Lease, item: NewItem, version: int) -> LeaseItem:
    return LeaseItem(
        mall_id=lease.mall_id, lease_id=lease.id, tenant_id=lease.tenant_id, kind=item.terms.kind,
        starts_on=item.starts_on, ends_on=item.ends_on, terms=ITEM_TERMS.dump_python(item.terms, mode='json'),
        from_version=version,
    )  # fmt: skip


def lease_view(session: Session, lease: Lease) -> LeaseView:
    return lease_views(session, [lease])[0]


def lease_views(session: Session, leases: Sequence[Lease]) -> list[LeaseView]:
    ids = [lease.id for lease in leases]
    items, units = items_of(session, ids), units_of(session, ids)
    return [
        LeaseView(
            id=LeaseId(lease.id), number=lease.number, tenant_id=TenantId(lease.tenant_id), category=lease.category,
            status=lease.status, starts_on=lease.starts_on, ends_on=lease.ends_on, version=lease.version,
            terms=LEASE_TERMS.validate_python(lease.terms), breaks=BREAKS.validate_python(lease.breaks),
            unit_ids=tuple(LettableUnitId(unit.id) for unit in units[lease.id]),
            net_area_dm2=sum(unit.net_area_dm2 for unit in units[lease.id]),
            items=tuple(_item_view(item) for item in items[lease.id]),
        ) for lease in leases
    ]  # fmt: skip


def _item_view(item: LeaseItem) -> ItemView:
    return ItemView(
        id=ItemId(item.id), kind=item.kind, starts_on=item.starts_on, ends_on=item.ends_on,
        terms=ITEM_TERMS.validate_python(item.terms), from_version=item.from_version,
    )  # fmt: skip


def tenant_view(tenant: Tenant) -> TenantView:
    return TenantView(
        id=TenantId(tenant.id), code=tenant.code, name_zh=tenant.name_zh, name_en=tenant.name_en,
        legal_name=tenant.legal_name, credit_code=tenant.credit_code, category=tenant.category,
    )  # fmt: skip


def unit_view(unit: LettableUnit) -> LettableUnitView:
    return LettableUnitView(
        id=LettableUnitId(unit.id), code=unit.code, floor_id=FloorId(unit.floor_id),
        plan_unit_id=None if unit.plan_unit_id is None else UnitId(unit.plan_unit_id), opens_on=unit.opens_on,
        closes_on=unit.closes_on, net_area_dm2=unit.net_area_dm2, gross_area_dm2=unit.gross_area_dm2,
    )  # fmt: skip
