"""What happened to payments."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderPaid(Event):
    name: ClassVar[str] = 'payments.order_paid'

    order_key: str
    fen: int


@dataclass(frozen=True, kw_only=True)
class RefundRequested(Event):
    """Somebody must ask the channel to give money back; the worker does."""

    name: ClassVar[str] = 'payments.refund_requested'

    out_no: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class ExceptionOpened(Event):
    name: ClassVar[str] = 'payments.exception_opened'

    kind: str
    subject: str
