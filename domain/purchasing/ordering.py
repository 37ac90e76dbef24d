"""Requests become an order (补货转采购): all of one supplier's, in one transaction."""

from datetime import date, datetime

from pydantic.dataclasses import dataclass
from sqlmodel import Session

from domain.purchasing.commands import Code, OrderLine, PlaceOrder, SettleRequest, SupplierId
from domain.purchasing.errors import OrderInvalid
from domain.purchasing.operations import place_order, settle_request
from domain.purchasing.overview import list_requests
from domain.purchasing.permissions import PLAN
from domain.purchasing.views import OrderView
from domain.shared.actor import Actor
from domain.shared.operations import operation


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequests:
    """Everything that was requested of a supplier, at the cost of the last order."""

    number: Code
    supplier_id: SupplierId
    ordered_on: date


@operation(PLAN, name='purchasing.order_requests')
def order_requests(session: Session, *, actor: Actor, command: OrderRequests, now: datetime) -> OrderView:
    """Orders what is open of one supplier and ends the requests; nothing is ordered twice.

    It takes the right to place orders as well as the right to plan.

    :raises OrderInvalid: when nothing is requested of the supplier.
    :raises CodeTaken: when the number is used.
    """
    wanted = [one for one in list_requests(session, actor=actor) if one.supplier_id == command.supplier_id]
    if not wanted:
        raise OrderInvalid(reason='nothing is requested of this supplier')
    order = place_order(session, actor=actor, now=now, command=PlaceOrder(
        number=command.number, supplier_id=command.supplier_id, ordered_on=command.ordered_on,
        lines=tuple(
            OrderLine(item_id=one.item_id, quantity=one.quantity, unit_cost_fen=one.unit_cost_fen) for one in wanted
        ),
    ))  # fmt: skip
    for one in wanted:
        settle_request(session, actor=actor, command=SettleRequest(request_id=one.id, is_ordered=True), now=now)
    return order
