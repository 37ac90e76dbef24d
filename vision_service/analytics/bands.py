"""Adult or child by height alone (身高分段), where the floor is calibrated: never by a face, not when in doubt."""

from collections import deque
from typing import Literal

import numpy as np

from vision_service.models.detections import Array
from vision_service.models.scale import FloorHeight
from vision_service.tracking.tracker import Tracks

Band = Literal['adult', 'child']

PERSON_M = 1.72
CHILD_BELOW_M = 1.30
ADULT_FROM_M = 1.45
ENOUGH = 5
MEMORY = 40
MOST_SPREAD_M = 0.25


class HeightBands:
    """The median of a track's heights while it is seen; blobs that change their size tell nothing."""

    def __init__(self, scale: FloorHeight) -> None:
        self._scale = scale
        self._heights: dict[int, deque[float]] = {}

    def observe(self, tracks: Tracks) -> None:
        if not len(tracks):
            return
        usual = self._scale.heights(tracks.feet)
        if usual is None:
            return
        tall: Array = PERSON_M * (tracks.boxes[:, 3] - tracks.boxes[:, 1]) / usual
        for number, height in zip(tracks.ids.tolist(), tall.tolist(), strict=True):
            self._heights.setdefault(number, deque(maxlen=MEMORY)).append(height)

    def band(self, track: int) -> Band | None:
        heights = np.array(self._heights.get(track, ()))
        if len(heights) < ENOUGH:
            return None
        low, middle, high = np.quantile(heights, [0.25, 0.5, 0.75])
        if high - low > MOST_SPREAD_M:
            return None
        if middle < CHILD_BELOW_M:
            return 'child'
        return 'adult' if middle >= ADULT_FROM_M else None

    def forget(self, alive: set[int]) -> None:
        for number in self._heights.keys() - alive:
            del self._heights[number]
