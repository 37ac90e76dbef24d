"""计数线: where people are counted."""

from typing import Any

from nicegui import ui

from domain.footfall.commands import LineRole
from domain.footfall.queries import list_lines
from domain.footfall.views import LineView
from domain.shared.operations import run_query
from ui.footfall import addresses
from ui.footfall.line_words import BADGES, badge_words, line_name, role_words
from ui.footfall.selection import Selection
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.format import day, percent
from ui.kit.i18n import t
from ui.kit.row_paging import page_of
from ui.kit.section import section


class LinesTable:
    """All lines; a click opens one."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        columns = [
            Column(name='name', label=t('footfall.line'), is_sortable=True),
            Column(name='code', label=t('footfall.code'), is_sortable=True),
            Column(name='floor_code', label=t('footfall.floor'), is_sortable=True),
            Column(name='role_words', label=t('footfall.role_column'), is_sortable=True),
            Column(name='version', label=t('footfall.version'), kind='number'),
            Column(name='since', label=t('footfall.since')),
            Column(name='accuracy', label=t('footfall.precision_recall')),
            Column(name='badge', label=t('footfall.verification_column'), kind='badge'),
        ]
        filters = [
            Filter(
                name='floor',
                label=t('footfall.floor'),
                options={str(key): floor.code for key, floor in selection.floors.items()},
            ),
            Filter(
                name='role',
                label=t('footfall.role_column'),
                options={role.value: t(f'footfall.role.{role.value}') for role in LineRole},
            ),
        ]
        with section(t('footfall.lines'), t('footfall.lines_hint')):
            self._table = DataTable(
                columns,
                self._load,
                address=selection.address,
                filters=filters,
                empty_title=t('footfall.no_lines'),
                empty_help=t('footfall.no_lines_help'),
                on_open=lambda row: ui.navigate.to(addresses.line(row['id'])),
            )
            self._table.mark('footfall.lines')

    async def refresh(self) -> None:
        """Load the list."""
        await self._table.refresh()

    async def _load(self, query: TableQuery) -> TablePage:
        lines = await run_query(list_lines, actor=self._selection.actor)
        return page_of([self._row(line) for line in lines], query, searched=('name', 'code'))

    def _row(self, line: LineView) -> dict[str, Any]:
        since = self._selection.clock.local(line.valid_from)
        accuracy = None if line.precision is None else f'{percent(line.precision)} / {percent(line.recall)}'
        return {
            'id': line.id,
            'name': line_name(line),
            'code': line.code,
            'floor': line.floor_id,
            'floor_code': self._selection.floor_code(line.floor_id),
            'role': line.role.value,
            'role_words': role_words(line),
            'version': f'v{line.version}',
            'since': day(since.date(), with_year=True, with_weekday=False),
            'accuracy': accuracy,
            'badge': {'state': BADGES[line.verification], 'text': badge_words(line)},
        }
