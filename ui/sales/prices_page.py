"""价目: what every article costs in every shop now, what it cost before, and what it is going to cost."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.sales.commands import Price, SetPrices
from domain.sales.permissions import MANAGE_TILLS
from domain.sales.pricing import list_price_versions, list_prices, set_prices
from domain.sales.views import PriceRow, PriceVersion
from domain.shared.operations import run_operation, run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.day_field import day_field, parse_day
from ui.kit.description_list import description_list
from ui.kit.field import choice_field
from ui.kit.form import form
from ui.kit.i18n import t, words
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.plain_table import PlainTable
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.saleswords import Counterfoil

STATES: dict[str, State] = {'on': 'good', 'coming': 'watch', 'off': 'off'}
SEARCHED = ('sku', 'name', 'name_en', 'barcode', 'pinyin', 'initials', 'shop')


class PricesPage:
    """All price lists at the left; the chosen article's prices, and a new one, at the right."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._rows: dict[str, PriceRow] = {}
        options = {state: t(f'sales.priced.{state}') for state in STATES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('sales.prices'), t('sales.prices_hint')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address, empty_title=t('sales.no_prices'),
                    filters=[Filter(name='state', label=t('sales.state_column'), options=options)],
                    empty_help=t('sales.no_prices_help'), on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('sales.prices')
            self._panel = SidePanel(t('sales.choose_price'), 'info')

    async def load(self) -> list[PriceRow]:
        """The price lists as they are now."""
        return await run_query(list_prices, actor=self._place.actor, now=datetime.now(UTC))

    def show(self, rows: Sequence[PriceRow]) -> None:
        """Show these articles."""
        self._rows = {f'{row.shop}/{row.article.sku}': row for row in rows}
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(key, row, self._place) for key, row in self._rows.items()]
        return page_of(rows, query, searched=SEARCHED, keys={'price': lambda row: row['fen']})

    async def _open(self, key: str) -> None:
        row = self._rows.get(key)
        if row is None:
            return
        versions = await run_query(
            list_price_versions, actor=self._place.actor, shop=row.shop, sku=row.article.sku
        )  # fmt: skip
        with self._panel.refilled():
            Text(words(row.article.name_zh, row.article.name_en), tag='h2', classes='at-section__title')
            state = _state(row)
            status_badge(STATES[state], t(f'sales.priced.{state}'))
            description_list({
                t('sales.shop'): self._place.shop(row.shop), t('sales.sku'): row.article.sku,
                t('sales.barcode'): '、'.join(row.article.barcodes) or None,
                t('sales.variant'): row.article.variant or None, t('sales.category'): row.article.category or None,
            })  # fmt: skip
            PlainTable(_version_columns(), [_version(one, self._place) for one in versions])
            if self._place.actor.may(MANAGE_TILLS):
                self._form(key, row)

    def _form(self, key: str, row: PriceRow) -> None:
        async def save() -> None:
            fen = parse_yuan(price.value)
            from_on = parse_day(day.value)
            if fen is None or from_on is None:
                return
            await run_operation(set_prices, actor=self._place.actor, command=SetPrices(
                shop=row.shop, from_on=None if from_on == self._place.today else from_on,
                prices=(Price(
                    sku=row.article.sku, category=row.article.category, unit_fen=fen, is_active=sold.value == 'on'
                ),),
            ))  # fmt: skip
            ui.notify(t('sales.price_set', price=yuan(fen)))
            self.show(await self.load())
            await self._open(key)

        with form(save, label=t('sales.set_price')):
            price = money_field(t('sales.new_price'), row.unit_fen if row.unit_fen is not None else row.next_fen)
            price.mark('sales.new_price')
            day = day_field(t('sales.from_on'), self._place.today, help_text=t('sales.from_on_help'))
            sold = choice_field(
                t('sales.is_sold'), {'on': t('sales.priced.on'), 'off': t('sales.priced.off')},
                'on' if row.is_active else 'off',
            )  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(name='name', label=t('sales.article'), is_sortable=True),
        Column(name='barcode', label=t('sales.barcode')),
        Column(name='shop', label=t('sales.shop'), is_sortable=True),
        Column(name='price', label=t('sales.present_price'), kind='number', is_sortable=True),
        Column(name='since', label=t('sales.since')),
        Column(name='next', label=t('sales.next_price')),
        Column(name='badge', label=t('sales.state_column'), kind='badge'),
    ]


def _row(key: str, row: PriceRow, place: Counterfoil) -> dict[str, Any]:
    article, state = row.article, _state(row)
    following = None if row.next_fen is None else f'{yuan(row.next_fen)} · {place.moment(row.next_at)}'
    return {
        'id': key, 'sku': article.sku, 'name': ' '.join((words(article.name_zh, article.name_en), article.variant)),
        'name_en': article.name_en, 'pinyin': article.pinyin, 'initials': article.initials,
        'barcode': '、'.join(article.barcodes) or article.sku, 'shop': place.shop(row.shop),
        'price': yuan(row.unit_fen), 'fen': row.unit_fen, 'since': place.moment(row.from_at), 'next': following,
        'state': state, 'badge': {'state': STATES[state], 'text': t(f'sales.priced.{state}')},
    }  # fmt: skip


def _state(row: PriceRow) -> str:
    if row.unit_fen is None:
        return 'coming'
    return 'on' if row.is_active else 'off'


def _version_columns() -> list[Column]:
    return [
        Column(name='price', label=t('sales.price_column'), kind='number'),
        Column(name='since', label=t('sales.from')),
        Column(name='until', label=t('sales.until')),
        Column(name='by', label=t('sales.set_by')),
    ]


def _version(one: PriceVersion, place: Counterfoil) -> dict[str, Any]:
    price = yuan(one.unit_fen) if one.is_active else t('sales.priced.off')
    return {
        'price': price, 'since': place.moment(one.from_at), 'until': place.moment(one.until_at), 'by': one.set_by,
    }  # fmt: skip
