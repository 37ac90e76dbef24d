"""差异队列: what a person must look at: money that came twice or too late, bills that tell another story."""

from typing import Any

from nicegui import ui

from domain.payments.commands import SettleException
from domain.payments.queries import list_exceptions
from domain.payments.reconciling import settle_exception
from domain.payments.views import ExceptionView
from domain.shared.operations import run_operation, run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.saleswords import Counterfoil, channel_words

KINDS = (
    'paid_twice', 'paid_after_close', 'notice_unknown', 'notice_differs', 'answer_differs', 'unknown_here',
    'amount_differs', 'missing_in_bill', 'paid_there_closed_here', 'paid_there_pending_here',
    'paid_there_unknown_here', 'paid_there_requested_here', 'fee_differs', 'settlement_differs',
    'settlement_missing', 'credit_unknown',
)  # fmt: skip
GRAVE = frozenset(
    {'paid_twice', 'paid_after_close', 'unknown_here', 'amount_differs', 'missing_in_bill', 'settlement_missing'}
)
MONEY = frozenset({'fen', 'ours_fen', 'theirs_fen'})


class ExceptionsPage:
    """The oldest first; one opens beside the table and is settled there, with a remark."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._open_ones: dict[int, ExceptionView] = {}
        self._chosen = 0
        options = {kind: t(f'payments.kind.{kind}') for kind in KINDS}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('payments.exceptions'), t('payments.exceptions_hint')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    filters=[Filter(name='kind', label=t('payments.kind_column'), options=options)],
                    empty_title=t('payments.no_exceptions'),
                    empty_help=t('payments.no_exceptions_help'),
                    on_open=lambda row: self._open(row['id']),
                )
                self._table.mark('payments.exceptions')
            self._panel = SidePanel(t('payments.choose_exception'), 'warning')

    async def load(self) -> list[ExceptionView]:
        """What is open."""
        return await run_query(list_exceptions, actor=self._place.actor)

    def show(self, found: list[ExceptionView]) -> None:
        """Show these exceptions."""
        self._open_ones = {one.id: one for one in found}
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(one, self._place) for one in self._open_ones.values()]
        return page_of(rows, query, searched=('subject', 'kind_words'))

    def _open(self, exception_id: int) -> None:
        one = self._open_ones.get(exception_id)
        if one is None:
            return
        self._chosen = one.id
        with self._panel.refilled():
            Text(kind_words(one.kind), tag='h2', classes='at-section__title')
            Text(t(f'payments.advice.{one.kind}') if one.kind in KINDS else '', classes='at-muted')
            description_list({
                t('payments.subject'): one.subject, t('payments.opened'): self._place.moment(one.opened_at),
                t('payments.times'): number(one.times),
                **{_fact(name): _value(name, one.facts[name]) for name in one.facts},
            })  # fmt: skip
            with form(self._settle, label=t('payments.settle')):
                self._remark = text_field(
                    t('payments.remark'), help_text=t('payments.remark_help'), checks=(required, at_most(200))
                ).mark('payments.remark')

    async def _settle(self) -> None:
        command = SettleException(exception_id=self._chosen, remark=self._remark.value.strip())
        await run_operation(settle_exception, actor=self._place.actor, command=command)
        self._panel.close()
        self.show(await self.load())


def kind_words(kind: str) -> str:
    """The kind in words; one that is not known here is shown as it came."""
    return t(f'payments.kind.{kind}') if kind in KINDS else kind


def _columns() -> list[Column]:
    return [
        Column(name='badge', label=t('payments.kind_column'), kind='badge'),
        Column(name='subject', label=t('payments.subject')),
        Column(name='amount', label=t('payments.amount'), kind='number'),
        Column(name='times', label=t('payments.times'), kind='number'),
        Column(name='opened', label=t('payments.opened')),
    ]


def _row(one: ExceptionView, place: Counterfoil) -> dict[str, Any]:
    state: State = 'act' if one.kind in GRAVE else 'watch'
    amount = next((one.facts[name] for name in ('fen', 'theirs_fen', 'ours_fen') if one.facts.get(name)), None)
    return {
        'id': one.id, 'kind': one.kind, 'kind_words': kind_words(one.kind), 'subject': one.subject,
        'amount': yuan(amount), 'times': number(one.times), 'opened': place.moment(one.opened_at),
        'badge': {'state': state, 'text': kind_words(one.kind)},
    }  # fmt: skip


def _fact(name: str) -> str:
    known = ('order', 'fen', 'channel', 'transaction', 'why', 'day', 'ours_fen', 'theirs_fen')
    return t(f'payments.fact.{name}') if name in known else name


def _value(name: str, value: object) -> str:
    if name in MONEY and isinstance(value, int):
        return yuan(value)
    return channel_words(str(value)) if name == 'channel' else str(value)
