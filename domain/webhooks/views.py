"""What the slice answers: frozen views."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from domain.shared.actor import TenantId
from domain.webhooks.commands import DeliveryId, EndpointId


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointView:
    """`waiting` deliveries are still to come, `given_up` ones wait for a person. A paused endpoint is told later."""

    id: EndpointId
    tenant_id: TenantId | None
    url: str
    events: tuple[str, ...]
    is_active: bool
    is_paused: bool
    created_by: str
    created_at: datetime
    waiting: int
    given_up: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEndpoint:
    """`secret` is shown here and never again."""

    id: EndpointId
    url: str
    events: tuple[str, ...]
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    id: DeliveryId
    endpoint_id: EndpointId
    event_id: str
    event: str
    state: str
    tries: int
    created_at: datetime
    next_try_at: datetime | None
    last_status: int | None
    last_error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDelivery:
    """What a sender needs for one try."""

    id: DeliveryId
    url: str
    secret: SecretStr
    event_id: str
    event: str
    created_at: datetime
    facts: dict[str, Any]
    allows_private: bool
