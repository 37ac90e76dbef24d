"""What happened to coupons."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class CouponsUsed(Event):
    name: ClassVar[str] = 'coupons.coupons_used'

    order_key: str
    coupon_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CouponsRolledBack(Event):
    name: ClassVar[str] = 'coupons.coupons_rolled_back'

    order_key: str
    coupon_ids: tuple[int, ...]
