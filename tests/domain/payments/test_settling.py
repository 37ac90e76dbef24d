"""Which days a credit settles: laws over random channels, and the ways banks pay. PO-R6."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.payments._settling import LATEST, Credit, Due, fits, nearest

FIRST = date(2026, 2, 1)


def days(*nets: int) -> list[Due]:
    return [Due(FIRST + timedelta(days=at), fen) for at, fen in enumerate(nets)]


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


def test_PO_R6_a_credit_settles_the_day_before() -> None:
    [fit] = fits([Credit(1, on(2), 700)], days(700, 700, 900))
    assert [day.on for day in fit.days] == [on(1)]


def test_PO_R6_a_credit_after_a_holiday_settles_the_days_together() -> None:
    open_days = days(700, 800, 900, 1_000)
    found = fits([Credit(1, on(4), 3_400)], open_days)
    assert found[0].days == tuple(open_days)


def test_PO_R6_a_day_on_which_more_went_back_than_came_in_lessens_the_next_credit() -> None:
    [fit] = fits([Credit(1, on(2), 500)], days(-300, 800))
    assert sum(day.fen for day in fit.days) == 500
    assert len(fit.days) == 2


def test_PO_R6_what_fits_nothing_stays_open_and_names_the_day_it_meant() -> None:
    open_days = days(700, 800)
    credit = Credit(1, on(2), 799)
    assert fits([credit], open_days) == ()
    assert nearest(credit, open_days) == open_days[1]
    assert nearest(Credit(1, on(20), 799), open_days) is None


@given(
    st.lists(st.integers(-50, 5_000).filter(bool), min_size=1, max_size=25),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8_000)), max_size=12),
)
def test_PO_R6_no_day_is_settled_twice_and_every_fit_is_exact(nets: list[int], told: list[tuple[int, int]]) -> None:
    credits = [Credit(at, on(day), fen) for at, (day, fen) in enumerate(told)]
    found = fits(credits, days(*nets))
    settled = [day.on for fit in found for day in fit.days]
    assert len(settled) == len(set(settled))
    assert len({fit.credit.id for fit in found}) == len(found)
    for fit in found:
        assert sum(day.fen for day in fit.days) == fit.credit.fen
        assert all(fit.credit.booked_on - LATEST <= day.on <= fit.credit.booked_on for day in fit.days)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.integers(1, 1_000))
def test_PO_R6_what_a_channel_paid_in_order_is_found_again_whole(lengths: list[int], unit: int) -> None:
    """Nets as powers of two have no two runs with one sum, so that nothing but the truth fits."""
    ends = [sum(lengths[:at]) for at in range(len(lengths) + 1)]
    open_days = days(*(unit << at for at in range(ends[-1])))
    credits = [
        Credit(at, on(until), sum(day.fen for day in open_days[start:until]))
        for at, (start, until) in enumerate(pairwise(ends))
    ]
    found = fits(credits, open_days)
    assert [tuple(day.on for day in fit.days) for fit in found] == [
        tuple(day.on for day in open_days[start:until]) for start, until in pairwise(ends)
    ]
