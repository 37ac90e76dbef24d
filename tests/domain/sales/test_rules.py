"""A basket on paper: PO-R8 and PO-R11."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sales._rules import expected_cash, make_lines, returning
from tests.domain.sales.conftest import item

baskets = st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 6)), min_size=1, max_size=5)


@given(baskets, st.integers(0, 5_000), st.integers(0, 5_000), st.integers(0, 60_000))
def test_lines_add_up_and_none_falls_below_zero(
    rows: list[tuple[int, int]], off: int, points: int, points_fen: int
) -> None:
    items = [item(fen, quantity) for fen, quantity in rows]
    prices = [fen * quantity for fen, quantity in rows]
    discounts = [min(off, price) for price in prices]
    if points_fen > sum(prices) - sum(discounts):
        with pytest.raises(ValueError, match='more than the basket'):
            make_lines(items, discounts, points=points, points_fen=points_fen)
        return
    lines = make_lines(items, discounts, points=points, points_fen=points_fen)
    assert all(one.price_fen == one.discount_fen + one.points_fen + one.money_fen for one in lines)
    assert all(min(one.money_fen, one.points_fen, one.points) >= 0 for one in lines)
    assert sum(one.points_fen for one in lines) == points_fen
    assert sum(one.points for one in lines) == (points if points_fen else 0)


@given(st.integers(0, 99_999), st.integers(0, 999), st.integers(1, 9), st.data())
def test_PO_R8_however_a_line_returns_its_parts_are_what_was_paid(
    money: int, points: int, quantity: int, data: st.DataObject
) -> None:
    line = replace(make_lines([item(1, quantity)], [0], points=0, points_fen=0)[0], money_fen=money, points=points)
    back, returned = [0, 0], 0
    while returned < quantity:
        step = data.draw(st.integers(1, quantity - returned))
        share = returning(replace(line, returned=returned), step)
        back, returned = [back[0] + share.money_fen, back[1] + share.points], returned + step
    assert back == [money, points]
    for absurd in (1, 0, -1):
        with pytest.raises(ValueError, match='more is returned'):
            returning(replace(line, returned=quantity), absurd)


def test_PO_R14_the_drawer_should_hold_what_came_in_less_what_went_out() -> None:
    assert expected_cash(float_fen=40_000, taken=91_230, given_back=4_500, moved=-30_000) == 96_730
