"""How tall people look where they stand: given by a calibration, or learned from those who walk alone."""

from collections import deque
from typing import Protocol

import numpy as np

from vision_service.models.detections import Array
from vision_service.tracking.projection import FloorProjection

PERSON_M = 1.72
SLENDER = 0.34  # a walking person's width as a share of the height, arms and stride included


class HeightModel(Protocol):
    """Expected height in pixels of people whose feet are at the given pixels; None while unknown."""

    def heights(self, feet: Array) -> Array | None: ...
    def observe(self, boxes: Array) -> None: ...


class LearnedHeight:
    """Height as a straight line over the foot's row, by the median of slopes (Theil and Sen): outliers are welcome.

    Stays unknown where people do not grow towards the lower edge as a standing camera sees them (an overhead or a
    fisheye lens): then blobs are taken as they are.
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
        row, height = seen.T
        gap = row[:, None] - row[None, :]
        apart = np.abs(gap) > 0.5 * max(float(np.std(row)), 1e-6)
        usable = float(np.std(row)) > 0.1 * float(np.median(height))
        rise = float(np.median(((height[:, None] - height[None, :])[apart]) / gap[apart])) if usable else 0.0
        rise = max(rise, 0.0)
        base = float(np.median(height - rise * row))
        middle = float(np.median(height))
        spread = float(np.median(np.abs(height - base - rise * row))) / middle
        if spread > self._most_spread:
            return None
        return rise, base, float(height.min()), float(height.max())


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
