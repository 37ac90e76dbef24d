"""Smoke (烟雾): a soft grey veil that hides the scene's edges, spreads for seconds and does not go away.

Steam of a pan or a kettle stays small and thins out; a person hides the scene with edges and colours of his own.
"""

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.analytics.flame import Patch
from vision_service.models.detections import Array, Image

CELL = 8
LOOKS_PER_S = 2.0
LEARNING_S = 3.0
RENEWAL = 0.02  # of the scene per look, where no veil lies
VEIL = 12.0  # grey levels away from the scene
GREYEST = 45.0  # largest difference between the colours of a veil's cell
HIDDEN = 0.65  # of the scene's contrast is left, or less
SOFT = 9.0  # contrast within a cell of smoke, at most
TEXTURED = 10.0  # contrast of a scene whose loss proves something
PROVEN = 0.2  # of a veil's cells, at least, hide such a scene: a bare wall in changing light hides nothing
OUTLINE = 6.0  # contrast that was not there before: the edge of a person or a thing
OUTLINED = 0.3  # of the cells around it: then it is one
CALM = 2.0  # grey levels from look to look: smoke drifts, the place where someone stood does not
HEALING = 0.2
LEAST_SHARE = 0.05  # of the picture: less is steam, breath or a cigarette
LEAST_SHARE_SLOW, SLOW_S = 0.08, 0.7  # at a picture a second somebody who stands and sways seems to drift
GROWTH = 1.25  # within `SPREAD_S`, until it is large
SPREAD_S = 3.0
LARGE_SHARE = 0.2
SUDDEN = 0.5  # of the picture from one look to the next: a light, or a camera that was turned
GAIN, LOSS, MOST = 1.0, 0.5, 8.0


class SmokeWatch:
    """Answers seconds of evidence."""

    def __init__(self, *, width: int = 240) -> None:
        self._width = width
        self._scene: Array | None = None
        self._contrast: Array = np.empty(0)
        self._before: Array = np.empty(0)
        self._drift: Array = np.empty(0)
        self._since = 0.0
        self._last_at: float | None = None
        self._shares: deque[tuple[float, float]] = deque()
        self._evidence = 0.0
        self.patch: Patch | None = None

    def measure(self, image: Image, at: float) -> float:
        """Seconds of evidence up to this picture."""
        if self._last_at is not None and not 0 <= at - self._last_at < 10.0:
            self.restart()
        if self._last_at is not None and at - self._last_at < 0.9 / LOOKS_PER_S:
            return self._evidence
        step = 0.0 if self._last_at is None else min(at - self._last_at, 2.0)
        self._last_at = at
        colours, contrast = _summed(image, self._width)
        if self._scene is None:
            self._scene, self._contrast, self._since = colours, contrast, at
            self._before, self._drift = colours.mean(axis=2), np.zeros(contrast.shape)
            return 0.0
        self._look(colours, contrast, step, is_learning=at - self._since < LEARNING_S)
        return self._evidence

    def restart(self) -> None:
        self._scene, self._last_at, self._evidence = None, None, 0.0
        self._shares.clear()

    def _look(self, colours: Array, contrast: Array, step: float, *, is_learning: bool) -> None:
        light = colours.mean(axis=2)
        self._drift += 0.4 * (np.abs(light - self._before) - self._drift)
        self._before = light
        veil = self._veiled(colours, contrast)
        calm = self._drift < CALM
        self._learn(colours, contrast, veil & calm, HEALING)
        veil = veil & ~calm
        share = float(veil.mean())
        if is_learning or share - (self._shares[-1][1] if self._shares else 0.0) > SUDDEN:
            self._learn(colours, contrast, np.ones_like(veil), 0.4 if is_learning else 1.0)
            self._shares.clear()
            return
        self._learn(colours, contrast, ~veil, RENEWAL)
        now = self._last_at or 0.0
        while self._shares and now - self._shares[0][0] > SPREAD_S + 0.5 / LOOKS_PER_S:
            self._shares.popleft()
        spreads = bool(self._shares) and share >= GROWTH * self._shares[0][1]
        self._shares.append((now, share))
        largest = max(each for _, each in self._shares)
        stays = share >= LARGE_SHARE or (self._evidence > 0 and share >= 0.8 * largest)
        least = LEAST_SHARE if step < SLOW_S else LEAST_SHARE_SLOW
        if share >= least and (spreads or stays):
            self._evidence = min(self._evidence + GAIN * step, MOST)
            self.patch = _patch(veil)
        else:
            self._evidence = max(self._evidence - LOSS * step, 0.0)

    def _veiled(self, colours: Array, contrast: Array) -> NDArray[np.bool_]:
        assert self._scene is not None
        away = np.abs(colours.mean(axis=2) - self._scene.mean(axis=2)) > VEIL
        soft = (colours.max(axis=2) - colours.min(axis=2) < GREYEST) & (contrast < 2 * SOFT)
        proof = away & soft & (self._contrast > TEXTURED) & (contrast < HIDDEN * self._contrast)
        bare = away & soft & (contrast < SOFT) & (self._contrast <= TEXTURED)
        new_edges = contrast > self._contrast + OUTLINE
        return _veils(proof | bare, proof, new_edges)

    def _learn(self, colours: Array, contrast: Array, where: NDArray[np.bool_], rate: float) -> None:
        assert self._scene is not None
        self._scene[where] += rate * (colours - self._scene)[where]
        self._contrast[where] += rate * (contrast - self._contrast)[where]


def _veils(cells: NDArray[np.bool_], proof: NDArray[np.bool_], new_edges: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the connected regions those that hide a scene and have no outline of their own."""
    opened = cv2.morphologyEx(cells.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    count, labels = cv2.connectedComponents(opened, connectivity=8)
    kept = np.zeros_like(cells)
    for label in range(1, count):
        region = labels == label
        ring = (cv2.dilate(region.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~region
        if proof[region].mean() >= PROVEN and (not ring.any() or new_edges[ring].mean() < OUTLINED):
            kept |= region
    return kept


def _summed(image: Image, width: int) -> tuple[Array, Array]:
    """Mean colour and contrast of each cell."""
    height = max(round(image.shape[0] * width / image.shape[1]) // CELL * CELL, CELL)
    small = cv2.resize(image, (width // CELL * CELL, height), interpolation=cv2.INTER_AREA).astype(np.float64)
    rows, columns = height // CELL, small.shape[1] // CELL
    cells = small.reshape(rows, CELL, columns, CELL, 3)
    return cells.mean(axis=(1, 3)), cells.mean(axis=4).std(axis=(1, 3))


def _patch(veil: NDArray[np.bool_]) -> Patch:
    rows, columns = np.nonzero(veil)
    height, width = veil.shape
    return Patch(
        veil,
        (
            float(columns.min() / width),
            float(rows.min() / height),
            float((columns.max() + 1) / width),
            float((rows.max() + 1) / height),
        ),
    )
