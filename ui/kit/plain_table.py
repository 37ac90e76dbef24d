"""A few rows that belong to one thing: the items of a lease, the lines of a bill. No paging, no search."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from ui.kit.data_table import Column, draw_cells
from ui.kit.text import Text


class PlainTable(ui.element):
    """All rows at once; a hint where there are none."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[Mapping[str, Any]] = (),
        *,
        hint: str = '',
        on_open: Callable[[Mapping[str, Any]], object] | None = None,
    ) -> None:
        super().__init__('div')
        self.classes('at-table' + (' at-table--rows-open' if on_open else ''))
        with self:
            self._table = ui.table(columns=[{**column.as_quasar(), 'sortable': False} for column in columns], rows=[])
            self._table.props('flat hide-pagination').props('rows-per-page-options="[0]"')
            self._table.pagination = {'rowsPerPage': 0}
            draw_cells(self._table)
            self._hint = Text(hint, tag='p', classes='at-muted at-small')
        if on_open:
            self._table.on('rowClick', lambda event: on_open(event.args[1]), [[], None, None])
        self.show(rows)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What is shown."""
        return self._table.rows

    def show(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Show these rows; each gets an `id` where it has none."""
        self._table.rows = [{'id': place, **row} for place, row in enumerate(rows)]
        self._table.visible, self._hint.visible = bool(rows), not rows
