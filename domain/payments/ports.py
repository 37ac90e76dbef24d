"""What a payment channel must be able to do. Adapters in `integrations/payments` implement it; nothing else talks HTTP.

An answer says only what the channel said for certain. A time-out is never `CLOSED`: the money may have moved. To `pay`
it is `PENDING`, so that the attempt is asked about and then cancelled; to `cancel` it is `UNKNOWN` (PO-R5).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    PAID = 'paid'
    PENDING = 'pending'  # USERPAYING: the customer is typing a password
    CLOSED = 'closed'
    UNKNOWN = 'unknown'


@dataclass(frozen=True, slots=True, kw_only=True)
class PayRequest:
    """One attempt. `auth_code` is a scanned 付款码; without it the channel returns something to show or to call."""

    out_no: str
    fen: int
    subject: str
    auth_code: str = ''
    payer: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class PayAnswer:
    outcome: Outcome
    transaction_no: str = ''
    fen: int | None = None
    paid_at: datetime | None = None
    show: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    out_no: str
    out_refund_no: str
    refund_fen: int
    total_fen: int


class PayChannel(Protocol):
    """A channel; `name` and `merchant` are compared with what a notice claims."""

    @property
    def name(self) -> str: ...

    @property
    def merchant(self) -> str: ...

    def pay(self, request: PayRequest) -> PayAnswer:
        """Begins, and with a scanned code perhaps ends, an attempt."""

    def query(self, out_no: str) -> PayAnswer:
        """What became of an attempt."""

    def cancel(self, out_no: str) -> PayAnswer:
        """Tries to undo an attempt (撤销); `CLOSED` only when that is certain."""

    def refund(self, request: RefundRequest) -> Outcome:
        """Gives money back; `PAID` when it is done, the same number asked twice being one refund."""
