"""收银效率: baskets by cashier, and how many seconds each took."""

from datetime import timedelta
from typing import Any

from domain.sales.queries import rank_cashiers
from domain.sales.views import CashierDay
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.format import MISSING, number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.saleswords import Counterfoil

WEEK = timedelta(days=7)


class CashiersPage:
    """The week that ends on the chosen day."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._rows: list[CashierDay] = []
        with section(t('sales.cashiers'), t('sales.cashiers_hint')):
            self._table = DataTable(
                _columns(), self._page, address=place.address, empty_title=t('sales.no_cashiers'),
                empty_help=t('sales.no_receipts_help'),
            )  # fmt: skip
            self._table.mark('sales.cashiers')

    async def load(self) -> list[CashierDay]:
        """The week's cashiers."""
        until = self._place.day + timedelta(days=1)
        return await run_query(rank_cashiers, actor=self._place.actor, from_on=until - WEEK, until_on=until)

    def show(self, rows: list[CashierDay]) -> None:
        """Show these cashiers."""
        self._rows = rows
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        most = max((row.baskets for row in self._rows), default=1)
        keys = {'baskets': lambda row: row['count'], 'pace': lambda row: row['took'], 'money': lambda row: row['fen']}
        return page_of([_row(row, most) for row in self._rows], query, searched=('cashier',), keys=keys)


def _columns() -> list[Column]:
    return [
        Column(name='cashier', label=t('sales.cashier'), is_sortable=True),
        Column(name='baskets', label=t('sales.figure.receipts'), kind='bar', is_sortable=True),
        Column(name='pace', label=t('sales.median_seconds'), kind='number', is_sortable=True),
        Column(name='money', label=t('sales.money'), kind='number', is_sortable=True),
        Column(name='overrides', label=t('sales.overrides'), kind='number'),
        Column(name='returns', label=t('sales.returns'), kind='number'),
    ]


def _row(row: CashierDay, most: int) -> dict[str, Any]:
    took = row.median_seconds
    return {
        'id': row.cashier, 'cashier': row.cashier, 'count': row.baskets,
        'baskets': {'text': number(row.baskets), 'share': row.baskets / most},
        'pace': MISSING if took is None else number(took, digits=0), 'took': took, 'money': yuan(row.money_fen),
        'fen': row.money_fen, 'overrides': number(row.overrides), 'returns': number(row.returns),
    }  # fmt: skip
