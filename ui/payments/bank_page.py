"""银行到账: the bank's statement comes in as a file; what the channels paid, and which days that settles."""

from datetime import timedelta
from typing import Any

from domain.payments.statements import import_statement, list_credits
from domain.payments.views import BankCredit, ImportedStatement
from domain.shared.operations import run_operation, run_query
from ui.filepanel import Example, FilePanel, Taken
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.format import MISSING, day, number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.tokens import State
from ui.loading import Loader
from ui.saleswords import Counterfoil, channel_words

SHOWN = timedelta(days=60)
PAYING = ('wechat', 'alipay')
EXAMPLE = Example(
    name='bank.csv',
    heads=('booked', 'credit', 'payer', 'reference', 'purpose'),
    rows=(
        ('2026-11-26', '18234.50', '财付通支付科技有限公司', 'N20261126000017', '结算款'),
        ('2026-11-26', '9120.00', '支付宝（中国）网络技术有限公司', 'N20261126000021', '结算款'),
    ),
)


class BankPage:
    """The file above, two months of credits below."""

    def __init__(self, place: Counterfoil, loader: Loader[list[BankCredit]]) -> None:
        self._place, self._loader = place, loader
        self._rows: list[BankCredit] = []
        FilePanel('payments', EXAMPLE, self._take)
        with section(t('payments.credits'), t('payments.credits_hint')):
            self._table = DataTable(
                _columns(),
                self._page,
                address=place.address,
                filters=[
                    Filter(
                        name='channel',
                        label=t('payments.channel'),
                        options={name: channel_words(name) for name in PAYING},
                    )
                ],
                empty_title=t('payments.no_credits'),
                empty_help=t('payments.no_credits_help'),
            )
            self._table.mark('payments.credits')

    async def load(self) -> list[BankCredit]:
        """The last two months."""
        until = self._place.today + timedelta(days=1)
        return await run_query(list_credits, actor=self._place.actor, from_on=until - SHOWN, until_on=until)

    def show(self, rows: list[BankCredit]) -> None:
        """Show these credits."""
        self._rows = rows
        self._table.show(self._paged(self._table.query))

    async def _take(self, name: str, content: bytes) -> Taken:
        answer = await run_operation(import_statement, actor=self._place.actor, content=content)
        if answer.objections:
            return Taken(objections=answer.objections)
        await self._loader.refresh()
        return Taken(told=_told(name, answer))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([_row(row) for row in self._rows], query, searched=('reference', 'payer'))


def _told(name: str, answer: ImportedStatement) -> list[tuple[str, State]]:
    words = t(
        'payments.statement_taken', name=name, count=number(answer.credits), repeated=number(answer.repeated),
        others=number(answer.others), days=number(answer.settled_days),
    )  # fmt: skip
    return [(words, 'good' if answer.credits or answer.repeated else 'watch')]


def _columns() -> list[Column]:
    return [
        Column(name='day', label=t('payments.booked')),
        Column(name='channel_words', label=t('payments.channel')),
        Column(name='fen', label=t('payments.amount'), kind='number'),
        Column(name='settles', label=t('payments.settles')),
        Column(name='payer', label=t('payments.payer')),
        Column(name='reference', label=t('payments.reference')),
        Column(name='badge', label=t('payments.state'), kind='badge'),
    ]


def _row(row: BankCredit) -> dict[str, Any]:
    state, words = _state(row)
    return {
        'id': row.id, 'day': day(row.booked_on), 'channel': row.channel, 'channel_words': channel_words(row.channel),
        'fen': yuan(row.fen), 'settles': _days(row), 'payer': row.payer, 'reference': row.reference,
        'badge': {'state': state, 'text': t(f'payments.credit.{words}')},
    }  # fmt: skip


def _days(row: BankCredit) -> str:
    if row.first_on is None or row.last_on is None or row.is_unknown:
        return MISSING
    return day(row.last_on) if row.first_on == row.last_on else f'{day(row.first_on)} – {day(row.last_on)}'


def _state(row: BankCredit) -> tuple[State, str]:
    if row.last_on is None:
        return 'watch', 'waits'
    return ('good', 'fits') if row.is_exact else ('act', 'differs')
