"""售后时效榜: how each shop keeps its time."""

from typing import Any

from domain.aftersales.queries import rank_shops
from domain.aftersales.views import ShopRecord
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.format import MISSING, number
from ui.kit.i18n import t
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.saleswords import Counterfoil


class ShopsPage:
    """Shops by the number of their requests."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._rows: list[ShopRecord] = []
        with section(t('aftersales.shops'), t('aftersales.shops_hint')):
            self._table = DataTable(
                _columns(), self._page, address=place.address, empty_title=t('aftersales.no_requests'),
                empty_help=t('aftersales.no_requests_help'),
            )  # fmt: skip
            self._table.mark('aftersales.shops')

    async def load(self) -> list[ShopRecord]:
        """All shops that were asked."""
        return await run_query(rank_shops, actor=self._place.actor)

    def show(self, rows: list[ShopRecord]) -> None:
        """Show these shops."""
        self._rows = rows
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(row, self._place) for row in self._rows]
        keys = {'requests': lambda row: row['count'], 'hours': lambda row: row['took']}
        return page_of(rows, query, searched=('shop',), keys=keys)


def _columns() -> list[Column]:
    return [
        Column(name='shop', label=t('aftersales.shop'), is_sortable=True),
        Column(name='requests', label=t('aftersales.requests'), kind='number', is_sortable=True),
        Column(name='open', label=t('aftersales.open_requests'), kind='number'),
        Column(name='escalated', label=t('aftersales.escalated_count'), kind='number'),
        Column(name='in_time', label=t('aftersales.in_time'), kind='bar'),
        Column(name='hours', label=t('aftersales.median_hours'), kind='number', is_sortable=True),
    ]


def _row(row: ShopRecord, place: Counterfoil) -> dict[str, Any]:
    return {
        'id': row.shop, 'shop': place.shop(row.shop), 'count': row.requests, 'requests': number(row.requests),
        'open': number(row.open_requests), 'escalated': number(row.escalated),
        'in_time': {'text': number(row.in_time), 'share': row.in_time / row.requests},
        'hours': MISSING if row.median_hours is None else number(row.median_hours, digits=1), 'took': row.median_hours,
    }  # fmt: skip
