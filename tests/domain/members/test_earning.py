"""Earning on paper: rules PT-R6, PT-R7, PT-R8 and PT-R13, and the documents they come from."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.members._rules.birthdays import age_band, age_on, birthday_in, needs_guardian
from domain.members._rules.earning import EarnCase, EarnLine, reckon
from domain.members.schemes import Algebra, Bonus, BonusKind, EarnScheme, LeapBirthday, RoundingScope

LOCAL = datetime(2026, 11, 21, 15, tzinfo=ZoneInfo('Asia/Shanghai'))  # a Saturday


def case(*fen: int, tier: str = 'gold', category: str = 'food', **more: object) -> EarnCase:
    lines = tuple(EarnLine(category, part) for part in fen)
    facts: dict[str, object] = {
        'lines': lines, 'tier_parts': ((tier, sum(fen)),), 'local': LOCAL, 'shop': 'l2-07',
    }  # fmt: skip
    return EarnCase(**(facts | more))  # type: ignore[arg-type]


TIER = Bonus(code='gold', kind=BonusKind.TIER, percent=125, matches=('gold',))
DAY = Bonus(code='saturday', kind=BonusKind.DAY, percent=300, matches=('sat',))


@pytest.mark.parametrize(('algebra', 'points'), [(Algebra.ADDITIVE, 260), (Algebra.MULTIPLICATIVE, 300)])
def test_PT_R7_bonuses_add_or_multiply_as_declared_and_the_trace_shows_it(algebra: Algebra, points: int) -> None:
    earned = reckon(EarnScheme(fen_per_point=100, algebra=algebra, bonuses=(TIER, DAY)), case(8000))

    assert earned.points == points
    parts = {line.rule: line.points for line in earned.trace}
    assert parts['base'] == '80'
    assert parts['gold'] == '20'
    assert parts['saturday'] == ('160' if algebra is Algebra.ADDITIVE else '200')
    assert sum(float(parts[rule]) for rule in ('base', 'gold', 'saturday')) == points


def test_PT_R8_rounding_per_line_loses_what_rounding_per_receipt_keeps() -> None:
    scheme = EarnScheme(fen_per_point=1000)
    assert reckon(scheme.model_copy(update={'rounding': RoundingScope.LINE}), case(790, 790, 790, 790)).points == 0
    assert reckon(scheme, case(790, 790, 790, 790)).points == 3


@given(
    st.lists(st.integers(0, 50_000), min_size=2, max_size=6), st.integers(1, 5), st.sampled_from(RoundingScope),
    st.sampled_from(Algebra), st.integers(100, 400), st.integers(100, 400), st.integers(1, 3000),
)  # fmt: skip
def test_PT_R8_cutting_a_receipt_in_two_never_earns_more(
    fen: list[int], cut: int, scope: RoundingScope, algebra: Algebra, one: int, two: int, rate: int
) -> None:
    bonuses = (TIER.model_copy(update={'percent': one}), DAY.model_copy(update={'percent': two}))
    scheme = EarnScheme(fen_per_point=rate, rounding=scope, algebra=algebra, bonuses=bonuses)
    cut = min(cut, len(fen) - 1)
    whole = reckon(scheme, case(*fen)).points
    assert reckon(scheme, case(*fen[:cut])).points + reckon(scheme, case(*fen[cut:])).points <= whole


@given(st.integers(0, 99_999), st.integers(0, 99_999), st.integers(1, 3000))
def test_PT_R8_nor_does_cutting_a_line(first: int, second: int, rate: int) -> None:
    scheme = EarnScheme(fen_per_point=rate, bonuses=(TIER,))
    cut = reckon(scheme, case(first)).points + reckon(scheme, case(second)).points
    assert cut <= reckon(scheme, case(first + second)).points


def test_bonuses_match_category_shop_time_birthday_and_first_purchase() -> None:
    bonuses = (
        Bonus(code='coffee', kind=BonusKind.CATEGORY, percent=200, matches=('coffee',)),
        Bonus(code='shop', kind=BonusKind.SHOP, percent=200, matches=('l9-01',)),
        Bonus(code='birthday', kind=BonusKind.BIRTHDAY, percent=300),
        Bonus(code='first', kind=BonusKind.FIRST_PURCHASE, percent=150),
        Bonus(code='over', kind=BonusKind.DAY, percent=900, ends_on=date(2026, 11, 21)),
    )
    scheme = EarnScheme(fen_per_point=100, bonuses=bonuses)

    assert reckon(scheme, case(1000)).points == 10
    assert reckon(scheme, case(1000, category='coffee')).points == 20
    assert reckon(scheme, case(1000, shop='l9-01')).points == 20
    assert reckon(scheme, case(1000, is_birthday=True, is_first=True)).points == 35


def test_PT_R6_a_receipt_split_at_the_threshold_earns_each_part_at_its_own_rate() -> None:
    scheme = EarnScheme(
        fen_per_point=100, bonuses=(Bonus(code='g', kind=BonusKind.TIER, percent=200, matches=('gold',)),)
    )
    split = case(50_000, tier_parts=(('silver', 30_000), ('gold', 20_000)))
    assert reckon(scheme, split).points == 300 + 400


@pytest.mark.parametrize(
    'document',
    [
        {'bonuses': [{'code': 'x', 'kind': 'tier', 'percent': 150}]},
        {'bonuses': [{'code': 'x', 'kind': 'day', 'percent': 150, 'matches': ['caturday']}]},
        {'bonuses': [{'code': 'x', 'kind': 'birthday', 'percent': 50}]},
        {'bonuses': [{'code': 'x', 'kind': 'birthday', 'percent': 150}] * 2},
        {'fen_per_point': 0},
        {'unknown': 1},
    ],
)
def test_a_scheme_that_does_not_hold_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        EarnScheme.model_validate(document)


def test_PT_R13_a_leap_birthday_has_a_day_in_every_year() -> None:
    born = date(2004, 2, 29)
    assert birthday_in(2028, born, LeapBirthday.FEB_28) == date(2028, 2, 29)
    assert birthday_in(2027, born, LeapBirthday.FEB_28) == date(2027, 2, 28)
    assert birthday_in(2027, born, LeapBirthday.MAR_1) == date(2027, 3, 1)


def test_ages_turn_on_the_birthday() -> None:
    born = date(2012, 6, 10)
    assert age_on(date(2026, 6, 9), born) == 13
    assert needs_guardian(date(2026, 6, 9), born)
    assert not needs_guardian(date(2026, 6, 10), born)
    assert age_band(date(2026, 6, 10), born) == '0-17'
    assert age_band(date(2026, 6, 10), date(1996, 1, 1)) == '25-34'
    assert age_band(date(2026, 6, 10), None) is None
