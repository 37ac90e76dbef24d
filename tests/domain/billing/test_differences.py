"""Recalculation by difference alone."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.billing._rules.differences import Difference, Line, differences
from domain.leasing.periods import Period, invoice_intervals

days = st.integers(0, 900).map(lambda n: date(2025, 1, 1) + timedelta(days=n))
periods = st.tuples(days, st.integers(1, 200)).map(lambda p: Period(p[0], p[0] + timedelta(days=p[1])))
MARCH, FULL = Period(date(2026, 3, 1), date(2026, 4, 1)), Period(date(2026, 3, 1), date(2026, 3, 15))


def test_LS_R8_only_the_difference_is_billed_and_a_rerun_bills_nothing() -> None:
    billed = [Line(MARCH, 28_000)]

    found = differences([Line(MARCH, 28_600)], billed)

    assert found == [Difference(MARCH, 600, is_adjustment=True)]
    assert differences([Line(MARCH, 28_600)], [*billed, Line(MARCH, 600)]) == []


def test_LS_R8_a_later_end_bills_the_right_hand_leftover() -> None:
    found = differences([Line(MARCH, 31_000)], [Line(FULL, 14_000)])

    assert found == [Difference(Period(date(2026, 3, 15), date(2026, 4, 1)), 17_000, is_adjustment=False)]


def test_LS_R8_days_no_longer_due_are_taken_back_once() -> None:
    april = Line(Period(date(2026, 4, 1), date(2026, 5, 1)), 30_000)

    (back,) = differences([Line(MARCH, 28_000)], [Line(MARCH, 28_000), april])

    assert (back.amount_fen, back.is_adjustment) == (-30_000, True)
    assert differences([Line(MARCH, 28_000)], [Line(MARCH, 28_000), april, Line(back.period, back.amount_fen)]) == []


@given(
    st.lists(st.integers(-(10**6), 10**8), min_size=1, max_size=12),
    st.lists(st.tuples(periods, st.integers(-(10**6), 10**8)), max_size=10),
)
def test_LS_R8_differences_conserve_money_and_settle_at_once(
    amounts: list[int], earlier: list[tuple[Period, int]]
) -> None:
    months = invoice_intervals(Period(date(2026, 1, 1), date(2027, 1, 1)), 1)
    computed = [Line(period, amount) for period, amount in zip(months, amounts, strict=False)]
    billed = [Line(period, amount) for period, amount in earlier]

    found = differences(computed, billed)

    assert sum(d.amount_fen for d in found) == sum(c.amount_fen for c in computed) - sum(b.amount_fen for b in billed)
    assert differences(computed, [*billed, *(Line(d.period, d.amount_fen) for d in found)]) == []
