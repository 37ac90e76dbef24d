"""What happened to bills."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class RunPosted(Event):
    name: ClassVar[str] = 'billing.run_posted'

    run_id: int
    charges: int
    total_fen: int


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(Event):
    name: ClassVar[str] = 'billing.payment_received'

    payment_id: int
    tenant_id: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class ReminderDue(Event):
    name: ClassVar[str] = 'billing.reminder_due'

    tenant_id: int
    level: int
    overdue_fen: int
