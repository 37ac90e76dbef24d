"""An abandoned object (遗留物): something small that was not there before, keeps still, and whose owner has gone."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.analytics.scene import SceneLook
from vision_service.models.detections import Array

SMALLEST, LARGEST = 0.0008, 0.03  # of the picture
STILL = 0.04  # of its pixels may move from look to look; a person who stands moves more, sooner or later
NEAR = 0.5  # heights of a person


class AbandonedWatch:
    """Seconds that the thing which lies longest has lain alone."""

    def __init__(self) -> None:
        self._since: Array = np.empty(0)
        self.box: tuple[float, float, float, float] | None = None

    def measure(self, look: SceneLook, people: Array) -> float:
        """`people` are the boxes of those in the picture, in its pixels."""
        if self._since.shape != look.different.shape:
            self._since = np.full(look.different.shape, np.nan)
        still = look.different & ~look.moving & ~_near(look, people)
        self._since = np.where(still, np.where(np.isnan(self._since), look.at, self._since), np.nan)
        return self._longest(still, look)

    def _longest(self, still: NDArray[np.bool_], look: SceneLook) -> float:
        count, labels, blobs, _ = cv2.connectedComponentsWithStats(still.astype(np.uint8), connectivity=8)
        best, self.box = 0.0, None
        rows, columns = still.shape
        for label in range(1, count):
            left, top, width, height, size = (int(number) for number in blobs[label])
            if not SMALLEST <= size / still.size <= LARGEST or height > 2.2 * width:
                continue
            around = look.moving[top : top + height, left : left + width]
            seconds = look.at - float(np.nanmedian(self._since[labels == label]))
            if around.mean() <= STILL and seconds > best:
                best = seconds
                self.box = (left / columns, top / rows, (left + width) / columns, (top + height) / rows)
        return best


def _near(look: SceneLook, people: Array) -> NDArray[np.bool_]:
    """The places where someone is, and a step around."""
    mask = np.zeros(look.different.shape, dtype=np.uint8)
    for left, top, right, bottom in people * look.scale:
        step = NEAR * (bottom - top)
        corner = (int(left - step), int(top - step / 2)), (int(right + step), int(bottom + step / 2))
        cv2.rectangle(mask, *corner, 1, -1)
    return mask > 0
