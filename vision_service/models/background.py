"""What does not belong to the empty scene: a foreground mask by MOG2."""

import cv2
import numpy as np

from vision_service.models.detections import Image

SHADOW = 127  # MOG2 marks shadows with this grey


class Foreground:
    """Learns the empty scene as it goes; answers 0 and 1 per pixel."""

    def __init__(self, *, history: int = 1500, variance: float = 16.0, most: float = 0.7, learning: int = 5) -> None:
        self._subtractor = cv2.createBackgroundSubtractorMOG2(
            history=history, varThreshold=variance, detectShadows=True
        )
        self._most = most
        self._learning = learning
        self._pictures = 0
        self._open = np.ones((3, 3), np.uint8)
        self._close = np.ones((5, 3), np.uint8)

    def mask(self, image: Image) -> Image | None:
        """The foreground; None while the scene is still unknown or all of it changed at once (a light went on)."""
        self._pictures += 1
        raw = self._subtractor.apply(image)
        mask = (raw > SHADOW).astype(np.uint8)
        if self._pictures <= self._learning or mask.mean() > self._most:
            return None
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, self._open)
        return cv2.morphologyEx(mask, cv2.MORPH_CLOSE, self._close)

    def background(self) -> Image | None:
        """The empty scene as learned so far."""
        return None if self._pictures <= self._learning else self._subtractor.getBackgroundImage()
