"""How tracks move and what a detection costs them: in the picture, or on the floor where it is calibrated."""

from typing import Protocol

import numpy as np

from vision_service.models.detections import Array, Detections
from vision_service.tracking.kalman import BoxFilter, FloorFilter, Rows
from vision_service.tracking.overlap import overlaps, widened
from vision_service.tracking.projection import FloorProjection


class Motion(Protocol):
    """The moving part of a tracker; row n is track n."""

    @property
    def boxes(self) -> Array: ...
    @property
    def feet(self) -> Array: ...
    @property
    def metres(self) -> Array | None: ...
    def predict(self, seconds: float) -> None: ...
    def cost(self, rows: Rows, detections: Detections) -> Array: ...
    def correct(self, rows: Rows, detections: Detections) -> None: ...
    def add(self, detections: Detections) -> None: ...
    def keep(self, rows: Rows) -> None: ...


class PictureMotion:
    """Boxes in the picture; the cost of a pair is what its grown boxes do not share (0 the same, 1 apart).

    Boxes grow with the time between pictures, for people outrun theirs at low rates. Where scores are probabilities
    they weigh the overlap: of two candidates the surer one is taken, and a doubtful one must fit all the better.
    """

    LONGEST_GROWTH_S = 0.4

    def __init__(
        self,
        *,
        measurement: float = 0.08,
        drift: float = 0.5,
        speed: float = 0.6,
        grow: float = 0.0,
        grow_per_s: float = 1.5,
        weighs_scores: bool = True,
    ) -> None:
        self._filter = BoxFilter(measurement=measurement, drift=drift)
        self._speed = speed
        self._grow = grow
        self._grow_per_s = grow_per_s
        self._weighs_scores = weighs_scores
        self._growth = grow

    @property
    def boxes(self) -> Array:
        return self._filter.boxes

    @property
    def feet(self) -> Array:
        return self._filter.feet

    @property
    def metres(self) -> None:
        return None

    def predict(self, seconds: float) -> None:
        self._growth = self._grow + self._grow_per_s * min(seconds, self.LONGEST_GROWTH_S)
        self._filter.predict(seconds)

    def cost(self, rows: Rows, detections: Detections) -> Array:
        expected = self._filter.grown(rows, self._growth)
        shared = overlaps(expected, widened(detections.boxes, self._growth), precision=np.float32)
        return 1.0 - (shared * detections.scores if self._weighs_scores else shared)

    def correct(self, rows: Rows, detections: Detections) -> None:
        self._filter.correct(rows, detections.boxes)

    def add(self, detections: Detections) -> None:
        self._filter.add(detections.boxes, speed=self._speed)

    def keep(self, rows: Rows) -> None:
        self._filter.keep(rows)


class FloorMotion:
    """Foot points in metres; the cost is the distance in units of its own doubt, 1 being the gate."""

    GATE = 13.8  # chi-square of two coordinates, 99.9 %

    def __init__(
        self, projection: FloorProjection, *, pixel: float = 0.1, drift: float = 0.6, speed: float = 1.2
    ) -> None:
        self._projection = projection
        self._pixel = pixel
        self._speed = speed
        self._floor = FloorFilter(drift=drift)
        self._picture = BoxFilter(measurement=0.1, drift=0.9)

    @property
    def boxes(self) -> Array:
        return self._picture.boxes

    @property
    def feet(self) -> Array:
        return self._projection.unproject(self._floor.state[:, :2])

    @property
    def metres(self) -> Array:
        return self._floor.state[:, :2]

    def predict(self, seconds: float) -> None:
        self._floor.predict(seconds)
        self._picture.predict(seconds)

    def cost(self, rows: Rows, detections: Detections) -> Array:
        points, noise = self._observed(detections)
        return self._floor.distances(points, noise)[rows] / self.GATE

    def correct(self, rows: Rows, detections: Detections) -> None:
        points, noise = self._observed(detections)
        self._floor.correct(rows, points, noise)
        self._picture.correct(rows, detections.boxes)

    def add(self, detections: Detections) -> None:
        points, noise = self._observed(detections)
        self._floor.add(points, noise, speed=self._speed)
        self._picture.add(detections.boxes, speed=self._speed / 1.7)

    def keep(self, rows: Rows) -> None:
        self._floor.keep(rows)
        self._picture.keep(rows)

    def _observed(self, detections: Detections) -> tuple[Array, Array]:
        """Floor points and what a share of the box's size in pixels means there in metres."""
        feet = detections.feet
        slope = self._projection.jacobian(feet)
        doubt = (self._pixel * (detections.boxes[:, 2:] - detections.boxes[:, :2])) ** 2
        noise = (slope * doubt[:, None, :]) @ slope.transpose(0, 2, 1)
        noise[:, [0, 1], [0, 1]] += 1e-4
        return self._projection.project(feet), np.asarray(noise)


def _feet(boxes: Array) -> Array:
    return np.column_stack(((boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]))
