"""库存: every item with what may be sold of it, at one place or at all, now and at an instant of the past."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain.inventory.commands import LocationId
from domain.inventory.overview import StockRow, list_locations, list_stock
from domain.inventory.views import LocationView
from domain.shared.operations import run_query
from domain.shared.spelling import pinyin_of
from ui.inventory import addresses
from ui.inventory.frame import name_of, place_names
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.field import choice_field, text_field
from ui.kit.figure import Figure
from ui.kit.format import number, short_number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.loading import Loader, together
from ui.saleswords import Counterfoil, instant_of

FIGURES = ('items', 'pieces', 'value', 'on_hold', 'in_transit', 'blocked')
STATES = ('available', 'out', 'on_hold', 'in_transit', 'blocked')


@dataclass(frozen=True, slots=True)
class Stock:
    """What the page shows."""

    rows: list[StockRow]
    places: list[LocationView]


class StockPage:
    """Where and when above, figures, then the items; one opens."""

    def __init__(self, place: Counterfoil, loader: Loader[Stock]) -> None:
        self._place, self._loader = place, loader
        self._rows: list[StockRow] = []
        with grid(least_width=260):
            self._where = choice_field(t('inventory.location'), {'': t('inventory.everywhere')}, '')
            self._where.on_value_change(self._chosen).mark('inventory.where')
            self._at = text_field(t('inventory.as_at'), place.address.get('at')).props('type=datetime-local')
            self._at.on_value_change(self._chosen).mark('inventory.at')
        with grid(least_width=170):
            self._cards = {name: MetricCard(t(f'inventory.figure.{name}')) for name in FIGURES}
        options = {state: t(f'inventory.has.{state}') for state in STATES}
        with section(t('inventory.items'), t('inventory.items_hint')):
            self._table = DataTable(
                _columns(), self._page, address=place.address,
                filters=[Filter(name='has', label=t('inventory.shows'), options=options)],
                empty_title=t('inventory.no_items'), empty_help=t('inventory.no_items_help'),
                on_open=lambda row: ui.navigate.to(addresses.item(row['id'])),
            )  # fmt: skip
            self._table.mark('inventory.items')

    async def load(self) -> Stock:
        """The items at the place and the instant of the address."""
        actor = self._place.actor
        places = await run_query(list_locations, actor=actor)
        wanted = next((one.id for one in places if one.code == self._place.address.get('where')), None)
        rows, = await together(run_query(
            list_stock, actor=actor, day=self._place.today, location_id=wanted and LocationId(wanted),
            moment=instant_of(self._place.address.get('at'), self._place.clock),
        ))  # fmt: skip
        return Stock(rows, places)

    def show(self, stock: Stock) -> None:
        """Show these items."""
        options = {'': t('inventory.everywhere'), **place_names(self._place, stock.places)}
        self._where.set_options(options)
        chosen = self._place.address.get('where')
        if self._where.value != chosen and chosen in options:
            self._where.value = chosen
        self._rows = stock.rows
        for name, (text, unit) in _figures(stock.rows).items():
            self._cards[name].show(Figure(text=text, unit=unit))
        self._table.show(self._paged(self._table.query))

    async def _chosen(self) -> None:
        where, at = self._where.value or None, self._at.value or None
        if (where or '', at or '') != (self._place.address.get('where'), self._place.address.get('at')):
            self._place.address.update(where=where, at=at, page=None)
            await self._loader.refresh()

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        wanted = query.filters.get('has', '')
        kept = [row for row in self._rows if _has(row, wanted)]
        names = ('on_hand', 'available', 'balance')
        keys = {name: (lambda row, name=name: row['pieces'][name]) for name in names}
        plain = TableQuery(
            search=query.search, sort=query.sort, is_descending=query.is_descending, first=query.first,
            limit=query.limit,
        )  # fmt: skip
        return page_of([_row(row) for row in kept], plain, searched=('name', 'sku', 'typed'), keys=keys)


def _has(row: StockRow, wanted: str) -> bool:
    if wanted == 'out':
        return row.available <= 0
    return not wanted or getattr(row, wanted) > 0


def _figures(rows: Sequence[StockRow]) -> dict[str, tuple[str, str]]:
    value, unit = short_number(sum(row.value_fen for row in rows) / 100)
    counted = {
        'items': sum(row.on_hand > 0 for row in rows),
        **{name: sum(getattr(row, of) for row in rows) for name, of in (
            ('pieces', 'on_hand'), ('on_hold', 'on_hold'), ('in_transit', 'in_transit'), ('blocked', 'blocked')
        )},
    }  # fmt: skip
    return {'value': (f'¥{value}', unit), **{name: (number(pieces), '') for name, pieces in counted.items()}}


def _columns() -> list[Column]:
    numbers = ('on_hand', 'available', 'on_hold', 'in_transit', 'blocked', 'balance')
    return [
        Column(name='name', label=t('inventory.item'), is_sortable=True),
        Column(name='sku', label='SKU', is_sortable=True),
        Column(name='ownership', label=t('inventory.ownership')),
        *(
            Column(
                name=name, label=t(f'inventory.{name}'), kind='number',
                is_sortable=name in ('on_hand', 'available', 'balance'),
            ) for name in numbers
        ),
    ]  # fmt: skip


def _row(row: StockRow) -> dict[str, Any]:
    pieces = {name: getattr(row, name) for name in ('on_hand', 'available', 'balance')}
    return {
        'id': row.id, 'name': name_of(row), 'sku': row.sku, 'ownership': t(f'inventory.owned.{row.ownership}'),
        'typed': ' '.join((*pinyin_of(row.name_zh), row.name_en.lower(), *row.barcodes)), 'pieces': pieces,
        **{name: number(value) for name, value in pieces.items()},
        **{name: number(getattr(row, name)) if getattr(row, name) else '' for name in
           ('on_hold', 'in_transit', 'blocked')},
    }  # fmt: skip
