"""Scores: intervals, truth from annotated feet, and who was whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision_service.analytics.geometry import Point
from vision_service.analytics.lines import Line, LineCrossing
from vision_service.evaluation.intervals import wilson
from vision_service.evaluation.matching import compare
from vision_service.evaluation.truth import Feet, TrueCrossing, true_crossings

LINE = Line(code='door', start=Point(100, 0), end=Point(100, 100))


def feet(xs: list[float], y: float = 50.0) -> Feet:
    return Feet(1, np.arange(len(xs)), np.array([[x, y] for x in xs]))


@pytest.mark.parametrize(
    ('hits', 'total', 'low', 'high'),
    [(74, 74, 0.9507, 1.0), (0, 10, 0.0, 0.2775), (50, 100, 0.4038, 0.5962), (0, 0, 0.0, 1.0)],
)
def test_wilson_s_interval(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_share_lies_in_its_interval(counted: tuple[int, int]) -> None:
    low, high = wilson(*counted)

    assert 0 <= low <= counted[0] / counted[1] + 1e-12
    assert counted[0] / counted[1] <= high + 1e-12 <= 1 + 1e-12


@pytest.mark.parametrize(
    ('xs', 'expected'),
    [
        ([130, 120, 110, 90, 80, 70], ['in']),
        ([70, 80, 90, 110, 120, 130], ['out']),
        ([130, 120, 110, 90, 110, 120, 130], []),
        ([130, 120, 110, 90, 80, 70, 90, 110, 120, 130], ['in', 'out']),
        ([110, 90, 80], []),
    ],
)
def test_truth_wants_both_sides_kept(xs: list[float], expected: list[str]) -> None:
    assert [crossing.direction for crossing in true_crossings(LINE, [feet(xs)])] == expected


def test_truth_does_not_go_around_the_line() -> None:
    assert true_crossings(LINE, [feet([130, 120, 110, 90, 80, 70], y=150)]) == []


def true(direction: str, frame: int) -> TrueCrossing:
    return TrueCrossing('door', direction, 1, frame, Point(100, 50))


def counted(direction: str, at: float, x: float = 100) -> LineCrossing:
    return LineCrossing('door', direction, 1, at, Point(x, 50))


@pytest.mark.parametrize(
    ('mine', 'missed', 'extra', 'doubled'),
    [
        pytest.param([counted('in', 1.0)], 0, 0, 0, id='the same'),
        pytest.param([counted('in', 2.4)], 0, 0, 0, id='a little late'),
        pytest.param([counted('in', 2.6)], 1, 1, 0, id='too late'),
        pytest.param([counted('out', 1.0)], 1, 1, 0, id='the wrong way'),
        pytest.param([counted('in', 1.0, 200)], 1, 1, 0, id='elsewhere'),
        pytest.param([counted('in', 1.0), counted('in', 1.2)], 0, 1, 1, id='twice'),
        pytest.param([], 1, 0, 0, id='not at all'),
    ],
)
def test_counted_crossings_find_their_true_ones(
    mine: list[LineCrossing], missed: int, extra: int, doubled: int
) -> None:
    score = compare('door', [true('in', 10)], mine, rate=10.0, height=50.0).score

    assert (score.missed, score.extra, score.doubled) == (missed, extra, doubled)
    assert score.count_error == abs(score.counted_in - 1) + score.counted_out


def test_scores_add_up() -> None:
    one = compare('door', [true('in', 10)], [counted('in', 1.0)], rate=10.0, height=50.0).score
    other = compare('door', [true('out', 50)], [], rate=10.0, height=50.0).score

    assert ((one + other).true, (one + other).found, (one + other).count_error) == (2, 1, 1)
