"""数电票: fully digital invoices are asked for, numbered by the tax office, and reversed by red-letter ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.billing.commands import ChargeId
from domain.billing.errors import ChargeInvoiced, InvoiceNotReady, InvoiceUnknown, NothingToInvoice
from domain.billing.models import Charge, EInvoice, EInvoiceLine
from domain.billing.permissions import RECEIVE, VIEW
from domain.billing.runs import mall_of
from domain.shared.actor import Actor, TenantId
from domain.shared.live import notify
from domain.shared.operations import operation, query

# The tax that an amount includes: real estate let 9 %, services 6 %, utilities 13 %; deposits and damages bear none.
TAX_BP: Mapping[str, int] = MappingProxyType({
    'rent': 900, 'turnover_rent': 900, 'service_charge': 600, 'promotion_levy': 600, 'cam': 600, 'promotion': 600,
    'energy': 1_300, 'electricity': 1_300, 'water': 900, 'gas': 900, 'cost': 600, 'other': 600,
})  # fmt: skip
BASIS = 10_000
Outcome = Literal['issued', 'failed', 'red_requested', 'reversed']
NEXT: Mapping[str, tuple[str, ...]] = MappingProxyType({
    'issued': ('requested',), 'failed': ('requested',), 'red_requested': ('issued',), 'reversed': ('red_requested',),
})  # fmt: skip

_LIVE = text("""
    SELECT l.charge_id FROM einvoice_line l JOIN einvoice e ON e.mall_id = l.mall_id AND e.id = l.einvoice_id
     WHERE l.mall_id = app_mall() AND l.charge_id = ANY(:charges) AND e.status NOT IN ('failed', 'reversed') LIMIT 1
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceView:
    """An invoice; `tax_fen` is what its amount includes."""

    id: int
    tenant_id: TenantId
    status: str
    amount_fen: int
    tax_fen: int
    number: str | None
    red_number: str | None
    reason: str
    requested_by: str
    requested_at: datetime
    changed_at: datetime


@operation(RECEIVE, name='billing.request_invoice')
def request_invoice(
    session: Session, *, actor: Actor, tenant_id: TenantId, charge_ids: tuple[ChargeId, ...], now: datetime
) -> InvoiceView:  # fmt: skip
    """Asks for one invoice over some of a tenant's charges; adjustments go with what they adjust.

    :raises NothingToInvoice: when the taxable charges come to nothing.
    :raises ChargeInvoiced: when one of them stands on an invoice that holds.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('einvoice'), :tenant)"), {'tenant': tenant_id})
    statement = select(Charge).where(Charge.tenant_id == tenant_id, col(Charge.id).in_(charge_ids))
    charges = [charge for charge in session.exec(statement.order_by(col(Charge.id))) if charge.kind in TAX_BP]
    amount = sum(charge.amount_fen for charge in charges)
    if amount <= 0:
        raise NothingToInvoice
    taken = session.execute(_LIVE, {'charges': [charge.id for charge in charges]}).scalar_one_or_none()
    if taken is not None:
        raise ChargeInvoiced(charge=taken)
    taxes = {charge.id: included_tax(charge.amount_fen, TAX_BP[charge.kind]) for charge in charges}
    invoice = EInvoice(
        mall_id=mall_of(actor), tenant_id=tenant_id, status='requested', amount_fen=amount,
        tax_fen=sum(taxes.values()), requested_by=actor.name, requested_at=now, changed_at=now,
    )  # fmt: skip
    session.add(invoice)
    session.flush()
    session.add_all(
        EInvoiceLine(
            mall_id=invoice.mall_id, einvoice_id=invoice.id, charge_id=charge.id, tenant_id=tenant_id,
            amount_fen=charge.amount_fen, tax_bp=TAX_BP[charge.kind], tax_fen=taxes[charge.id],
        ) for charge in charges
    )  # fmt: skip
    session.flush()
    notify(session, 'billing', invoice.mall_id)
    return _view(invoice)


@operation(RECEIVE, name='billing.note_invoice')
def note_invoice(
    session: Session, *, actor: Actor, invoice_id: int, outcome: Outcome, number: str = '', reason: str = '',
    now: datetime,
) -> InvoiceView:  # fmt: skip
    """Notes what became of an invoice: issued under a number, failed, asked to be reversed, reversed under another.

    :raises InvoiceUnknown:
    :raises InvoiceNotReady: when it cannot go there from where it is, or the number is missing or taken.
    """
    invoice = session.exec(select(EInvoice).where(EInvoice.id == invoice_id).with_for_update()).one_or_none()
    if invoice is None:
        raise InvoiceUnknown(invoice=invoice_id)
    needs_number = outcome in ('issued', 'reversed')
    is_number = number.isascii() and number.isdigit() and len(number) == 20
    if invoice.status not in NEXT[outcome] or needs_number != is_number:
        raise InvoiceNotReady(status=invoice.status)
    invoice.status, invoice.changed_at, invoice.reason = outcome, now, reason or invoice.reason
    if outcome == 'issued':
        invoice.number = number
    if outcome == 'reversed':
        invoice.red_number = number
    try:
        session.flush()
    except IntegrityError as error:
        raise InvoiceNotReady(status='number taken') from error
    notify(session, 'billing', invoice.mall_id)
    return _view(invoice)


@query(VIEW)
def list_invoices(session: Session, *, actor: Actor, tenant_id: TenantId | None = None) -> list[InvoiceView]:
    """Invoices, the newest first; of one tenant where asked."""
    statement = select(EInvoice).order_by(col(EInvoice.id).desc())
    if tenant_id is not None:
        statement = statement.where(EInvoice.tenant_id == tenant_id)
    return [_view(row) for row in session.exec(statement)]


@query(VIEW)
def invoiced_charges(session: Session, *, actor: Actor, tenant_id: TenantId) -> set[ChargeId]:
    """The charges of a tenant that stand on an invoice that holds."""
    rows = session.exec(
        select(EInvoiceLine.charge_id)
        .join(EInvoice, col(EInvoice.id) == EInvoiceLine.einvoice_id)
        .where(EInvoiceLine.tenant_id == tenant_id, col(EInvoice.status).not_in(['failed', 'reversed']))
    )
    return {ChargeId(row) for row in rows}


def included_tax(amount_fen: int, tax_bp: int) -> int:
    """The tax that an amount includes, rounded half up; a credit's is negative."""
    sign = -1 if amount_fen < 0 else 1
    return sign * ((2 * abs(amount_fen) * tax_bp + BASIS + tax_bp) // (2 * (BASIS + tax_bp)))


def _view(row: EInvoice) -> InvoiceView:
    return InvoiceView(
        id=row.id, tenant_id=TenantId(row.tenant_id), status=row.status, amount_fen=row.amount_fen,
        tax_fen=row.tax_fen, number=row.number, red_number=row.red_number, reason=row.reason,
        requested_by=row.requested_by, requested_at=row.requested_at, changed_at=row.changed_at,
    )  # fmt: skip
