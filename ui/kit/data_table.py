"""The list of everything: searched, filtered, sorted and paged by the server, with its state in the address."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from nicegui import ui
from nicegui.events import GenericEventArguments

from ui.kit.address import Address
from ui.kit.button import button, icon_button
from ui.kit.empty_state import empty_state
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.icons import icon_source
from ui.kit.text import Text
from ui.kit.toolbar import spacer, toolbar

PAGE_SIZE = 25
Kind = Literal['text', 'number', 'badge', 'bar']
SEARCH_DEBOUNCE_MS = 250


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column. Cells of kind `badge` are `{'state', 'text'}`, of kind `bar` `{'text', 'share'}`, others are text."""

    name: str
    label: str
    kind: Kind = 'text'
    is_sortable: bool = False

    def as_quasar(self) -> dict[str, Any]:
        """The same in QTable's words."""
        align = 'right' if self.kind in ('number', 'bar') else 'left'
        return {
            'name': self.name,
            'label': self.label,
            'field': self.name,
            'align': align,
            'kind': self.kind,
            'sortable': self.is_sortable,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """A choice that narrows the list; no choice means all."""

    name: str
    label: str
    options: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class TableQuery:
    """What the reader asked for. `first` counts from 0."""

    search: str = ''
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ''
    is_descending: bool = False
    first: int = 0
    limit: int = PAGE_SIZE


@dataclass(frozen=True, kw_only=True, slots=True)
class TablePage:
    """The rows of one page and how many there are in all; each row has an `id`."""

    rows: Sequence[Mapping[str, Any]]
    total: int


Load = Callable[[TableQuery], Awaitable[TablePage]]

# Constant markup: cells are data to it and are escaped by Vue.
CELL = """
<q-td :props="props">
  <span v-if="props.col.kind === 'badge' && props.value" :class="'at-badge at-badge--' + props.value.state">
    {{ props.value.text }}</span>
  <template v-else-if="props.col.kind === 'bar' && props.value">{{ props.value.text }}<span class="at-table__bar">
    <i :style="{width: (props.value.share * 100) + '%'}"></i></span></template>
  <span v-else class="at-table__text" :title="props.value">{{ props.value ?? '—' }}</span>
</q-td>
"""


def draw_cells(table: ui.table) -> None:
    """Cells of every kind of column, and nothing in place of rows: that is said beside the table."""
    table.add_slot('body-cell', CELL)
    table.add_slot('no-data', '<span></span>')


class DataTable(ui.element):
    """A table that asks `load` for one page at a time."""

    def __init__(
        self,
        columns: Sequence[Column],
        load: Load,
        *,
        address: Address,
        filters: Sequence[Filter] = (),
        empty_title: str = '',
        empty_help: str = '',
        is_searchable: bool = True,
        on_open: Callable[[Mapping[str, Any]], object] | None = None,
        on_export: Callable[[TableQuery], Awaitable[None]] | None = None,
        export_label: str = '',
    ) -> None:
        super().__init__('div')
        self.classes('at-table' + (' at-table--rows-open' if on_open else ''))
        self._columns, self._load, self._address, self._filters = columns, load, address, filters
        self._empty = (empty_title, empty_help)
        self._on_export, self._export_label = on_export, export_label or t('kit.table.export')
        self.page: TablePage | None = None
        self._search: ui.input | None = None
        self._selects: list[ui.select] = []
        with self:
            if filters or is_searchable or on_export:
                self._build_toolbar(is_searchable)
            self._build_table(on_open)
            self._message = ui.element('div')
            self._build_foot()

    @property
    def query(self) -> TableQuery:
        """What the address asks for; only known columns and options count."""
        sort = self._address.get('sort')
        sortable = {column.name for column in self._columns if column.is_sortable}
        chosen = {item.name: self._address.get(item.name) for item in self._filters}
        return TableQuery(
            search=self._address.get('q'),
            sort=sort.removeprefix('-') if sort.removeprefix('-') in sortable else '',
            is_descending=sort.startswith('-'),
            first=(self._address.integer('page', 1, least=1) - 1) * PAGE_SIZE,
            filters={item.name: chosen[item.name] for item in self._filters if chosen[item.name] in item.options},
        )

    async def refresh(self) -> None:
        """Ask for the current page and show it; what arrives after the reader has left is dropped."""
        self._table.props('loading')
        page = await self._load(self.query)
        if not self.is_deleted:
            self.show(page)

    def show(self, page: TablePage) -> None:
        """Show these rows."""
        self.page = page
        query = self.query
        self._table.rows = [dict(row) for row in page.rows]
        self._table.pagination = {
            'sortBy': query.sort or None,
            'descending': query.is_descending,
            'page': query.first // PAGE_SIZE + 1,
            'rowsPerPage': PAGE_SIZE,
            'rowsNumber': page.total,
        }
        self._table.props(remove='loading')
        self._table.visible = page.total > 0
        self._foot.visible = page.total > 0
        self._say_range(query, page)
        self._say_empty(query, page)

    def _build_toolbar(self, is_searchable: bool) -> None:
        with toolbar():
            if is_searchable:
                search = self._search = ui.input(value=self._address.get('q'), placeholder=t('kit.table.search'))
                search.classes('at-table__search').props(f'debounce={SEARCH_DEBOUNCE_MS} clearable')
                search.mark('table.search').on_value_change(lambda event: self._ask(q=event.value or ''))
                with search.add_slot('prepend'):
                    ui.icon(icon_source('search'))
            self._selects = [self._build_filter(item) for item in self._filters]
            if self._on_export:
                spacer()
                button(self._export_label, on_click=self._export, icon='download').mark('table.export')

    def _build_filter(self, item: Filter) -> ui.select:
        options = {'': f'{item.label}：{t("kit.table.all")}'} | dict(item.options)
        chosen = self._address.get(item.name)
        select = ui.select(options, value=chosen if chosen in options else '').classes('at-table__filter')
        select.on_value_change(lambda event: self._ask(**{item.name: event.value}))
        return select.mark(f'table.filter.{item.name}')

    def _build_table(self, on_open: Callable[[Mapping[str, Any]], object] | None) -> None:
        self._table = ui.table(
            columns=[column.as_quasar() for column in self._columns],
            rows=[],
            pagination={'rowsPerPage': PAGE_SIZE, 'rowsNumber': 0},
        )
        self._table.props('flat hide-pagination binary-state-sort').on('request', self._sorted)
        draw_cells(self._table)
        if on_open:
            self._table.on('rowClick', lambda event: on_open(event.args[1]), [[], None, None])

    def _build_foot(self) -> None:
        with ui.element('div').classes('at-table__foot') as self._foot:
            self._range = Text(classes='at-figures')
            with ui.element('div').classes('at-row'):
                self._previous = icon_button('chevron-left', t('kit.table.previous'), lambda: self._turn(-1))
                self._next = icon_button('chevron-right', t('kit.table.next'), lambda: self._turn(+1))
        self._foot.visible = False

    async def _ask(self, **changes: str | int | None) -> None:
        """A new question starts at its first page."""
        self._address.update(**({'page': None} | changes))
        await self.refresh()

    async def _sorted(self, event: GenericEventArguments) -> None:
        wanted = event.args['pagination']
        sort = f'{"-" if wanted["descending"] else ""}{wanted["sortBy"]}' if wanted['sortBy'] else None
        await self._ask(sort=sort)

    async def _turn(self, step: int) -> None:
        page = self.query.first // PAGE_SIZE + 1 + step
        await self._ask(page=page if page > 1 else None)

    async def _export(self) -> None:
        if self._on_export:
            await self._on_export(self.query)

    async def _clear(self) -> None:
        for widget in (self._search, *self._selects):
            if widget:
                widget.set_value('')
        await self._ask(q=None, **{item.name: None for item in self._filters})

    def _say_range(self, query: TableQuery, page: TablePage) -> None:
        last = query.first + len(page.rows)
        self._range.text = t(
            'kit.table.range', first=number(query.first + 1), last=number(last), total=number(page.total)
        )
        self._previous.set_enabled(query.first > 0)
        self._next.set_enabled(last < page.total)

    def _say_empty(self, query: TableQuery, page: TablePage) -> None:
        self._message.clear()
        if page.total:
            return
        with self._message:
            if query.search or query.filters:
                empty_state(
                    t('kit.table.no_match'),
                    t('kit.table.no_match_help'),
                    symbol='search',
                    action=t('kit.table.clear'),
                    on_action=self._clear,
                )
            else:
                empty_state(self._empty[0] or None, self._empty[1])
