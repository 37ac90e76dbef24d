"""How much boxes overlap."""

from typing import Any

import numpy as np

from vision_service.models.detections import Array


def overlaps(first: Array, second: Array, *, precision: type[np.floating[Any]] = np.float64) -> Array:
    """Intersection over union of every box of `first` with every box of `second`, `(n, m)`.

    NOTE: coordinates are laid out one after the other first: numpy takes a stride of one three times as fast.
    """
    a = np.array(first.T, dtype=precision, order='C')[:, :, None]
    b = np.array(second.T, dtype=precision, order='C')[:, None, :]
    sides = np.minimum(a[2:], b[2:])
    sides -= np.maximum(a[:2], b[:2])
    np.maximum(sides, 0.0, out=sides)
    shared = sides[0]
    shared *= sides[1]
    mine, theirs = a[2:] - a[:2], b[2:] - b[:2]
    union = mine[0] * mine[1] + theirs[0] * theirs[1]
    union -= shared
    shared /= np.maximum(union, 1e-9, out=union)
    return np.asarray(shared)


def widened(boxes: Array, share: float) -> Array:
    """The boxes grown by a share of their size on every side: people outrun their box at low frame rates."""
    size = (boxes[:, 2:] - boxes[:, :2]) * share
    return np.concatenate((boxes[:, :2] - size, boxes[:, 2:] + size), axis=1)
