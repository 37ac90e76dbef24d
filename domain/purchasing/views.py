"""What purchasing answers: frozen views."""

from dataclasses import dataclass
from datetime import date

from domain.inventory.commands import ItemId
from domain.purchasing.commands import OrderId, RequestId, SupplierId


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierView:
    id: SupplierId
    code: str
    name_zh: str
    name_en: str
    lead_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineView:
    item_id: ItemId
    ordered: int
    received: int
    unit_cost_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    id: OrderId
    number: str
    supplier_id: SupplierId
    ordered_on: date
    expected_on: date
    is_open: bool
    awaits_approval: bool
    ordered_by: str
    lines: tuple[OrderLineView, ...]

    @property
    def value_fen(self) -> int:
        """What it costs, as ordered."""
        return sum(line.ordered * line.unit_cost_fen for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """What should be ordered of an item, and why: the levels, and the demand until the goods come with its safety stock
    where a forecast raised them.
    """

    id: RequestId
    item_id: ItemId
    supplier_id: SupplierId
    quantity: int
    projected: int
    reorder_point: int
    order_up_to: int
    demand: int | None
    safety: int | None
    arrives_on: date
