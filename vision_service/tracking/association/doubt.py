"""How far off a camera's places are, learned from how far off they were: by camera, and by where on the floor."""

from dataclasses import dataclass, field

import numpy as np

from vision_service.models.detections import Array
from vision_service.tracking.association.sightings import Sightings

CELL_M = 3.0
WEIGHT_OF_PRIOR = 8.0
MOST_WEIGHT = 400.0  # then what was learned long ago counts half: cameras are moved and cleaned


@dataclass(slots=True)
class _Sum:
    spread: Array = field(default_factory=lambda: np.zeros((2, 2)))
    weight: float = 0.0

    def add(self, spread: Array) -> None:
        self.spread = self.spread + spread
        self.weight += 1.0
        if self.weight > MOST_WEIGHT:
            self.spread, self.weight = self.spread / 2, self.weight / 2

    def mixed(self, prior: Array) -> Array:
        """What was seen here, leaning on the prior while little was."""
        return np.asarray((self.spread + WEIGHT_OF_PRIOR * prior) / (self.weight + WEIGHT_OF_PRIOR))


class LearnedDoubt:
    """Covariances for cameras that do not say their own: seen from aslant, the far end of a view is long and thin."""

    def __init__(self, usual_m: float) -> None:
        self._usual = np.eye(2) * usual_m**2
        self._cameras: dict[int, _Sum] = {}
        self._cells: dict[tuple[int, int, int], _Sum] = {}

    def noise(self, sightings: Sightings) -> Array:
        """A covariance for each row."""
        rows = zip(sightings.cameras.tolist(), _cells(sightings.points), strict=True)
        return np.array([self._of(camera, cell) for camera, cell in rows]).reshape(-1, 2, 2)

    def learn(self, sightings: Sightings, truth: Array, spread: Array) -> None:
        """The rows' people turned out to be at `truth`, within `spread`, the rows' own word included."""
        left = sightings.points - truth
        told = left[:, :, None] * left[:, None, :] + spread
        for camera, cell, each in zip(sightings.cameras.tolist(), _cells(sightings.points), told, strict=True):
            self._cameras.setdefault(camera, _Sum()).add(each)
            self._cells.setdefault((camera, *cell), _Sum()).add(each)

    def _of(self, camera: int, cell: tuple[int, int]) -> Array:
        prior = self._cameras[camera].mixed(self._usual) if camera in self._cameras else self._usual
        here = self._cells.get((camera, *cell))
        return here.mixed(prior) if here else prior


def _cells(points: Array) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in np.floor(points / CELL_M).tolist()]
