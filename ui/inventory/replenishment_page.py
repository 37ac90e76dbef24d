"""补货: what falls to its reorder point, by supplier; one step makes an order of it. Rules beside it."""

from collections.abc import Callable
from datetime import datetime
from itertools import groupby

from nicegui import ui

from domain.inventory.commands import ItemId
from domain.inventory.overview import StockRow, list_stock
from domain.purchasing.commands import ProposeReplenishment, SetReorderRule, SettleRequest, SupplierId
from domain.purchasing.operations import propose_replenishment, set_reorder_rule, settle_request
from domain.purchasing.ordering import OrderRequests, order_requests
from domain.purchasing.overview import RequestRow, list_requests, list_suppliers
from domain.purchasing.permissions import ORDER, PLAN
from domain.purchasing.views import SupplierView
from domain.shared.operations import run_operation, run_query
from ui.inventory import addresses
from ui.inventory.frame import name_of
from ui.inventory.orders_page import new_number
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column
from ui.kit.empty_state import empty_state
from ui.kit.field import between, choice_field, number_field, required
from ui.kit.form import form
from ui.kit.format import day, number
from ui.kit.i18n import t, words
from ui.kit.money import yuan
from ui.kit.plain_table import PlainTable
from ui.kit.section import section
from ui.loading import Loader, together
from ui.saleswords import Counterfoil

MOST = 10**9
Wanted = tuple[list[RequestRow], list[SupplierView], list[StockRow]]


class ReplenishmentPage:
    """Requests by supplier at the left, rules at the right."""

    def __init__(self, place: Counterfoil, loader: Loader[Wanted], now: Callable[[], datetime]) -> None:
        self._place, self._loader, self._now = place, loader, now
        if place.actor.may(PLAN):
            with ui.element('div').classes('at-toolbar'):
                button(t('inventory.propose'), self._propose, rank='primary', icon='refresh').mark('inventory.propose')
        with ui.element('div').classes('at-split'):
            self._body = ui.element('div').classes('at-stack')
            self._side = ui.element('div').classes('at-stack')
        self._has_form = False

    async def load(self) -> Wanted:
        """Open requests, and what a rule may name."""
        actor = self._place.actor
        requests, suppliers, items = await together(
            run_query(list_requests, actor=actor), run_query(list_suppliers, actor=actor),
            run_query(list_stock, actor=actor, day=self._place.today),
        )  # fmt: skip
        return requests, suppliers, items

    def show(self, wanted: Wanted) -> None:
        """Show what should be ordered."""
        requests, suppliers, items = wanted
        self._body.clear()
        with self._body:
            for _, rows in groupby(requests, key=lambda one: one.supplier_id):
                self._supplier(list(rows))
            if not requests:
                empty_state(t('inventory.no_requests'), t('inventory.no_requests_help'), symbol='check')
        if not self._has_form and self._place.actor.may(PLAN):
            self._has_form = True
            with self._side:
                self._rule(suppliers, items)

    def _supplier(self, rows: list[RequestRow]) -> None:
        first = rows[0]
        supplier = words(first.supplier_zh, first.supplier_en)
        cost = sum(one.quantity * one.unit_cost_fen for one in rows)

        def actions() -> None:
            if self._place.actor.may(ORDER) and self._place.actor.may(PLAN):
                button(t('inventory.order_all'), lambda: self._ask(first, supplier, rows), rank='primary').mark(
                    f'inventory.order:{first.supplier_id}'
                )

        hint = t('inventory.arrives', day=day(max(one.arrives_on for one in rows)), cost=yuan(cost))
        with section(supplier, hint, actions=actions):
            PlainTable(
                [Column(name='name', label=t('inventory.item')),
                 Column(name='wanted', label=t('inventory.wanted'), kind='number'),
                 Column(name='projected', label=t('inventory.projected'), kind='number'),
                 Column(name='levels', label=t('inventory.levels'), kind='number'),
                 Column(name='arrives', label=t('inventory.expected_on')),
                 Column(name='why', label=t('inventory.why'))],
                [
                    {'id': int(one.id), 'name': name_of(one), 'projected': number(one.projected),
                     'levels': f'{number(one.reorder_point)} → {number(one.order_up_to)}',
                     'wanted': number(one.quantity), 'arrives': day(one.arrives_on, with_weekday=False),
                     'why': _why(one)}
                    for one in rows
                ],
                on_open=(lambda row: self._ask_drop(row['id'], row['name'])) if self._place.actor.may(PLAN) else None,
            )  # fmt: skip

    def _rule(self, suppliers: list[SupplierView], items: list[StockRow]) -> None:
        with (
            section(t('inventory.rule'), t('inventory.rule_hint')),
            form(self._set_rule, label=t('inventory.set_rule')),
        ):
            options = {int(one.id): f'{name_of(one)} · {one.sku}' for one in items}
            self._item = choice_field(t('inventory.item'), options, checks=(required,))
            self._item.props('use-input fill-input hide-selected')
            self._by = choice_field(
                t('inventory.supplier'), {one.id: name_of(one) for one in suppliers}, checks=(required,)
            )
            self._point = number_field(
                t('inventory.reorder_point'), 10, help_text=t('inventory.point_help'), checks=(between(0, MOST),)
            )
            self._up_to = number_field(t('inventory.order_up_to'), 50, checks=(between(1, MOST),))

    async def _propose(self) -> None:
        on = self._place.clock.business_on(self._now())
        made = await run_operation(
            propose_replenishment, actor=self._place.actor, command=ProposeReplenishment(on=on)
        )  # fmt: skip
        ui.notify(t('inventory.proposed', count=number(len(made))))
        await self._loader.refresh()

    async def _set_rule(self) -> None:
        await run_operation(set_reorder_rule, actor=self._place.actor, command=SetReorderRule(
            item_id=ItemId(self._item.value), supplier_id=SupplierId(self._by.value),
            reorder_point=int(self._point.value), order_up_to=int(self._up_to.value),
        ))  # fmt: skip
        ui.notify(t('inventory.rule_kept'))

    def _ask(self, first: RequestRow, supplier: str, rows: list[RequestRow]) -> None:
        pieces = sum(one.quantity for one in rows)
        confirm(
            t('inventory.order_title', supplier=supplier),
            t('inventory.order_effect', lines=number(len(rows)), pieces=number(pieces)),
            action=t('inventory.order_all'), on_confirm=lambda: self._order(first.supplier_id),
        )  # fmt: skip

    async def _order(self, supplier_id: SupplierId) -> None:
        now = self._now()
        made = await run_operation(order_requests, actor=self._place.actor, command=OrderRequests(
            number=new_number(self._place, now), supplier_id=supplier_id, ordered_on=self._place.clock.business_on(now)
        ))  # fmt: skip
        ui.navigate.to(addresses.order(made.id))

    def _ask_drop(self, request_id: int, name: str) -> None:
        confirm(
            t('inventory.drop_title', name=name), t('inventory.drop_effect'), action=t('inventory.drop'),
            on_confirm=lambda: self._drop(request_id), is_destructive=True,
        )  # fmt: skip

    async def _drop(self, request_id: int) -> None:
        await run_operation(settle_request, actor=self._place.actor, command=SettleRequest(
            request_id=request_id, is_ordered=False  # type: ignore[arg-type]
        ))  # fmt: skip
        await self._loader.refresh()


def _why(one: RequestRow) -> str:
    """What made the levels: a forecast of demand, or the rule alone."""
    if one.demand is None or one.safety is None:
        return t('inventory.why_rule')
    return t('inventory.why_demand', demand=number(one.demand), safety=number(one.safety))
