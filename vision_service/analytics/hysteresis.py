"""When an alarm begins and when it is over (迟滞): a value that flickers around its limit gives one alarm (SE-R2)."""

from dataclasses import dataclass
from typing import Literal

Edge = Literal['raised', 'cleared']

LONGEST_STEP_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Raise at `raise_at` or more for `raise_after_s`; clear at `clear_at` or less for `clear_after_s`."""

    raise_at: float
    raise_after_s: float
    clear_at: float
    clear_after_s: float


class Hysteresis:
    """Judges one value over time. What was not observed (None, or a gap) counts for neither side."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.is_raised = False
        self._held_s = 0.0
        self._at: float | None = None

    def judge(self, value: float | None, at: float) -> Edge | None:
        """Takes the value as it has been since the last look until `at`."""
        step = 0.0 if self._at is None else at - self._at
        self._at = at
        if value is None or not 0.0 <= step <= LONGEST_STEP_S:
            self._held_s = 0.0 if value is not None else self._held_s
            return None
        held = value <= self.limits.clear_at + 1e-9 if self.is_raised else value >= self.limits.raise_at - 1e-9 - 1e-9
        self._held_s = self._held_s + step if held else 0.0
        wanted = self.limits.clear_after_s if self.is_raised else self.limits.raise_after_s
        if not held or self._held_s + 1e-9 < wanted:
            return None
        self.is_raised, self._held_s = not self.is_raised, 0.0
        return 'raised' if self.is_raised else 'cleared'
