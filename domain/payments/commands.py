"""Inputs, validated and frozen."""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """`key` is made where the order begins, at a till also without a network: it names the order for ever (PO-R10)."""

    key: str
    total_fen: int
    subject: str
    open_minutes: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAttempt:
    order_key: str
    channel: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCash:
    """Money in the drawer; `key` is the till's for this tender."""

    order_key: str
    key: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCard:
    order_key: str
    key: str
    fen: int
    card_number: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNotice:
    """What a channel told, verified and decrypted by its adapter."""

    channel: str
    merchant: str
    out_no: str
    transaction_no: str
    fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefund:
    """Money back for an order, spread over its tenders; the same key refunds once."""

    order_key: str
    key: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCard:
    number: SecretStr
    fen: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    out_no: str
    fen: int
    fee_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBill:
    """A channel's bill of a day and what the bank settled for it."""

    channel: str
    bill_on: date
    lines: tuple[BillLine, ...]
    settled_fen: int | None
    fee_basis_points: int = 38
    is_fee_per_payment: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleException:
    exception_id: int
    remark: str
