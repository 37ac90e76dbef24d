"""Inputs, validated and frozen."""

from typing import Annotated, NewType

from pydantic import Field
from pydantic.dataclasses import dataclass

# What others may hear of. A name that is not here never leaves the platform.
OFFERED = (
    'billing.payment_received',
    'billing.reminder_due',
    'billing.run_posted',
    'leasing.turnover_month_closed',
    'permits.promotion_settled',
    'tenancy.notice_published',
    'tenancy.work_order_done',
    'tenancy.work_order_escalated',
    'tenancy.work_order_opened',
)

TEST_EVENT = 'webhooks.test'

EndpointId = NewType('EndpointId', int)
DeliveryId = NewType('DeliveryId', int)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEndpoint:
    """An address that wants some events. `allows_private` is for installations whose receivers stand inside."""

    url: Annotated[str, Field(min_length=10, max_length=500)]
    events: Annotated[tuple[str, ...], Field(min_length=1)]
    allows_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event of the outbox, to be told to whoever wants it."""

    event_id: str
    name: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one try went: the status that the receiver answered, or None and why there was no answer."""

    delivery_id: DeliveryId
    status: int | None
    why: str = ''

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
