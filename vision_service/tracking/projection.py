"""The floor under a camera (标定): pixels to metres and back by a plane homography, with its error said."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from vision_service.errors import ConfigurationInvalid
from vision_service.models.detections import Array
from vision_service.tracking.lens import Lens


@dataclass(frozen=True, slots=True)
class FloorProjection:
    """Maps foot points between the picture and the floor plan."""

    to_floor: Array
    error_m: float = 0.0
    lens: Lens | None = None
    _to_picture: Array = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, '_to_picture', np.linalg.inv(self.to_floor))

    @classmethod
    def from_points(cls, pixels: object, metres: object, *, lens: Lens | None = None) -> Self:
        """Fits at least four marked points; `error_m` is the root mean square of what is left over.

        :raises ConfigurationInvalid: fewer than four points, or all on one line
        """
        image = np.asarray(pixels, dtype=np.float64).reshape(-1, 2)
        floor = np.asarray(metres, dtype=np.float64).reshape(-1, 2)
        if len(image) != len(floor) or len(image) < 4:
            raise ConfigurationInvalid('A calibration needs four or more point pairs.', 'Mark more points.')
        straight = lens.straightened(image) if lens else image
        matrix = _homography(straight, floor)
        left = _apply(matrix, straight) - floor
        return cls(matrix, float(np.sqrt((left**2).sum(axis=1).mean())), lens)

    def project(self, pixels: Array) -> Array:
        """Metres on the floor for pixels `(n, 2)`."""
        return _apply(self.to_floor, self.lens.straightened(pixels) if self.lens else pixels)

    def unproject(self, metres: Array) -> Array:
        """Pixels for metres on the floor `(n, 2)`."""
        straight = _apply(self._to_picture, metres)
        return self.lens.bent(straight) if self.lens else straight

    def jacobian(self, pixels: Array) -> Array:
        """Metres per pixel at each point, `(n, 2, 2)`: far away one pixel is many centimetres."""
        matrix = self.to_floor
        straight = self.lens.straightened(pixels) if self.lens else pixels
        homogeneous = np.column_stack((straight, np.ones(len(straight)))) @ matrix.T
        depth = homogeneous[:, 2]
        point = homogeneous[:, :2] / depth[:, None]
        slope = (matrix[None, :2, :2] - point[:, :, None] * matrix[None, 2:, :2]) / depth[:, None, None]
        return np.asarray(slope @ self.lens.slope(pixels)) if self.lens else slope


def _apply(matrix: Array, points: Array) -> Array:
    homogeneous = np.column_stack((points, np.ones(len(points)))) @ matrix.T
    return homogeneous[:, :2] / homogeneous[:, 2:]


def _homography(source: Array, target: Array) -> Array:
    """Direct linear transform on normalised points (Hartley), least squares for more than four."""
    from_unit, into_unit = _normaliser(source), _normaliser(target)
    s, t = _apply(from_unit, source), _apply(into_unit, target)
    zero, one = np.zeros(len(s)), np.ones(len(s))
    x, y, u, v = s[:, 0], s[:, 1], t[:, 0], t[:, 1]
    rows = np.concatenate(
        (
            np.column_stack((x, y, one, zero, zero, zero, -u * x, -u * y, -u)),
            np.column_stack((zero, zero, zero, x, y, one, -v * x, -v * y, -v)),
        )
    )
    _, spread, directions = np.linalg.svd(rows)
    if spread[7] < 1e-9 * spread[0]:
        raise ConfigurationInvalid('The calibration points lie on one line.', 'Mark points that span an area.')
    matrix = np.linalg.inv(into_unit) @ directions[8].reshape(3, 3) @ from_unit
    return np.asarray(matrix / matrix[2, 2])


def _normaliser(points: Array) -> Array:
    centre = points.mean(axis=0)
    scale = np.sqrt(2) / max(float(np.sqrt(((points - centre) ** 2).sum(axis=1)).mean()), 1e-12)
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])
