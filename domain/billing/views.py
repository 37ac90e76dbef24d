"""What billing answers: frozen views. Amounts in fen, ends exclusive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.billing.commands import (
    AllocationOrder,
    ChargeId,
    CostId,
    FeeId,
    HandedInId,
    KeyTableId,
    PaymentId,
    RunId,
)
from domain.leasing.commands import LeaseId
from domain.shared.actor import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of a run."""

    lease_id: LeaseId
    tenant_id: TenantId
    kind: str
    source: str
    starts_on: date
    ends_on: date
    amount_fen: int
    due_on: date
    is_adjustment: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """Where a run stands. `held` names the meters that could not be billed, with the reason."""

    id: RunId
    from_on: date
    until_on: date
    status: str
    content_hash: str
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView(RunState):
    """A run with its lines: tens of thousands in a year of a mall."""

    lines: tuple[LineView, ...]

    @property
    def total_fen(self) -> int:
        return sum(line.amount_fen for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeView:
    id: ChargeId
    lease_id: LeaseId
    tenant_id: TenantId
    kind: str
    starts_on: date
    ends_on: date
    amount_fen: int
    open_fen: int
    due_on: date
    is_adjustment: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """A payment, what it settled, and what is left of it. `is_replay`: it had been recorded before."""

    id: PaymentId
    tenant_id: TenantId
    amount_fen: int
    order: AllocationOrder
    parts: Mapping[ChargeId, int]
    unapplied_fen: int
    is_replay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTableView:
    id: KeyTableId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostView:
    """A shared cost by bearer: leases, and the landlord."""

    id: CostId
    by_lease: Mapping[LeaseId, int]
    landlord_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeView:
    id: FeeId


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginState:
    """What became of a charge of another slice's origin: `charge_id` once a run has billed it."""

    origin: str
    fee_id: FeeId
    amount_fen: int
    charge_id: ChargeId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingRow:
    """One tenant's debts by age, and the money of its that settles nothing yet."""

    tenant_id: TenantId
    by_age: Mapping[str, int]
    unapplied_fen: int

    @property
    def open_fen(self) -> int:
        return sum(self.by_age.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFees:
    """What a run over late fees charged, by charge that bore them."""

    by_charge: Mapping[ChargeId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderView:
    tenant_id: TenantId
    level: int
    overdue_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """A year's turnover rent for the audited GTO, what was billed, and the difference that was charged."""

    id: LeaseId
    year: int
    due_fen: int
    billed_fen: int
    charge_id: ChargeId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutView:
    """A tenant's online payment. `state` is that of its payment order; `show` is the code to scan while it is open."""

    key: str
    tenant_id: TenantId
    amount_fen: int
    state: str
    opened_at: datetime
    settled: PaymentView | None
    show: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A certificate that a shop handed in, and whether the year has been settled since."""

    id: HandedInId
    lease_id: LeaseId
    year: int
    audited_gto_fen: int
    document: str
    attachment: str
    uploaded_by: str
    uploaded_at: datetime
    is_settled: bool
