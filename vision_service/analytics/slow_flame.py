"""Flames (明火) where pictures come too slowly to show flicker: by what burns in one place and changes its shape.

A fire stays where it is, has a white-hot heart in orange, and its rim is elsewhere in every look. A lamp and a poster
keep their rim; a jacket walks away and has no white heart; what is small is not judged at this rate.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.analytics.flame import FlameWatch, Patch, cells_of, patch_of, shrunk
from vision_service.models.detections import Array, Image

LOOKS, ENOUGH = 6, 4
LOOKS_PER_S = 1.2
STILL_S = 12.0
"""After so long without a picture the scene is a new one."""
FILLED = 0.3  # of a cell in the colours of fire: it burns in this look
SEEN, STAYS = 0.34, 0.65  # share of looks in which a cell burns: part of the region, and of its heart
LEAST_CELLS, MOST_SHARE = 24, 0.5
LEAST_HEART = 3  # cells that stay
WHITE_HOT = 0.07  # of the region's cells, at least
DEEP = 0.05  # of the region orange to red
ALIVE = 0.4  # of the region's cells come and go, or brighten and darken
SWING = 10.0  # grey levels
GAIN, LOSS, MOST = 0.5, 0.5, 4.0
SLOW_S = 0.35  # between pictures: from here on flicker cannot be counted


@dataclass(frozen=True, slots=True)
class _Look:
    burning: Array
    deep: Array
    white: Array
    green: Array


class SlowFlameWatch:
    """Answers seconds of evidence, at about one look a second."""

    def __init__(self, *, width: int = 320) -> None:
        self._width = width
        self._looks: deque[_Look] = deque(maxlen=LOOKS)
        self._last_at: float | None = None
        self._evidence = 0.0
        self.patch: Patch | None = None

    def measure(self, image: Image, at: float) -> float:
        if self._last_at is not None and not 0 <= at - self._last_at < STILL_S:
            self.restart()
        if self._last_at is not None and at - self._last_at < 0.9 / LOOKS_PER_S:
            return self._evidence
        step = 0.0 if self._last_at is None else min(at - self._last_at, 2.0)
        self._last_at = at
        self._looks.append(_look(shrunk(image, self._width)))
        region = self._region() if len(self._looks) >= ENOUGH else None
        if region is None:
            self._evidence = max(self._evidence - LOSS * step, 0.0)
        else:
            self._evidence = min(self._evidence + GAIN * step, MOST)
            self.patch = patch_of(region)
        return self._evidence

    def restart(self) -> None:
        self._looks.clear()
        self._last_at = None
        self._evidence = 0.0

    def _region(self) -> NDArray[np.bool_] | None:
        """The largest region that burns."""
        on = np.stack([look.burning for look in self._looks]) > FILLED
        share = on.mean(axis=0)
        stays = share >= STAYS
        green = np.stack([look.green for look in self._looks])
        changes = ((share > 0) & (share < 1)) | ((green.std(axis=0) > SWING) & stays)
        deep, white = (np.mean([getattr(look, name) for look in self._looks], axis=0) for name in ('deep', 'white'))
        found = [
            region
            for region in _regions(share >= SEEN)
            if (stays & region).sum() >= LEAST_HEART
            and changes[region].mean() > ALIVE
            and deep[region].mean() > DEEP
            and (white[region] > FILLED).mean() >= WHITE_HOT
        ]
        return max(found, key=np.count_nonzero, default=None)


def _look(small: Image) -> _Look:
    blue, green, red = (small[..., channel].astype(np.int16) for channel in range(3))
    white = (red > 235) & (green > 200)
    flame = (red > 180) & (red >= green) & (green > blue + 8) & (red - blue > 45) & (green > 60)
    deep = (red > 170) & (red > green + 25) & (green >= blue) & (red - blue > 80)
    return _Look(cells_of(flame | white), cells_of(deep), cells_of(white), cells_of(green))


def _regions(cells: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """Cells that touch, also over a gap of one: neither a spark nor half of the picture."""
    joined = cv2.dilate(cells.astype(np.uint8), np.ones((2, 2), np.uint8))
    count, labels = cv2.connectedComponents(joined, connectivity=8)
    for label in range(1, count):
        region = cells & (labels == label)
        if LEAST_CELLS <= region.sum() <= MOST_SHARE * region.size:
            yield region


class FlameAtAnyRate:
    """Flicker where pictures come fast enough for it, else the slow evidence; which one is told by the pictures."""

    def __init__(self) -> None:
        self._fast, self._slow = FlameWatch(), SlowFlameWatch()
        self._gaps: deque[float] = deque(maxlen=5)
        self._last_at: float | None = None

    def measure(self, image: Image, at: float) -> float:
        if self._last_at is not None and at > self._last_at:
            self._gaps.append(at - self._last_at)
        self._last_at = at
        fast, slow = self._fast.measure(image, at), self._slow.measure(image, at)
        return max(fast, slow) if self.is_slow else fast

    @property
    def is_slow(self) -> bool:
        return len(self._gaps) >= 3 and float(np.median(self._gaps)) > SLOW_S

    @property
    def patch(self) -> Patch | None:
        return (self._slow.patch if self.is_slow else None) or self._fast.patch
