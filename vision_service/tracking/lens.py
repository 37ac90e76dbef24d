"""What a lens bends (镜头畸变): one number for how far lines bow, around the middle of the picture."""

from dataclasses import dataclass

import numpy as np

from vision_service.models.detections import Array

MOST = 0.6
ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Lens:
    """`k1` in units of half the picture's width: positive where straight lines bow outwards (a barrel)."""

    k1: float
    width: int
    height: int

    def straightened(self, pixels: Array) -> Array:
        """Where the points would be through a lens that bends nothing."""
        away = self._away(pixels)
        return self._back(away * (1 + self.k1 * (away**2).sum(axis=1, keepdims=True)))

    def bent(self, straight: Array) -> Array:
        """Where straight points appear in the picture; the inverse, by repeated approach."""
        target = self._away(straight)
        away = target.copy()
        for _ in range(ROUNDS):
            away = target / np.maximum(1 + self.k1 * (away**2).sum(axis=1, keepdims=True), 0.1)
        return self._back(away)

    def slope(self, pixels: Array) -> Array:
        """How far a straightened point moves per pixel, `(n, 2, 2)`."""
        away = self._away(pixels)
        outward = away[:, :, None] * away[:, None, :]
        return np.asarray(
            np.eye(2)[None] * (1 + self.k1 * (away**2).sum(axis=1))[:, None, None] + 2 * self.k1 * outward
        )

    def _away(self, pixels: Array) -> Array:
        return np.asarray((pixels - [self.width / 2, self.height / 2]) / (self.width / 2))

    def _back(self, away: Array) -> Array:
        return np.asarray(away * (self.width / 2) + [self.width / 2, self.height / 2])
