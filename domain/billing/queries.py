"""Questions to billing."""

from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.billing._rules.ageing import BUCKETS, bucket
from domain.billing.commands import ChargeId
from domain.billing.models import Charge
from domain.billing.payments import FREE_MONEY, OPEN_CHARGES
from domain.billing.permissions import VIEW
from domain.billing.views import AgeingRow, ChargeView
from domain.leasing.commands import LeaseId
from domain.shared.actor import Actor, TenantId
from domain.shared.operations import query


@query(VIEW)
def list_charges(
    session: Session, *, actor: Actor, tenant_id: TenantId | None = None, lease_id: LeaseId | None = None
) -> list[ChargeView]:
    """Charges with what is open of them, oldest debt first; a tenant's people see their own."""
    statement = select(Charge).order_by(col(Charge.due_on), col(Charge.id))
    if tenant_id is not None:
        statement = statement.where(Charge.tenant_id == tenant_id)
    if lease_id is not None:
        statement = statement.where(Charge.lease_id == lease_id)
    still_open = {row.id: row.open_fen for row in session.execute(text(OPEN_CHARGES))}
    return [
        ChargeView(
            id=ChargeId(charge.id), lease_id=LeaseId(charge.lease_id), tenant_id=TenantId(charge.tenant_id),
            kind=charge.kind, starts_on=charge.starts_on, ends_on=charge.ends_on, amount_fen=charge.amount_fen,
            open_fen=still_open.get(charge.id, 0), due_on=charge.due_on, is_adjustment=charge.is_adjustment,
        ) for charge in session.exec(statement)
    ]  # fmt: skip


@query(VIEW)
def ageing(session: Session, *, actor: Actor, on: date) -> list[AgeingRow]:
    """Every tenant's open debts by age on a day (账龄表), and its free money, which is not netted."""
    by_tenant: dict[int, dict[str, int]] = {}
    for row in session.execute(text(OPEN_CHARGES)):
        if row.open_fen > 0:
            ages = by_tenant.setdefault(row.tenant_id, dict.fromkeys(BUCKETS, 0))
            ages[bucket(row.due_on, on)] += row.open_fen
    free: dict[int, int] = {}
    for row in session.execute(text(FREE_MONEY)):
        free[row.tenant_id] = free.get(row.tenant_id, 0) + row.free_fen
    tenants = sorted(by_tenant.keys() | {tenant for tenant, fen in free.items() if fen})
    return [
        AgeingRow(
            tenant_id=TenantId(tenant), by_age=by_tenant.get(tenant, dict.fromkeys(BUCKETS, 0)),
            unapplied_fen=free.get(tenant, 0),
        ) for tenant in tenants
    ]  # fmt: skip
