"""What differs from the scene as it was, and which of it keeps still; the ground of left things and of falls."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array, Image

WIDTH = 320
LOOKS_PER_S = 4.0
LEARNING_S = 4.0
RENEWAL = 0.004
DIFFERENT = 28.0
MOVING = 10.0


@dataclass(frozen=True, slots=True)
class SceneLook:
    """Masks of the small picture; `scale` leads from the picture's pixels to theirs."""

    at: float
    scale: float
    different: NDArray[np.bool_]
    moving: NDArray[np.bool_]


class Scene:
    """The empty scene, renewed so slowly that a bag stays foreground for minutes."""

    def __init__(self) -> None:
        self._scene: Array | None = None
        self._last: Array | None = None
        self._since = 0.0
        self._last_at: float | None = None

    def look(self, image: Image, at: float) -> SceneLook | None:
        """None between looks and while the scene is being learned."""
        if self._last_at is not None and 0 <= at - self._last_at < 0.9 / LOOKS_PER_S:
            return None
        scale = WIDTH / image.shape[1]
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        grey: Array = cv2.GaussianBlur(small, (5, 5), 0).astype(np.float32)
        scene, last, self._last, self._last_at = self._scene, self._last, grey, at
        if scene is None or last is None or scene.shape != grey.shape or last.shape != grey.shape:
            self._scene, self._since = grey.copy(), at
            return None
        different = np.abs(grey - scene).max(axis=2) > DIFFERENT
        moving = np.abs(grey - last).max(axis=2) > MOVING
        if at - self._since < LEARNING_S:
            scene += 0.2 * (grey - scene)
            return None
        scene += np.where(different, RENEWAL / 4, RENEWAL * 4)[..., None] * (grey - scene)
        return SceneLook(at, scale, different, moving)
