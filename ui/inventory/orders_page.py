"""采购单: what was ordered, what has come of it, what is late; a new order."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from nicegui import ui

from domain.inventory.commands import ItemId
from domain.inventory.overview import StockRow, list_stock
from domain.purchasing.approving import get_limit
from domain.purchasing.commands import OrderLine, PlaceOrder, SupplierId
from domain.purchasing.operations import place_order
from domain.purchasing.overview import OrderRow, list_orders, list_suppliers
from domain.purchasing.permissions import ORDER, SET_LIMIT
from domain.purchasing.views import SupplierView
from domain.shared.operations import run_operation, run_query
from ui.inventory import addresses
from ui.inventory.approval import LimitSection
from ui.inventory.frame import name_of
from ui.kit.button import button
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.field import between, choice_field, number_field, required
from ui.kit.figure import Figure
from ui.kit.form import form
from ui.kit.format import day, number
from ui.kit.i18n import t, words
from ui.kit.metric_card import MetricCard
from ui.kit.money import is_amount, money_field, parse_yuan, yuan
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.kit.tokens import State
from ui.loading import together
from ui.saleswords import Counterfoil

FIGURES = ('open', 'late', 'lacking', 'value')
STATES: dict[str, State] = {
    'waiting': 'watch', 'late': 'act', 'partly': 'watch', 'sent': 'good', 'complete': 'good', 'closed': 'off',
}  # fmt: skip
MOST, BASIS = 10**9, 100
Orders = tuple[list[OrderRow], list[SupplierView], list[StockRow], int | None]


def new_number(place: Counterfoil, now: datetime) -> str:
    """A number that no other order has: the mall's own time to the second."""
    return f'PO-{place.clock.local(now):%y%m%d-%H%M%S}'


class OrdersPage:
    """Figures, the orders, and for those who may order a new one."""

    def __init__(self, place: Counterfoil, now: Callable[[], datetime]) -> None:
        self._place, self._now = place, now
        self._rows: list[OrderRow] = []
        self._lines: list[tuple[ui.select, ui.number, ui.input]] = []
        self._known: Orders | None = None
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'inventory.order_figure.{name}')) for name in FIGURES}
        options = {state: t(f'inventory.order_state.{state}') for state in STATES}
        with section(t('inventory.orders'), t('inventory.orders_hint')):
            self._table = DataTable(
                _columns(), self._page, address=place.address,
                filters=[Filter(name='state', label=t('inventory.state'), options=options)],
                empty_title=t('inventory.no_orders'), empty_help=t('inventory.no_orders_help'),
                on_open=lambda row: ui.navigate.to(addresses.order(row['id'])),
            )  # fmt: skip
            self._table.mark('inventory.orders')
        self._form = ui.element('div').classes('at-stack')

    async def load(self) -> Orders:
        """Orders, and what a new one may name."""
        actor = self._place.actor
        orders, suppliers, items, limit = await together(
            run_query(list_orders, actor=actor), run_query(list_suppliers, actor=actor),
            run_query(list_stock, actor=actor, day=self._place.today), run_query(get_limit, actor=actor),
        )  # fmt: skip
        return orders, suppliers, items, limit

    def show(self, orders: Orders) -> None:
        """Show these orders; a form that somebody is filling in stays as it is."""
        self._rows = orders[0]
        running = [row for row in self._rows if row.is_open]
        for name, text in {
            'open': number(len(running)), 'late': number(sum(self._state(row) == 'late' for row in running)),
            'lacking': number(sum(row.lacking for row in running)),
            'value': yuan(sum(row.value_fen for row in running)),
        }.items():  # fmt: skip
            self._cards[name].show(Figure(text=text))
        self._table.show(self._paged(self._table.query))
        if self._known is not None:
            return
        self._known = orders
        if self._place.actor.may(ORDER) and orders[1] and orders[2]:
            self._draw_form(orders[1])
        if self._place.actor.may(SET_LIMIT):
            with self._form:
                LimitSection(self._place.actor, orders[3])

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        keys = {'value': lambda row: row['fen'], 'expected': lambda row: row['due']}
        return page_of([self._row(row) for row in self._rows], query, searched=('number', 'supplier'), keys=keys)

    def _state(self, row: OrderRow) -> str:
        if not row.is_open:
            return 'closed'
        if row.awaits_approval:
            return 'waiting'
        if not row.lacking:
            return 'complete'
        if row.expected_on < self._place.today:
            return 'late'
        return 'partly' if row.received else 'sent'

    def _row(self, row: OrderRow) -> dict[str, Any]:
        state = self._state(row)
        return {
            'id': int(row.id), 'number': row.number, 'supplier': words(row.supplier_zh, row.supplier_en),
            'ordered_on': day(row.ordered_on, with_weekday=False), 'due': row.expected_on,
            'expected': day(row.expected_on), 'came': {
                'text': f'{number(row.received)} / {number(row.ordered)}',
                'share': min(1.0, row.received / max(1, row.ordered)),
            },
            'fen': row.value_fen, 'value': yuan(row.value_fen), 'by': row.ordered_by, 'state': state,
            'badge': {'state': STATES[state], 'text': t(f'inventory.order_state.{state}')},
        }  # fmt: skip

    def _draw_form(self, suppliers: list[SupplierView]) -> None:
        with (
            self._form,
            section(t('inventory.new_order'), t('inventory.new_order_hint')),
            form(self._submit, label=t('inventory.place_order')) as wide,
        ):
            wide.classes('at-form--wide')
            with grid(least_width=200):
                self._supplier = choice_field(
                    t('inventory.supplier'),
                    {one.id: t('inventory.supplier_days', name=name_of(one), days=one.lead_days) for one in suppliers},
                    checks=(required,),
                )
                self._tolerance = number_field(t('inventory.tolerance'), 5, unit='%', checks=(between(0, 100),))
            self._box = ui.element('div').classes('at-stack')
            button(t('inventory.add_line'), self._add_line, rank='quiet', icon='plus').mark('inventory.add_line')
            self._add_line()

    def _add_line(self) -> None:
        assert self._known is not None
        options = {int(one.id): f'{name_of(one)} · {one.sku}' for one in self._known[2]}
        with self._box, grid(least_width=200):
            item = choice_field(t('inventory.item'), options, checks=(required,))
            item.props('use-input fill-input hide-selected')
            pieces = number_field(t('inventory.pieces'), 1, checks=(required, between(1, MOST)))
            self._lines.append((item, pieces, money_field(t('inventory.unit_cost'), 0, checks=(is_amount,))))

    async def _submit(self) -> None:
        now = self._now()
        made = await run_operation(place_order, actor=self._place.actor, command=PlaceOrder(
            number=new_number(self._place, now), supplier_id=SupplierId(self._supplier.value),
            ordered_on=self._place.clock.business_on(now),
            over_tolerance_bp=int(self._tolerance.value or 0) * BASIS, lines=tuple(
                OrderLine(
                    item_id=ItemId(item.value), quantity=int(pieces.value), unit_cost_fen=parse_yuan(cost.value) or 0
                ) for item, pieces, cost in self._lines
            ),
        ))  # fmt: skip
        ui.navigate.to(addresses.order(made.id))


def _columns() -> list[Column]:
    return [
        Column(name='number', label=t('inventory.order_number'), is_sortable=True),
        Column(name='supplier', label=t('inventory.supplier'), is_sortable=True),
        Column(name='ordered_on', label=t('inventory.ordered_on')),
        Column(name='expected', label=t('inventory.expected_on'), is_sortable=True),
        Column(name='came', label=t('inventory.came'), kind='bar'),
        Column(name='value', label=t('inventory.order_value'), kind='number', is_sortable=True),
        Column(name='by', label=t('inventory.who')),
        Column(name='badge', label=t('inventory.state'), kind='badge'),
    ]
