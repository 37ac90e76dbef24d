"""进店率: of those who pass a shop, how many go in."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.footfall.queries import capture_rates
from domain.footfall.views import CaptureRate
from domain.mall.views import UnitView
from domain.shared.operations import run_query
from ui.footfall.places import category_names, units_by_id
from ui.footfall.selection import Selection
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.format import MISSING, coverage_percent, number, percent
from ui.kit.i18n import t, words
from ui.kit.row_paging import page_of
from ui.kit.section import section

FULL_BAR = 0.4


class CaptureTable:
    """One row per shop."""

    def __init__(self, selection: Selection, categories: Mapping[str, str]) -> None:
        self._selection, self._categories = selection, categories
        columns = [
            Column(name='name', label=t('footfall.shop'), is_sortable=True),
            Column(name='number', label=t('footfall.unit_number'), is_sortable=True),
            Column(name='category_name', label=t('footfall.category'), is_sortable=True),
            Column(name='pass_by', label=t('footfall.pass_by'), kind='number', is_sortable=True),
            Column(name='entries', label=t('footfall.entries'), kind='number', is_sortable=True),
            Column(name='rate', label=t('footfall.capture_rate'), kind='bar', is_sortable=True),
            Column(name='coverage', label=t('footfall.coverage'), kind='number'),
        ]
        filters = [
            Filter(
                name='floor',
                label=t('footfall.floor'),
                options={str(key): floor.code for key, floor in selection.floors.items()},
            ),
            Filter(name='category', label=t('footfall.category'), options=categories),
        ]
        with section(t('footfall.capture'), t('footfall.capture_hint')):
            self._table = DataTable(
                columns,
                self._load,
                address=selection.address,
                filters=filters,
                empty_title=t('footfall.no_capture'),
                empty_help=t('footfall.no_capture_help'),
            )
            self._table.mark('footfall.capture')

    async def refresh(self) -> None:
        """Load the chosen day."""
        await self._table.refresh()

    async def _load(self, query: TableQuery) -> TablePage:
        now = datetime.now(UTC)
        chosen = self._selection
        units = await units_by_id(chosen.actor)
        rates = await run_query(capture_rates, actor=chosen.actor, now=now, window=chosen.window(now))
        rows = [_row(rate, units[rate.unit_id], self._categories) for rate in rates if rate.unit_id in units]
        keys = {'pass_by': lambda row: row['by'], 'entries': lambda row: row['in'], 'rate': lambda row: row['share']}
        return page_of(rows, query, searched=('name', 'number'), keys=keys)


def _row(rate: CaptureRate, unit: UnitView, categories: Mapping[str, str]) -> dict[str, Any]:
    share = rate.rate.value
    return {
        'id': rate.unit_id,
        'name': words(unit.name_zh, unit.name_en),
        'number': unit.number,
        'floor': unit.floor_id,
        'category': unit.category,
        'category_name': categories.get(unit.category, unit.category),
        'pass_by': number(rate.pass_by.value),
        'by': rate.pass_by.value,
        'entries': number(rate.entries.value),
        'in': rate.entries.value,
        'rate': {'text': percent(share), 'share': min((share or 0) / FULL_BAR, 1)},
        'share': share,
        'coverage': coverage_percent(min(rate.entries.coverage, rate.pass_by.coverage))
        if rate.entries.value is not None
        else MISSING,
    }


async def capture_table(selection: Selection) -> CaptureTable:
    """The table with its filters, which need the mall's categories."""
    return CaptureTable(selection, await category_names(selection.actor))
