"""Where on the floor people spend their time (热区): person-seconds per square, minute by minute."""

import math
from collections import defaultdict

import numpy as np

from vision_service.models.detections import Array

LONGEST_STEP_S = 2.0


class PresenceMap:
    """Squares in metres of the floor plan, never pixels."""

    def __init__(self, *, cell_m: float = 1.0, most_cells: int = 5_000) -> None:
        self.cell_m = cell_m
        self._most_cells = most_cells
        self._last_at: float | None = None
        self._minute: int | None = None
        self._cells: defaultdict[tuple[int, int], float] = defaultdict(float)

    def observe(self, metres: Array, at: float) -> list[tuple[int, list[tuple[int, int, float]]]]:
        """People stand at `metres` at epoch second `at`; answers finished minutes with their squares."""
        minute = math.floor(at / 60)
        finished = self.flush() if self._minute is not None and minute > self._minute else []
        self._minute = minute
        step = 0.0 if self._last_at is None else min(max(at - self._last_at, 0.0), LONGEST_STEP_S)
        self._last_at = at
        for x, y in np.floor(metres / self.cell_m).astype(int).tolist():
            if (x, y) in self._cells or len(self._cells) < self._most_cells:
                self._cells[x, y] += step
        return finished

    def flush(self) -> list[tuple[int, list[tuple[int, int, float]]]]:
        if self._minute is None or not self._cells:
            return []
        cells = [(x, y, round(seconds, 2)) for (x, y), seconds in sorted(self._cells.items()) if seconds > 0]
        minute, self._minute = self._minute, None
        self._cells.clear()
        return [(minute, cells)] if cells else []
