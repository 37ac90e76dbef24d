"""One person followed twice: two who walk as one and whom no camera ever shows side by side are one."""

import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array
from vision_service.tracking.association.sightings import Sightings, Whole

NEVER_FORGOTTEN_TICKS = 50


class Doubles:
    """Counts, pair by pair, in how many ticks two people were side by side without a camera that shows both."""

    def __init__(self, *, reach_m: float, ticks: int) -> None:
        self._reach_m = reach_m
        self._ticks = ticks
        self._together: dict[tuple[int, int], int] = {}

    def found(
        self, ids: NDArray[np.int64], places: Array, owners: NDArray[np.int64], sightings: Sightings
    ) -> list[tuple[int, int]]:
        """Pairs (older, younger) that are sure by now."""
        shown = _shown(ids, owners, sightings)
        seen = np.flatnonzero(shown.any(axis=1))
        gap = np.linalg.norm(places[seen, None] - places[None, seen], axis=2)
        one, other = np.nonzero(np.triu(gap < self._reach_m, k=1))
        side_by_side = shown[seen].astype(int) @ shown[seen].T.astype(int)
        pairs = {}
        for first, second in zip(one.tolist(), other.tolist(), strict=True):
            pair = tuple(sorted((int(ids[seen[first]]), int(ids[seen[second]]))))
            pairs[pair] = -NEVER_FORGOTTEN_TICKS if side_by_side[first, second] else 1
        alive = set(ids.tolist())
        kept = {pair: score for pair, score in self._together.items() if alive.issuperset(pair)}
        for pair, score in pairs.items():
            kept[pair] = max(kept.get(pair, 0) + score, -NEVER_FORGOTTEN_TICKS)
        self._together = kept
        return [pair for pair in pairs if kept[pair] >= self._ticks]


def _shown(ids: NDArray[np.int64], owners: NDArray[np.int64], sightings: Sightings) -> NDArray[np.bool_]:
    """Which camera showed whom in this tick, `(people, cameras)`."""
    order: Whole = np.argsort(ids)
    shown = np.zeros((len(ids), int(sightings.cameras.max(initial=-1)) + 1), dtype=np.bool_)
    known = owners > 0
    rows = order[np.searchsorted(ids, owners[known], sorter=order)]
    shown[rows, sightings.cameras[known]] = True
    return shown
