"""Law X-R1: money is integer fen and every split sums exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.money import Money, split_largest_remainder

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(lambda w: sum(w) > 0)


def test_X_R1_hundred_yuan_over_three_equal_shares_keeps_the_odd_fen() -> None:
    assert Money.yuan('100.00').split([1, 1, 1]) == [Money(3334), Money(3333), Money(3333)]


@pytest.mark.parametrize(
    ('total', 'shares', 'parts'),
    [
        (7, [1, 1, 1, 1], [2, 2, 2, 1]),
        (-100, [1, 2], [-33, -67]),
        (5, [0, 1, 0], [0, 5, 0]),
        (0, [3, 4], [0, 0]),
        (1001, [500, 300, 200], [501, 300, 200]),
    ],
)
def test_X_R1_splits_by_largest_remainder(total: int, shares: list[int], parts: list[int]) -> None:
    assert split_largest_remainder(total, shares) == parts


@given(st.integers(-(10**15), 10**15), weights)
def test_X_R1_parts_sum_to_the_whole_and_stay_within_one_fen_of_their_share(total: int, shares: list[int]) -> None:
    parts = split_largest_remainder(total, shares)

    assert sum(parts) == total
    for part, share in zip(parts, shares, strict=True):
        assert abs(part * sum(shares) - total * share) < sum(shares)


@pytest.mark.parametrize('shares', [[], [0, 0], [1, -1]])
def test_X_R1_refuses_weights_that_share_nothing(shares: list[int]) -> None:
    with pytest.raises(ValueError, match='weights'):
        Money(100).split(shares)


def test_X_R1_refuses_floats_everywhere() -> None:
    with pytest.raises(TypeError):
        Money(1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money.yuan(0.1)  # type: ignore[arg-type]


@pytest.mark.parametrize(('fen', 'text'), [(0, '¥0.00'), (-5, '-¥0.05'), (123456789, '¥1,234,567.89')])
def test_shows_yuan_with_two_decimals(fen: int, text: str) -> None:
    assert str(Money(fen)) == text
