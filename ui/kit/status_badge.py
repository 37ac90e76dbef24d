"""A state as a word with a shape: a dot, a triangle, a diamond, a ring. Never colour alone."""

from nicegui import ui

from ui.kit.i18n import t
from ui.kit.text import Text
from ui.kit.tokens import State


class StatusBadge(Text):
    """A badge whose state can change."""

    def __init__(self, state: State, text: str | None = None) -> None:
        super().__init__(classes='at-badge')
        self._state: State = state
        self.show(state, text)

    def show(self, state: State, text: str | None = None) -> None:
        """Take this state, said in these words or by the state's own name."""
        self.classes(add=f'at-badge--{state}', remove=f'at-badge--{self._state}' if state != self._state else None)
        self._state = state
        self.text = t(f'kit.state.{state}') if text is None else text


def status_badge(state: State, text: str | None = None) -> StatusBadge:
    """A state in words and shape."""
    return StatusBadge(state, text)


def tag(text: str, *, tone: str = 'off') -> ui.element:
    """A word in a tinted pill, without a state: `brand`, `accent` or neutral."""
    return Text(text, classes=f'at-badge at-badge--plain at-badge--{tone}')
