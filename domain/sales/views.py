"""Outputs, frozen."""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import SecretStr

from domain.sales._rules import Line
from domain.sales.commands import BasketItem

__all__ = [
    'ArticleView', 'CashierDay', 'Line', 'OverrideRow', 'PriceRow', 'PriceVersion', 'ReturnRow', 'ReturnView',
    'SaleRow', 'SaleView', 'ShiftReport', 'ShiftRow', 'SuspendedView', 'TillKey', 'TillView',
]  # fmt: skip


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TillView:
    """A till, and who has a shift open at it."""

    id: int
    code: str
    shop: str
    is_active: bool
    location: str
    cashier: str | None
    opened_at: datetime | None
    business_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TillKey:
    """What a till signs its offline orders with; for the browser that stands at it, and nobody else."""

    id: int
    till: str
    mall_id: int
    key: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An article of a till's price list, and how it is typed."""

    sku: str
    barcodes: tuple[str, ...]
    name_zh: str
    name_en: str
    variant: str
    category: str
    unit_fen: int
    pinyin: str
    initials: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """An article of a shop's price list: what it costs now (None: not yet on sale), and what is set to follow."""

    shop: str
    article: ArticleView
    is_active: bool
    unit_fen: int | None
    from_at: datetime | None
    next_fen: int | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceVersion:
    """A price from a moment until the next one; `until_at` None where none follows yet."""

    unit_fen: int
    is_active: bool
    from_at: datetime
    until_at: datetime | None
    set_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRow:
    """A price that a till overrode: who, in which role, why, from what to what, in which shift."""

    id: int
    receipt_no: int
    sale_key: str
    sale_state: str
    shop: str
    till: str
    shift_id: int
    cashier: str
    business_on: date
    sku: str
    name: str
    quantity: int
    from_fen: int
    to_fen: int
    reason: str
    overridden_by: str
    role: str
    overridden_at: datetime

    @property
    def given_fen(self) -> int:
        """What the line cost less than by the shelf price; negative where it cost more."""
        return self.quantity * (self.from_fen - self.to_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendedView:
    key: str
    label: str
    member_id: int | None
    items: tuple[BasketItem, ...]
    suspended_by: str
    suspended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRow:
    """A receipt in a list."""

    id: int
    key: str
    shop: str
    till: str
    cashier: str
    member_id: int | None
    state: str
    occurred_at: datetime
    pieces: int
    price_fen: int
    discount_fen: int
    points_fen: int
    money_fen: int
    returned_fen: int
    seconds: int
    is_offline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """One return of a receipt."""

    id: int
    key: str
    till: str
    cashier: str
    lines: tuple[tuple[int, int], ...]
    money_fen: int
    cash_fen: int
    points: int
    clawed_points: int
    deducted_fen: int
    returned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """A shift with its report, in a list."""

    id: int
    float_fen: int
    moved_fen: int
    report: ShiftReport


@dataclass(frozen=True, slots=True, kw_only=True)
class CashierDay:
    """A cashier's baskets of some days: how many, how long each took (收银效率)."""

    cashier: str
    baskets: int
    money_fen: int
    median_seconds: float | None
    overrides: int
    returns: int
