"""Allocation, late fees, shared costs, ageing: pure arithmetic."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing._rules.ageing import bucket, dunning_level
from domain.billing._rules.allocation import OpenItem, allocate
from domain.billing._rules.late_fee import Disputed, LateTerms, Paid, late_fee
from domain.billing._rules.shared_costs import LANDLORD, is_whole, keys_by_weight, shares
from domain.billing.commands import AllocationOrder

YUAN = 100
DAY = date(2026, 6, 1)
TERMS = LateTerms(daily_ppm=500, cap_ppm=1_000_000)


def debt(number: int, fen: int, kind: str = 'rent', *, due_on: date | None = None) -> OpenItem:
    return OpenItem(number, kind, due_on or DAY + timedelta(days=number), fen)


def test_LS_R11_a_payment_settles_the_oldest_first_and_the_rest_is_credit() -> None:
    found = allocate(1_000, [debt(3, 300), debt(1, 300), debt(2, 300)], AllocationOrder.OLDEST_FIRST, DAY)

    assert list(found.parts) == [1, 2, 3]
    assert found.unapplied_fen == 100
    assert allocate(450, [debt(1, 300), debt(2, 300)], AllocationOrder.OLDEST_FIRST, DAY).parts == {1: 300, 2: 150}


def test_LS_R11_cost_then_interest_then_principal() -> None:
    items = [debt(1, 300), debt(2, 300), debt(3, 300), debt(4, 20, 'late_fee')]

    found = allocate(1_000, items, AllocationOrder.COST_INTEREST_PRINCIPAL, DAY)

    assert found.parts == {4: 20, 1: 300, 2: 300, 3: 300}
    assert next(iter(found.parts)) == 4
    assert found.unapplied_fen == 80
    with_cost = [*items, debt(9, 50, 'fine')]
    assert allocate(60, with_cost, AllocationOrder.COST_INTEREST_PRINCIPAL, DAY).parts == {9: 50, 4: 10}


def test_LS_R11_under_insolvency_the_current_rent_comes_first() -> None:
    items = [debt(1, 300, due_on=date(2026, 3, 1)), debt(2, 300, due_on=date(2026, 6, 5)), debt(3, 20, 'late_fee')]

    assert allocate(310, items, AllocationOrder.CURRENT_FIRST, date(2026, 6, 20)).parts == {2: 300, 1: 10}


@given(
    st.integers(0, 10**8),
    st.lists(st.tuples(st.integers(1, 10**7), st.sampled_from(['rent', 'late_fee', 'fine'])), max_size=12),
    st.sampled_from(AllocationOrder),
)
def test_LS_R11_no_fen_is_lost_and_no_debt_is_overpaid(
    amount: int, debts: list[tuple[int, str]], order: AllocationOrder
) -> None:
    items = [debt(number, fen, kind) for number, (fen, kind) in enumerate(debts)]

    found = allocate(amount, items, order, DAY)

    assert sum(found.parts.values()) + found.unapplied_fen == amount
    assert all(0 < part <= items[number].open_fen for number, part in found.parts.items())
    assert found.unapplied_fen == 0 or sum(found.parts.values()) == sum(item.open_fen for item in items)


def test_LS_R12_the_fee_runs_on_what_is_open_from_the_day_after() -> None:
    paid = [Paid(date(2026, 6, 15), 60_000 * YUAN), Paid(date(2026, 6, 25), 40_000 * YUAN)]

    assert late_fee(100_000 * YUAN, date(2026, 6, 5), date(2026, 6, 30), paid, [], TERMS) == 700 * YUAN
    assert late_fee(100_000 * YUAN, date(2026, 6, 5), date(2026, 6, 5), [], [], TERMS) == 0
    assert late_fee(100_000 * YUAN, date(2026, 6, 5), date(2026, 6, 6), [], [], TERMS) == 50 * YUAN


def test_LS_R12_a_disputed_amount_pauses_and_the_cap_holds() -> None:
    principal, due, through = 100_000 * YUAN, date(2026, 6, 5), date(2026, 6, 15)
    contested = [Disputed(date(2026, 6, 8), date(2026, 6, 13), 100_000 * YUAN)]

    assert late_fee(principal, due, through, [], contested, TERMS) == 250 * YUAN
    half = [Disputed(date(2026, 6, 6), None, 50_000 * YUAN)]
    assert late_fee(principal, due, through, [], half, TERMS) == 250 * YUAN
    capped = LateTerms(daily_ppm=500, cap_ppm=3_000)
    assert late_fee(principal, due, through, [], [], capped) == 300 * YUAN


@given(
    st.integers(1, 10**10), st.integers(0, 400),
    st.lists(st.tuples(st.integers(-10, 400), st.integers(1, 10**9)), max_size=5),
)  # fmt: skip
def test_LS_R12_the_fee_is_the_sum_over_days_and_simple(
    principal: int, days: int, payments: list[tuple[int, int]]
) -> None:
    paid = [Paid(DAY + timedelta(days=after), fen) for after, fen in payments]
    expected = 0
    for number in range(1, days + 1):
        day = DAY + timedelta(days=number)
        expected += max(0, principal - sum(p.fen for p in paid if p.on < day)) * 500

    found = late_fee(principal, DAY, DAY + timedelta(days=days), paid, [], LateTerms(500, 1_000_000))

    assert found == min((expected * 2 + 1_000_000) // 2_000_000, principal)


def test_LS_R13_shares_sum_to_the_cost_and_vacant_units_are_the_landlords() -> None:
    keys = {1: 333_333, 2: 333_333, 3: 333_334}

    borne = shares(10_000, keys, {3}, spreads_vacant=False)
    spread = shares(10_000, keys, {3}, spreads_vacant=True)

    assert borne == {1: 3_333, 2: 3_333, LANDLORD: 3_334}
    assert spread == {1: 5_000, 2: 5_000}


@pytest.mark.parametrize('keys', [{1: 999_999}, {1: 600_000, 2: 400_001}, {1: 1_000_001, 2: -1}, {}])
def test_LS_R13_a_key_table_that_is_not_whole_is_noticed(keys: dict[int, int]) -> None:
    assert not is_whole(keys)


@given(
    st.integers(0, 10**11),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=60).filter(any),
    st.sets(st.integers(1, 60)),
    st.booleans(),
)
def test_LS_R13_whatever_is_vacant_the_shares_sum_to_the_cost(
    cost: int, areas: list[int], vacant: set[int], spreads_vacant: bool
) -> None:
    keys = keys_by_weight(dict(enumerate(areas, start=1)))

    found = shares(cost, keys, vacant, spreads_vacant=spreads_vacant)

    assert is_whole(keys)
    assert sum(found.values()) == cost
    assert not vacant & found.keys()


@pytest.mark.parametrize(
    ('overdue', 'name'),
    [(-5, 'current'), (0, 'current'), (1, 'days_1_30'), (30, 'days_1_30'), (31, 'days_31_60'), (61, 'days_61_90'),
     (90, 'days_61_90'), (91, 'over_90'), (900, 'over_90')],
)  # fmt: skip
def test_a_debt_ages_from_the_day_after_it_is_due(overdue: int, name: str) -> None:
    assert bucket(DAY, DAY + timedelta(days=overdue)) == name


@pytest.mark.parametrize(('overdue', 'level'), [(0, 0), (6, 0), (7, 1), (14, 1), (15, 2), (29, 2), (30, 3), (300, 3)])
def test_the_ladder_follows_the_oldest_debt(overdue: int, level: int) -> None:
    day = DAY + timedelta(days=overdue)

    assert dunning_level([DAY, day], day) == level
    assert dunning_level([], day) == 0
