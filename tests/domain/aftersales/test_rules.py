"""After-sales on paper: AF-R4 … AF-R8."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.aftersales._rules import (
    Bought,
    Discount,
    RefundPolicy,
    counts_as_marketing,
    due_at,
    refund_fen,
    suppressed_categories,
)

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
SPANS = [(MONDAY + timedelta(days=n), MONDAY + timedelta(days=n, hours=12)) for n in range(4)]


@pytest.mark.parametrize(('policy', 'fen'), [(RefundPolicy.PRO_RATA, 24_000), (RefundPolicy.REQUALIFY, 22_000)])
def test_AF_R5_falling_below_the_minimum_brings_by_policy_and_never_the_list_price(
    policy: RefundPolicy, fen: int
) -> None:
    """5 × ¥80, 25 % off from 400 on: paid 300. Four return: 240 pro rata, or 300 − 80 requalified; never 320."""
    discount = Discount(threshold_fen=40_000, percent_off=25)
    assert refund_fen([8_000] * 5, discount, range(4), policy) == fen


def test_AF_R6_one_of_two_products_brings_its_own_share() -> None:
    assert refund_fen([20_000, 5_000], Discount(percent_off=30), {0}, RefundPolicy.PRO_RATA) == 14_000
    assert refund_fen([20_000, 5_000], Discount(percent_off=30), {1}, RefundPolicy.PRO_RATA) == 3_500


@given(
    st.lists(st.integers(0, 20_000), min_size=1, max_size=7), st.integers(0, 40_000), st.integers(0, 90),
    st.integers(0, 5_000), st.data(),
)  # fmt: skip
def test_AF_R5_AF_R6_no_return_brings_more_than_was_paid_and_all_bring_it_all(
    units: list[int], threshold: int, percent: int, reduce: int, data: st.DataObject
) -> None:
    discount = Discount(threshold_fen=threshold, percent_off=percent, reduce_fen=reduce)
    paid = sum(units) - discount.off(sum(units))
    some = data.draw(st.sets(st.integers(0, len(units) - 1)))
    for policy in RefundPolicy:
        assert 0 <= refund_fen(units, discount, some, policy) <= paid
        assert refund_fen(units, discount, range(len(units)), policy) == paid
        assert refund_fen(units, discount, (), policy) == 0


def test_AF_R4_what_came_back_is_not_recommended_around() -> None:
    bought = [Bought('pram', 1, 1), Bought('books', 3, 2), Bought('shoes', 1, 1), Bought('shoes', 1, 0)]
    assert suppressed_categories(bought) == {'pram'}


def test_AF_R7_a_receipt_with_advertising_is_advertising() -> None:
    assert not counts_as_marketing(is_receipt=True, has_advertising=False)
    assert counts_as_marketing(is_receipt=True, has_advertising=True)
    assert counts_as_marketing(is_receipt=False, has_advertising=False)


def test_AF_R8_the_clock_stops_only_where_the_contract_says_so() -> None:
    evening = MONDAY + timedelta(hours=11)
    assert due_at(evening, 180, SPANS, stops_when_closed=False) == evening + timedelta(hours=3)
    assert due_at(evening, 180, SPANS, stops_when_closed=True) == MONDAY + timedelta(days=1, hours=2)
    night = MONDAY + timedelta(hours=20)
    assert due_at(night, 60, SPANS, stops_when_closed=True) == MONDAY + timedelta(days=1, hours=1)
    assert due_at(night, 60 * 100, SPANS, stops_when_closed=True) == SPANS[-1][1]


@given(st.integers(0, 95), st.integers(1, 2_000))
def test_AF_R8_a_stopping_clock_is_never_faster(hours: int, minutes: int) -> None:
    asked = MONDAY + timedelta(hours=hours)
    if sum(((max(end, asked) - max(start, asked)) for start, end in SPANS), timedelta()) < timedelta(minutes=minutes):
        return
    slow = due_at(asked, minutes, SPANS, stops_when_closed=True)
    assert slow >= due_at(asked, minutes, SPANS, stops_when_closed=False)
    assert any(start < slow <= end for start, end in SPANS)
