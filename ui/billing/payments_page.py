"""收款: money that came, in which order it settles debts, and what of it is still free."""

from typing import Any

from nicegui import ui

from domain.billing.commands import AllocationOrder, ApplyCredit, RecordPayment
from domain.billing.overview import PaymentRow, list_payments
from domain.billing.payments import apply_credit, record_payment
from domain.billing.permissions import RECEIVE
from domain.shared.actor import TenantId
from domain.shared.operations import run_operation, run_query
from ui.billing.place import Place
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.day_field import day_field, parse_day
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.notice import notice
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.leasewords import date_words
from ui.loading import Loader
from ui.shell import paths

METHODS = ('bank', 'wechat', 'alipay', 'cash', 'deposit')


class PaymentsPage:
    """Payments, and beside them a form for one that came."""

    def __init__(self, place: Place, loader: Loader[list[PaymentRow]]) -> None:
        self._place, self._loader = place, loader
        self._rows: list[PaymentRow] = []
        methods = {method: t(f'billing.methods.{method}') for method in METHODS}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('billing.payments'), t('billing.payments_hint')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address,
                    filters=[Filter(name='method', label=t('billing.method'), options=methods)],
                    empty_title=t('billing.no_payments'), empty_help=t('billing.no_payments_help'),
                    on_open=lambda row: ui.navigate.to(paths.tenant_account(row['tenant_id'])),
                )  # fmt: skip
                self._table.mark('billing.payments')
            with section(t('billing.record'), t('billing.record_hint')):
                if place.actor.may(RECEIVE):
                    self._form(methods)
                else:
                    notice(t('billing.finance_records'))

    def _form(self, methods: dict[str, str]) -> None:
        names = {one: self._place.tenant(one) for one in self._place.tenants}
        asked = self._place.address.integer('tenant', 0)
        orders = {order.value: t(f'billing.orders.{order.value}') for order in AllocationOrder}
        with form(self._record, label=t('billing.record')):
            self._tenant = choice_field(
                t('billing.tenant'), names, asked if asked in names else None, checks=(required,)
            ).props('use-input fill-input hide-selected')  # fmt: skip
            self._amount = money_field(t('billing.amount'), checks=(_positive,))
            self._day = day_field(t('billing.paid_on'), self._place.today)
            self._method = choice_field(t('billing.method'), methods, 'bank', checks=(required,))
            self._key = text_field(
                t('billing.reference'), help_text=t('billing.reference_help'), checks=(required, at_most(200))
            )
            self._order = choice_field(
                t('billing.order'), orders, AllocationOrder.OLDEST_FIRST.value, help_text=t('billing.order_help')
            )
        with ui.element('div').classes('at-stack') as self._result:
            pass

    async def load(self) -> list[PaymentRow]:
        """Payments as they are now."""
        return await run_query(list_payments, actor=self._place.actor)

    def show(self, rows: list[PaymentRow]) -> None:
        """Show these payments."""
        self._rows = rows
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        keys = {'amount': lambda row: row['fen'], 'free': lambda row: row['free_fen'], 'on': lambda row: row['on_iso']}
        rows = [payment_row(row, self._place) for row in self._rows]
        return page_of(rows, query, searched=('tenant', 'reference'), keys=keys)

    async def _record(self) -> None:
        on, amount = parse_day(self._day.value), parse_yuan(self._amount.value)
        assert on is not None
        assert amount is not None
        command = RecordPayment(
            tenant_id=TenantId(self._tenant.value), amount_fen=amount, paid_on=on, method=self._method.value,
            key=self._key.value.strip(), order=AllocationOrder(self._order.value),
        )  # fmt: skip
        payment = await run_operation(record_payment, actor=self._place.actor, command=command)
        self._result.clear()
        with self._result:
            if payment.is_replay:
                notice(t('billing.replayed'), 'watch')
            settled = payment.amount_fen - payment.unapplied_fen
            notice(t('billing.recorded', count=len(payment.parts), settled=yuan(settled)), 'good')
            if payment.unapplied_fen:
                notice(t('billing.unapplied', fen=yuan(payment.unapplied_fen)))
        self._amount.value = self._key.value = ''
        await self._loader.refresh()


async def apply_free_money(place: Place, tenant_id: TenantId) -> None:
    """Lets a tenant's credit settle what it owes."""
    command = ApplyCredit(tenant_id=tenant_id, on=place.today)
    fen = await run_operation(apply_credit, actor=place.actor, command=command)
    ui.notify(t('billing.credit_applied', fen=yuan(fen)))


def _positive(value: object) -> str | None:
    return None if (parse_yuan(value) or 0) > 0 else t('kit.form.amount')


def _columns() -> list[Column]:
    return [
        Column(name='on', label=t('billing.paid_on'), is_sortable=True),
        Column(name='tenant', label=t('billing.tenant'), is_sortable=True),
        Column(name='method_words', label=t('billing.method')),
        Column(name='amount', label=t('billing.amount'), kind='number', is_sortable=True),
        Column(name='free', label=t('billing.free'), kind='number', is_sortable=True),
        Column(name='order', label=t('billing.order')), Column(name='reference', label=t('billing.reference')),
    ]  # fmt: skip


def payment_row(row: PaymentRow, place: Place) -> dict[str, Any]:
    free = row.amount_fen - row.settled_fen
    return {
        'id': row.id, 'tenant_id': row.tenant_id, 'tenant': place.tenant(row.tenant_id), 'method': row.method,
        'method_words': t(f'billing.methods.{row.method}'), 'on': date_words(row.paid_on),
        'on_iso': row.paid_on.isoformat(), 'amount': yuan(row.amount_fen), 'fen': row.amount_fen,
        'free': yuan(free) if free else '', 'free_fen': free, 'order': t(f'billing.orders.{row.order}'),
        'reference': row.key,
    }  # fmt: skip
