"""Turnover rent: bands, top-ups, comparison periods, breakpoints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.leasing._rules.turnover_rent import (
    PartYear,
    RentMonth,
    abated_base,
    first_year_overage,
    natural_breakpoint,
    overage,
    overage_in_parts,
    percentage_rent,
    reconciliation,
    rent_by_month,
    rent_for,
    tiered,
    top_up,
)
from domain.leasing.commands import Band, Comparison, FirstYear, RentMode, RentTerms, TierReading

YUAN = 100
WAN = 10_000 * YUAN


def bands(*pairs: tuple[int | None, int]) -> tuple[Band, ...]:
    return tuple(Band(up_to_fen=up_to, rate_bp=rate) for up_to, rate in pairs)


ESTATIO = bands((50 * WAN, 500), (75 * WAN, 600), (None, 700))
amounts = st.integers(0, 10**12)


@st.composite
def sound_bands(draw: st.DrawFn) -> tuple[Band, ...]:
    ends = sorted(draw(st.sets(st.integers(1, 10**11), max_size=4)))
    rates = draw(st.lists(st.integers(0, 4_000), min_size=len(ends) + 1, max_size=len(ends) + 1))
    return bands(*zip([*ends, None], rates, strict=True))


@pytest.mark.parametrize(
    ('sales', 'rent'),
    [(500_000, 25_000), (600_000, 31_000), (1_000_000, 57_500), (750_000, 40_000), (0, 0), (-1_000, -50)],
)
def test_LS_R1_bands_apply_to_the_sales_within_them(sales: int, rent: int) -> None:
    assert tiered(sales * YUAN, ESTATIO, TierReading.BANDED) == rent * YUAN


@pytest.mark.parametrize(('sales', 'rent'), [(1_000_000, 70_000), (500_000, 25_000), (500_001, 30_000.06)])
def test_LS_R1_a_cliff_only_where_the_contract_says_so(sales: int, rent: float) -> None:
    assert tiered(sales * YUAN, ESTATIO, TierReading.CLIFF) == round(rent * YUAN)


@given(sound_bands(), amounts, amounts)
def test_LS_R1_banded_rent_grows_with_sales_and_has_no_cliff(schedule: tuple[Band, ...], one: int, more: int) -> None:
    rent, next_rent = (tiered(s, schedule, TierReading.BANDED) for s in (one, one + more))

    highest = max(band.rate_bp for band in schedule)
    assert 0 <= rent <= next_rent <= rent + more * highest // 10_000 + 2


@pytest.mark.parametrize(('base', 'added'), [(50_000, 7_500), (60_000, 0), (57_500, 0), (0, 57_500)])
def test_LS_R2_a_top_up_is_never_negative(base: int, added: int) -> None:
    assert top_up(tiered(100 * WAN, ESTATIO, TierReading.BANDED), base * YUAN) == added * YUAN


GREATER = RentTerms(mode=RentMode.GREATER, base_fen=10 * WAN, bands={'*': bands((None, 1_200))})


def month(base: int, sales: int, threshold: int | None = None) -> RentMonth:
    return RentMonth(base, base if threshold is None else threshold, {'fashion': sales})


def test_LS_R3_the_greater_by_month_and_the_greater_of_the_sum_differ() -> None:
    months = [month(10 * WAN, 60 * WAN), month(10 * WAN, 120 * WAN)]

    monthly = rent_by_month(months, GREATER, TierReading.BANDED, Comparison.MONTHLY)
    cumulative = rent_by_month(months, GREATER, TierReading.BANDED, Comparison.CUMULATIVE)

    assert monthly == [100_000 * YUAN, 144_000 * YUAN]
    assert cumulative == [100_000 * YUAN, 116_000 * YUAN]
    assert reconciliation(months, GREATER, TierReading.BANDED, sum(monthly)) == -28_000 * YUAN


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(-(10**8), 10**10)), min_size=1, max_size=12))
def test_LS_R3_cumulative_months_sum_to_the_year_and_never_exceed_the_monthly_ones(
    rows: list[tuple[int, int]],
) -> None:
    months = [month(base, sales) for base, sales in rows]

    cumulative = rent_by_month(months, GREATER, TierReading.BANDED, Comparison.CUMULATIVE)
    monthly = rent_by_month(months, GREATER, TierReading.BANDED, Comparison.MONTHLY)

    assert sum(cumulative) == rent_for(months, GREATER, TierReading.BANDED)
    assert sum(cumulative) <= sum(monthly) + len(months)  # one fen of rounding a month
    assert sum(cumulative) >= sum(base for base, _ in rows)


@pytest.mark.parametrize(
    ('does_abate', 'breakpoint_yuan', 'rent_yuan'), [(True, 1_500_000, 350_000), (False, 6_000_000, 0)]
)
def test_LS_R5_rent_free_months_move_the_natural_breakpoint_or_do_not(
    does_abate: bool, breakpoint_yuan: int, rent_yuan: int
) -> None:
    point = natural_breakpoint(abated_base(5 * WAN, 12, 9, does_abate=does_abate), 1_000)

    assert point == breakpoint_yuan * YUAN
    assert overage(500 * WAN, point, 1_000) == rent_yuan * YUAN


@pytest.mark.parametrize(('threshold', 'overage_yuan'), [(0, 500_000), (5 * WAN, 0)])
def test_LS_R5_the_schedule_follows_the_threshold_and_not_the_base(threshold: int, overage_yuan: int) -> None:
    terms = RentTerms(mode=RentMode.BASE_PLUS_OVERAGE, base_fen=5 * WAN, bands={'*': bands((None, 1_000))})
    free = [month(0, 500 * WAN // 10, threshold)] * 10

    assert rent_for(free, terms, TierReading.BANDED) == overage_yuan * YUAN


def test_LS_R6_a_change_of_rate_makes_two_part_years() -> None:
    parts = [PartYear(400 * WAN, 6, 500), PartYear(500 * WAN, 6, 600)]

    assert overage_in_parts(parts, 600 * WAN) == (50_000 + 120_000) * YUAN
    assert overage(900 * WAN, 600 * WAN, 550) == 165_000 * YUAN  # the blended reading, which is wrong


@given(st.integers(0, 10**10), st.integers(0, 10**10), st.integers(1, 11), st.integers(0, 3_000))
def test_LS_R6_parts_of_one_rate_and_even_sales_make_the_whole(
    monthly: int, point: int, months: int, rate: int
) -> None:
    whole = overage(monthly * 12, point, rate)
    parts = [PartYear(monthly * months, months, rate), PartYear(monthly * (12 - months), 12 - months, rate)]

    assert abs(overage_in_parts(parts, point) - whole) <= 2


def test_LS_R7_a_first_year_from_october_is_partial_or_extended() -> None:
    peak, quiet = 100 * WAN, 40 * WAN
    sales = [peak] * 3 + [quiet] * 9

    partial = first_year_overage(sales, 3, 600 * WAN, 1_000, FirstYear.PARTIAL)
    extended = first_year_overage(sales, 3, 600 * WAN, 1_000, FirstYear.EXTENDED)

    assert partial == 150_000 * YUAN  # 3.0m against 1.5m at 10 %
    assert extended == 15_000 * YUAN  # 6.6m against 6.0m at 10 %, three twelfths of it


def test_categories_have_bands_of_their_own() -> None:
    terms = RentTerms(mode=RentMode.PERCENTAGE, bands={'food': bands((None, 800)), '*': ESTATIO})

    rent = percentage_rent({'food': 100 * WAN, 'fashion': 30 * WAN, 'beauty': 30 * WAN}, terms, TierReading.BANDED)

    assert rent == (80_000 + 31_000) * YUAN


def test_a_stated_breakpoint_wins_over_the_natural_one() -> None:
    terms = RentTerms(
        mode=RentMode.BASE_PLUS_OVERAGE, base_fen=5 * WAN, bands={'*': bands((None, 1_000))}, breakpoint_fen=80 * WAN
    )

    assert rent_for([month(5 * WAN, 100 * WAN)], terms, TierReading.BANDED) == 70_000 * YUAN
    assert rent_for([month(5 * WAN, 79 * WAN)], terms, TierReading.BANDED) == 50_000 * YUAN
