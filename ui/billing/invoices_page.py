"""数电票: invoices that were asked for, issued, reversed."""

from typing import Any

from nicegui import ui

from domain.billing.invoicing import InvoiceView, list_invoices, note_invoice
from domain.billing.permissions import RECEIVE
from domain.shared.operations import run_operation, run_query
from ui.billing.place import Place
from ui.kit.button import button
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.loading import Loader
from ui.shell import paths

STATES: dict[str, State] = {
    'requested': 'watch', 'issued': 'good', 'failed': 'act', 'red_requested': 'watch', 'reversed': 'off',
}  # fmt: skip
DIGITS = 20


class InvoicesPage:
    """The list, and beside it the one that was chosen with its next step."""

    def __init__(self, place: Place, loader: Loader[list[InvoiceView]]) -> None:
        self._place, self._loader = place, loader
        self._rows: dict[int, InvoiceView] = {}
        states = {state: t(f'billing.invoice_state.{state}') for state in STATES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('billing.invoices'), t('billing.invoices_hint')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address,
                    filters=[Filter(name='status', label=t('billing.state'), options=states)],
                    empty_title=t('billing.no_invoices'), empty_help=t('billing.no_invoices_help'),
                    on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('billing.invoices')
            self._panel = SidePanel(t('billing.choose_invoice'), 'layers')

    async def load(self) -> list[InvoiceView]:
        """Invoices as they are now."""
        return await run_query(list_invoices, actor=self._place.actor)

    def show(self, rows: list[InvoiceView]) -> None:
        """Show these invoices."""
        self._rows = {row.id: row for row in rows}
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(row, self._place) for row in self._rows.values()]
        return page_of(rows, query, searched=('tenant', 'number'))

    def _open(self, invoice_id: int) -> None:
        row = self._rows.get(invoice_id)
        if row is None:
            return
        with self._panel.refilled():
            Text(self._place.tenant(row.tenant_id), tag='h2', classes='at-section__title')
            status_badge(STATES[row.status], t(f'billing.invoice_state.{row.status}'))
            description_list({
                t('billing.amount'): yuan(row.amount_fen), t('billing.tax'): yuan(row.tax_fen),
                t('billing.invoice_number'): row.number, t('billing.red_number'): row.red_number,
                t('billing.reason'): row.reason, t('billing.requested_by'): row.requested_by,
                t('billing.requested_at'): self._place.moment(row.requested_at),
            })  # fmt: skip
            button(t('billing.account'), lambda: ui.navigate.to(paths.tenant_account(row.tenant_id)), rank='quiet')
            if self._place.actor.may(RECEIVE):
                self._next(row)

    def _next(self, row: InvoiceView) -> None:
        if row.status in ('requested', 'red_requested'):
            outcome = 'issued' if row.status == 'requested' else 'reversed'
            with form(lambda: self._number(row, outcome), label=t(f'billing.note_{outcome}')):
                self._typed = text_field(
                    t('billing.number_20'), help_text=t('billing.number_help'), checks=(required, _is_number)
                )
        if row.status == 'requested':
            with form(lambda: self._because(row, 'failed'), label=t('billing.note_failed')):
                self._reason = text_field(t('billing.reason'), checks=(required, at_most(200)))
        if row.status == 'issued':
            with form(lambda: self._because(row, 'red_requested'), label=t('billing.note_red')):
                self._reason = text_field(t('billing.reason'), checks=(required, at_most(200)))

    async def _number(self, row: InvoiceView, outcome: str) -> None:
        await self._note(row, outcome=outcome, number=self._typed.value.strip())

    async def _because(self, row: InvoiceView, outcome: str) -> None:
        await self._note(row, outcome=outcome, reason=self._reason.value.strip())

    async def _note(self, row: InvoiceView, **what: Any) -> None:
        await run_operation(note_invoice, actor=self._place.actor, invoice_id=row.id, **what)
        await self._loader.refresh()
        self._open(row.id)


def _is_number(value: object) -> str | None:
    text = str(value or '').strip()
    return None if text.isascii() and text.isdigit() and len(text) == DIGITS else t('billing.number_help')


def _columns() -> list[Column]:
    return [
        Column(name='tenant', label=t('billing.tenant'), is_sortable=True),
        Column(name='amount', label=t('billing.amount'), kind='number'),
        Column(name='tax', label=t('billing.tax'), kind='number'),
        Column(name='number', label=t('billing.invoice_number')), Column(name='at', label=t('billing.requested_at')),
        Column(name='badge', label=t('billing.state'), kind='badge'),
    ]  # fmt: skip


def _row(row: InvoiceView, place: Place) -> dict[str, Any]:
    return {
        'id': row.id, 'tenant': place.tenant(row.tenant_id), 'amount': yuan(row.amount_fen), 'tax': yuan(row.tax_fen),
        'number': row.number or '', 'at': place.moment(row.requested_at), 'status': row.status,
        'badge': {'state': STATES[row.status], 'text': t(f'billing.invoice_state.{row.status}')},
    }  # fmt: skip
