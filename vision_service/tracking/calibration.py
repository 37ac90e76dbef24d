"""A calibration judged before it is used (标定): reprojection error click by click, and the lens found if asked."""

import numpy as np

from vision_service.contracts import CalibrationFit, CalibrationShape
from vision_service.errors import ConfigurationInvalid
from vision_service.models.detections import Array
from vision_service.tracking.lens import Lens
from vision_service.tracking.projection import FloorProjection

ENOUGH_FOR_LENS = 6  # four give the plane; two more to tell a bow from a slip of the hand
ENOUGH_TO_CHECK = 5
STEPS = 61
MOST = 0.6


def fitted(shape: CalibrationShape, width: int, height: int) -> tuple[FloorProjection, CalibrationFit]:
    """:raises ConfigurationInvalid: for fewer than four points, points on one line, or a lens asked of too few"""
    if len(shape.points) != len(shape.metres):
        raise ConfigurationInvalid('There must be as many points as metres.', 'Mark each point in both.')
    pixels, metres = np.array(shape.points) * [width, height], np.array(shape.metres)
    k1 = _lens(pixels, metres, width, height) if shape.distortion is None else shape.distortion
    projection = projected(pixels, metres, k1, width, height)
    return projection, _judged(projection, pixels, metres, k1, (width, height), asked_lens=shape.distortion is None)


def projected(pixels: Array, metres: Array, k1: float, width: int, height: int) -> FloorProjection:
    lens = Lens(k1, width, height) if k1 else None
    return FloorProjection.from_points(pixels, metres, lens=lens)


def _lens(pixels: Array, metres: Array, width: int, height: int) -> float:
    """The bow that leaves least, in pixels of the picture; looked for in steps, then more finely about the best."""
    if len(pixels) < ENOUGH_FOR_LENS:
        raise ConfigurationInvalid(
            f'{len(pixels)} points do not tell how the lens bends.', f'Mark {ENOUGH_FOR_LENS} or give the distortion.'
        )
    middle, reach = 0.0, MOST
    for _ in range(3):
        tried = np.clip(np.linspace(middle - reach, middle + reach, STEPS), -MOST, MOST)
        left = [
            float((_errors(projected(pixels, metres, k1, width, height), pixels, metres) ** 2).sum()) for k1 in tried
        ]
        middle, reach = float(tried[int(np.argmin(left))]), reach / 15
    return round(middle, 4)


def _errors(projection: FloorProjection, pixels: Array, metres: Array) -> Array:
    return np.asarray(np.linalg.norm(projection.unproject(metres) - pixels, axis=1))


def _judged(
    projection: FloorProjection, pixels: Array, metres: Array, k1: float, size: tuple[int, int], *, asked_lens: bool
) -> CalibrationFit:
    on_floor = np.linalg.norm(projection.project(pixels) - metres, axis=1)
    in_picture = _errors(projection, pixels, metres)
    needed = ENOUGH_TO_CHECK + 2 * asked_lens
    return CalibrationFit(
        error_m=_root_mean_square(on_floor),
        error_px=_root_mean_square(in_picture),
        errors_m=tuple(np.round(on_floor, 4).tolist()),
        errors_px=tuple(np.round(in_picture, 2).tolist()),
        distortion=k1,
        is_checked=len(pixels) >= needed,
        outline=_outline(projection, size),
    )


def _outline(projection: FloorProjection, size: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """The picture's lower two thirds on the plan, as far as they are floor and not sky."""
    width, height = size
    corners = np.array([(0, height), (width, height), (width, height / 3), (0, height / 3)], dtype=np.float64)
    straight = projection.lens.straightened(corners) if projection.lens else corners
    depth = np.column_stack((straight, np.ones(4))) @ projection.to_floor[2]
    if (np.sign(depth) != np.sign(depth[0])).any():
        return ()
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in projection.project(corners))


def _root_mean_square(errors: Array) -> float:
    return round(float(np.sqrt((errors**2).mean())), 4)
