"""What permits answer: frozen views."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.approvals.views import ApprovalView
from domain.permits.commands import BookingId, Mechanics, PermitId, PromotionId, SpaceId
from domain.shared.actor import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceView:
    id: SpaceId
    code: str
    name_zh: str
    name_en: str
    kind: str
    buffer_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingView:
    """A booking, or with a `reason` a block of the mall's. The space is taken from `occupied_from`, set-up included."""

    id: BookingId
    space_id: SpaceId
    promotion_id: PromotionId | None
    starts_at: datetime
    ends_at: datetime
    occupied_from: datetime
    is_cancelled: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """A booking as the mall's people see it. `standing`: held, approved, blocked."""

    booking: BookingView
    standing: str
    title: str
    tenant_id: TenantId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A time at which a space is taken, without saying by whom."""

    space_id: SpaceId
    occupied_from: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A booking in the way. `why`: event, own_setup, their_setup."""

    booking: BookingView
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionView:
    id: PromotionId
    tenant_id: TenantId
    mechanics: Mechanics
    filed_by: str
    filed_at: datetime
    approval: ApprovalView
    bookings: tuple[BookingView, ...]
    brand_fen: int | None
    mall_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Who pays what of a cost; the parts sum to it."""

    cost_fen: int
    budget_fen: int
    brand_share_bp: int
    brand_fen: int
    mall_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementView:
    """A promotion's shared cost: `approval` once it was proposed, `brand_fen` and `mall_fen` once it is settled."""

    promotion_id: PromotionId
    tenant_id: TenantId
    title: str
    starts_on: date
    ends_on: date
    budget_fen: int
    brand_share_bp: int
    is_ready: bool
    approval: ApprovalView | None
    brand_fen: int | None
    mall_fen: int | None

    @property
    def standing(self) -> str:
        """open, pending, returned, or settled."""
        if self.brand_fen is not None:
            return 'settled'
        return self.approval.status if self.approval else 'open'


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitView:
    id: PermitId
    tenant_id: TenantId
    kind: str
    starts_at: datetime
    ends_at: datetime
    text: str
    code: str
    insured_until: date | None
    goods: tuple[str, ...]
    asked_by: str
    asked_at: datetime
    approval: ApprovalView


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCheckView:
    """What the gate made of a permit that was shown there."""

    permit_id: PermitId
    verdict: str
    note: str
    checked_by: str
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A permit at the gate. `standing`: valid, early, late, used, not_approved; with what was decided before."""

    permit: PermitView
    standing: str
    checks: tuple[GateCheckView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """A line of the gate's log: the permit that was shown, and what the guard did."""

    code: str
    kind: str
    check: GateCheckView
