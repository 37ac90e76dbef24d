"""退款: asked for, waiting for the channel, done."""

from typing import Any

from domain.payments.overview import list_refunds
from domain.payments.views import RefundRow
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.tokens import State
from ui.saleswords import Counterfoil, channel_words

REASONS = frozenset({'customer', 'late', 'surplus'})


class RefundsPage:
    """Those still open first."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._rows: list[RefundRow] = []
        options = {state: t(f'payments.refund_state.{state}') for state in ('requested', 'done')}
        with section(t('payments.refunds'), t('payments.refunds_hint')):
            self._table = DataTable(
                _columns(),
                self._page,
                address=place.address,
                filters=[Filter(name='state', label=t('payments.state'), options=options)],
                empty_title=t('payments.no_refunds'),
                empty_help=t('payments.no_refunds_help'),
            )
            self._table.mark('payments.refunds')

    async def load(self) -> list[RefundRow]:
        """The newest refunds."""
        return await run_query(list_refunds, actor=self._place.actor)

    def show(self, rows: list[RefundRow]) -> None:
        """Show these refunds."""
        self._rows = rows
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([_row(row, self._place) for row in self._rows], query, searched=('out_no', 'channel_words'))


def _columns() -> list[Column]:
    return [
        Column(name='out_no', label=t('payments.number')),
        Column(name='channel_words', label=t('payments.channel')),
        Column(name='amount', label=t('payments.amount'), kind='number'),
        Column(name='reason', label=t('payments.reason_column')),
        Column(name='asked', label=t('payments.asked')),
        Column(name='done', label=t('payments.done')),
        Column(name='tries', label=t('payments.tries'), kind='number'),
        Column(name='badge', label=t('payments.state'), kind='badge'),
    ]


def _row(row: RefundRow, place: Counterfoil) -> dict[str, Any]:
    state: State = 'good' if row.state == 'done' else 'watch'
    return {
        'id': row.id, 'out_no': row.out_no, 'channel_words': channel_words(row.channel), 'amount': yuan(row.fen),
        'reason': t(f'payments.reason.{row.reason}') if row.reason in REASONS else row.reason,
        'asked': place.moment(row.requested_at), 'done': place.moment(row.done_at), 'tries': number(row.tries),
        'state': row.state, 'badge': {'state': state, 'text': t(f'payments.refund_state.{row.state}')},
    }  # fmt: skip
