"""Looks that die with the day (FT-R13): only vectors turned by the day's secret are ever kept.

Turning keeps every likeness of that day and makes every comparison with another day's vectors meaningless. The
secret lives in memory alone and is overwritten at the cut-off: nobody can turn the vectors back, we included.
"""

import secrets
from collections.abc import Callable

import numpy as np

from vision_service.models.detections import Array


class DayVeil:
    """Turns vectors by an orthogonal matrix drawn from the day's key."""

    def __init__(self, *, new_key: Callable[[], int] = lambda: secrets.randbits(256)) -> None:
        self._new_key = new_key
        self._day: str | None = None
        self._key = 0
        self._turns: dict[int, Array] = {}

    def veiled(self, looks: Array, day: str) -> Array:
        """Rows of unit vectors as they may be kept on that day; asking for another day destroys the last one's key."""
        if day != self._day:
            self.destroy()
            self._day, self._key = day, self._new_key()
        size = looks.shape[1]
        if size not in self._turns:
            self._turns[size] = _turn(self._key, size)
        return np.asarray(looks @ self._turns[size])

    def destroy(self) -> None:
        for turn in self._turns.values():
            turn.fill(0.0)
        self._turns.clear()
        self._day, self._key = None, 0


def _turn(key: int, size: int) -> Array:
    drawn = np.random.default_rng(key).standard_normal((size, size))
    turn, upper = np.linalg.qr(drawn)
    return np.asarray(turn * np.sign(np.diag(upper)))
