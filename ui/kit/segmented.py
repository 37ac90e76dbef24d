"""One choice out of a few, all visible."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from nicegui import ui

from ui.kit.text import Text

T = TypeVar('T')


class Segmented(ui.element, Generic[T]):
    """Options side by side; `value` is the chosen one."""

    def __init__(self, options: Mapping[T, str], value: T, on_change: Callable[[T], object] | None = None) -> None:
        super().__init__('div')
        self.classes('at-segments').props('role=radiogroup')
        self._on_change = on_change
        self.value = value
        with self:
            self._items = {option: self._item(option, label) for option, label in options.items()}
        self._mark()

    def _item(self, option: T, label: str) -> Text:
        item = Text(label, tag='button', classes='at-segments__item').props('type=button role=radio')
        return item.on('click', lambda: self._choose(option))

    def _choose(self, option: T) -> object:
        if option == self.value:
            return None
        self.value = option
        self._mark()
        return self._on_change(option) if self._on_change else None

    def _mark(self) -> None:
        for option, item in self._items.items():
            chosen = option == self.value
            item.classes(
                add='at-segments__item--current' if chosen else None,
                remove=None if chosen else 'at-segments__item--current',
            )
            item.props(f'aria-checked={str(chosen).lower()}')


def segmented(options: Mapping[T, str], value: T, on_change: Callable[[T], object] | None = None) -> Segmented[T]:
    """A switch between a few views or floors."""
    return Segmented(options, value, on_change)
