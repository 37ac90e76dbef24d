"""Explains a foreground mask by standing people of known height, the best explanation first.

One connected blob may be two people side by side, and one person behind a lamp post two blobs; asking which
upright boxes of a person's size are full of foreground answers both. Each found person's pixels are taken out before
the next is sought.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array, Detections, Image
from vision_service.models.scale import SLENDER, HeightModel

Whole = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Stands:
    """Every place where a person may stand, as boxes and as corners in the integral image."""

    boxes: Array
    corners: tuple[Whole, Whole, Whole, Whole]
    edges: Whole
    inside: Array
    area: Array


class Pursuit:
    """Greedy search over a grid of stands."""

    def __init__(self, *, step: int = 2, emptiness: float = 0.3, least: float = 0.05, most_people: int = 80) -> None:
        self._step = step
        self._emptiness = emptiness
        self._least = least
        self._most_people = most_people

    def stands(self, shape: tuple[int, int], scale: HeightModel) -> _Stands | None:
        """The grid for pictures of this shape; None while nobody knows how tall people look there."""
        rows, columns = shape
        y, x = np.meshgrid(
            np.arange(0, rows + rows // 10, self._step), np.arange(0, columns, self._step), indexing='ij'
        )
        feet = np.column_stack((x.ravel(), y.ravel())).astype(np.float64)
        height = scale.heights(feet)
        if height is None:
            return None
        return _stands(feet, height, rows, columns)

    def people(self, mask: Image, stands: _Stands) -> Detections:
        rest = mask.copy()
        found: list[int] = []
        scores: list[float] = []
        while len(found) < self._most_people:
            best, gain, fill = self._best(rest, stands)
            if gain < self._least:
                break
            found.append(best)
            scores.append(fill)
            left, top, right, bottom = stands.edges[best]
            rest[top:bottom, left:right] = 0
        return Detections(stands.boxes[found], np.clip(np.array(scores), 0.0, 1.0)) if found else Detections.none()

    def _best(self, rest: Image, stands: _Stands) -> tuple[int, float, float]:
        total = cv2.integral(rest).ravel()
        a, b, c, d = stands.corners
        full = total[a] - total[b] - total[c] + total[d]
        gains = ((1 + self._emptiness) * full - self._emptiness * stands.inside) / stands.area
        best = int(gains.argmax())
        return best, float(gains[best]), float(full[best] / stands.inside[best])


def _stands(feet: Array, height: Array, rows: int, columns: int) -> _Stands:
    width = height * SLENDER
    boxes = np.column_stack((feet[:, 0] - width / 2, feet[:, 1] - height, feet[:, 0] + width / 2, feet[:, 1]))
    edges = np.clip(boxes, 0, [columns, rows, columns, rows]).astype(np.intp)
    inside = (edges[:, 2] - edges[:, 0]) * (edges[:, 3] - edges[:, 1])
    area = width * height
    seen = inside > 0.5 * area  # the rest stands mostly outside of the picture
    edges, boxes, inside, area = edges[seen], boxes[seen], inside[seen], area[seen]
    left, top, right, bottom = edges.T
    wide = columns + 1
    corners = (bottom * wide + right, top * wide + right, bottom * wide + left, top * wide + left)
    return _Stands(boxes, corners, edges, inside.astype(np.float64), area)
