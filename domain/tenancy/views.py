"""What the slice answers: frozen views."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.shared.actor import TenantId
from domain.tenancy.commands import NoticeId, StaffId, Trouble, Urgency, WorkOrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """`recipients` and `readers` count tenants; a tenant's people see 1 and whether their shop read it."""

    id: NoticeId
    title: str
    body: str
    must_read: bool
    published_by: str
    published_at: datetime
    expires_on: date | None
    recipients: int
    readers: int
    is_read_by_me: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """A tenant that a notice was published to; the first of its people who read it, if any."""

    tenant_id: TenantId
    tenant_zh: str
    tenant_en: str
    first_reader: str | None
    first_read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step of a work order: asked, accepted, done, confirmed, reopened, escalated."""

    what: str
    by: str
    at: datetime
    words: str
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrderView:
    id: WorkOrderId
    tenant_id: TenantId
    tenant_zh: str
    tenant_en: str
    trouble: Trouble
    urgency: Urgency
    place: str
    words: str
    state: str
    opened_at: datetime
    due_at: datetime
    handler: str | None
    done_at: datetime | None
    mark: int | None
    is_escalated: bool
    steps: tuple[StepView, ...]

    def is_overdue(self, now: datetime) -> bool:
        return self.state in ('open', 'accepted') and self.due_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffView:
    id: StaffId
    tenant_id: TenantId
    name: str
    position: str
    badge: str
    starts_on: date
    last_on: date | None

    def works_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.last_on is None or day <= self.last_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeCheck:
    """Whether a badge opens doors on a day, and whose it is."""

    is_valid: bool
    staff: StaffView | None
    tenant_zh: str
    tenant_en: str
