"""The library behind the port: it finds a weekly season, and never answers with figures that are none."""

from math import isfinite, sin, tau
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.shared.forecasting import HORIZON, Unforecastable, look_ahead
from integrations.forecasting import Augurs

SEASON = (0.8, 0.7, 0.8, 0.9, 1.2, 1.7, 1.5)


def sold(days: int, noise: float, seed: int = 1) -> list[float]:
    source = Random(seed)
    return [
        max(0.0, 100 * SEASON[day % 7] * (1 + 0.1 * sin(tau * day / 90)) + source.gauss(0, noise))
        for day in range(days)
    ]  # fmt: skip


def test_a_season_is_found_and_foretold_better_than_by_the_week_before() -> None:
    found = look_ahead(sold(200, noise=12), Augurs())

    assert found.method == 'season'
    assert found.error is not None
    assert found.naive_error is not None
    assert (found.error.value or 1) < (found.naive_error.value or 0)
    assert (found.error.value or 1) < 0.15


def test_what_comes_lies_mostly_within_the_band() -> None:
    inside = told = 0
    for seed in range(12):
        days = sold(200, noise=12, seed=seed)
        band = look_ahead(days[:-14], Augurs()).band
        inside += sum(low <= day <= high for low, day, high in zip(band.lower, days[-14:], band.upper, strict=False))
        told += 14
    assert inside / told > 0.7


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.just(0.0), st.floats(0, 1e7)), max_size=90))
def test_whatever_was_sold_the_answer_is_a_number_or_a_refusal(history: list[float]) -> None:
    try:
        band = Augurs().forecast(history, horizon=7, level=0.8)
    except Unforecastable:
        band = look_ahead(history, Augurs()).band
    assert all(isfinite(value) for part in (band.point, band.lower, band.upper) for value in part)
    assert len(look_ahead(history, Augurs()).band.point) == HORIZON
