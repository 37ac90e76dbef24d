"""Outputs, frozen."""

from dataclasses import dataclass
from datetime import datetime

from domain.coupons._pricing import Applied, BasketLine
from domain.coupons.commands import CouponId

__all__ = ['Applied', 'BasketLine', 'CouponView', 'Explanation', 'StockView']


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponView:
    id: CouponId
    template: str
    name_zh: str
    name_en: str
    kind: str
    member_id: int
    state: str
    value_fen: int
    valid_from: datetime
    valid_until: datetime
    order_key: str | None
    used_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockView:
    """Where the coupons of a template are: stock = left + issued, issued = the five states together."""

    template: str
    stock: int
    left: int
    unused: int
    locked: int
    used: int
    expired: int
    void: int
    spent_fen: int

    @property
    def issued(self) -> int:
        return self.unused + self.locked + self.used + self.expired + self.void


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The combination the engine chose, in order, and why every other coupon stays in the pocket."""

    discount_fen: int
    steps: tuple[Applied, ...]
    left_out: tuple[tuple[int, str], ...]
    tried: int
