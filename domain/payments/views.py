"""Outputs, frozen."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


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
