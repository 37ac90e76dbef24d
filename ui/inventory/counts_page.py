"""盘点: counts running and finished; a new one begins blind."""

from typing import Any

from nicegui import ui

from domain.inventory.commands import LocationId, OpenCount
from domain.inventory.counts import open_count
from domain.inventory.overview import CountRow, list_counts, list_locations
from domain.inventory.permissions import COUNT
from domain.inventory.views import LocationView
from domain.shared.operations import run_operation, run_query
from ui.inventory import addresses
from ui.inventory.frame import place_names
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.field import between, choices_field, number_field, required
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.loading import together
from ui.saleswords import Counterfoil

Counts = tuple[list[CountRow], list[LocationView]]
MOST_TOLERANCE = 10_000


class CountsPage:
    """The list at the left, a new count at the right."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._rows: list[CountRow] = []
        self._places: list[LocationView] = []
        self._has_form = False
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('inventory.counts'), t('inventory.counts_hint')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address, is_searchable=False,
                    empty_title=t('inventory.no_counts'), empty_help=t('inventory.no_counts_help'),
                    on_open=lambda row: ui.navigate.to(addresses.count(row['id'])),
                )  # fmt: skip
                self._table.mark('inventory.counts')
            self._side = ui.element('div')

    async def load(self) -> Counts:
        """Counts and where one may count."""
        actor = self._place.actor
        counts, places = await together(run_query(list_counts, actor=actor), run_query(list_locations, actor=actor))
        return counts, places

    def show(self, counts: Counts) -> None:
        """Show these counts."""
        self._rows, self._places = counts
        self._table.show(self._paged(self._table.query))
        if not self._has_form and self._place.actor.may(COUNT) and self._places:
            self._has_form = True
            names = place_names(self._place, self._places)
            with (
                self._side,
                section(t('inventory.new_count'), t('inventory.new_count_hint')),
                form(self._open, label=t('inventory.begin_count')),
            ):
                options = {one.id: names[one.code] for one in self._places}
                self._where = choices_field(t('inventory.location'), options, checks=(_some,))
                self._tolerance = number_field(
                    t('inventory.count_tolerance'), 0, help_text=t('inventory.count_tolerance_help'),
                    checks=(required, between(0, MOST_TOLERANCE)),
                )  # fmt: skip

    async def _open(self) -> None:
        made = await run_operation(open_count, actor=self._place.actor, command=OpenCount(
            location_ids=tuple(LocationId(one) for one in self._where.value), tolerance=int(self._tolerance.value)
        ))  # fmt: skip
        ui.navigate.to(addresses.count(made.id))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([self._row(row) for row in self._rows], query)

    def _row(self, row: CountRow) -> dict[str, Any]:
        names = place_names(self._place, self._places)
        is_done = row.validated_at is not None
        return {
            'id': int(row.id), 'number': f'#{row.id}', 'where': '、'.join(names[code] for code in row.location_codes),
            'opened': self._place.moment(row.opened_at), 'by': row.opened_by, 'places': number(row.places),
            'counters': number(row.counters), 'badge': {
                'state': 'good' if is_done else 'watch',
                'text': t('inventory.validated_by', name=row.validated_by) if is_done else t('inventory.counting'),
            },
        }  # fmt: skip


def _some(value: object) -> str | None:
    return required('x' if value else '')


def _columns() -> list[Column]:
    return [
        Column(name='number', label=t('inventory.count')),
        Column(name='where', label=t('inventory.location')),
        Column(name='opened', label=t('inventory.opened_at')),
        Column(name='by', label=t('inventory.who')),
        Column(name='places', label=t('inventory.counted_places'), kind='number'),
        Column(name='counters', label=t('inventory.counters'), kind='number'),
        Column(name='badge', label=t('inventory.state'), kind='badge'),
    ]
