"""Inputs, validated and frozen."""

from dataclasses import dataclass
from typing import Any, NewType

CouponId = NewType('CouponId', int)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTemplate:
    """A coupon to be given out; `terms` and `validity` are documents of `domain.coupons.terms`."""

    code: str
    name_zh: str
    name_en: str
    terms: dict[str, Any]
    validity: dict[str, Any]
    stock: int
    slots: int = 1
    cap_per_member: int = 1
    cap_per_day: int | None = None
    uses_per_member_day: int | None = None
    batch_policy: str = 'partial'
    rollback_grace_days: int = 7
    funder: str = 'mall'
    budget_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchTemplate:
    """Stops giving out a template's coupons, or resumes; those in hands stay good."""

    template: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStacking:
    document: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantCoupons:
    """`number` coupons of a template to a member; the same key grants once."""

    template: str
    member_id: int
    key: str
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LockCoupons:
    """Reserves coupons for an order."""

    member_id: int
    order_key: str
    coupon_ids: tuple[CouponId, ...]
    minutes: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitCoupons:
    """Uses the coupons of an order, before it is charged; `discounts` says what each took."""

    member_id: int
    order_key: str
    discounts: tuple[tuple[CouponId, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOrder:
    order_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemByCode:
    """A rotating code shown to staff or a kiosk."""

    code: str
    order_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidCoupon:
    coupon_id: CouponId
    reason: str
