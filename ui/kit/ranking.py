"""A short list in order of size, with bars that make the sizes visible."""
from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from ui.kit.format import number
from ui.kit.text import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """One row; `note` stands small beside the value, such as a change."""

    name: str
    value: float | None
    note: str = ''


class Ranking(ui.element):
    """Rows in the order given; the longest bar belongs to the largest value."""

    def __init__(self, rows: Sequence[Ranked] = (), *, is_numbered: bool = True) -> None:
        super().__init__('div')
        self._is_numbered = is_numbered
        self._rows: tuple[Ranked, ...] | None = None
        if rows:
            self.show(rows)

    def show(self, rows: Sequence[Ranked]) -> None:
        """Show these rows; nothing is sent if they are the same."""
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        largest = max((row.value or 0 for row in rows), default=0)
        self.clear()
        with self:
            for place, row in enumerate(rows, start=1):
                _row(str(place) if self._is_numbered else '', row, largest)


def _row(place: str, row: Ranked, largest: float) -> None:
    share = (row.value or 0) / largest if largest else 0
    with ui.element('div').classes('at-rank' if place else 'at-rank at-rank--plain'):
        if place:
            Text(place, classes='at-rank__place')
        Text(row.name, classes='at-truncate')
        with ui.element('span').classes('at-rank__value at-figures'):
            Text(f'{row.note}  ', classes='at-rank__side')
            Text(number(row.value))
        with ui.element('div').classes('at-rank__bar').props('aria-hidden=true'):
            ui.element('div').style(f'width: {share:.1%}')
