"""What happened to coupons."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class CouponsUsed(Event):
    """A member used coupons for an order; `kinds` says of which kind each is."""

    name: ClassVar[str] = 'coupons.coupons_used'

    order_key: str
    member_id: int
    coupon_ids: tuple[int, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CouponsRolledBack(Event):
    name: ClassVar[str] = 'coupons.coupons_rolled_back'

    order_key: str
    member_id: int
    coupon_ids: tuple[int, ...]
