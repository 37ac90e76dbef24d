"""改价记录: every price that tills overrode in a week: who, in which role, why, from what to what; as a file too."""

from datetime import date, timedelta
from typing import Any

from nicegui import ui

from domain.identity.roles import ROLE_BY_CODE
from domain.sales.overriding import export_overrides, list_overrides
from domain.sales.views import OverrideRow
from domain.shared.operations import run_query
from ui.csvfiles import csv_of
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.format import MISSING, day, number
from ui.kit.i18n import t, words
from ui.kit.money import signed_yuan, yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.sales import addresses
from ui.saleswords import Counterfoil

WEEK = timedelta(days=7)
IN_FILE = ('time', 'business_on', 'shift', 'till', 'shop', 'cashier', 'receipt', 'article', 'sku', 'pieces', 'from_fen',
           'to_fen', 'who', 'role', 'reason', 'state_column')  # fmt: skip


class OverridesPage:
    """The week that ends on the chosen day; a row opens its receipt."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._rows: list[OverrideRow] = []
        with section(t('sales.override_log'), t('sales.override_log_hint')):
            self._table = DataTable(
                _columns(), self._page, address=place.address, empty_title=t('sales.no_overrides'),
                empty_help=t('sales.no_overrides_help'), on_export=self._export,
                on_open=lambda row: ui.navigate.to(addresses.receipt(row['key'])),
            )  # fmt: skip
            self._table.mark('sales.override_log')

    async def load(self) -> list[OverrideRow]:
        """The week's overridden prices."""
        return await run_query(list_overrides, actor=self._place.actor, **self._days())

    def show(self, rows: list[OverrideRow]) -> None:
        """Show these rows."""
        self._rows = rows
        self._table.show(self._paged(self._table.query))

    def _days(self) -> dict[str, date]:
        until = self._place.day + timedelta(days=1)
        return {'from_on': until - WEEK, 'until_on': until}

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(row, self._place) for row in self._rows]
        keys = {'given': lambda row: row['fen'], 'time': lambda row: row['at']}
        return page_of(rows, query, searched=('who', 'role', 'article', 'reason', 'till', 'shop', 'receipt'), keys=keys)

    async def _export(self, query: TableQuery) -> None:
        rows = await run_query(export_overrides, actor=self._place.actor, **self._days())
        content = csv_of([t(f'sales.{name}') for name in IN_FILE], (_cells(row, self._place) for row in rows))
        ui.download.content(content, f'overrides-{self._place.day}.csv', 'text/csv')


def _columns() -> list[Column]:
    return [
        Column(name='time', label=t('sales.time'), is_sortable=True),
        Column(name='till', label=t('sales.till'), is_sortable=True),
        Column(name='shift', label=t('sales.shift')),
        Column(name='who', label=t('sales.who'), is_sortable=True),
        Column(name='role', label=t('sales.role'), is_sortable=True),
        Column(name='article', label=t('sales.article')),
        Column(name='change', label=t('sales.change')),
        Column(name='given', label=t('sales.given'), kind='number', is_sortable=True),
        Column(name='reason', label=t('sales.reason')),
        Column(name='receipt', label=t('sales.number')),
    ]


def _row(row: OverrideRow, place: Counterfoil) -> dict[str, Any]:
    return {
        'id': row.id, 'key': row.sale_key, 'time': place.moment(row.overridden_at), 'at': row.overridden_at,
        'till': row.till, 'shop': place.shop(row.shop), 'shift': f'#{row.shift_id} · {day(row.business_on)}',
        'who': row.overridden_by, 'role': _role(row), 'article': f'{row.name} × {number(row.quantity)}',
        'change': f'{yuan(row.from_fen)} → {yuan(row.to_fen)}', 'given': signed_yuan(-row.given_fen),
        'fen': row.given_fen, 'reason': row.reason, 'receipt': f'#{row.receipt_no}',
    }  # fmt: skip


def _cells(row: OverrideRow, place: Counterfoil) -> tuple[object, ...]:
    return (
        place.moment(row.overridden_at), row.business_on.isoformat(), row.shift_id, row.till, place.shop(row.shop),
        row.cashier, row.receipt_no, row.name, row.sku, row.quantity, f'{row.from_fen / 100:.2f}',
        f'{row.to_fen / 100:.2f}', row.overridden_by, _role(row), row.reason, t(f'sales.state.{row.sale_state}'),
    )  # fmt: skip


def _role(row: OverrideRow) -> str:
    """The roles of who gave the price, in words; a role of the mall's own by its code."""
    known = [(code, ROLE_BY_CODE.get(code)) for code in row.role.split()]
    return '、'.join(words(role.zh, role.en) if role else code for code, role in known) or MISSING
