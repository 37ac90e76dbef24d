"""People by histograms of oriented gradients (HOG): sees those who stand still, ten times slower than motion."""

from collections.abc import Sequence

import cv2
import numpy as np

from vision_service.models.detections import Detections, Image
from vision_service.models.finding import surest


class HogDetector:
    """OpenCV's built-in person detector; its weights are part of the library."""

    def __init__(self, *, work_width: int = 960, least_score: float = 0.2, most_overlap: float = 0.45) -> None:
        self._work_width = work_width
        self._least_score = least_score
        self._most_overlap = most_overlap
        self._hog = cv2.HOGDescriptor()
        self._hog.setSVMDetector(cv2.HOGDescriptor.getDefaultPeopleDetector())

    def detect_all(self, images: Sequence[Image]) -> list[Detections]:
        return [self.detect(each) for each in images]

    def detect(self, image: Image) -> Detections:
        scale = self._work_width / image.shape[1]
        sized = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        windows, weights = self._hog.detectMultiScale(sized, winStride=(8, 8), padding=(8, 8), scale=1.05)
        if len(windows) == 0:
            return Detections.none()
        found = _tight(np.asarray(windows, dtype=np.float64)) / scale
        scores = np.clip(np.asarray(weights, dtype=np.float64).ravel() / 2.0, 0.0, 1.0)
        return surest(Detections(found, scores).chosen(scores >= self._least_score), self._most_overlap)


def _tight(windows: np.ndarray) -> np.ndarray:
    """The detector's window carries a margin around the person; this takes it off."""
    x, y, width, height = windows.T
    margin_x, margin_y = width * 0.18, height * 0.1
    return np.column_stack((x + margin_x, y + margin_y, x + width - margin_x, y + height - margin_y))
