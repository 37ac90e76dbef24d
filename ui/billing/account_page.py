"""One tenant's account: what it owes, its statement to send, its charges and payments, invoices to ask for."""

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain.billing.commands import ChargeId
from domain.billing.invoicing import TAX_BP, invoiced_charges, request_invoice
from domain.billing.overview import PaymentRow, list_payments
from domain.billing.permissions import RECEIVE
from domain.billing.queries import list_charges
from domain.billing.statements import Statement, get_statement
from domain.billing.views import ChargeView
from domain.leasing.periods import add_months
from domain.mall.queries import get_mall
from domain.mall.views import MallView
from domain.shared.actor import TenantId
from domain.shared.operations import run_in_thread, run_operation, run_query
from ui.billing import addresses
from ui.billing.bills_page import bill_columns, bill_row
from ui.billing.payments_page import apply_free_money, payment_row
from ui.billing.place import Place
from ui.kit.button import button
from ui.kit.data_table import Column
from ui.kit.figure import Figure
from ui.kit.i18n import t, words
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan
from ui.kit.plain_table import PlainTable
from ui.kit.section import grid, section, split
from ui.leasewords import date_words
from ui.loading import Loader, together
from ui.shell import paths
from ui.shell.context import shell
from ui.statements import statement_paper, statement_table, what_words

SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
MONTHS = 3
FIGURES = ('open', 'overdue', 'free', 'to_invoice')


@dataclass(frozen=True, slots=True)
class Account:
    mall: MallView
    statement: Statement
    charges: list[ChargeView]
    payments: list[PaymentRow]
    invoiced: set[ChargeId]


class AccountPage:
    """Figures, the statement, open charges and payments."""

    def __init__(self, place: Place, tenant_id: TenantId, loader: Loader[Account]) -> None:
        self._place, self._tenant_id, self._loader = place, tenant_id, loader
        self._account: Account | None = None
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'billing.figure.{name}')) for name in FIGURES}
        with section(place.tenant(tenant_id), t('billing.account_hint'), actions=self._actions):
            self._statement = PlainTable(_columns(), hint=t('billing.nothing_charged')).mark('billing.statement')
        with split(even=True):
            with section(t('billing.open_bills')):
                self._bills = PlainTable(
                    [one for one in bill_columns() if one.name not in ('tenant', 'amount', 'number')],
                    hint=t('billing.nothing_open'), on_open=lambda row: ui.navigate.to(addresses.bill(row['id'])),
                ).mark('billing.open')  # fmt: skip
            with section(t('billing.payments')):
                self._payments = PlainTable(
                    [
                        Column(name='on', label=t('billing.paid_on')),
                        Column(name='method_words', label=t('billing.method')),
                        Column(name='amount', label=t('billing.amount'), kind='number'),
                        Column(name='free', label=t('billing.free'), kind='number'),
                        Column(name='reference', label=t('billing.reference')),
                    ],
                    hint=t('billing.no_payments'),
                )  # fmt: skip

    def _actions(self) -> None:
        button('PDF', self._pdf, icon='download').mark('billing.pdf')
        button('XLSX', self._xlsx, icon='download').mark('billing.xlsx')
        if self._place.actor.may(RECEIVE):
            to = paths.with_query(addresses.PAYMENTS, tenant=self._tenant_id)
            button(t('billing.record'), lambda: ui.navigate.to(to)).mark('billing.record')
            button(t('billing.apply_credit'), self._apply).mark('billing.apply_credit')
            button(t('billing.ask_invoice'), self._invoice, rank='primary').mark('billing.ask_invoice')

    async def load(self) -> Account:
        """The account as it is now; the statement is of the last months."""
        actor, tenant_id, today = self._place.actor, self._tenant_id, self._place.today
        window = {
            'from_on': add_months(today.replace(day=1), 1 - MONTHS),
            'until_on': add_months(today.replace(day=1), 1),
        }
        return Account(*await together(
            run_query(get_mall, actor=actor), run_query(get_statement, actor=actor, tenant_id=tenant_id, **window),
            run_query(list_charges, actor=actor, tenant_id=tenant_id),
            run_query(list_payments, actor=actor, tenant_id=tenant_id),
            run_query(invoiced_charges, actor=actor, tenant_id=tenant_id),
        ))  # fmt: skip

    def show(self, account: Account) -> None:
        """Show this account."""
        self._account = account
        today = self._place.today
        still_open = [charge for charge in account.charges if charge.open_fen > 0]
        free = sum(row.amount_fen - row.settled_fen for row in account.payments)
        shown = {
            'open': sum(charge.open_fen for charge in still_open),
            'overdue': sum(charge.open_fen for charge in still_open if charge.due_on < today),
            'free': free, 'to_invoice': sum(charge.amount_fen for charge in self._to_invoice(account)),
        }  # fmt: skip
        for name, fen in shown.items():
            self._cards[name].show(Figure(text=yuan(fen)))
        self._statement.show(_rows(account.statement))
        self._bills.show([bill_row(charge, self._place) for charge in still_open])
        self._payments.show([payment_row(row, self._place) for row in account.payments])

    @staticmethod
    def _to_invoice(account: Account) -> list[ChargeView]:
        return [one for one in account.charges if one.kind in TAX_BP and one.id not in account.invoiced]

    async def _pdf(self) -> None:
        assert self._account is not None
        mall = self._account.mall
        paper = statement_paper(self._account.statement, words(mall.name_zh, mall.name_en))
        content = await run_in_thread(shell().documents.pdf, paper)
        ui.download.content(content, f'{self._file_name()}.pdf', 'application/pdf')

    async def _xlsx(self) -> None:
        assert self._account is not None
        content = await run_in_thread(shell().documents.workbook, [statement_table(self._account.statement)])
        ui.download.content(content, f'{self._file_name()}.xlsx', SHEET)

    def _file_name(self) -> str:
        assert self._account is not None
        return f'statement-{self._account.statement.tenant.code}-{self._place.today.isoformat()}'

    async def _apply(self) -> None:
        await apply_free_money(self._place, self._tenant_id)
        await self._loader.refresh()

    async def _invoice(self) -> None:
        assert self._account is not None
        charge_ids = tuple(charge.id for charge in self._to_invoice(self._account))
        made = await run_operation(
            request_invoice, actor=self._place.actor, tenant_id=self._tenant_id, charge_ids=charge_ids
        )
        ui.notify(t('billing.invoice_asked', fen=yuan(made.amount_fen)))
        await self._loader.refresh()


def _columns() -> list[Column]:
    return [
        Column(name='on', label=t('billing.day')), Column(name='what', label=t('billing.entry')),
        Column(name='charged', label=t('billing.charged'), kind='number'),
        Column(name='paid', label=t('billing.paid'), kind='number'),
        Column(name='balance', label=t('billing.balance'), kind='number'),
    ]  # fmt: skip


def _rows(statement: Statement) -> list[dict[str, Any]]:
    opening = {
        'on': date_words(statement.from_on), 'what': t('billing.opening'), 'charged': '', 'paid': '',
        'balance': yuan(statement.opening_fen),
    }  # fmt: skip
    return [opening, *(
        {
            'on': date_words(entry.on), 'what': what_words(entry),
            'charged': yuan(entry.amount_fen) if entry.amount_fen > 0 else '',
            'paid': yuan(-entry.amount_fen) if entry.amount_fen < 0 else '', 'balance': yuan(entry.balance_fen),
        } for entry in statement.entries
    )]  # fmt: skip
