"""How much boxes overlap."""

import numpy as np

from vision_service.models.detections import Array


def overlaps(first: Array, second: Array) -> Array:
    """Intersection over union of every box of `first` with every box of `second`, `(n, m)`."""
    a, b = first.T[:, :, None], second.T[:, None, :]
    width = np.minimum(a[2], b[2])
    width -= np.maximum(a[0], b[0])
    np.maximum(width, 0.0, out=width)
    height = np.minimum(a[3], b[3])
    height -= np.maximum(a[1], b[1])
    np.maximum(height, 0.0, out=height)
    width *= height
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width
    return np.asarray(width / np.maximum(union, 1e-9))


def widened(boxes: Array, share: float) -> Array:
    """The boxes grown by a share of their size on every side: people outrun their box at low frame rates."""
    size = (boxes[:, 2:] - boxes[:, :2]) * share
    return np.concatenate((boxes[:, :2] - size, boxes[:, 2:] + size), axis=1)
