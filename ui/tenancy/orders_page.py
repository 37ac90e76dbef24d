"""工单: what shops asked for, the most pressing first; accepted and finished by those who mend."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.shared.attachments import Kept
from domain.shared.operations import run_operation, run_query
from domain.tenancy.commands import StepWorkOrder
from domain.tenancy.permissions import HANDLE
from domain.tenancy.views import WorkOrderView
from domain.tenancy.work_orders import (
    accept_work_order,
    finish_work_order,
    get_order_photos,
    keep_order_photo,
    list_work_orders,
)
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, text_field
from ui.kit.figure import Figure
from ui.kit.form import form
from ui.kit.format import duration, number
from ui.kit.i18n import t, words
from ui.kit.metric_card import MetricCard
from ui.kit.plain_table import PlainTable
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.loading import Loader
from ui.photos import PhotoPicker, show_attachment
from ui.screens import Place

STATES: dict[str, State] = {'open': 'watch', 'accepted': 'watch', 'done': 'good', 'confirmed': 'off'}
MOST_PHOTOS = 4
FIGURES = ('open', 'overdue', 'unconfirmed', 'mark')


class OrdersPage:
    """Figures, the table, and the chosen order with what one can do about it."""

    def __init__(self, place: Place, loader: Loader[list[WorkOrderView]]) -> None:
        self._place, self._loader = place, loader
        self._orders: dict[int, WorkOrderView] = {}
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'tenancy.figure.{name}')) for name in FIGURES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('tenancy.orders')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address,
                    filters=[Filter(name='state', label=t('tenancy.state'), options=_states())],
                    empty_title=t('tenancy.no_orders'), on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('tenancy.orders')
            self._panel = SidePanel(t('tenancy.choose_order'), 'settings')

    async def load(self) -> list[WorkOrderView]:
        """All orders, the most pressing first."""
        return await run_query(list_work_orders, actor=self._place.actor)

    def show(self, orders: list[WorkOrderView]) -> None:
        """Show them."""
        now = datetime.now(UTC)
        self._orders = {order.id: order for order in orders}
        marks = [order.mark for order in orders if order.mark]
        self._cards['open'].show(Figure(text=number(sum(one.state in ('open', 'accepted') for one in orders))))
        self._cards['overdue'].show(Figure(text=number(sum(one.is_overdue(now) for one in orders))))
        self._cards['unconfirmed'].show(Figure(text=number(sum(one.state == 'done' for one in orders))))
        self._cards['mark'].show(Figure(text=number(sum(marks) / len(marks) if marks else None, digits=1)))
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        now = datetime.now(UTC)
        rows = [self._row(order, now) for order in self._orders.values()]
        return page_of(rows, query, searched=('tenant', 'place', 'words'))

    def _row(self, order: WorkOrderView, now: datetime) -> dict[str, Any]:
        is_late = order.is_overdue(now)
        left = duration(order.due_at - now) if order.state in ('open', 'accepted') and not is_late else '—'
        return {
            'id': order.id, 'tenant': words(order.tenant_zh, order.tenant_en), 'place': order.place,
            'trouble': t(f'tenant.trouble.{order.trouble.value}'), 'words': order.words,
            'urgency': t(f'tenant.urgency.{order.urgency.value}'), 'state': order.state, 'left': left,
            'handler': order.handler or '—',
            'badge': {'state': 'act' if is_late else STATES[order.state],
                      'text': t('tenancy.overdue') if is_late else t(f'tenant.order_state.{order.state}')},
        }  # fmt: skip

    async def _open(self, order_id: int) -> None:
        order = self._orders[order_id]
        photos = await run_query(get_order_photos, actor=self._place.actor, work_order_id=order.id)
        with self._panel.refilled():
            Text(f'#{order.id} {order.place}', tag='h2', classes='at-section__title')
            Text(order.words, tag='p')
            description_list({
                t('tenancy.tenant'): words(order.tenant_zh, order.tenant_en),
                t('tenancy.urgency'): t(f'tenant.urgency.{order.urgency.value}'),
                t('tenancy.due'): self._place.moment(order.due_at),
                t('tenancy.handler'): order.handler, t('tenancy.mark'): str(order.mark) if order.mark else None,
            })  # fmt: skip
            PlainTable(_step_columns(), [
                {'what': t(f'tenant.step.{step.what}'), 'at': self._place.moment(step.at), 'by': step.by,
                 'words': step.words} for step in order.steps
            ])  # fmt: skip
            for name, photo in photos.items():
                show_attachment(photo, file_name=name, mark='tenancy.order_photo')
            if self._place.actor.may(HANDLE):
                self._acts(order)

    def _acts(self, order: WorkOrderView) -> None:
        if order.state == 'open':
            self._step(order, accept_work_order, t('tenancy.accept'))
        elif order.state == 'accepted':
            self._step(order, finish_work_order, t('tenancy.finish'))

    def _step(self, order: WorkOrderView, operation: Callable[..., WorkOrderView], label: str) -> None:
        async def act() -> None:
            words_said = (said.value or '').strip()
            command = StepWorkOrder(work_order_id=order.id, words=words_said, photos=picker.names)
            await run_operation(operation, actor=self._place.actor, command=command)
            await self._loader.refresh()
            await self._open(order.id)

        async def keep(content: bytes) -> Kept:
            of = order.tenant_id
            return await run_operation(keep_order_photo, actor=self._place.actor, content=content, tenant_id=of)

        with form(act, label=label):
            said = text_field(t('tenancy.to_the_shop'), checks=(at_most(500),))
            picker = PhotoPicker(keep, most=MOST_PHOTOS, mark='tenancy.step_photo')


def _step_columns() -> list[Column]:
    return [
        Column(name='what', label=t('tenancy.step')), Column(name='at', label=t('tenancy.at')),
        Column(name='by', label=t('tenancy.by')), Column(name='words', label=t('tenancy.said')),
    ]  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(name='tenant', label=t('tenancy.tenant')), Column(name='trouble', label=t('tenancy.trouble')),
        Column(name='place', label=t('tenancy.place')), Column(name='urgency', label=t('tenancy.urgency')),
        Column(name='left', label=t('tenancy.time_left')), Column(name='handler', label=t('tenancy.handler')),
        Column(name='badge', label=t('tenancy.state'), kind='badge'),
    ]  # fmt: skip


def _states() -> dict[str, str]:
    return {state: t(f'tenant.order_state.{state}') for state in STATES}
