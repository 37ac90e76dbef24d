"""Proration, GTO, differences, comparability: the arithmetic beside turnover rent."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.leasing._rules.comparable import (
    LikeForLike,
    TurnoverMonth,
    like_for_like,
    missing_days,
    months_invalidated_by,
    occupancy_cost,
    total_like_for_like,
)
from domain.leasing._rules.gto import gross_turnover, net_of_vat
from domain.leasing._rules.portfolio import Holding, expiry_profile, walt
from domain.leasing._rules.proration import prorate
from domain.leasing.commands import GiftCards, GtoDefinition, Proration, SalesFacts
from domain.leasing.periods import Period, add_months, months_in

YUAN = 100
Q1 = Period(date(2026, 1, 1), date(2026, 4, 1))
FROM_16_MARCH = Period(date(2026, 3, 16), date(2027, 1, 1))
days = st.integers(0, 900).map(lambda n: date(2025, 1, 1) + timedelta(days=n))
periods = st.tuples(days, st.integers(1, 200)).map(lambda p: Period(p[0], p[0] + timedelta(days=p[1])))


@pytest.mark.parametrize(
    ('basis', 'fen'),
    [
        (Proration.INTERVAL, 16_000_00),
        (Proration.CALENDAR_MONTH, 15_483_87),
        (Proration.DAYS_30, 16_000_00),
        (Proration.YEAR_365, 15_780_82),
    ],
)
def test_LS_R4_the_basis_of_proration_is_a_field_of_the_contract(basis: Proration, fen: int) -> None:
    assert prorate(90_000 * YUAN, Q1, FROM_16_MARCH, basis) == fen


@pytest.mark.parametrize('basis', list(Proration))
@given(amount=st.integers(0, 10**10), active=periods)
def test_LS_R4_a_part_is_never_more_than_the_whole(basis: Proration, amount: int, active: Period) -> None:
    part = prorate(amount, Q1, active, basis)

    assert 0 <= part <= amount * 366 // 360 + 3
    assert prorate(amount, Q1, Q1, basis) == amount


@given(st.integers(0, 10**10), st.integers(1, 89))
def test_LS_R4_by_interval_the_two_sides_of_a_day_make_the_whole(amount: int, cut: int) -> None:
    middle = Q1.starts_on + timedelta(days=cut)
    sides = [Period(Q1.starts_on, middle), Period(middle, Q1.ends_on)]

    assert abs(sum(prorate(amount, Q1, side, Proration.INTERVAL) for side in sides) - amount) <= 1


def test_LS_R9_a_return_counts_in_the_month_in_which_it_happens() -> None:
    march = gross_turnover(SalesFacts(sold_fen=1_000 * YUAN, vat_bp=0), GtoDefinition())
    april = gross_turnover(SalesFacts(sold_fen=0, returned_fen=1_000 * YUAN, vat_bp=0), GtoDefinition())

    assert (march, april) == (1_000 * YUAN, -1_000 * YUAN)


def test_LS_R10_vat_is_taken_out_where_the_lease_says_net() -> None:
    facts = SalesFacts(sold_fen=113_000 * YUAN, vat_bp=1_300)

    assert gross_turnover(facts, GtoDefinition()) == 100_000 * YUAN
    assert gross_turnover(facts, GtoDefinition(is_net_of_vat=False)) == 113_000 * YUAN
    assert net_of_vat(10_600, 600) == 10_000


@given(st.integers(-(10**12), 10**12), st.integers(0, 2_000))
def test_LS_R10_net_and_tax_make_the_gross_to_the_fen(gross: int, vat_bp: int) -> None:
    net = net_of_vat(gross, vat_bp)

    assert abs(net * (10_000 + vat_bp) - gross * 10_000) <= (10_000 + vat_bp) // 2 + 1
    assert net_of_vat(-gross, vat_bp) == -net


@pytest.mark.parametrize(
    ('definition', 'fen'),
    [
        (GtoDefinition(), 900),
        (GtoDefinition(deducts_returns=False), 1_000),
        (GtoDefinition(counts_staff_sales=False), 850),
        (GtoDefinition(counts_online_pick_up=False), 830),
        (GtoDefinition(counts_mall_funded=True), 940),
        (GtoDefinition(gift_cards=GiftCards.WHEN_SOLD), 1_080),
        (GtoDefinition(gift_cards=GiftCards.NEVER), 880),
    ],
)
def test_LS_R10_every_part_of_the_definition_moves_the_gto(definition: GtoDefinition, fen: int) -> None:
    facts = SalesFacts(
        sold_fen=1_000, returned_fen=100, staff_sales_fen=50, online_pick_up_fen=70, gift_cards_sold_fen=200,
        gift_cards_redeemed_fen=20, mall_funded_fen=40, vat_bp=0,
    )  # fmt: skip

    assert gross_turnover(facts, definition) == fen


def _two_years(amount: int = 100) -> dict[date, TurnoverMonth]:
    return {add_months(date(2024, 11, 1), n): TurnoverMonth(amount + n, is_approved=True) for n in range(24)}


def test_LS_R14_twelve_months_are_compared_when_all_twenty_four_are_sound() -> None:
    compared = like_for_like(_two_years(), date(2026, 10, 1))

    assert compared == LikeForLike(sum(112 + n for n in range(12)), sum(100 + n for n in range(12)))


@pytest.mark.parametrize('index', [0, 11, 12, 23])
@pytest.mark.parametrize(
    'flaw', [None, TurnoverMonth(1, is_approved=False), TurnoverMonth(1, is_approved=True, is_comparable=False)]
)
def test_LS_R14_one_unsound_month_of_either_year_makes_it_not_comparable(
    index: int, flaw: TurnoverMonth | None
) -> None:
    months = _two_years()
    month = add_months(date(2024, 11, 1), index)
    months.pop(month)
    if flaw:
        months[month] = flaw

    assert like_for_like(months, date(2026, 10, 1)) is None
    touched = [through for through in months_invalidated_by(month) if through == date(2026, 10, 1)]
    assert touched == [date(2026, 10, 1)]


def test_LS_R14_who_is_not_comparable_stands_on_neither_side_of_the_sum() -> None:
    assert total_like_for_like([LikeForLike(110, 100), None, LikeForLike(30, 20)]) == LikeForLike(140, 120)
    assert total_like_for_like([None]) is None
    assert len(months_invalidated_by(date(2026, 1, 1))) == 24


def test_LS_R15_the_chaser_asks_for_saturday_and_sunday_too() -> None:
    week = Period(date(2026, 11, 16), date(2026, 11, 23))
    weekdays = {date(2026, 11, day) for day in range(16, 21)}

    assert missing_days(week, weekdays, frozenset()) == [date(2026, 11, 21), date(2026, 11, 22)]
    assert missing_days(week, weekdays, {date(2026, 11, 22)}) == [date(2026, 11, 21)]


def test_LS_R16_occupancy_cost_is_over_the_same_closed_months() -> None:
    october, november = date(2026, 10, 1), date(2026, 11, 1)
    costs = {october: (80_000 + 30_000 + 10_000) * YUAN, november: 120_000 * YUAN}

    assert occupancy_cost(costs, {october: 1_000_000 * YUAN, november: 1}, {october}).value == pytest.approx(0.12)
    assert occupancy_cost(costs, {}, {october}).value is None


def test_walt_and_the_expiry_profile_weigh_by_rent() -> None:
    day = date(2026, 1, 1)
    holdings = [Holding(date(2028, 1, 1), 300, date(2027, 1, 1)), Holding(date(2030, 1, 1), 100), Holding(day, 900)]

    assert walt(holdings, day).value == pytest.approx((730 * 300 + 1461 * 100) / 365.25 / 400)
    assert walt(holdings, day, to_break=True).value == pytest.approx((365 * 300 + 1461 * 100) / 365.25 / 400)
    assert walt([], day).value is None
    assert expiry_profile(holdings, day) == {2028: 300, 2030: 100}


@given(periods, st.lists(periods, max_size=5))
def test_a_period_without_holes_keeps_exactly_the_other_days(whole: Period, holes: list[Period]) -> None:
    left = whole.without(holes)

    kept = {piece.starts_on + timedelta(days=n) for piece in left for n in range(piece.days)}
    cut = {hole.starts_on + timedelta(days=n) for hole in holes for n in range(hole.days)}
    assert kept == {whole.starts_on + timedelta(days=n) for n in range(whole.days)} - cut
    assert sum(piece.days for piece in left) == len(kept)


def test_months_keep_the_last_day() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert len(months_in(Period(date(2026, 1, 31), date(2026, 3, 2)))) == 3
