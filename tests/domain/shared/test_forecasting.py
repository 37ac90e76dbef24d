"""When a forecast is trusted, how wide its band is, and what it says of its own misses."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.forecasting import HELD_OUT, HORIZON, Band, Unforecastable, look_ahead, wape, without_gaps
from domain.shared.measure import Ratio

WEEK = [10.0, 12.0, 9.0, 11.0, 20.0, 40.0, 35.0]
histories = st.lists(st.floats(0, 1e6, allow_nan=False), max_size=120)


class LastWeek:
    """A model that expects the last week again."""

    def forecast(self, history: Sequence[float], *, horizon: int, level: float) -> Band:
        point = tuple(history[-7 + number % 7] for number in range(horizon))
        return Band(point, point, point)


class Helpless:
    def forecast(self, history: Sequence[float], *, horizon: int, level: float) -> Band:
        raise Unforecastable('nothing fits')


def test_a_weekly_pattern_is_carried_on_and_its_misses_are_told() -> None:
    found = look_ahead(WEEK * 12, LastWeek())

    assert found.method == 'season'
    assert found.band.point == tuple(WEEK * (HORIZON // 7))
    assert found.error == Ratio(0, sum(WEEK) * 2)
    assert found.naive_error == Ratio(0, sum(WEEK) * 2)
    assert (found.held_out, found.deviation) == (HELD_OUT, 0)


def test_a_short_history_falls_back_to_its_mean_and_claims_no_error() -> None:
    found = look_ahead([4, 8] * 5, LastWeek())

    assert (found.method, found.band.point[0], found.error) == ('mean', 6, None)
    assert (found.band.lower[0], found.band.upper[0]) == (pytest.approx(3.44), pytest.approx(8.56))
    assert look_ahead([], LastWeek()).band.point == (0,) * HORIZON


def test_between_three_and_eight_weeks_the_mean_is_tested_too() -> None:
    found = look_ahead(WEEK * 4, LastWeek())

    assert found.method == 'mean'
    assert found.error is not None
    assert found.error.value == pytest.approx(sum(abs(day - sum(WEEK) / 7) for day in WEEK) / sum(WEEK))


def test_what_did_worse_than_the_mean_is_not_used() -> None:
    falling = [100.0, 0, 0, 0, 0, 0, 0] * 10 + [0.0, 0, 0, 100, 0, 0, 0] * 2

    found = look_ahead(falling, LastWeek())

    assert found.method == 'mean'
    assert found.naive_error is not None
    assert found.error is not None
    assert (found.error.value or 0) < (found.naive_error.value or 0)
    assert look_ahead(WEEK * 12, Helpless()).method == 'mean'


def test_unknown_days_are_taken_to_be_like_their_weekday() -> None:
    history = [*WEEK, None, *WEEK[1:], None, *[None] * 6]

    assert without_gaps(history) == [*WEEK, *WEEK, *WEEK]
    assert without_gaps([None, 4.0, 8.0]) == [6.0, 4.0, 8.0]
    assert without_gaps([None]) == [0.0]


def test_the_error_of_days_without_a_sale_is_no_number() -> None:
    assert wape([0, 0], [1, 0]).value is None
    assert wape([2, 0], [1, 1]) == Ratio(2, 2)


@given(histories)
def test_the_band_holds_its_point_and_nothing_falls_below_zero(history: list[float]) -> None:
    found = look_ahead(history, LastWeek())

    assert len(found.band.point) == len(found.band.lower) == len(found.band.upper) == HORIZON
    for low, point, high in zip(found.band.lower, found.band.point, found.band.upper, strict=True):
        assert 0 <= low <= point <= high


@given(histories)
def test_most_held_out_days_lie_within_the_half_width_of_the_band(history: list[float]) -> None:
    found = look_ahead(history, LastWeek())

    if found.held_out:
        half = found.band.upper[0] - found.band.point[0]
        assert half <= max(history) + 1
        assert found.deviation <= max(history) + 1
