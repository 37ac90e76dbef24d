"""From the detector network's grid to boxes: every cell at once, then of boxes over one another the surest."""

import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array, Detections
from vision_service.tracking.overlap import overlaps

STRIDE = 8
MOST = 300
"""Candidates of one picture that are looked at, the surest first."""

Grid = NDArray[np.float32]


def found(grid: Grid, *, least_score: float, most_overlap: float = 0.5) -> Detections:
    """People in one `(5, rows, columns)` answer of the network, in pixels of its input."""
    heat = grid[0]
    peaks = (heat >= _greatest_near(heat)) & (heat > _logit(least_score))
    rows, columns = np.nonzero(peaks)
    scores = 1 / (1 + np.exp(-heat[rows, columns].astype(np.float64)))
    order = np.argsort(-scores, kind='stable')[:MOST]
    rows, columns, scores = rows[order], columns[order], scores[order]
    middle = (np.column_stack((columns, rows)) + 0.5) * STRIDE
    reach = np.exp(np.clip(grid[1:, rows, columns].T.astype(np.float64), -4, 5)) * STRIDE
    boxes = np.concatenate((middle - reach[:, :2], middle + reach[:, 2:]), axis=1)
    return surest(Detections(boxes, scores), most_overlap)


def surest(people: Detections, most_overlap: float) -> Detections:
    """Of boxes that share more than `most_overlap` only the surest stays; the answer is ordered by score."""
    ordered = people.chosen(np.argsort(-people.scores, kind='stable'))
    clash = overlaps(ordered.boxes, ordered.boxes) > most_overlap
    kept = np.ones(len(ordered), dtype=bool)
    for row in range(len(ordered)):
        if kept[row]:
            kept[row + 1 :] &= ~clash[row, row + 1 :]
    return ordered.chosen(kept)


def _greatest_near(heat: Array | Grid) -> Grid:
    """The greatest value within a cell's eight neighbours and itself."""
    rows, columns = heat.shape
    padded = np.pad(heat, 1, constant_values=-np.inf)
    views = [padded[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    return np.asarray(np.max(views, axis=0))


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))
