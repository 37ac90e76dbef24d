"""The floor under the camera."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision_service.errors import ConfigurationInvalid
from vision_service.tracking.projection import FloorProjection

PIXELS = np.array([[100.0, 100.0], [220.0, 100.0], [310.0, 230.0], [10.0, 230.0]])
METRES = np.array([[-3.0, 20.0], [3.0, 20.0], [2.0, 4.0], [-2.0, 4.0]])
HALL = FloorProjection.from_points(PIXELS, METRES)


def test_four_points_fit_exactly() -> None:
    assert np.allclose(HALL.project(PIXELS), METRES)
    assert HALL.error_m < 1e-9


@given(st.floats(20, 300), st.floats(110, 230))
def test_there_and_back_is_where_it_was(x: float, y: float) -> None:
    point = np.array([[x, y]])

    assert np.allclose(HALL.unproject(HALL.project(point)), point, atol=1e-6)


@given(st.floats(20, 300), st.floats(110, 230))
def test_the_jacobian_is_what_a_small_step_does(x: float, y: float) -> None:
    point, step = np.array([[x, y]]), 1e-5
    across = (HALL.project(point + np.array([step, 0])) - HALL.project(point)) / step
    along = (HALL.project(point + np.array([0, step])) - HALL.project(point)) / step

    assert np.allclose(HALL.jacobian(point)[0], np.column_stack((across[0], along[0])), atol=1e-4)


def test_far_pixels_are_longer_than_near_ones() -> None:
    far, near = HALL.jacobian(np.array([[160.0, 105.0], [160.0, 225.0]]))

    assert np.linalg.norm(far) > 3 * np.linalg.norm(near)


def test_a_wrong_click_shows_in_the_error() -> None:
    pixels = np.vstack((PIXELS, [[160.0, 150.0]]))
    truth = HALL.project(pixels)
    wrong = truth + np.array([[0, 0], [0, 0], [0, 0], [0, 0], [1.0, 0]])

    assert FloorProjection.from_points(pixels, truth).error_m < 1e-6
    assert FloorProjection.from_points(pixels, wrong).error_m > 0.05


@pytest.mark.parametrize(
    'pixels',
    [
        pytest.param([[0, 0], [1, 1], [2, 2]], id='three points'),
        pytest.param([[0, 0], [1, 1], [2, 2], [3, 3]], id='all on one line'),
    ],
)
def test_too_little_to_go_on_is_said(pixels: list[list[float]]) -> None:
    metres = [[x * 2.0, y * 2.0] for x, y in pixels]

    with pytest.raises(ConfigurationInvalid):
        FloorProjection.from_points(pixels, metres)
