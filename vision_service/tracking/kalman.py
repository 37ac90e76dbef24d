"""Constant-velocity Kalman filters for many tracks at once, each coordinate on its own."""

import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array

Rows = NDArray[np.intp] | NDArray[np.bool_]


class BoxFilter:
    """Centre, width and height of every track's box in pixels, with their velocities.

    Noise is a share of the box's height, so near and far people, large and small pictures are treated alike.
    The coordinates do not influence one another, so the covariance is three numbers each: position, mixed, velocity.
    """

    def __init__(self, *, measurement: float, drift: float) -> None:
        self._measurement = measurement**2
        self._drift = drift**2
        self.position: Array = np.empty((0, 4))
        self.velocity: Array = np.empty((0, 4))
        self._pp: Array = np.empty((0, 4))
        self._pv: Array = np.empty((0, 4))
        self._vv: Array = np.empty((0, 4))

    def __len__(self) -> int:
        return len(self.position)

    @property
    def boxes(self) -> Array:
        half = np.maximum(self.position[:, 2:], 1.0) / 2
        return np.concatenate((self.position[:, :2] - half, self.position[:, :2] + half), axis=1)

    def predict(self, seconds: float) -> None:
        variance = self._drift * self.position[:, 3:] ** 2
        self.position += self.velocity * seconds
        self._pp += seconds * (2 * self._pv + seconds * self._vv) + variance * seconds**3 / 3
        self._pv += seconds * self._vv + variance * seconds**2 / 2
        self._vv += variance * seconds

    def correct(self, rows: Rows, boxes: Array) -> None:
        seen = centred(boxes)
        gain_noise = self._pp[rows] + self._measurement * seen[:, 3:] ** 2
        gain, velocity_gain = self._pp[rows] / gain_noise, self._pv[rows] / gain_noise
        surprise = seen - self.position[rows]
        self.position[rows] += gain * surprise
        self.velocity[rows] += velocity_gain * surprise
        self._vv[rows] -= velocity_gain * self._pv[rows]
        self._pv[rows] *= 1 - gain
        self._pp[rows] *= 1 - gain

    def add(self, boxes: Array, *, speed: float) -> None:
        """New tracks stand still as far as we know; `speed` (heights a second) says how little that is."""
        seen = centred(boxes)
        height = seen[:, 3:] ** 2
        self.position = np.concatenate((self.position, seen))
        self.velocity = np.concatenate((self.velocity, np.zeros_like(seen)))
        self._pp = np.concatenate((self._pp, np.broadcast_to(self._measurement * height, seen.shape)))
        self._pv = np.concatenate((self._pv, np.zeros_like(seen)))
        self._vv = np.concatenate((self._vv, np.broadcast_to(speed**2 * height, seen.shape)))

    def keep(self, rows: Rows) -> None:
        self.position, self.velocity = self.position[rows], self.velocity[rows]
        self._pp, self._pv, self._vv = self._pp[rows], self._pv[rows], self._vv[rows]


class FloorFilter:
    """Position and velocity of every track on the floor, in metres.

    The doubt about a foot point is a pixel ellipse mapped through the camera's homography: across the view it is
    small, along the view it grows with distance. Treating it as round loses more than any other choice.
    """

    def __init__(self, *, drift: float) -> None:
        self._drift = drift**2
        self.state: Array = np.empty((0, 4))
        self.covariance: Array = np.empty((0, 4, 4))

    def __len__(self) -> int:
        return len(self.state)

    def predict(self, seconds: float) -> None:
        step = np.eye(4)
        step[0, 2] = step[1, 3] = seconds
        self.state = self.state @ step.T
        self.covariance = step @ self.covariance @ step.T + self._wander(seconds)

    def _wander(self, seconds: float) -> Array:
        noise = np.zeros((4, 4))
        noise[[0, 1], [0, 1]] = seconds**3 / 3
        noise[[0, 1, 2, 3], [2, 3, 0, 1]] = seconds**2 / 2
        noise[[2, 3], [2, 3]] = seconds
        return noise * self._drift

    def distances(self, points: Array, noise: Array) -> Array:
        """Squared Mahalanobis distance of every track to every point, `(n, m)`."""
        apart = points[None, :, :] - self.state[:, None, :2]
        spread = self.covariance[:, None, :2, :2] + noise[None]
        a, b, d = spread[..., 0, 0], spread[..., 0, 1], spread[..., 1, 1]
        x, y = apart[..., 0], apart[..., 1]
        return np.asarray((d * x * x - 2 * b * x * y + a * y * y) / (a * d - b * b))

    def correct(self, rows: Rows, points: Array, noise: Array) -> None:
        covariance = self.covariance[rows]
        gain = covariance[:, :, :2] @ np.linalg.inv(covariance[:, :2, :2] + noise)
        surprise = points - self.state[rows, :2]
        self.state[rows] += (gain @ surprise[:, :, None])[:, :, 0]
        self.covariance[rows] = covariance - gain @ covariance[:, :2, :]

    def add(self, points: Array, noise: Array, *, speed: float) -> None:
        state = np.concatenate((points, np.zeros_like(points)), axis=1)
        covariance = np.zeros((len(points), 4, 4))
        covariance[:, :2, :2] = noise
        covariance[:, [2, 3], [2, 3]] = speed**2
        self.state = np.concatenate((self.state, state))
        self.covariance = np.concatenate((self.covariance, covariance))

    def keep(self, rows: Rows) -> None:
        self.state, self.covariance = self.state[rows], self.covariance[rows]


def centred(boxes: Array) -> Array:
    """Corner boxes as centre, width, height."""
    return np.concatenate(((boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]), axis=1)
