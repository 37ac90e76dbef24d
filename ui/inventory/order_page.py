"""采购单详情: its lines, and goods being received against it, into stock or on hold for quality control."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from nicegui import ui

from domain.approvals.views import ApprovalView
from domain.inventory.commands import ItemId, LocationId, NewLot
from domain.inventory.overview import StockRow, list_locations, list_stock
from domain.inventory.views import LocationView
from domain.purchasing.approving import get_order_approval
from domain.purchasing.commands import CloseOrder, OrderId, ReceiveOrder
from domain.purchasing.operations import close_order, get_order, receive_order
from domain.purchasing.overview import list_suppliers
from domain.purchasing.permissions import ORDER, RECEIVE
from domain.purchasing.views import OrderView, SupplierView
from domain.shared.operations import run_operation, run_query
from ui.inventory.approval import ApprovalSection, trail_words
from ui.inventory.frame import name_of, place_names
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column
from ui.kit.day_field import day_field, parse_day
from ui.kit.description_list import description_list
from ui.kit.field import at_most, between, choice_field, number_field, required, text_field
from ui.kit.form import form
from ui.kit.format import day, number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.plain_table import PlainTable
from ui.kit.section import section
from ui.loading import Loader, together
from ui.saleswords import Counterfoil

MOST = 10**9


@dataclass(frozen=True, slots=True)
class Order:
    """An order with the names around it."""

    order: OrderView
    supplier: SupplierView
    items: dict[int, StockRow]
    places: list[LocationView]
    approval: ApprovalView | None


class OrderPage:
    """Lines at the left, receiving at the right."""

    def __init__(self, place: Counterfoil, order_id: int, loader: Loader[Order]) -> None:
        self._place, self._id, self._loader = place, OrderId(order_id), loader
        self._body = ui.element('div').classes('at-split')
        self._key = ''

    async def load(self) -> Order:
        """:raises OrderUnknown:"""
        actor = self._place.actor
        order = await run_query(get_order, actor=actor, order_id=self._id)
        suppliers, items, places, approval = await together(
            run_query(list_suppliers, actor=actor), run_query(list_stock, actor=actor, day=self._place.today),
            run_query(list_locations, actor=actor), run_query(get_order_approval, actor=actor, order_id=self._id),
        )  # fmt: skip
        supplier = next(one for one in suppliers if one.id == order.supplier_id)
        return Order(order, supplier, {int(one.id): one for one in items}, places, approval)

    def show(self, one: Order) -> None:
        """Show it whole; a form that somebody filled in is drawn anew with a new key."""
        self._key = str(uuid4())
        self._body.clear()
        with self._body:
            with ui.element('div').classes('at-stack'):
                self._head(one)
                self._lines(one)
            if not one.order.is_open:
                return
            if one.order.awaits_approval and one.approval is not None:
                ApprovalSection(self._place.actor, self._id, one.approval, self._loader.refresh)
            elif self._place.actor.may(RECEIVE):
                self._receiving(one)

    def _head(self, one: Order) -> None:
        order = one.order
        late = (self._place.today - order.expected_on).days if order.is_open and not order.awaits_approval else 0
        trail = trail_words(one.approval)

        def actions() -> None:
            if order.is_open and self._place.actor.may(ORDER):
                button(t('inventory.close_order'), self._ask_close, rank='quiet').mark('inventory.close_order')

        with section(order.number, t('inventory.open' if order.is_open else 'inventory.closed'), actions=actions):
            description_list({
                t('inventory.supplier'): name_of(one.supplier), t('inventory.ordered_on'): day(order.ordered_on),
                t('inventory.expected_on'): day(order.expected_on),
                t('inventory.late'): t('inventory.late_days', days=late) if late > 0 else None,
                t('inventory.order_value'): yuan(order.value_fen), t('inventory.ordered_by'): order.ordered_by,
                **({t('inventory.approval'): trail} if trail else {}),
            })  # fmt: skip

    def _lines(self, one: Order) -> None:
        with section(t('inventory.lines')):
            PlainTable(
                [Column(name='name', label=t('inventory.item')), Column(name='sku', label='SKU'),
                 Column(name='ordered', label=t('inventory.ordered'), kind='number'),
                 Column(name='received', label=t('inventory.received'), kind='number'),
                 Column(name='lacking', label=t('inventory.lacking'), kind='number'),
                 Column(name='cost', label=t('inventory.unit_cost'), kind='number')],
                [
                    {'name': name_of(one.items[line.item_id]), 'sku': one.items[line.item_id].sku,
                     'ordered': number(line.ordered), 'received': number(line.received),
                     'lacking': number(max(0, line.ordered - line.received)), 'cost': yuan(line.unit_cost_fen)}
                    for line in one.order.lines
                ],
            )  # fmt: skip

    def _receiving(self, one: Order) -> None:
        names = place_names(self._place, one.places)
        lacking = {line.item_id: max(0, line.ordered - line.received) for line in one.order.lines}
        first = next((item for item, pieces in lacking.items() if pieces), one.order.lines[0].item_id)
        stockrooms = {place.id: names[place.code] for place in one.places if place.kind != 'transit'}
        with (
            section(t('inventory.receive'), t('inventory.receive_hint')),
            form(self._receive, label=t('inventory.receive')),
        ):
            self._item = choice_field(
                t('inventory.item'), {item: name_of(one.items[item]) for item in lacking}, first, checks=(required,)
            )
            self._pieces = number_field(
                t('inventory.pieces'), lacking[first] or None, checks=(required, between(1, MOST))
            )
            self._where = choice_field(
                t('inventory.location'), stockrooms, help_text=t('inventory.hold_help'), checks=(required,)
            )
            self._lot = text_field(t('inventory.lot_code'), help_text=t('inventory.lot_help'), checks=(at_most(64),))
            self._expires = day_field(t('inventory.expires'))
            self._expires.validation = {}

            def follow() -> None:
                self._pieces.value = lacking[self._item.value] or None

            self._item.on_value_change(follow)

    async def _receive(self) -> None:
        sku = self._item.value
        lot = (self._lot.value or '').strip()
        await run_operation(receive_order, actor=self._place.actor, command=ReceiveOrder(
            key=f'desk:{self._key}', order_id=self._id, item_id=ItemId(sku), quantity=int(self._pieces.value),
            location_id=LocationId(self._where.value), occurred_at=datetime.now(UTC),
            lot=NewLot(code=lot, expires_on=parse_day(self._expires.value)) if lot else None,
        ))  # fmt: skip
        ui.notify(t('inventory.came_in'))
        await self._loader.refresh()

    def _ask_close(self) -> None:
        confirm(
            t('inventory.close_title'), t('inventory.close_effect'), action=t('inventory.close_order'),
            on_confirm=self._close, is_destructive=True,
        )  # fmt: skip

    async def _close(self) -> None:
        await run_operation(close_order, actor=self._place.actor, command=CloseOrder(order_id=self._id))
        await self._loader.refresh()
