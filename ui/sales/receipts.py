"""小票: the receipts of a business day, with what the day sold above them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain.sales.queries import list_day, summarise_day
from domain.sales.views import SaleRow
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.figure import Figure
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.loading import together
from ui.sales import addresses
from ui.saleswords import SALE_STATES, Counterfoil

FIGURES = ('money', 'receipts', 'discount', 'points', 'unfinished')


@dataclass(frozen=True, slots=True)
class Day:
    """What the page shows."""

    rows: list[SaleRow]
    sums: Mapping[str, int]


class ReceiptsPage:
    """Figures of the day, then its receipts; one opens."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._rows: list[SaleRow] = []
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'sales.figure.{name}')) for name in FIGURES}
        states = {state: t(f'sales.state.{state}') for state in ('paid', 'confirmed', 'abandoned')}
        with section(t('sales.receipts'), t('sales.receipts_hint')):
            self._table = DataTable(
                _columns(),
                self._page,
                address=place.address,
                filters=[Filter(name='state', label=t('sales.state_column'), options=states)],
                empty_title=t('sales.no_receipts'),
                empty_help=t('sales.no_receipts_help'),
                on_open=lambda row: ui.navigate.to(addresses.receipt(row['key'])),
            )
            self._table.mark('sales.receipts')

    async def load(self) -> Day:
        """The day in rows and in sums."""
        actor, day = self._place.actor, self._place.day
        rows, sums = await together(
            run_query(list_day, actor=actor, day=day), run_query(summarise_day, actor=actor, day=day)
        )
        return Day(rows, sums)

    def show(self, day: Day) -> None:
        """Show this day."""
        sums = day.sums
        shown = {
            'money': yuan(sums['money_fen']), 'receipts': number(sums['receipts']),
            'discount': yuan(sums['discount_fen']), 'points': yuan(sums['points_fen']),
            'unfinished': number(sums['unfinished']),
        }  # fmt: skip
        for name, text in shown.items():
            self._cards[name].show(Figure(text=text))
        self._rows = day.rows
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(row, self._place) for row in self._rows]
        keys = {'number': lambda row: row['id'], 'money': lambda row: row['fen'], 'seconds': lambda row: row['took']}
        return page_of(rows, query, searched=('number', 'till', 'cashier', 'shop'), keys=keys)


def _columns() -> list[Column]:
    return [
        Column(name='number', label=t('sales.number'), is_sortable=True),
        Column(name='time', label=t('sales.time')),
        Column(name='shop', label=t('sales.shop'), is_sortable=True),
        Column(name='till', label=t('sales.till'), is_sortable=True),
        Column(name='cashier', label=t('sales.cashier'), is_sortable=True),
        Column(name='pieces', label=t('sales.pieces'), kind='number'),
        Column(name='off', label=t('sales.off'), kind='number'),
        Column(name='money', label=t('sales.money'), kind='number', is_sortable=True),
        Column(name='returned', label=t('sales.returned'), kind='number'),
        Column(name='seconds', label=t('sales.seconds'), kind='number', is_sortable=True),
        Column(name='badge', label=t('sales.state_column'), kind='badge'),
    ]


def _row(row: SaleRow, place: Counterfoil) -> dict[str, Any]:
    state = t(f'sales.state.{row.state}')
    return {
        'id': row.id, 'key': row.key, 'number': f'#{row.id}', 'time': place.moment(row.occurred_at),
        'shop': place.shop(row.shop), 'till': row.till, 'cashier': row.cashier, 'pieces': number(row.pieces),
        'off': yuan(row.discount_fen) if row.discount_fen else '', 'money': yuan(row.money_fen), 'fen': row.money_fen,
        'returned': yuan(row.returned_fen) if row.returned_fen else '',
        'seconds': number(row.seconds) if row.seconds else None, 'took': row.seconds or None, 'state': row.state,
        'badge': {
            'state': SALE_STATES.get(row.state, 'off'),
            'text': t('sales.offline', state=state) if row.is_offline else state,
        },
    }  # fmt: skip
