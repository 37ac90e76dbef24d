"""对账单: what a tenant owed at the beginning, what was charged and paid since, and what is left at the end."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from domain.billing.permissions import VIEW
from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.shared.actor import Actor, TenantId
from domain.shared.errors import NotFound
from domain.shared.operations import query

_BEFORE = text("""
    SELECT coalesce((SELECT sum(amount_fen) FROM charge
                      WHERE mall_id = app_mall() AND tenant_id = :tenant AND due_on < :from_on), 0)::bigint
         - coalesce((SELECT sum(amount_fen) FROM tenant_payment
                      WHERE mall_id = app_mall() AND tenant_id = :tenant AND paid_on < :from_on), 0)::bigint
""")
_ENTRIES = text("""
    SELECT due_on AS on, kind AS what, starts_on, ends_on, amount_fen, '' AS reference, is_adjustment FROM charge
     WHERE mall_id = app_mall() AND tenant_id = :tenant AND due_on >= :from_on AND due_on < :until_on
    UNION ALL
    SELECT paid_on, 'payment.' || method, NULL, NULL, -amount_fen, key, false FROM tenant_payment
     WHERE mall_id = app_mall() AND tenant_id = :tenant AND paid_on >= :from_on AND paid_on < :until_on
     ORDER BY 1, 5 DESC
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEntry:
    """A charge by the day it is due, or a payment by the day it came; what is paid or credited is negative."""

    on: date
    what: str
    starts_on: date | None
    ends_on: date | None
    amount_fen: int
    balance_fen: int
    reference: str
    is_adjustment: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One tenant's account from a day until another."""

    tenant: TenantView
    from_on: date
    until_on: date
    opening_fen: int
    entries: tuple[StatementEntry, ...]

    @property
    def closing_fen(self) -> int:
        return self.entries[-1].balance_fen if self.entries else self.opening_fen


@query(VIEW)
def get_statement(
    session: Session, *, actor: Actor, tenant_id: TenantId, from_on: date, until_on: date
) -> Statement:  # fmt: skip
    """:raises NotFound: when there is no such tenant, or it is another's."""
    tenant = next((one for one in list_tenants(session, actor=actor) if one.id == tenant_id), None)
    if tenant is None:
        raise NotFound
    asked = {'tenant': tenant_id, 'from_on': from_on, 'until_on': until_on}
    opening = balance = int(session.execute(_BEFORE, asked).scalar_one())
    entries = []
    for row in session.execute(_ENTRIES, asked):
        balance += row.amount_fen
        entries.append(StatementEntry(**row._mapping, balance_fen=balance))
    return Statement(
        tenant=tenant, from_on=from_on, until_on=until_on, opening_fen=opening, entries=tuple(entries)
    )  # fmt: skip
