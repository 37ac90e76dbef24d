"""Outputs, frozen."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.sales._rules import Line

__all__ = ['Line', 'ReturnView', 'SaleView', 'ShiftReport']


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleView:
    """A receipt, or a basket on its way to one. `discounts`: (coupon, fen) in the order of their use."""

    id: int
    key: str
    shop: str
    member_id: int | None
    state: str
    occurred_at: datetime
    lines: tuple[Line, ...]
    price_fen: int
    discount_fen: int
    points_fen: int
    points: int
    money_fen: int
    discounts: tuple[tuple[int, int], ...]
    earned_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnView:
    """What a return gave back; `deducted_fen` was kept for points that were spent already (PO-R9)."""

    id: int
    sale_key: str
    key: str
    money_fen: int
    cash_fen: int
    points: int
    clawed_points: int
    deducted_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftReport:
    """X while the shift runs, Z when it is closed; the expected cash shows only then."""

    till: str
    cashier: str
    business_on: date
    opened_at: datetime
    closed_at: datetime | None
    sales: int
    money_fen: int
    discount_fen: int
    points: int
    returns: int
    returned_fen: int
    cash_taken_fen: int
    seconds_per_basket: float | None
    counted_fen: int | None = None
    expected_fen: int | None = None

    @property
    def variance_fen(self) -> int | None:
        """What was counted less what should be there (PO-R14)."""
        if self.counted_fen is None or self.expected_fen is None:
            return None
        return self.counted_fen - self.expected_fen
