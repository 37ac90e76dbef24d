"""From the network's grid to boxes, and of many boxes to few."""

import numpy as np
import pytest

from vision_service.models.detections import Detections
from vision_service.models.finding import MOST, STRIDE, found, surest


def grid(*people: tuple[int, int, float], rows: int = 12, columns: int = 16) -> np.ndarray:
    """Heat at (row, column) with this logit; everybody reaches two cells left and right, three up and down."""
    answer = np.full((5, rows, columns), -9.0, np.float32)
    for row, column, logit in people:
        answer[0, row, column] = logit
        answer[1:, row, column] = np.log([2, 3, 2, 3])
    return answer


def test_a_peak_is_a_box_around_the_middle_of_its_cell() -> None:
    people = found(grid((5, 7, 2.0)), least_score=0.2)

    x, y = 7.5 * STRIDE, 5.5 * STRIDE
    np.testing.assert_allclose(people.boxes, [[x - 16, y - 24, x + 16, y + 24]], atol=1e-4)
    np.testing.assert_allclose(people.scores, [1 / (1 + np.exp(-2))], atol=1e-6)


def test_only_the_top_of_a_hill_is_a_person() -> None:
    assert len(found(grid((5, 7, 2.0), (5, 8, 1.5), (6, 8, 1.0)), least_score=0.2)) == 1


def test_the_unsure_are_left_out() -> None:
    assert len(found(grid((5, 7, -2.0)), least_score=0.2)) == 0
    assert len(found(grid((5, 7, -2.0)), least_score=0.1)) == 1


def test_people_side_by_side_are_two() -> None:
    people = found(grid((5, 4, 2.0), (5, 8, 1.0)), least_score=0.2)

    assert people.scores[0] > people.scores[1]
    assert len(people) == 2


def test_a_person_at_the_very_edge_is_found() -> None:
    assert len(found(grid((0, 0, 2.0), (11, 15, 2.0)), least_score=0.2)) == 2


def test_a_grid_full_of_heat_is_bounded() -> None:
    answer = np.random.default_rng(1).normal(3, 1, (5, 120, 160)).astype(np.float32)
    answer[1:] = -3

    assert 0 < len(found(answer, least_score=0.2)) <= MOST


def one_by_one(people: Detections, most: float) -> list[int]:
    """The textbook's loop, to compare with."""
    kept: list[int] = []
    for row in np.argsort(-people.scores, kind='stable').tolist():
        left, top, right, bottom = people.boxes[row]
        clear = True
        for other in kept:
            a, b, c, d = people.boxes[other]
            shared = max(0, min(right, c) - max(left, a)) * max(0, min(bottom, d) - max(top, b))
            union = (right - left) * (bottom - top) + (c - a) * (d - b) - shared
            clear &= shared / union <= most
        if clear:
            kept.append(row)
    return kept


@pytest.mark.parametrize('seed', range(6))
def test_of_boxes_over_one_another_the_surest_stay(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 60, (40, 2))
    people = Detections(np.hstack((corners, corners + rng.uniform(5, 40, (40, 2)))), rng.random(40))

    kept = surest(people, 0.4)

    np.testing.assert_array_equal(kept.boxes, people.boxes[one_by_one(people, 0.4)])


def test_nobody_stays_nobody() -> None:
    assert len(surest(Detections.none(), 0.5)) == 0
