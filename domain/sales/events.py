"""What happened at the tills."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class SaleFinished(Event):
    """A receipt was made. Where a member bought, it is pushed to them: a receipt is no advertising (AF-R7)."""

    name: ClassVar[str] = 'sales.sale_finished'

    sale_key: str
    receipt_no: int
    shop: str
    member_id: int | None
    money_fen: int
    earned_points: int


@dataclass(frozen=True, kw_only=True)
class GoodsReturned(Event):
    """Goods came back; the member of the receipt is told what they get for them."""

    name: ClassVar[str] = 'sales.goods_returned'

    sale_key: str
    return_id: int
    shop: str
    member_id: int | None
    money_fen: int


@dataclass(frozen=True, kw_only=True)
class ShiftClosed(Event):
    """A cashier's shift ended; what was counted less what should be there (PO-R14)."""

    name: ClassVar[str] = 'sales.shift_closed'

    till: str
    cashier: str
    variance_fen: int
