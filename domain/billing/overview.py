"""What people see of bills at once: runs, a charge with its origin, payments, key tables, costs, certificates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.billing.commands import ChargeId, KeyTableId, PaymentId, RunId
from domain.billing.errors import ChargeUnknown
from domain.billing.models import Certificate, Charge, Dispute, KeyTable
from domain.billing.permissions import VIEW
from domain.leasing.commands import LeaseId
from domain.shared.actor import Actor, TenantId
from domain.shared.operations import query


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run without its lines."""

    id: RunId
    from_on: date
    until_on: date
    status: str
    lines: int
    total_fen: int
    previewed_by: str
    previewed_at: datetime
    approved_by: str | None
    posted_by: str | None
    posted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A part of a charge that money or a credit settled."""

    amount_fen: int
    on: date
    payment_id: PaymentId | None
    credit_id: ChargeId | None
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeDetail:
    """A charge with where it came from and what became of it."""

    id: ChargeId
    run_id: RunId | None
    lease_id: LeaseId
    tenant_id: TenantId
    kind: str
    source: str
    anchor_on: date
    sequence: int
    starts_on: date
    ends_on: date
    amount_fen: int
    due_on: date
    is_adjustment: bool
    facts: Mapping[str, object]
    posted_at: datetime
    settled: tuple[Settled, ...]
    siblings: tuple[tuple[ChargeId, int], ...]
    disputed_fen: int
    dispute_reason: str

    @property
    def open_fen(self) -> int:
        return self.amount_fen - sum(part.amount_fen for part in self.settled)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """Money that came, and how much of it settled something."""

    id: PaymentId
    tenant_id: TenantId
    amount_fen: int
    settled_fen: int
    paid_on: date
    method: str
    key: str
    order: str
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTableRow:
    """A key table: shares by unit in thousandths of a promille."""

    id: KeyTableId
    code: str
    keys: Mapping[int, int]
    spreads_vacant: bool
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """A shared cost, and what of it was billed to tenants so far."""

    id: int
    table: str
    kind: str
    starts_on: date
    ends_on: date
    amount_fen: int
    billed_fen: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRow:
    """A year that was reconciled."""

    lease_id: LeaseId
    year: int
    audited_gto_fen: int
    document: str
    has_file: bool
    recorded_by: str
    recorded_at: datetime


_RUNS = text("""
    SELECT r.id, r.from_on, r.until_on, r.status, count(l.number)::integer AS lines,
           coalesce(sum(l.amount_fen), 0)::bigint AS total_fen, r.previewed_by, r.previewed_at, r.approved_by,
           r.posted_by, r.posted_at
      FROM bill_run r LEFT JOIN bill_run_line l ON l.mall_id = r.mall_id AND l.run_id = r.id
     WHERE r.mall_id = app_mall() AND app_tenant() IS NULL GROUP BY r.id ORDER BY r.id DESC LIMIT :most
""")
_SETTLED = text("""
    SELECT a.amount_fen, a.settled_on AS on, a.payment_id, a.credit_id, coalesce(p.method, 'credit') AS method
      FROM allocation a LEFT JOIN tenant_payment p ON p.mall_id = a.mall_id AND p.id = a.payment_id
     WHERE a.mall_id = app_mall() AND (a.charge_id = :charge OR a.credit_id = :charge) ORDER BY a.id
""")
_PAYMENTS = text("""
    SELECT p.id, p.tenant_id, p.amount_fen, coalesce(sum(a.amount_fen), 0)::bigint AS settled_fen, p.paid_on, p.method,
           p.key, p.allocation_order AS "order", p.recorded_by
      FROM tenant_payment p LEFT JOIN allocation a ON a.mall_id = p.mall_id AND a.payment_id = p.id
     WHERE p.mall_id = app_mall() AND (CAST(:tenant AS bigint) IS NULL OR p.tenant_id = :tenant)
     GROUP BY p.id ORDER BY p.paid_on DESC, p.id DESC LIMIT :most
""")
_COSTS = text("""
    SELECT c.id, k.code AS table, c.kind, c.starts_on, c.ends_on, c.amount_fen, c.reason,
           coalesce((SELECT sum(h.amount_fen) FROM charge h
                      WHERE h.mall_id = c.mall_id AND h.source = 'cost:' || c.id), 0)::bigint AS billed_fen
      FROM shared_cost c JOIN key_table k ON k.mall_id = c.mall_id AND k.id = c.key_table_id
     WHERE c.mall_id = app_mall() ORDER BY c.starts_on DESC, c.id DESC
""")
MOST = 2_000


@query(VIEW)
def list_runs(session: Session, *, actor: Actor, most: int = 100) -> list[RunRow]:
    """Runs, the newest first. A tenant's people see none."""
    return [RunRow(**row._mapping) for row in session.execute(_RUNS, {'most': most})]


@query(VIEW)
def get_charge(session: Session, *, actor: Actor, charge_id: ChargeId) -> ChargeDetail:
    """One charge.

    :raises ChargeUnknown:
    """
    charge = session.exec(select(Charge).where(Charge.id == charge_id)).one_or_none()
    if charge is None:
        raise ChargeUnknown(charge=charge_id)
    same = select(Charge).where(
        Charge.lease_id == charge.lease_id, Charge.source == charge.source, Charge.anchor_on == charge.anchor_on
    )
    dispute = session.exec(
        select(Dispute).where(Dispute.charge_id == charge.id, col(Dispute.until_on).is_(None))
    ).first()  # fmt: skip
    return ChargeDetail(
        id=ChargeId(charge.id), run_id=None if charge.run_id is None else RunId(charge.run_id),
        lease_id=LeaseId(charge.lease_id), tenant_id=TenantId(charge.tenant_id), kind=charge.kind,
        source=charge.source, anchor_on=charge.anchor_on, sequence=charge.sequence, starts_on=charge.starts_on,
        ends_on=charge.ends_on, amount_fen=charge.amount_fen, due_on=charge.due_on,
        is_adjustment=charge.is_adjustment, facts=charge.facts, posted_at=charge.posted_at,
        settled=tuple(Settled(**row._mapping) for row in session.execute(_SETTLED, {'charge': charge.id})),
        siblings=tuple(
            (ChargeId(one.id), one.amount_fen) for one in session.exec(same.order_by(col(Charge.sequence)))
        ),
        disputed_fen=dispute.amount_fen if dispute else 0, dispute_reason=dispute.reason if dispute else '',
    )  # fmt: skip


@query(VIEW)
def list_payments(session: Session, *, actor: Actor, tenant_id: TenantId | None = None) -> list[PaymentRow]:
    """Payments, the newest first; of one tenant where asked."""
    rows = session.execute(_PAYMENTS, {'tenant': tenant_id, 'most': MOST})
    return [PaymentRow(**row._mapping) for row in rows]


@query(VIEW)
def list_key_tables(session: Session, *, actor: Actor) -> list[KeyTableRow]:
    """Key tables, the newest first."""
    return [
        KeyTableRow(
            id=KeyTableId(row.id), code=row.code, keys={int(unit): key for unit, key in row.keys.items()},
            spreads_vacant=row.spreads_vacant, set_by=row.set_by, set_at=row.set_at,
        ) for row in session.exec(select(KeyTable).order_by(col(KeyTable.id).desc()))
    ]  # fmt: skip


@query(VIEW)
def list_costs(session: Session, *, actor: Actor) -> list[CostRow]:
    """Shared costs, the newest first."""
    return [CostRow(**row._mapping) for row in session.execute(_COSTS)]


@query(VIEW)
def list_certificates(session: Session, *, actor: Actor) -> list[CertificateRow]:
    """Years that were reconciled, the newest first."""
    return [
        CertificateRow(
            lease_id=LeaseId(row.lease_id), year=row.year, audited_gto_fen=row.audited_gto_fen, document=row.document,
            has_file=row.attachment is not None, recorded_by=row.recorded_by, recorded_at=row.recorded_at,
        ) for row in session.exec(select(Certificate).order_by(col(Certificate.recorded_at).desc()))
    ]  # fmt: skip
