"""Laws X-R3 (missing is not zero) and X-R7 (ratios of sums)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.measure import Measure, Ratio, Status, change

counts = st.integers(0, 10**6)


def test_X_R3_an_hour_without_a_sensor_is_missing_and_lowers_coverage() -> None:
    gone = Measure.missing()

    assert gone.value is None
    assert gone.observed is None
    assert not gone.is_complete


def test_X_R3_an_imputed_part_stays_visible() -> None:
    day = Measure(value=10_000, coverage=0.88, status=Status.IMPUTED, imputed=1_200)

    assert day.observed == 8_800


@pytest.mark.parametrize('coverage', [-0.01, 1.01])
def test_X_R3_coverage_is_a_share(coverage: float) -> None:
    with pytest.raises(ValueError, match='coverage'):
        Measure(value=1, coverage=coverage)


def test_X_R7_two_stores_convert_by_their_sums() -> None:
    assert Ratio.total([Ratio(10, 100), Ratio(50, 1000)]).value == pytest.approx(0.0545, abs=1e-4)


def test_X_R7_nothing_to_divide_by_has_no_value() -> None:
    assert Ratio(5, 0).value is None


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=20), st.randoms())
def test_X_R7_order_and_grouping_do_not_change_a_ratio(pairs: list[tuple[int, int]], random: object) -> None:
    ratios = [Ratio(*pair) for pair in pairs]
    shuffled = sorted(ratios, key=lambda _: random.random())  # type: ignore[attr-defined]
    halves = Ratio.total(ratios[: len(ratios) // 2]) + Ratio.total(ratios[len(ratios) // 2 :])

    assert Ratio.total(shuffled) == Ratio.total(ratios) == halves


@pytest.mark.parametrize(
    ('current', 'base', 'expected'),
    [(520, 500, 0.04), (5, 0, None), (None, 4, None), (4, None, None), (5, -2, None), (0, 4, -1.0)],
)
def test_a_change_without_a_sound_base_is_none(
    current: float | None, base: float | None, expected: float | None
) -> None:
    assert change(current, base) == (None if expected is None else pytest.approx(expected))
