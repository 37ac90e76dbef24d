"""What tenants turned over day by day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from domain.leasing.permissions import VIEW
from domain.shared.actor import Actor, TenantId
from domain.shared.operations import query


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantDay:
    """A tenant's sales of one business day, over all its leases, by the day on which they happened."""

    tenant_id: TenantId
    category: str
    on: date
    gto_fen: int
    receipts: int


_DAYS = text("""
    SELECT d.tenant_id, t.category, d.happened_on AS on, sum(d.gto_fen)::bigint AS gto_fen,
           sum(d.receipts)::integer AS receipts
      FROM turnover_day d JOIN tenant t ON t.mall_id = d.mall_id AND t.id = d.tenant_id
     WHERE d.mall_id = app_mall() AND d.happened_on >= :from_on AND d.happened_on < :until_on
     GROUP BY d.tenant_id, t.category, d.happened_on ORDER BY d.tenant_id, d.happened_on
""")


@query(VIEW)
def list_tenant_days(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[TenantDay]:
    """Every day that a tenant reported; a tenant's own people see their own."""
    rows = session.execute(_DAYS, {'from_on': from_on, 'until_on': until_on})
    return [TenantDay(**row._mapping) for row in rows]
