"""What happened after sales."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class RequestOpened(Event):
    """Somebody asks a shop about goods; who bought them is known where a member did."""

    name: ClassVar[str] = 'aftersales.request_opened'

    key: str
    shop: str
    member_id: int | None


@dataclass(frozen=True, kw_only=True)
class RequestEscalated(Event):
    name: ClassVar[str] = 'aftersales.request_escalated'

    key: str
    shop: str


@dataclass(frozen=True, kw_only=True)
class ReceiptClaimed(Event):
    """A photographed receipt was accepted."""

    name: ClassVar[str] = 'aftersales.receipt_claimed'

    claim_id: int
    member_id: int
    shop: str
    fen: int
