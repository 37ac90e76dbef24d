"""Inputs of permits, validated and frozen."""

from datetime import date
from typing import Annotated, Literal, NewType

from pydantic import AwareDatetime, Field
from pydantic.dataclasses import dataclass

from domain.shared.actor import TenantId

SpaceId = NewType('SpaceId', int)
PromotionId = NewType('PromotionId', int)
BookingId = NewType('BookingId', int)
PermitId = NewType('PermitId', int)

Words = Annotated[str, Field(min_length=1, max_length=2_000)]
Fen = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSpace:
    """A space to be booked; every booking needs the buffer before it to set up."""

    code: Annotated[str, Field(pattern=r'^[A-Za-z0-9._-]{1,64}$')]
    name_zh: Words
    name_en: Words
    kind: Literal['atrium', 'advertising', 'corridor']
    buffer_minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceProof:
    """A promoted price beside the lowest of the seven days before, and the receipt or photo that proves it."""

    item: Words
    regular_fen: Annotated[int, Field(gt=0)]
    promoted_fen: Fen
    proof: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanics:
    """Everything that is approved and then frozen."""

    title: Words
    text: Words
    starts_on: date
    ends_on: date
    prices: tuple[PriceProof, ...] = ()
    is_loud: bool = False
    builds_stand: bool = False
    shared_cost_fen: Fen = 0
    brand_share_bp: Annotated[int, Field(ge=0, le=10_000)] = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePromotion:
    tenant_id: TenantId
    mechanics: Mechanics


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisePromotion:
    """Another version. Its spaces stay, move along with its first day, or are given back."""

    promotion_id: PromotionId
    mechanics: Mechanics
    spaces: Literal['keep', 'move', 'release'] = 'keep'


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPromotion:
    promotion_id: PromotionId
    reason: Annotated[str, Field(max_length=500)] = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSpace:
    """A space for a promotion from an instant until another."""

    promotion_id: PromotionId
    space_id: SpaceId
    starts_at: AwareDatetime
    ends_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSpace:
    """A space for the mall itself: its own event, repairs."""

    space_id: SpaceId
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBooking:
    booking_id: BookingId


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePromotion:
    """What the promotion really cost, and the papers that say so; both sides pay their part of it."""

    promotion_id: PromotionId
    actual_cost_fen: Fen
    document: Annotated[str, Field(max_length=200)] = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideSettlement:
    """A decision about the settlement with that hash."""

    promotion_id: PromotionId
    content_hash: str
    verdict: Literal['agree', 'return']
    comment: Annotated[str, Field(max_length=500)] = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitFacts:
    """Leave for works, staying after hours, or carrying goods out. Works need insurance for their whole time."""

    kind: Literal['works', 'after_hours', 'goods_out']
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    text: Words
    insured_until: date | None = None
    goods: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPermit(PermitFacts):
    tenant_id: TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisePermit(PermitFacts):
    """Another version of what was asked; the kind stays, since it says who reviews it."""

    permit_id: PermitId


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPermit:
    permit_id: PermitId
    reason: Annotated[str, Field(max_length=500)] = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPermit:
    """What a guard decided about the permit of a code."""

    code: Annotated[str, Field(min_length=1, max_length=32)]
    verdict: Literal['passed', 'stopped']
    note: Annotated[str, Field(max_length=500)] = ''
