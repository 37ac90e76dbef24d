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
        # NOTE: one block of position, velocity and the three covariances: few and large steps of numpy, for at ten
        # people in view the steps cost more than the arithmetic.
        self._state: Array = np.empty((5, 0, 4))

    def __len__(self) -> int:
        return int(self._state.shape[1])

    @property
    def position(self) -> Array:
        return self._state[0]

    @property
    def velocity(self) -> Array:
        return self._state[1]

    @property
    def boxes(self) -> Array:
        return self.grown(slice(None), 0.0)

    @property
    def feet(self) -> Array:
        """The middle of each box's lower edge."""
        feet = self._state[0, :, :2].copy()
        feet[:, 1] += np.maximum(self._state[0, :, 3], 1.0) / 2
        return feet

    def grown(self, rows: Rows | slice, share: float) -> Array:
        """The boxes, grown by a share of their size on every side."""
        position = self._state[0, rows]
        half = np.maximum(position[:, 2:], 1.0) * (0.5 + share)
        return np.concatenate((position[:, :2] - half, position[:, :2] + half), axis=1)

    def predict(self, seconds: float) -> None:
        position, velocity, pp, pv, vv = self._state
        variance = (self._drift * seconds) * position[:, 3:] ** 2
        position += velocity * seconds
        pp += seconds * (2 * pv + seconds * vv) + variance * (seconds**2 / 3)
        pv += seconds * vv + variance * (seconds / 2)
        vv += variance

    def correct(self, rows: Rows, boxes: Array) -> None:
        seen = centred(boxes)
        everyone = len(rows) == len(self) and rows.dtype != np.bool_  # then the rows are 0, 1, 2, … in order
        state = self._state if everyone else self._state[:, rows]
        gain = state[2:4] / (state[2] + self._measurement * seen[:, 3:] ** 2)
        state[:2] += gain * (seen - state[0])
        state[4] -= gain[1] * state[3]
        state[2:4] *= 1 - gain[0]
        if not everyone:
            self._state[:, rows] = state

    def add(self, boxes: Array, *, speed: float) -> None:
        """New tracks stand still as far as we know; `speed` (heights a second) says how little that is."""
        seen = centred(boxes)
        fresh = np.zeros((5, len(seen), 4))
        fresh[0] = seen
        fresh[2] = self._measurement * seen[:, 3:] ** 2
        fresh[4] = speed**2 * seen[:, 3:] ** 2
        self._state = np.concatenate((self._state, fresh), axis=1)

    def keep(self, rows: Rows) -> None:
        self._state = self._state[:, rows]


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
        gain = covariance[:, :, :2] @ inverse_of_two(covariance[:, :2, :2] + noise)
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


def inverse_of_two(matrices: Array) -> Array:
    """Inverses of `(n, 2, 2)`; by hand, for LAPACK's threads cost more than so little arithmetic."""
    a, b, c, d = matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 1, 0], matrices[:, 1, 1]
    turned = np.stack((np.stack((d, -b), axis=-1), np.stack((-c, a), axis=-1)), axis=-2)
    return np.asarray(turned / (a * d - b * c)[:, None, None])
