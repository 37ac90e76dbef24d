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
