"""Outputs, frozen."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.shared.office_files import Objection


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    id: int
    out_no: str
    channel: str
    fen: int
    refunded_fen: int
    state: str
    is_surplus: bool
    transaction_no: str | None
    paid_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    id: int
    key: str
    subject: str
    total_fen: int
    paid_fen: int
    refunded_fen: int
    state: str
    attempts: tuple[AttemptView, ...]

    @property
    def may_hand_over(self) -> bool:
        """Whether the goods may leave: everything is paid for certain (PO-R5)."""
        return self.state in ('paid', 'fulfilled')

    @property
    def is_unresolved(self) -> bool:
        return any(attempt.state == 'unknown' for attempt in self.attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    id: int
    key: str
    out_no: str
    attempt_out_no: str
    channel: str
    fen: int
    total_fen: int
    reason: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionView:
    id: int
    kind: str
    subject: str
    facts: dict[str, Any]
    times: int
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A channel's day in three books."""

    channel: str
    bill_on: date
    ours_fen: int
    bill_fen: int
    fee_fen: int
    expected_fee_fen: int
    settled_fen: int | None
    exceptions: int

    @property
    def is_clean(self) -> bool:
        return self.exceptions == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDay:
    """A channel's day: what we took, what its bill says, what the bank paid."""

    day: date
    channel: str
    payments: int
    taken_fen: int
    refunded_fen: int
    bill_fen: int | None
    fee_fen: int | None
    settled_fen: int | None

    @property
    def difference_fen(self) -> int | None:
        """Our books less the bill; None before the bill has come."""
        return None if self.bill_fen is None else self.taken_fen - self.refunded_fen - self.bill_fen

    @property
    def unsettled_fen(self) -> int | None:
        """What the bill will pay less what the bank booked; None before both have come."""
        if self.bill_fen is None or self.settled_fen is None:
            return None
        return self.bill_fen - (self.fee_fen or 0) - self.settled_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    """A refund in a list."""

    id: int
    out_no: str
    channel: str
    fen: int
    reason: str
    state: str
    tries: int
    requested_at: datetime
    done_at: datetime | None
    order_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A credit of a bank statement; `channel` None where no channel paid it."""

    booked_on: date
    fen: int
    payer: str
    reference: str
    channel: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedStatement:
    """What became of a bank statement. With objections nothing was taken."""

    credits: int = 0
    repeated: int = 0
    others: int = 0
    settled_days: int = 0
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BankCredit:
    """What a channel paid into the account. Without days it waits for its bill; not exact, a person must look."""

    id: int
    channel: str
    booked_on: date
    fen: int
    payer: str
    reference: str
    first_on: date | None
    last_on: date | None
    is_exact: bool

    @property
    def is_unknown(self) -> bool:
        """Given up: no bill explains it, so it stands for its own day and settles none."""
        return not self.is_exact and self.first_on == self.booked_on
