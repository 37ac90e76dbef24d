"""What a figure on a screen is: a value that says how complete and how fresh it is, and what it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ui.kit.format import Change
from ui.kit.tokens import State

WELL_COVERED = 0.98
BARELY_COVERED = 0.80


@dataclass(frozen=True, kw_only=True, slots=True)
class Completeness:
    """How much of what should have been observed was, and whether the value can still change."""

    coverage: float | None = None
    is_provisional: bool = False
    is_imputed: bool = False
    as_of: datetime | None = None

    @property
    def state(self) -> State:
        """How far the figure can be trusted."""
        if self.coverage is None:
            return 'off'
        return 'good' if self.coverage >= WELL_COVERED else 'watch' if self.coverage >= BARELY_COVERED else 'act'


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A value ready to be read: with its changes, a note beside them, its recent course and its completeness."""

    text: str
    unit: str = ''
    note: str = ''
    changes: Sequence[Change] = ()
    course: Sequence[float | None] = ()
    completeness: Completeness = Completeness()
