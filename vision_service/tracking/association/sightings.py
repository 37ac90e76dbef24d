"""What the cameras saw within one tick, as arrays: places on the plan with their doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vision_service.contracts import Observation
from vision_service.models.detections import Array

Whole = NDArray[np.intp]

NOBODY = -1  # the camera gave no track of its own


@dataclass(frozen=True, slots=True)
class Sightings:
    """Row n is one person in one camera; `noise` is the covariance of `points` in square metres."""

    at: float
    cameras: Whole
    tracks: Whole
    points: Array
    noise: Array
    told: NDArray[np.bool_]  # whether the camera itself knew its doubt
    looks: Array | None = None

    def __len__(self) -> int:
        return len(self.points)

    def chosen(self, rows: Whole) -> 'Sightings':
        looks = None if self.looks is None else self.looks[rows]
        numbers = self.cameras[rows], self.tracks[rows]
        return Sightings(self.at, *numbers, self.points[rows], self.noise[rows], self.told[rows], looks)

    def doubted(self, noise: Array) -> 'Sightings':
        """With this doubt where the camera told none."""
        return replace(self, noise=np.where(self.told[:, None, None], self.noise, noise))


class Cameras:
    """Numbers for cameras' names, in the order in which they were first heard of."""

    def __init__(self) -> None:
        self._numbers: dict[str | int, int] = {}

    def number(self, name: str | int) -> int:
        return self._numbers.setdefault(name, len(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)


def gathered(at: float, observations: Sequence[Observation], cameras: Cameras, usual: float) -> Sightings:
    """The observations of one tick; those who do not say their doubt get `usual` metres of it."""
    noise = np.array([_covariance(each, usual) for each in observations]).reshape(-1, 2, 2)
    return Sightings(
        at,
        np.array([cameras.number(each.camera) for each in observations], dtype=np.intp),
        np.array([NOBODY if each.track is None else max(each.track, NOBODY) for each in observations], dtype=np.intp),
        np.array([(each.x_m, each.y_m) for each in observations], dtype=np.float64).reshape(-1, 2),
        noise,
        np.array([each.spread is not None for each in observations], dtype=np.bool_),
        _looks(observations),
    )


def _covariance(observation: Observation, usual: float) -> tuple[tuple[float, float], tuple[float, float]]:
    xx, xy, yy = observation.spread or (usual**2, 0.0, usual**2)
    return (xx, xy), (xy, yy)


def _looks(observations: Sequence[Observation]) -> Array | None:
    """Unit vectors; rows without one are zero. None where nobody gave any."""
    size = max((len(each.embedding) for each in observations if each.embedding), default=0)
    if not size:
        return None
    rows = np.zeros((len(observations), size))
    for row, each in zip(rows, observations, strict=True):
        if each.embedding and len(each.embedding) == size:
            row[:] = each.embedding
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
