"""动销: ABC, cover, dead stock and time out of stock over the last four weeks."""

from datetime import timedelta
from typing import Any

from nicegui import ui

from domain.inventory.overview import StockRow, list_stock
from domain.inventory.queries import assortment
from domain.inventory.views import AssortmentRow
from domain.shared.operations import run_query
from ui.inventory import addresses
from ui.inventory.frame import name_of
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.figure import Figure
from ui.kit.format import number, percent
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.kit.tokens import State
from ui.loading import together
from ui.saleswords import Counterfoil

DAYS, LONG_COVER, SHORT_COVER = 28, 90, 7
FIGURES = ('sold', 'revenue', 'dead', 'short')
Range = tuple[list[AssortmentRow], list[StockRow]]
PACES: dict[str, State] = {'dead': 'act', 'short': 'watch', 'long': 'off', 'sound': 'good'}


class RangePage:
    """Figures, then every item with how it did; one opens."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._rows: list[AssortmentRow] = []
        self._items: dict[int, StockRow] = {}
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'inventory.pace_figure.{name}')) for name in FIGURES}
        with section(t('inventory.range'), t('inventory.range_hint', days=DAYS)):
            self._table = DataTable(
                _columns(), self._page, address=place.address,
                filters=[
                    Filter(name='abc', label='ABC', options={one: one for one in 'ABC'}),
                    Filter(
                        name='pace', label=t('inventory.pace_column'),
                        options={one: t(f'inventory.pace.{one}') for one in PACES},
                    ),
                ],
                empty_title=t('inventory.no_items'), empty_help=t('inventory.no_items_help'),
                on_open=lambda row: ui.navigate.to(addresses.item(row['id'])),
            )  # fmt: skip
            self._table.mark('inventory.range')

    async def load(self) -> Range:
        """Four weeks up to today."""
        actor, today = self._place.actor, self._place.today
        rows, items = await together(
            run_query(
                assortment, actor=actor, from_on=today - timedelta(days=DAYS - 1), until_on=today + timedelta(days=1)
            ),
            run_query(list_stock, actor=actor, day=today),
        )
        return rows, items

    def show(self, answer: Range) -> None:
        """Show these weeks."""
        self._rows, items = answer
        self._items = {int(one.id): one for one in items}
        paces = [_pace(row) for row in self._rows]
        for name, text in {
            'sold': number(sum(row.sold for row in self._rows)),
            'revenue': yuan(sum(row.revenue_fen for row in self._rows)),
            'dead': number(paces.count('dead')), 'short': number(paces.count('short')),
        }.items():  # fmt: skip
            self._cards[name].show(Figure(text=text))
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(row, self._items[int(row.item_id)]) for row in self._rows if int(row.item_id) in self._items]
        keys = {'sold': lambda row: row['pieces'], 'revenue': lambda row: row['fen'], 'cover': lambda row: row['days']}
        return page_of(rows, query, searched=('name', 'sku'), keys=keys)


def _pace(row: AssortmentRow) -> str:
    if row.is_dead:
        return 'dead'
    if row.days_of_cover is None:
        return 'sound'
    return 'short' if row.days_of_cover < SHORT_COVER else 'long' if row.days_of_cover > LONG_COVER else 'sound'


def _columns() -> list[Column]:
    return [
        Column(name='name', label=t('inventory.item'), is_sortable=True),
        Column(name='sku', label='SKU'),
        Column(name='abc', label='ABC', is_sortable=True),
        Column(name='sold', label=t('inventory.sold'), kind='number', is_sortable=True),
        Column(name='revenue', label=t('inventory.revenue'), kind='number', is_sortable=True),
        Column(name='on_hand', label=t('inventory.on_hand'), kind='number'),
        Column(name='cover', label=t('inventory.cover'), kind='number', is_sortable=True),
        Column(name='out', label=t('inventory.out_of_stock'), kind='number'),
        Column(name='badge', label=t('inventory.pace_column'), kind='badge'),
    ]


def _row(row: AssortmentRow, item: StockRow) -> dict[str, Any]:
    pace = _pace(row)
    return {
        'id': int(row.item_id), 'name': name_of(item), 'sku': row.sku, 'abc': row.abc, 'pieces': row.sold,
        'sold': number(row.sold), 'fen': row.revenue_fen, 'revenue': yuan(row.revenue_fen),
        'on_hand': number(row.on_hand), 'days': row.days_of_cover,
        'cover': number(row.days_of_cover, digits=0) if row.days_of_cover is not None else None,
        'out': percent(row.out_of_stock.value), 'pace': pace,
        'badge': {'state': PACES[pace], 'text': t(f'inventory.pace.{pace}')},
    }  # fmt: skip
