"""What the pages of purchasing list: suppliers, orders with how much of them came, open requests, reorder rules."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.inventory.commands import ItemId
from domain.purchasing.commands import OrderId, RequestId, SupplierId
from domain.purchasing.models import Supplier
from domain.purchasing.permissions import VIEW
from domain.purchasing.views import SupplierView
from domain.shared.actor import Actor
from domain.shared.operations import query


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order in sums. `lacking` is what was ordered and has not come."""

    id: OrderId
    number: str
    supplier_id: SupplierId
    supplier_zh: str
    supplier_en: str
    ordered_on: date
    expected_on: date
    is_open: bool
    awaits_approval: bool
    ordered_by: str
    lines: int
    ordered: int
    received: int
    lacking: int
    value_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """What should be ordered of an item, the levels that say so, and where a forecast raised them: the demand until the
    goods come, and the safety stock for its spread.
    """

    id: RequestId
    item_id: ItemId
    sku: str
    name_zh: str
    name_en: str
    supplier_id: SupplierId
    supplier_zh: str
    supplier_en: str
    quantity: int
    projected: int
    reorder_point: int
    order_up_to: int
    demand: int | None
    safety: int | None
    arrives_on: date
    unit_cost_fen: int


_ORDERS = text("""
SELECT o.id, o.number, o.supplier_id, s.name_zh AS supplier_zh, s.name_en AS supplier_en, o.ordered_on, o.expected_on,
       o.is_open, o.awaits_approval, o.ordered_by, count(l.item_id) AS lines,
       coalesce(sum(l.ordered), 0)::bigint AS ordered,
       coalesce(sum(l.received), 0)::bigint AS received,
       coalesce(sum(greatest(l.ordered - l.received, 0)), 0)::bigint AS lacking,
       coalesce(sum(l.ordered * l.unit_cost_fen), 0)::bigint AS value_fen
  FROM purchase_order o JOIN supplier s ON s.mall_id = o.mall_id AND s.id = o.supplier_id
  LEFT JOIN purchase_order_line l ON l.mall_id = o.mall_id AND l.order_id = o.id
 WHERE o.mall_id = app_mall() AND (NOT :open_only OR o.is_open)
 GROUP BY o.mall_id, o.id, s.mall_id, s.id ORDER BY o.is_open DESC, o.expected_on, o.id
""")
# What was paid last for an item, or else what its stock cost on average, is what the next order is expected to cost.
_REQUESTS = text("""
SELECT r.id, r.item_id, i.sku, i.name_zh, i.name_en, r.supplier_id, s.name_zh AS supplier_zh,
       s.name_en AS supplier_en, r.quantity, r.projected, r.arrives_on, r.demand, r.safety,
       coalesce(r.reorder_point, u.reorder_point, 0) AS reorder_point,
       coalesce(r.order_up_to, u.order_up_to, 0) AS order_up_to, coalesce((
           SELECT l.unit_cost_fen FROM purchase_order_line l
            WHERE l.mall_id = r.mall_id AND l.item_id = r.item_id ORDER BY l.order_id DESC LIMIT 1
       ), (
           SELECT v.value_fen / v.quantity FROM stock_valuation v
            WHERE v.mall_id = r.mall_id AND v.item_id = r.item_id AND v.quantity > 0
       ), 0) AS unit_cost_fen
  FROM replenishment_request r JOIN item i ON i.mall_id = r.mall_id AND i.id = r.item_id
  JOIN supplier s ON s.mall_id = r.mall_id AND s.id = r.supplier_id
  LEFT JOIN reorder_rule u ON u.mall_id = r.mall_id AND u.item_id = r.item_id
 WHERE r.mall_id = app_mall() AND r.status = 'open' ORDER BY r.supplier_id, i.sku
""")


@query(VIEW)
def list_orders(session: Session, *, actor: Actor, open_only: bool = False) -> list[OrderRow]:
    """Orders, open ones first, what is due first."""
    return [OrderRow(**row._mapping) for row in session.execute(_ORDERS, {'open_only': open_only})]


@query(VIEW)
def list_suppliers(session: Session, *, actor: Actor) -> list[SupplierView]:
    """Who supplies the mall."""
    return [
        SupplierView(
            id=SupplierId(one.id), code=one.code, name_zh=one.name_zh, name_en=one.name_en, lead_days=one.lead_days
        ) for one in session.exec(select(Supplier).order_by(col(Supplier.code)))
    ]  # fmt: skip


@query(VIEW)
def list_requests(session: Session, *, actor: Actor) -> list[RequestRow]:
    """What should be ordered and is not yet."""
    return [RequestRow(**row._mapping) for row in session.execute(_REQUESTS)]
