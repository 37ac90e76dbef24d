"""Who has what when: a lane for each thing, days side by side, blocks across them with their set-up hatched before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nicegui import ui

from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State

DENSE = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """From `starts` to `ends`, shares of the window from 0 to 1; the set-up runs from `setup` until the start."""

    id: int
    starts: float
    ends: float
    setup: float
    state: State
    text: str
    hint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """One thing that can be taken, with whatever takes it."""

    id: int
    name: str
    note: str = ''
    blocks: Sequence[Block] = field(default=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A day's column: its label, and whether it is today or a day of rest."""

    label: str
    is_today: bool = False
    is_rest: bool = False


class Timeline(ui.element):
    """Drawn anew by `show`; a block that is clicked is told to `on_open`, and says its hint to the pointer."""

    def __init__(self, *, label: str, on_open: Callable[[int], object] | None = None) -> None:
        super().__init__('div')
        self.classes('at-timeline').props(f'role=group aria-label="{label}"')
        self._on_open = on_open

    def show(self, days: Sequence[Day], lanes: Sequence[Lane]) -> None:
        """Show these lanes over these days."""
        self.clear()
        with self:
            _head(days)
            for lane in lanes:
                self._lane(lane, days)

    def _lane(self, lane: Lane, days: Sequence[Day]) -> None:
        with ui.element('div').classes('at-timeline__name'):
            Text(lane.name)
            if lane.note:
                Text(lane.note, classes='at-muted at-small')
        with ui.element('div').classes('at-timeline__track').style(f'--at-days: {len(days)}'):
            for place, day in enumerate(days):
                if day.is_today or day.is_rest:
                    kind = 'today' if day.is_today else 'rest'
                    _placed('div', place / len(days), (place + 1) / len(days)).classes(
                        f'at-timeline__day--{kind} at-timeline__shade'
                    )
            for block in lane.blocks:
                self._block(block)

    def _block(self, block: Block) -> None:
        if block.setup < block.starts:
            _placed('div', block.setup, block.starts).classes(
                f'at-timeline__setup at-timeline__setup--{block.state}'
            ).props('aria-hidden=true')
        made = _placed('button', block.starts, block.ends).props('type=button')
        made.classes(f'at-timeline__block at-timeline__block--{block.state}')
        made.props['aria-label'] = block.hint
        with made.mark(f'timeline.{block.id}'):
            Text(block.text, classes='at-truncate')
            ui.tooltip(block.hint)
        if self._on_open:
            made.on('click', lambda: self._on_open and self._on_open(block.id))


def legend(entries: Sequence[tuple[State, str]]) -> ui.element:
    """What the states of blocks mean."""
    with ui.element('div').classes('at-row') as line:
        for state, words in entries:
            status_badge(state, words)
    return line


def _head(days: Sequence[Day]) -> None:
    ui.element('div').classes('at-timeline__corner')
    with ui.element('div').classes('at-timeline__days').style(f'--at-days: {len(days)}'):
        for place, day in enumerate(days):
            is_minor = len(days) > DENSE and place % 5 != 0
            cell = Text(day.label, classes='at-timeline__day' + (' at-timeline__day--minor' if is_minor else ''))
            if day.is_today:
                cell.classes('at-strong').props('aria-current=date')


def _placed(tag: str, starts: float, ends: float) -> ui.element:
    """Somewhere in the window; what reaches beyond it is cut."""
    first, last = max(0.0, starts), min(1.0, ends)
    return ui.element(tag).style(f'left: {first:.4%}; width: {max(0.0, last - first):.4%}')
