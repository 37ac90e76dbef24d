"""Settlement, counting and assortment: pure decisions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory._rules.assortment import (
    Level,
    abc_classes,
    days_of_cover,
    moving_average_cost,
    out_of_stock_rate,
)
from domain.inventory._rules.concession import settle
from domain.inventory._rules.counting import Counted, agreed_variance
from domain.inventory.commands import CommissionBasis

NOON = datetime(2026, 5, 8, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ('basis', 'commission', 'remitted'),
    [(CommissionBasis.LIST_LESS_BRAND_SHARE, 235, 705), (CommissionBasis.CUSTOMER_PAID, 225, 715)],
)
def test_IN_R6_the_basis_of_the_contract_decides_what_is_remitted(
    basis: CommissionBasis, commission: int, remitted: int
) -> None:
    settled = settle(100_000, 6_000, 4_000, 2_500, basis)

    assert settled.paid_fen == 90_000
    assert (settled.commission_fen, settled.remitted_fen) == (commission * 100, remitted * 100)
    assert settle(1_000, 0, 0, 3_333, basis).commission_fen == 333


@given(
    st.integers(0, 10**9), st.integers(0, 100), st.integers(0, 100), st.integers(0, 10_000),
    st.sampled_from(CommissionBasis),
)  # fmt: skip
def test_IN_R6_what_came_in_is_what_goes_out(
    list_fen: int, brand: int, mall: int, rate: int, basis: CommissionBasis
) -> None:
    brand_fen, mall_fen = list_fen * brand // 300, list_fen * mall // 300

    settled = settle(list_fen, brand_fen, mall_fen, rate, basis)

    assert settled.remitted_fen + settled.commission_fen == settled.paid_fen + mall_fen
    assert settled.paid_fen + brand_fen + mall_fen == list_fen
    assert 0 <= settled.commission_fen <= settled.base_fen


def test_IN_R6_more_than_the_price_cannot_be_taken_off() -> None:
    with pytest.raises(ValueError, match='more is taken off'):
        settle(100, 60, 41, 0, CommissionBasis.CUSTOMER_PAID)


def counted(*counts: tuple[str, int, int]) -> list[Counted]:
    return [Counted(who, found, expected) for who, found, expected in counts]


def test_IN_R1_a_variance_is_against_the_balance_of_its_own_instant() -> None:
    assert agreed_variance(counted(('甲', 95, 90)), 5) == 5
    assert agreed_variance(counted(('甲', 95, 100)), 5) == -5


@pytest.mark.parametrize(
    ('counts', 'variance'),
    [
        ([('甲', 80, 100)], None),
        ([('甲', 80, 100), ('甲', 80, 100)], None),
        ([('甲', 80, 100), ('乙', 80, 100)], -20),
        ([('甲', 80, 100), ('乙', 77, 97)], -20),
        ([('甲', 80, 100), ('乙', 85, 100)], None),
        ([('甲', 80, 100), ('乙', 85, 100), ('丙', 85, 100)], -15),
        ([('甲', 80, 100), ('乙', 99, 100)], None),
        ([('甲', 98, 100)], -2),
    ],
)
def test_a_large_variance_stands_when_two_people_found_it(
    counts: list[tuple[str, int, int]], variance: int | None
) -> None:
    assert agreed_variance(counted(*counts), 2) == variance


def test_abc_takes_the_first_eighty_percent_and_dead_items_last() -> None:
    assert abc_classes({1: 700, 2: 150, 3: 100, 4: 50, 5: 0}) == {1: 'A', 2: 'A', 3: 'B', 4: 'C', 5: 'C'}
    assert abc_classes({1: 0}) == {1: 'C'}
    assert abc_classes({}) == {}


def test_cover_is_unknown_where_nothing_sells() -> None:
    assert days_of_cover(60, 20, 10) == 30
    assert days_of_cover(60, 0, 10) is None


def test_X_R7_out_of_stock_is_time_lost_over_time() -> None:
    levels = [Level(NOON, 5), Level(NOON + timedelta(hours=6), 0), Level(NOON + timedelta(hours=8), 3)]

    assert out_of_stock_rate(levels, NOON + timedelta(hours=10)).value == pytest.approx(0.2)
    assert out_of_stock_rate([Level(NOON, -1)], NOON + timedelta(hours=1)).value == 1.0
    assert out_of_stock_rate([Level(NOON, 1)], NOON).value is None


@given(st.integers(0, 10**9), st.lists(st.integers(1, 50), min_size=1, max_size=20))
def test_X_R9_costs_that_leave_sum_to_the_cost_that_came(value: int, sold: list[int]) -> None:
    left, pieces, costs = value, sum(sold), 0
    for quantity in sold:
        cost = moving_average_cost(left, pieces, quantity)
        left, pieces, costs = left - cost, pieces - quantity, costs + cost

    assert (left, pieces, costs) == (0, 0, value)
    assert moving_average_cost(100, 0, 5) == 0
