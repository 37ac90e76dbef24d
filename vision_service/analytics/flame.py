"""Flames (明火) by colour, flicker and growth: an early hint for a person, never a fire alarm.

A flame is bright and yellow to red, its cells get brighter and darker several times a second in the same place, and its
brightness runs from a white core to a red edge. A red jacket passes by once; a lamp keeps still; a poster does both.
"""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array, Image

CELL = 6
WINDOW_S = 2.0
LOOKS_PER_S = 10.0
LEAST_FILLED = 0.10  # of a cell in the colour of flames, over the window
LEAST_DEEP = 0.03  # of it orange to red, not just pale
SWING = 6.0  # grey levels of green from look to look that are no noise
TURNS = 5  # from brighter to darker and back within the window; a sleeve that sways turns twice
CEILING = 0.7  # share of the window in which what is merely hidden by passers-by shows its own, constant brightness
LEAST_SPREAD = 55.0  # of green within the region: a painted thing has one shade
LEAST_CELLS = 3
GAIN, LOSS, MOST = 1.0, 1.0, 4.0
GROWN = 1.5  # times the cells of a window ago


@dataclass(frozen=True, slots=True)
class Patch:
    """Where the evidence lies: `cells` in a grid over the picture, `box` in shares of it."""

    cells: NDArray[np.bool_]
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class _Look:
    filled: Array
    deep: Array
    green: Array


class FlameWatch:
    """Answers seconds of evidence; it grows while a region burns and falls when it does not."""

    def __init__(self, *, width: int = 320) -> None:
        self._width = width
        self._looks: deque[_Look] = deque()
        self._times: deque[float] = deque()
        self._sizes: deque[int] = deque(maxlen=int(WINDOW_S * LOOKS_PER_S))
        self._evidence = 0.0
        self.patch: Patch | None = None

    def measure(self, image: Image, at: float) -> float:
        """Seconds of evidence up to this picture. Pictures that come faster than needed are passed over."""
        if self._times and not 0 <= at - self._times[-1] < WINDOW_S:
            self.restart()
        if self._times and at - self._times[-1] < 0.85 / LOOKS_PER_S:
            return self._evidence
        step = min(at - self._times[-1], 0.5) if self._times else 0.0
        small = shrunk(image, self._width)
        self._remember(small, at)
        region = self._region(small)
        size = 0 if region is None else int(region.sum())
        self._evidence = self._weighed(size, step)
        self._sizes.append(size)
        if region is not None and size >= LEAST_CELLS:
            self.patch = patch_of(region)
        return self._evidence

    def restart(self) -> None:
        self._looks.clear()
        self._times.clear()
        self._sizes.clear()
        self._evidence = 0.0

    def _remember(self, small: Image, at: float) -> None:
        blue, green, red = (small[..., channel].astype(np.int16) for channel in range(3))
        flame = (red > 180) & (red >= green) & (green > blue + 8) & (red - blue > 45) & (green > 60)
        deep = (red > 170) & (red > green + 25) & (green >= blue) & (red - blue > 80)
        self._looks.append(_Look(cells_of(flame), cells_of(deep), cells_of(green)))
        self._times.append(at)
        while at - self._times[0] > WINDOW_S:
            self._times.popleft()
            self._looks.popleft()

    def _region(self, small: Image) -> NDArray[np.bool_] | None:
        """The largest connected set of cells that flicker in the colours of a flame."""
        if len(self._looks) <= TURNS or self._times[-1] - self._times[0] < 0.8 * WINDOW_S:
            return None
        green = np.stack([look.green for look in self._looks])
        flicker = _turns(green) >= TURNS
        usual, top = np.quantile(green, (CEILING, 0.95), axis=0)
        flicker &= top - usual > SWING
        filled = np.mean([look.filled for look in self._looks], axis=0) > LEAST_FILLED
        deep = np.mean([look.deep for look in self._looks], axis=0) > LEAST_DEEP
        burning = flicker & filled & deep
        if int(burning.sum()) < LEAST_CELLS:
            return None
        return _shaded(_largest(burning), small)

    def _weighed(self, size: int, step: float) -> float:
        if size < LEAST_CELLS:
            return max(self._evidence - LOSS * step, 0.0)
        before = self._sizes[0] if self._sizes else 0
        gain = GAIN * (2.0 if size > GROWN * max(before, 1) else 1.0)
        return min(self._evidence + gain * step, MOST)


def shrunk(image: Image, width: int) -> Image:
    """As wide as the watches look at it."""
    height = max(round(image.shape[0] * width / image.shape[1]), CELL)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def cells_of(values: NDArray[np.generic]) -> Array:
    """The mean of each cell."""
    rows, columns = values.shape[0] // CELL, values.shape[1] // CELL
    whole = values[: rows * CELL, : columns * CELL].astype(np.float64)
    return np.asarray(whole.reshape(rows, CELL, columns, CELL).mean(axis=(1, 3)))


def _turns(values: Array) -> NDArray[np.int64]:
    """How often each cell's brightness turned, steps below `SWING` left out: a ramp is no turn, however long."""
    trend = np.zeros(values.shape[1:])
    turns = np.zeros(values.shape[1:], dtype=np.int64)
    for change in np.diff(values, axis=0):
        step = np.sign(change) * (np.abs(change) > SWING)
        turns += step * trend < 0
        trend = np.where(step == 0, trend, step)
    return turns


def _largest(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells that touch, also over a gap of one."""
    joined = cv2.dilate(cells.astype(np.uint8), np.ones((2, 2), np.uint8))
    _, labels = cv2.connectedComponents(joined, connectivity=8)
    sizes = np.bincount(labels[cells], minlength=2)
    return cells & (labels == int(sizes[1:].argmax()) + 1)


def _shaded(region: NDArray[np.bool_], small: Image) -> NDArray[np.bool_] | None:
    """The region if its brightness runs from core to edge, else None."""
    pixels = np.kron(region, np.ones((CELL, CELL), dtype=bool))
    green = small[: pixels.shape[0], : pixels.shape[1], 1][pixels]
    low, high = np.percentile(green, (10, 90))
    return region if high - low >= LEAST_SPREAD else None


def patch_of(region: NDArray[np.bool_]) -> Patch:
    """The region and the box around it."""
    rows, columns = np.nonzero(region)
    height, width = region.shape
    box = (
        float(columns.min() / width),
        float(rows.min() / height),
        float((columns.max() + 1) / width),
        float((rows.max() + 1) / height),
    )
    return Patch(region, box)
