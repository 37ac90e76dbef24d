"""Lots on paper: rules PT-R1 … PT-R4 and PT-R11, and the laws behind them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.members._rules.lots import Drawn, Lot, add_months, claw, draw, end_of_day, give_back, settle

START = datetime(2026, 1, 1, tzinfo=UTC)


def lot(number: int, remaining: int, expires: int, earned: int = 0) -> Lot:
    return Lot(number, remaining, START + timedelta(days=expires), START + timedelta(days=earned))


lots = st.lists(st.tuples(st.integers(1, 500), st.integers(1, 60), st.integers(0, 60)), max_size=8).map(
    lambda rows: [lot(number, *row) for number, row in enumerate(rows)]
)


@given(lots, st.integers(1, 3000))
def test_PT_R1_a_draw_takes_exactly_what_was_asked_or_nothing(held: list[Lot], points: int) -> None:
    drawn = draw(held, points)
    if sum(one.remaining for one in held) < points:
        assert drawn is None
    else:
        assert drawn is not None
        assert sum(part.points for part in drawn) == points


@given(lots, st.integers(1, 3000))
def test_PT_R2_no_lot_is_touched_while_one_that_expires_earlier_has_points(held: list[Lot], points: int) -> None:
    drawn = {part.lot_id: part.points for part in draw(held, points) or ()}
    for one in held:
        if drawn.get(one.id):
            earlier = [other for other in held if other.expires_at < one.expires_at]
            assert all(drawn.get(other.id) == other.remaining for other in earlier)


def test_PT_R2_a_lot_earned_last_that_expires_first_goes_first() -> None:
    assert draw([lot(1, 70, 300, 1), lot(2, 30, 2, 99)], 45) == (
        *draw([lot(2, 30, 2)], 30),  # type: ignore[misc]
        *draw([lot(1, 70, 300)], 15),  # type: ignore[misc]
    )


@given(lots.filter(bool), st.data())
def test_PT_R3_everything_taken_can_come_back_to_where_it_was(held: list[Lot], data: st.DataObject) -> None:
    points = data.draw(st.integers(1, sum(one.remaining for one in held)))
    expiry = {one.id: one.expires_at for one in held}
    drawn = [Drawn(part.lot_id, part.points, expiry[part.lot_id]) for part in draw(held, points) or ()]
    first = data.draw(st.integers(0, points))

    back = {part.lot_id: part.points for part in give_back(drawn, first)}
    rest = [Drawn(d.lot_id, d.points - back.get(d.lot_id, 0), d.expires_at) for d in drawn]
    for part in give_back(rest, points - first):
        back[part.lot_id] = back.get(part.lot_id, 0) + part.points

    assert back == {part.lot_id: part.points for part in drawn}
    with pytest.raises(ValueError, match='more than were taken'):
        give_back(drawn, points + 1)


@given(lots, lots, st.integers(1, 4000))
def test_PT_R4_a_clawback_empties_its_own_lots_first_then_the_newest(own: list[Lot], others: list[Lot], n: int) -> None:
    others = [Lot(one.id + 100, one.remaining, one.expires_at, one.earned_at) for one in others]
    found = claw(own, others, n)
    taken = {part.lot_id: part.points for part in found.draws}

    assert sum(taken.values()) + found.shortfall == n
    if any(one.id in taken for one in others):
        assert all(taken.get(one.id) == one.remaining for one in own)
    for one in others:
        if one.id in taken:
            assert all(taken.get(o.id) == o.remaining for o in others if o.earned_at > one.earned_at)


@given(st.lists(st.integers(1, 200), max_size=4), lots)
def test_settling_debts_moves_points_and_makes_none(debts: list[int], held: list[Lot]) -> None:
    owed = [Lot(900 + number, -size, START, START) for number, size in enumerate(debts)]
    moved = sum(given_.points for given_, _ in settle(owed, held))
    assert moved == min(sum(debts), sum(one.remaining for one in held))


def test_PT_R11_points_end_with_the_day_on_the_malls_clocks() -> None:
    end = end_of_day(date(2027, 3, 14), 'Asia/Shanghai')
    assert end == datetime(2027, 3, 14, 16, 0, tzinfo=UTC)
    assert end.tzinfo is UTC


@pytest.mark.parametrize(
    ('day', 'months', 'then'),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_end_where_a_month_is_shorter(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then
