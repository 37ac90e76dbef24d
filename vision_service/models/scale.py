"""How tall people look where they stand: given by a calibration, or learned from those who walk alone."""

from collections import deque
from typing import Protocol

import numpy as np

from vision_service.models.detections import Array
from vision_service.tracking.projection import FloorProjection

PERSON_M = 1.72
MOST_RISE = 0.8  # of height per row: a camera above people's heads cannot see them grow faster
SLENDER = 0.34  # a walking person's width as a share of the height, arms and stride included


class HeightModel(Protocol):
    """Expected height in pixels of people whose feet are at the given pixels; None while unknown."""

    def heights(self, feet: Array) -> Array | None: ...
    def observe(self, boxes: Array) -> None: ...


class LearnedHeight:
    """Height as a straight line over the foot's row, by the weighted median of slopes (Theil, Sen).

    Stays unknown where heights follow no such line (an overhead or a fisheye lens): then blobs are taken as they are.
    """

    def __init__(self, *, enough: int = 60, memory: int = 400, renew_every: int = 40, most_spread: float = 0.3) -> None:
        self._seen: deque[tuple[float, float]] = deque(maxlen=memory)
        self._enough = enough
        self._renew_every = renew_every
        self._most_spread = most_spread
        self._new = 0
        self._line: tuple[float, float, float, float] | None = None

    def observe(self, boxes: Array) -> None:
        self._seen.extend(zip(boxes[:, 3].tolist(), (boxes[:, 3] - boxes[:, 1]).tolist(), strict=True))
        self._new += len(boxes)
        if self._new >= self._renew_every and len(self._seen) >= self._enough:
            self._new = 0
            self._line = self._fit(np.array(self._seen))

    def heights(self, feet: Array) -> Array | None:
        if self._line is None:
            return None
        rise, base, least, most = self._line
        return np.clip(base + rise * feet[:, 1], least, most)

    def _fit(self, seen: Array) -> tuple[float, float, float, float] | None:
        """NOTE: everyone weighs as much as his blob's area: crumbs of one person must not outvote the person."""
        row, height = seen.T
        weight = height**2
        middle = _median(height, weight)
        gap = row[:, None] - row[None, :]
        apart = np.abs(gap) > 0.25 * middle
        rise = 0.0
        if apart.mean() > 0.2:
            slopes = (height[:, None] - height[None, :])[apart] / gap[apart]
            steepest = _median(slopes, (weight[:, None] * weight[None, :])[apart])
            rise = steepest if 0.0 < steepest < MOST_RISE else 0.0
        base = _median(height - rise * row, weight)
        spread = _median(np.abs(height - base - rise * row), weight) / middle
        if spread > self._most_spread:
            return None
        return rise, base, 0.5 * float(np.quantile(height, 0.1)), 1.2 * float(height.max())


def _median(values: Array, weights: Array) -> float:
    order = np.argsort(values, kind='stable')
    passed = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(passed, passed[-1] / 2)]])


class FloorHeight:
    """From a calibrated floor: how many pixels a metre takes across the view at the feet, times a person's height."""

    def __init__(self, projection: FloorProjection, *, upright: float = 0.93) -> None:
        self._projection = projection
        self._upright = upright

    def observe(self, boxes: Array) -> None:
        """The floor is known: nothing to learn."""

    def heights(self, feet: Array) -> Array | None:
        across = np.linalg.norm(self._projection.jacobian(feet)[:, :, 0], axis=1)
        return np.asarray(PERSON_M * self._upright / np.maximum(across, 1e-6))
