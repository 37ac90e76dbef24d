"""三方对账: each channel's day in our books, in its bill, and as the bank settled it."""

from datetime import timedelta
from typing import Any

from domain.payments.overview import list_channel_days
from domain.payments.views import ChannelDay
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.format import MISSING, day, number
from ui.kit.i18n import t
from ui.kit.money import signed_yuan, yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.tokens import State
from ui.saleswords import CHANNELS, Counterfoil, channel_words

SHOWN = timedelta(days=14)
AT_ONCE = frozenset({'cash', 'card'})


class ChannelsPage:
    """Two weeks; cash and cards are ours alone and have no bill."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._rows: list[ChannelDay] = []
        options = {name: channel_words(name) for name in sorted(CHANNELS)}
        with section(t('payments.channels'), t('payments.channels_hint')):
            self._table = DataTable(
                _columns(),
                self._page,
                address=place.address,
                filters=[Filter(name='channel', label=t('payments.channel'), options=options)],
                empty_title=t('payments.no_days'),
                empty_help=t('payments.no_days_help'),
                is_searchable=False,
            )
            self._table.mark('payments.channels')

    async def load(self) -> list[ChannelDay]:
        """The last two weeks."""
        until = self._place.today + timedelta(days=1)
        return await run_query(list_channel_days, actor=self._place.actor, from_on=until - SHOWN, until_on=until)

    def show(self, rows: list[ChannelDay]) -> None:
        """Show these days."""
        self._rows = rows
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([_row(row) for row in self._rows], query)


def _columns() -> list[Column]:
    return [
        Column(name='day', label=t('payments.day')),
        Column(name='channel_words', label=t('payments.channel')),
        Column(name='payments', label=t('payments.payments'), kind='number'),
        Column(name='taken', label=t('payments.taken'), kind='number'),
        Column(name='refunded', label=t('payments.refunded'), kind='number'),
        Column(name='bill', label=t('payments.bill'), kind='number'),
        Column(name='difference', label=t('payments.difference'), kind='number'),
        Column(name='fee', label=t('payments.fee'), kind='number'),
        Column(name='settled', label=t('payments.settled'), kind='number'),
        Column(name='badge', label=t('payments.state'), kind='badge'),
    ]


def _row(row: ChannelDay) -> dict[str, Any]:
    state, words = _state(row)
    return {
        'id': f'{row.day}{row.channel}', 'day': day(row.day), 'channel': row.channel,
        'channel_words': channel_words(row.channel), 'payments': number(row.payments), 'taken': yuan(row.taken_fen),
        'refunded': yuan(row.refunded_fen), 'bill': yuan(row.bill_fen), 'fee': yuan(row.fee_fen),
        'difference': MISSING if row.difference_fen is None else signed_yuan(row.difference_fen),
        'settled': yuan(row.settled_fen), 'badge': {'state': state, 'text': t(f'payments.book.{words}')},
    }  # fmt: skip


def _state(row: ChannelDay) -> tuple[State, str]:
    if row.channel in AT_ONCE:
        return 'good', 'own'
    if row.bill_fen is None:
        return 'off', 'no_bill'
    if row.difference_fen:
        return 'act', 'differs'
    if row.settled_fen is None:
        return 'watch', 'unsettled'
    return ('good', 'even') if row.unsettled_fen == 0 else ('act', 'short')
