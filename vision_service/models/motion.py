"""People as what moves: background subtraction without trained weights, a hundred pictures a second and more.

It sees what moves, not what is human: a trolley is a person to it, and someone who stands still for long fades into
the background. Good enough to count at a calm door; a trained detector takes its place where there is one.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from vision_service.models.background import Foreground
from vision_service.models.detections import Array, Detections, Image
from vision_service.models.pursuit import Pursuit
from vision_service.models.scale import HeightModel, LearnedHeight
from vision_service.tracking.overlap import overlaps

MOST_CHANGE = 0.12  # of a walking person's height from picture to picture
LEAST_MOVE = 0.015  # of his height, sideways
LEAST_SHARED = 0.4  # overlap with where he was


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionSettings:
    """Sizes are shares of the picture's height, so that the same settings fit every resolution."""

    work_width: int = 480
    smallest: float = 0.05  # height of a person, at least
    slimmest: float = 0.012
    renew_scale_every: int = 100  # pictures


class MotionDetector:
    """Foreground blobs, told apart and put together by how tall people look in this view once that is known."""

    def __init__(self, scale: HeightModel | None = None, settings: MotionSettings | None = None) -> None:
        self._settings = settings or MotionSettings()
        self._scale: HeightModel = scale or LearnedHeight()
        self._foreground = Foreground()
        self._pursuit = Pursuit()
        self._stands: Any = None
        self._pictures = 0
        self._before: Array = np.empty((0, 4))

    def detect(self, image: Image) -> Detections:
        shrink = min(self._settings.work_width / image.shape[1], 1.0)
        small = cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else image
        mask = self._foreground.mask(small)
        self._pictures += 1
        if mask is None:
            return Detections.none()
        found = self._people(mask, shrink)
        return Detections(found.boxes / shrink, found.scores)

    def background(self) -> Image | None:
        """The scene without people, in the size the detector works on; None while it is unknown."""
        return self._foreground.background()

    def _people(self, mask: Image, shrink: float) -> Detections:
        blobs = self._blobs(mask)
        self._scale.observe(_walking(self._before, blobs.boxes, mask.shape) / shrink)
        self._before = blobs.boxes
        if self._pictures % self._settings.renew_scale_every == 0 or self._stands is None:
            self._stands = self._pursuit.stands(mask.shape, _Shrunk(self._scale, shrink))
        return blobs if self._stands is None else self._pursuit.people(mask, self._stands)

    def _blobs(self, mask: Image) -> Detections:
        _, _, blobs, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        left, top, width, height, area = blobs[1:].T
        rows = mask.shape[0]
        large = (height >= self._settings.smallest * rows) & (width >= self._settings.slimmest * rows)
        boxes: Array = np.column_stack((left, top, left + width, top + height)).astype(np.float64)
        filled = area / np.maximum(width * height, 1)
        return Detections(boxes[large], np.clip(filled[large], 0.0, 1.0))


class _Shrunk:
    """A height model of the full picture asked in pixels of the smaller one that the detector works on."""

    def __init__(self, scale: HeightModel, shrink: float) -> None:
        self._scale = scale
        self._shrink = shrink

    def heights(self, feet: Array) -> Array | None:
        heights = self._scale.heights(feet / self._shrink)
        return None if heights is None else heights * self._shrink

    def observe(self, boxes: Array) -> None:
        self._scale.observe(boxes / self._shrink)


def _walking(before: Array, now: Array, shape: tuple[int, ...]) -> Array:
    """Boxes to learn heights from: one upright person each, wholly inside, moved on since the last picture but alike.

    Crumbs of someone who stands and sways change their size from picture to picture.
    """
    width, height = now[:, 2] - now[:, 0], now[:, 3] - now[:, 1]
    rows, columns = shape[:2]
    slender = (width > 0.2 * height) & (width < 0.6 * height)
    within = (now[:, 0] > 1) & (now[:, 1] > 1) & (now[:, 2] < columns - 1) & (now[:, 3] < rows - 1)
    if not len(before) or not len(now):
        return now[:0]
    shared = overlaps(now, before)
    same = before[shared.argmax(axis=1)]
    alike = np.abs((same[:, 3] - same[:, 1]) / height - 1) < MOST_CHANGE
    moved = np.abs((same[:, 0] + same[:, 2] - now[:, 0] - now[:, 2]) / 2) > LEAST_MOVE * height
    return now[slender & within & alike & moved & (shared.max(axis=1) > LEAST_SHARED)]
