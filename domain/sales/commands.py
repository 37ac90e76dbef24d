"""Inputs, validated and frozen."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTill:
    code: str
    shop: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenShift:
    till: str
    float_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCash:
    """Cash put into the drawer or (negative) taken out of it."""

    till: str
    key: str
    fen: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseShift:
    """What was counted, without knowing what should be there."""

    till: str
    counted_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketItem:
    """`unit_fen` is the shelf price; another price needs the right and a reason."""

    sku: str
    name: str
    category: str
    quantity: int
    unit_fen: int
    override_fen: int | None = None
    override_reason: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RingUp:
    """`coupons` None lets the engine choose; a tuple uses just these. `seconds` is how long the basket took."""

    key: str
    till: str
    items: tuple[BasketItem, ...]
    occurred_at: datetime
    member_id: int | None = None
    coupons: tuple[int, ...] | None = None
    points: int = 0
    seconds: int = 0
    is_training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderCash:
    sale_key: str
    till: str
    key: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLines:
    """`lines` pairs the number of a line (from 0) with a quantity."""

    sale_key: str
    till: str
    key: str
    lines: tuple[tuple[int, int], ...]
