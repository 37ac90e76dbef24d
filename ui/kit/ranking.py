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
    """Rows in the order given; the longest bar belongs to the largest value. Rows are changed in place."""

    def __init__(self, rows: Sequence[Ranked] = (), *, is_numbered: bool = True) -> None:
        super().__init__('div')
        self._is_numbered = is_numbered
        self._shown: tuple[Ranked, ...] | None = None
        self._rows: list[_Row] = []
        if rows:
            self.show(rows)

    def show(self, rows: Sequence[Ranked]) -> None:
        """Show these rows; nothing is sent if they are the same."""
        if tuple(rows) == self._shown:
            return
        self._shown = tuple(rows)
        while len(self._rows) > len(rows):
            self._rows.pop().element.delete()
        with self:
            while len(self._rows) < len(rows):
                self._rows.append(_Row(str(len(self._rows) + 1) if self._is_numbered else ''))
        largest = max((row.value or 0 for row in rows), default=0)
        for line, row in zip(self._rows, rows, strict=True):
            line.show(row, largest)


class _Row:
    """One row; only what changed is sent."""

    def __init__(self, place: str) -> None:
        self._share = -1.0
        with ui.element('div').classes('at-rank' if place else 'at-rank at-rank--plain') as self.element:
            if place:
                Text(place, classes='at-rank__place')
            self._name = Text(classes='at-truncate')
            with ui.element('span').classes('at-rank__value at-figures'):
                self._note, self._value = Text(classes='at-rank__side'), Text()
            with ui.element('div').classes('at-rank__bar').props('aria-hidden=true'):
                self._bar = ui.element('div')

    def show(self, row: Ranked, largest: float) -> None:
        self._name.text, self._note.text, self._value.text = row.name, f'{row.note}  ', number(row.value)
        share = round((row.value or 0) / largest, 3) if largest else 0.0
        if share != self._share:
            self._share = share
            self._bar.style(replace=f'width: {share:.1%}')
