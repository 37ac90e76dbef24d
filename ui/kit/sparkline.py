"""A word-sized line of recent values."""

from collections.abc import Sequence

from nicegui.element import Element


class Sparkline(Element, component='sparkline.js'):
    """The course of a figure; `None` leaves a gap, because missing is not zero."""

    def __init__(self, values: Sequence[float | None] = (), *, label: str = '') -> None:
        super().__init__()
        self._props['values'] = list(values)
        self._props['label'] = label

    def show(self, values: Sequence[float | None]) -> None:
        """Draw these values; nothing is sent if they are the same."""
        if list(values) != self._props['values']:
            self._props['values'] = list(values)
