"""Calibrations: what clicks leave, what a lens bends, and that both ways lead back."""

import numpy as np
import pytest

from vision_service.contracts import CalibrationShape
from vision_service.errors import ConfigurationInvalid
from vision_service.tracking.calibration import fitted
from vision_service.tracking.lens import Lens
from vision_service.tracking.projection import FloorProjection

SIZE = (1280, 720)
CORNERS = FloorProjection.from_points(
    [(200, 700), (1080, 700), (860, 260), (420, 260)], [(0.0, 0.0), (6.0, 0.0), (6.0, 14.0), (0.0, 14.0)]
)
GRID = np.array([(x, y) for x in (0.5, 3.0, 5.5) for y in (1.0, 6.0, 12.0)])


def clicked(k1: float, shift: float = 0.0) -> CalibrationShape:
    pixels = Lens(k1, *SIZE).bent(CORNERS.unproject(GRID))
    pixels[4] += shift
    return CalibrationShape(points=(pixels / SIZE).tolist(), metres=GRID.tolist(), distortion=0.0)


def test_a_good_calibration_leaves_nothing() -> None:
    projection, fit = fitted(clicked(0.0), *SIZE)

    assert fit.error_px < 0.01
    assert fit.is_checked
    assert np.allclose(projection.project(CORNERS.unproject(GRID)), GRID, atol=1e-6)


def test_one_slipped_click_is_the_worst_of_them() -> None:
    _, fit = fitted(clicked(0.0, shift=20.0), *SIZE)

    assert fit.error_px > 3
    assert int(np.argmax(fit.errors_px)) == 4


def test_four_points_check_nothing() -> None:
    shape = clicked(0.0)

    _, fit = fitted(shape.model_copy(update={'points': shape.points[::2][:4], 'metres': shape.metres[::2][:4]}), *SIZE)

    assert not fit.is_checked


def test_a_bent_lens_is_found_and_straightened() -> None:
    bent = clicked(-0.25)

    blind, blindly = fitted(bent, *SIZE)
    _, seeing = fitted(bent.model_copy(update={'distortion': None}), *SIZE)

    assert seeing.distortion == pytest.approx(-0.25, abs=0.01)
    assert seeing.error_px < 0.5 < blindly.error_px
    assert blind.lens is None


def test_through_the_lens_and_back() -> None:
    lens = Lens(0.2, *SIZE)
    pixels = np.array([(10.0, 10.0), (640.0, 360.0), (1270.0, 700.0)])

    assert np.allclose(lens.bent(lens.straightened(pixels)), pixels, atol=0.05)


def test_the_slope_through_a_lens_is_how_metres_move_with_pixels() -> None:
    pixels = Lens(-0.2, *SIZE).bent(CORNERS.unproject(GRID))
    projection = FloorProjection.from_points(pixels, GRID, lens=Lens(-0.2, *SIZE))
    step = 1e-3

    moved = (projection.project(pixels + np.array([step, 0.0])) - projection.project(pixels)) / step

    assert np.allclose(projection.jacobian(pixels)[:, :, 0], moved, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    ('points', 'distortion'),
    [([(0.1, 0.1), (0.2, 0.2), (0.3, 0.3), (0.4, 0.4)], 0.0), ([(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)], None)],
)
def test_points_on_a_line_and_a_lens_asked_of_four_are_refused(points: list, distortion: float | None) -> None:
    with pytest.raises(ConfigurationInvalid):
        fitted(CalibrationShape(points=points, metres=points, distortion=distortion), *SIZE)
