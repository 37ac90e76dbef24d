"""Orders are placed and received; what should be ordered is proposed."""

from datetime import date, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.inventory import permissions as inventory
from domain.inventory.commands import ItemId, Receive
from domain.inventory.forecasts import DemandForecast, list_forecasts
from domain.inventory.operations import receive
from domain.inventory.queries import total_on_hand
from domain.inventory.views import Posted
from domain.purchasing._limits import ask_for_approval, exceeds_limit
from domain.purchasing._rules import (
    REVIEW_DAYS,
    Levels,
    arrives_on,
    levels,
    most_receivable,
    projected,
    to_order,
)
from domain.purchasing.commands import (
    CloseOrder,
    Closure,
    OrderId,
    PlaceOrder,
    ProposeReplenishment,
    ReceiveOrder,
    RegisterSupplier,
    RequestId,
    SetReorderRule,
    SettleRequest,
    SupplierId,
)
from domain.purchasing.errors import (
    CodeTaken,
    MallNeeded,
    MoreThanOrdered,
    OrderAwaitsApproval,
    OrderInvalid,
    OrderUnknown,
    SupplierUnknown,
)
from domain.purchasing.models import PurchaseOrder, PurchaseOrderLine, ReorderRule, ReplenishmentRequest, Supplier
from domain.purchasing.permissions import ORDER, PLAN, RECEIVE, VIEW
from domain.purchasing.views import OrderLineView, OrderView, RequestView, SupplierView
from domain.shared.actor import Actor, MallId
from domain.shared.errors import NotFound
from domain.shared.live import notify
from domain.shared.operations import operation, query

CLOSURES = TypeAdapter(tuple[Closure, ...])

# The limit stands in the write: of many receipts at once, none passes it.
_TAKE = text("""
    UPDATE purchase_order_line l SET received = l.received + :quantity
      FROM purchase_order o
     WHERE l.mall_id = app_mall() AND l.order_id = :order AND l.item_id = :item AND l.received + :quantity <= l.most
       AND o.mall_id = l.mall_id AND o.id = l.order_id AND o.is_open AND NOT o.awaits_approval
    RETURNING l.unit_cost_fen, o.number
""")


@operation(ORDER, name='purchasing.register_supplier')
def register_supplier(session: Session, *, actor: Actor, command: RegisterSupplier, now: datetime) -> SupplierView:
    """Make a supplier known, with its calendar.

    :raises CodeTaken:
    """
    supplier = Supplier(
        mall_id=_mall_of(actor), code=command.code, name_zh=command.name_zh, name_en=command.name_en,
        lead_days=command.lead_days, closures=list(CLOSURES.dump_python(command.closures, mode='json')),
    )  # fmt: skip
    session.add(supplier)
    try:
        session.flush()
    except IntegrityError as error:
        raise CodeTaken(name=command.code) from error
    return SupplierView(
        id=SupplierId(supplier.id), code=supplier.code, name_zh=supplier.name_zh, name_en=supplier.name_en,
        lead_days=supplier.lead_days,
    )  # fmt: skip


@operation(ORDER, name='purchasing.place_order')
def place_order(session: Session, *, actor: Actor, command: PlaceOrder, now: datetime) -> OrderView:
    """Orders goods; they are expected after the supplier's working days of lead time. Above the mall's limit the order
    waits for somebody else's approval, and nothing is received of it before.

    :raises SupplierUnknown:
    :raises OrderInvalid: when an item stands on two lines.
    :raises CodeTaken: when the number is used.
    :raises NotFound: when there is no such item.
    """
    supplier = _supplier(session, command.supplier_id)
    if len({line.item_id for line in command.lines}) < len(command.lines):
        raise OrderInvalid(reason='an item stands on two lines')
    order = PurchaseOrder(
        mall_id=_mall_of(actor), number=command.number, supplier_id=supplier.id, ordered_on=command.ordered_on,
        expected_on=arrives_on(command.ordered_on, supplier.lead_days, _closures(supplier)),
        over_tolerance_bp=command.over_tolerance_bp, is_open=True, ordered_by=actor.name,
    )  # fmt: skip
    session.add(order)
    try:
        session.flush()
        session.add_all(PurchaseOrderLine(
            mall_id=order.mall_id, order_id=order.id, item_id=line.item_id, ordered=line.quantity, received=0,
            most=most_receivable(line.quantity, command.over_tolerance_bp), unit_cost_fen=line.unit_cost_fen,
        ) for line in command.lines)  # fmt: skip
        session.flush()
    except IntegrityError as error:
        if getattr(error.orig, 'sqlstate', '') == '23503':
            raise NotFound from error
        raise CodeTaken(name=command.number) from error
    view = _order_view(session, order)
    if exceeds_limit(session, view):
        order.awaits_approval = True
        ask_for_approval(session, actor, view, now)
        session.flush()
        return _order_view(session, order)
    return view


@operation(RECEIVE, name='purchasing.receive_order')
def receive_order(session: Session, *, actor: Actor, command: ReceiveOrder, now: datetime) -> Posted:
    """Takes in what came of an order, once per key, and never more than its tolerance lets in.

    :raises OrderUnknown: when there is no open order with that item.
    :raises OrderAwaitsApproval:
    :raises MoreThanOrdered:
    :raises MoveConflict: when the key was used for another receipt.
    """
    row = session.execute(
        _TAKE, {'order': command.order_id, 'item': command.item_id, 'quantity': command.quantity}
    ).one_or_none()
    line = session.exec(select(PurchaseOrderLine).where(
        PurchaseOrderLine.order_id == command.order_id, PurchaseOrderLine.item_id == command.item_id
    )).one_or_none()  # fmt: skip
    order = session.exec(select(PurchaseOrder).where(PurchaseOrder.id == command.order_id)).one_or_none()
    if line is None or order is None:
        raise OrderUnknown(order=command.order_id)
    if order.awaits_approval:
        raise OrderAwaitsApproval
    incoming = Receive(
        key=command.key, item_id=command.item_id, location_id=command.location_id, quantity=command.quantity,
        occurred_at=command.occurred_at, cost_fen=line.unit_cost_fen * command.quantity, lot=command.lot,
        reference=order.number,
    )  # fmt: skip
    posted = receive(session, actor=actor.also(inventory.MOVE), command=incoming, now=now)
    if posted.is_replay:
        if row is not None:
            _give_back(session, command)
        return posted
    if row is None:
        raise MoreThanOrdered if order.is_open else OrderUnknown(order=command.order_id)
    return posted


@operation(ORDER, name='purchasing.close_order')
def close_order(session: Session, *, actor: Actor, command: CloseOrder, now: datetime) -> OrderView:
    """Expects nothing more of an order; closing again changes nothing.

    :raises OrderUnknown:
    """
    statement = select(PurchaseOrder).where(PurchaseOrder.id == command.order_id).with_for_update()
    order = session.exec(statement).one_or_none()
    if order is None:
        raise OrderUnknown(order=command.order_id)
    order.is_open = False
    session.flush()
    return _order_view(session, order)


@operation(PLAN, name='purchasing.set_reorder_rule')
def set_reorder_rule(session: Session, *, actor: Actor, command: SetReorderRule, now: datetime) -> ItemId:
    """When an item is ordered, and up to which level; the newest word wins.

    :raises SupplierUnknown:
    :raises OrderInvalid: when the levels are the wrong way round.
    :raises NotFound: when there is no such item.
    """
    supplier = _supplier(session, command.supplier_id)
    if command.order_up_to <= command.reorder_point:
        raise OrderInvalid(reason='the level to order up to is above the reorder point')
    values = {'supplier_id': supplier.id, 'reorder_point': command.reorder_point, 'order_up_to': command.order_up_to}
    rule = insert(ReorderRule).values(mall_id=_mall_of(actor), item_id=command.item_id, **values)
    try:
        session.execute(rule.on_conflict_do_update(index_elements=['mall_id', 'item_id'], set_=values))
    except IntegrityError as error:
        raise NotFound from error
    return command.item_id


@operation(PLAN, name='purchasing.propose_replenishment')
def propose_replenishment(
    session: Session, *, actor: Actor, command: ProposeReplenishment, now: datetime
) -> list[RequestView]:
    """Asks for what falls to its reorder point (rule IN-R3). What is on order or asked for already counts, so a second
    run asks for nothing. Where demand was foretold, it raises the rule's levels: demand over the supplier's lead time,
    holidays included, with safety stock.
    """
    rules = session.exec(select(ReorderRule).order_by(col(ReorderRule.item_id))).all()
    reader = actor.also(inventory.VIEW)
    stock = total_on_hand(session, actor=reader)
    forecasts = list_forecasts(session, actor=reader, on=command.on)
    on_order, requested = _on_order(session), _requested(session)
    made = []
    for rule in rules:
        item = ItemId(rule.item_id)
        supplier = session.get_one(Supplier, rule.supplier_id)
        due = arrives_on(command.on, supplier.lead_days, _closures(supplier))
        asked = _levels(rule, forecasts.get(item), command.on, due)
        level = projected(stock.get(item, 0), on_order.get(item, 0), requested.get(item, 0))
        quantity = to_order(level, asked.point, asked.up_to)
        if quantity:
            made += _request(session, rule, asked, quantity=quantity, level=level, due=due, now=now)
    notify(session, 'purchasing', _mall_of(actor))
    return made


@operation(PLAN, name='purchasing.settle_request')
def settle_request(session: Session, *, actor: Actor, command: SettleRequest, now: datetime) -> RequestId:
    """Ends a request that was ordered or dropped.

    :raises NotFound: when it is not open.
    """
    statement = select(ReplenishmentRequest).where(
        ReplenishmentRequest.id == command.request_id, ReplenishmentRequest.status == 'open'
    )
    request = session.exec(statement.with_for_update()).one_or_none()
    if request is None:
        raise NotFound
    request.status = 'ordered' if command.is_ordered else 'dropped'
    return command.request_id


@query(VIEW)
def get_order(session: Session, *, actor: Actor, order_id: OrderId) -> OrderView:
    """:raises OrderUnknown:"""
    order = session.exec(select(PurchaseOrder).where(PurchaseOrder.id == order_id)).one_or_none()
    if order is None:
        raise OrderUnknown(order=order_id)
    return _order_view(session, order)


def _mall_of(actor: Actor) -> MallId:
    if actor.mall_id is None:
        raise MallNeeded
    return actor.mall_id


def _supplier(session: Session, supplier_id: SupplierId) -> Supplier:
    supplier = session.exec(select(Supplier).where(Supplier.id == supplier_id)).one_or_none()
    if supplier is None:
        raise SupplierUnknown(supplier=supplier_id)
    return supplier


def _closures(supplier: Supplier) -> tuple[Closure, ...]:
    return CLOSURES.validate_python(supplier.closures)


def _give_back(session: Session, command: ReceiveOrder) -> None:
    """The receipt had been posted before, so this arrival takes nothing of the order."""
    session.execute(
        text(
            'UPDATE purchase_order_line SET received = received - :quantity'
            ' WHERE mall_id = app_mall() AND order_id = :order AND item_id = :item'
        ),
        {'order': command.order_id, 'item': command.item_id, 'quantity': command.quantity},
    )


def _on_order(session: Session) -> dict[int, int]:
    rows = session.execute(
        text("""
        SELECT l.item_id, sum(greatest(l.ordered - l.received, 0))::bigint AS pieces
          FROM purchase_order_line l JOIN purchase_order o ON o.mall_id = l.mall_id AND o.id = l.order_id
         WHERE l.mall_id = app_mall() AND o.is_open GROUP BY l.item_id
    """)
    )
    return {row.item_id: row.pieces for row in rows}


def _requested(session: Session) -> dict[int, int]:
    statement = select(ReplenishmentRequest).where(ReplenishmentRequest.status == 'open')
    return {request.item_id: request.quantity for request in session.exec(statement)}


def _levels(rule: ReorderRule, forecast: DemandForecast | None, on: date, due: date) -> Levels:
    if forecast is None:
        return Levels(rule.reorder_point, rule.order_up_to)
    review = forecast.demand(due, due + timedelta(days=REVIEW_DAYS))
    return levels(
        rule.reorder_point, rule.order_up_to, forecast.demand(on, due), (due - on).days, forecast.outlook.deviation,
        review,
    )  # fmt: skip


def _request(
    session: Session, rule: ReorderRule, asked: Levels, *, quantity: int, level: int, due: date, now: datetime
) -> list[RequestView]:
    row = insert(ReplenishmentRequest).values(
        mall_id=rule.mall_id, item_id=rule.item_id, supplier_id=rule.supplier_id, quantity=quantity, projected=level,
        reorder_point=asked.point, order_up_to=asked.up_to, demand=asked.demand, safety=asked.safety,
        arrives_on=due, status='open', proposed_at=now,
    )  # fmt: skip
    made = session.execute(row.on_conflict_do_nothing().returning(col(ReplenishmentRequest.id))).scalar_one_or_none()
    if made is None:
        return []
    return [RequestView(
        id=RequestId(made), item_id=ItemId(rule.item_id), supplier_id=SupplierId(rule.supplier_id), quantity=quantity,
        projected=level, reorder_point=asked.point, order_up_to=asked.up_to, demand=asked.demand, safety=asked.safety,
        arrives_on=due,
    )]  # fmt: skip


def _order_view(session: Session, order: PurchaseOrder) -> OrderView:
    statement = select(PurchaseOrderLine).where(PurchaseOrderLine.order_id == order.id)
    lines = session.exec(statement.order_by(col(PurchaseOrderLine.item_id)))
    return OrderView(
        id=OrderId(order.id), number=order.number, supplier_id=SupplierId(order.supplier_id),
        ordered_on=order.ordered_on, expected_on=order.expected_on, is_open=order.is_open,
        awaits_approval=order.awaits_approval, ordered_by=order.ordered_by,
        lines=tuple(
            OrderLineView(
                item_id=ItemId(line.item_id), ordered=line.ordered, received=line.received,
                unit_cost_fen=line.unit_cost_fen,
            ) for line in lines
        ),
    )  # fmt: skip
