"""One-to-one pairing of rows and columns at the least cost, nothing paired beyond a limit."""

import lap
import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array

Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


def assign(cost: Array, limit: float) -> Pairs:
    """Rows and columns that belong together; a pair costing more than `limit` is left alone."""
    possible = cost <= limit
    simple = _unrivalled(possible)
    if simple is not None:
        return simple
    _, row_to_column, _ = lap.lapjv(np.ascontiguousarray(cost), extend_cost=True, cost_limit=limit)
    rows = (row_to_column >= 0).nonzero()[0]
    return rows, row_to_column[rows].astype(np.intp)


def _unrivalled(possible: NDArray[np.bool_]) -> Pairs | None:
    """In a thin scene each track has one candidate and each candidate one track: no solver needed."""
    rows, columns = possible.nonzero()
    if not len(rows):
        return rows, columns
    if len(rows) > min(possible.shape) or (rows[1:] == rows[:-1]).any() or np.bincount(columns).max() > 1:
        return None
    return rows, columns
