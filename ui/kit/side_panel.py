"""The card beside a table: a hint until a row is chosen, then that row's details."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.kit.empty_state import empty_state


class SidePanel:
    """Emptied and filled again for every row; stands beside the table in an `at-split at-split--side`."""

    def __init__(self, hint: str, symbol: str = 'info') -> None:
        self._hint, self._symbol = hint, symbol
        self._card = ui.element('aside').classes('at-card').mark('side_panel')
        self.close()

    def close(self) -> None:
        """Back to the hint."""
        with self.refilled():
            empty_state(self._hint, symbol=self._symbol)

    @contextmanager
    def refilled(self) -> Iterator[None]:
        """Empty the card and fill it with the body."""
        self._card.clear()
        with self._card:
            yield
