"""Where on the floor a box stands, and how sure that is: the box's doubt in pixels mapped through the homography."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array
from vision_service.tracking.projection import FloorProjection

SHARE = 0.04  # of the box's size: how far off its lower edge may be
LEAST_PIXELS = 2.0
CALIBRATION_M = 0.1  # what the clicks of a calibration leave


@dataclass(frozen=True, slots=True)
class Places:
    """Metres `(n, 2)` and covariances as (xx, xy, yy) in square metres, `(n, 3)`."""

    metres: Array
    spread: Array


def placed(projection: FloorProjection, boxes: Array) -> Places:
    if not len(boxes):
        return Places(np.empty((0, 2)), np.empty((0, 3)))
    feet = np.column_stack(((boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]))
    slope = projection.jacobian(feet)
    doubt = np.maximum(SHARE * (boxes[:, 2:] - boxes[:, :2]), LEAST_PIXELS) ** 2
    noise = (slope * doubt[:, None, :]) @ slope.transpose(0, 2, 1)
    noise[:, [0, 1], [0, 1]] += CALIBRATION_M**2 + projection.error_m**2
    return Places(projection.project(feet), noise[:, [0, 0, 1], [0, 1, 1]])


def shows_feet(boxes: Array, height: int) -> NDArray[np.bool_]:
    """Which boxes end above the picture's lower edge: of the others nobody knows where they stand."""
    return np.asarray(boxes[:, 3] < height - 1.0)
