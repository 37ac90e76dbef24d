"""What happened between the mall and its tenants."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class NoticePublished(Event):
    name: ClassVar[str] = 'tenancy.notice_published'

    notice_id: int
    recipients: int


@dataclass(frozen=True, kw_only=True)
class WorkOrderOpened(Event):
    name: ClassVar[str] = 'tenancy.work_order_opened'

    work_order_id: int
    tenant_id: int
    urgency: str


@dataclass(frozen=True, kw_only=True)
class WorkOrderDone(Event):
    name: ClassVar[str] = 'tenancy.work_order_done'

    work_order_id: int
    tenant_id: int


@dataclass(frozen=True, kw_only=True)
class WorkOrderEscalated(Event):
    name: ClassVar[str] = 'tenancy.work_order_escalated'

    work_order_id: int
    tenant_id: int


@dataclass(frozen=True, kw_only=True)
class StaffReleased(Event):
    """Somebody stops working in a shop: doors must forget the badge."""

    name: ClassVar[str] = 'tenancy.staff_released'

    staff_id: int
    tenant_id: int
    badge: str
    last_on: str
