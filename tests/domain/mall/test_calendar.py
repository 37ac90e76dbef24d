"""The trading calendar: CK-R1 to CK-R4 and CK-R6, with the examples of the rules and other numbers beside them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mall.calendar import (
    Alignment,
    DayKind,
    DayOverride,
    Holiday,
    TradingCalendar,
    anchor,
    has_spring_shift,
    month_to_date,
    spring_offset,
)

CALENDAR = TradingCalendar()
KNOWN_DAYS = st.dates(date(2006, 1, 1), date(2026, 12, 31))
ANY_DAYS = st.dates(date(2006, 1, 1), date(2039, 12, 31))


@pytest.mark.parametrize(
    ('year', 'day'),
    [(2024, (2, 10)), (2025, (1, 29)), (2026, (2, 17)), (2027, (2, 6)), (2020, (1, 25)), (2033, (1, 31))],
)
def test_CK_R1_lunar_new_year_is_computed(year: int, day: tuple[int, int]) -> None:
    assert anchor(Holiday.SPRING_FESTIVAL, year) == date(year, *day)


@pytest.mark.parametrize(
    ('on', 'base'),
    [
        (date(2026, 2, 17), date(2025, 1, 29)),
        (date(2026, 2, 16), date(2025, 1, 28)),  # 除夕
        (date(2025, 1, 29), date(2024, 2, 10)),
        (date(2027, 2, 7), date(2026, 2, 18)),  # a year that the library does not know
        (date(2023, 1, 21), date(2022, 1, 31)),
    ],
)
def test_CK_R1_spring_festival_days_compare_with_the_same_lunar_day(on: date, base: date) -> None:
    aligned = CALENDAR.aligned(on)

    assert (aligned.base_on, aligned.alignment) == (base, Alignment.SPRING_FESTIVAL)


@given(on=ANY_DAYS)
def test_CK_R1_around_the_festival_the_offset_is_kept(on: date) -> None:
    offset = spring_offset(on)
    aligned = CALENDAR.aligned(on)

    if -8 <= offset <= 15:
        assert spring_offset(aligned.base_on) == offset
    assert 330 <= (on - aligned.base_on).days <= 430


def test_CK_R1_months_around_the_festival_are_marked_as_shifted() -> None:
    assert has_spring_shift(2026, 1)
    assert has_spring_shift(2026, 2)
    assert not has_spring_shift(2026, 5)
    assert not has_spring_shift(2026, 11)


@given(year=st.integers(2007, 2039))
def test_CK_R1_january_to_march_together_are_never_shifted(year: int) -> None:
    from domain.mall.calendar import _spring_days

    assert sum(_spring_days(year, month) for month in (1, 2, 3)) == 24


@pytest.mark.parametrize(
    ('on', 'base'),
    [
        (date(2026, 5, 18), date(2025, 5, 19)),
        (date(2026, 11, 22), date(2025, 11, 23)),
        (date(2025, 7, 12), date(2024, 7, 13)),
    ],
)
def test_CK_R2_ordinary_days_compare_with_the_same_weekday_364_days_before(on: date, base: date) -> None:
    aligned = CALENDAR.aligned(on)

    assert (aligned.base_on, aligned.alignment) == (base, Alignment.WEEKDAY)


@given(on=KNOWN_DAYS)
def test_CK_R2_the_base_of_an_ordinary_day_follows_the_same_weekday_profile(on: date) -> None:
    day, aligned = CALENDAR.day(on), CALENDAR.aligned(on)

    if aligned.alignment in (Alignment.WEEKDAY, Alignment.PROFILE):
        assert CALENDAR.day(aligned.base_on).profile_weekday == day.profile_weekday
        assert not CALENDAR.day(aligned.base_on).holidays


@pytest.mark.parametrize(
    'on',
    [date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10), date(2025, 9, 28)],
)
def test_CK_R3_makeup_days_are_workdays_with_a_weekday_profile(on: date) -> None:
    day = CALENDAR.day(on)

    assert on.isoweekday() > 5
    assert day.kind is DayKind.MAKEUP
    assert day.profile_weekday == (5 if on.isoweekday() == 6 else 1)


def test_CK_R3_a_makeup_saturday_compares_with_a_workday() -> None:
    aligned = CALENDAR.aligned(date(2026, 5, 9))

    assert aligned.base_on == date(2025, 5, 9)
    assert CALENDAR.day(aligned.base_on).kind is DayKind.WORKDAY


def test_CK_R3_an_ordinary_saturday_does_not_compare_with_a_makeup_one() -> None:
    on = date(2026, 4, 25)  # 364 days before is 2025-04-26, an ordinary Saturday; a year on it faces 2026-05-09
    makeup = date(2026, 5, 9)

    assert CALENDAR.aligned(on).base_on == date(2025, 4, 26)
    assert TradingCalendar({date(2027, 5, 8): DayOverride(DayKind.WEEKEND)}).aligned(date(2027, 5, 8)).base_on != makeup


def test_CK_R4_mid_autumn_inside_national_day_aligns_both_and_shows_the_residual() -> None:
    alone = CALENDAR.aligned(date(2026, 9, 25))
    both = CALENDAR.alignments(date(2025, 10, 6))
    after = CALENDAR.aligned(date(2026, 10, 6))

    assert (alone.base_on, alone.residual) == (date(2025, 10, 6), (Holiday.NATIONAL_DAY,))
    assert [(a.holiday, a.base_on) for a in both] == [
        (Holiday.NATIONAL_DAY, date(2024, 10, 6)), (Holiday.MID_AUTUMN, date(2024, 9, 17)),
    ]  # fmt: skip
    assert (after.base_on, after.residual) == (date(2025, 10, 6), (Holiday.MID_AUTUMN,))


def test_CK_R4_national_day_2020_was_mid_autumn_too() -> None:
    assert CALENDAR.day(date(2020, 10, 1)).holidays == (Holiday.NATIONAL_DAY, Holiday.MID_AUTUMN)


@given(on=KNOWN_DAYS)
def test_CK_R4_a_holiday_keeps_its_place_relative_to_its_day(on: date) -> None:
    for aligned in CALENDAR.alignments(on):
        if aligned.alignment is Alignment.HOLIDAY and aligned.holiday is not Holiday.NEW_YEAR:
            assert aligned.holiday is not None
            here = (on - anchor(aligned.holiday, on.year)).days
            assert (aligned.base_on - anchor(aligned.holiday, on.year - 1)).days == here


def test_CK_R6_a_month_to_date_compares_with_the_same_days() -> None:
    assert month_to_date(date(2026, 5, 28)) == (
        (date(2026, 5, 1), date(2026, 5, 29)), (date(2025, 5, 1), date(2025, 5, 29)),
    )  # fmt: skip


@given(on=ANY_DAYS, back=st.integers(1, 24))
def test_CK_R6_the_base_is_never_longer_than_the_month_so_far(on: date, back: int) -> None:
    (first, until), (base_first, base_until) = month_to_date(on, back_months=back)

    assert base_first.day == 1
    assert (base_until - base_first) <= (until - first)
    assert base_until <= (base_first + timedelta(days=32)).replace(day=1)


def test_a_year_that_nobody_announced_is_computed_and_marked_provisional() -> None:
    eve, first, may = (CALENDAR.day(date(2027, *day)) for day in ((2, 5), (2, 6), (5, 2)))

    assert [d.kind for d in (eve, first, may)] == [DayKind.HOLIDAY] * 3
    assert all(d.is_provisional for d in (eve, first, may))
    assert CALENDAR.day(date(2027, 3, 3)).kind is DayKind.WORKDAY


def test_what_a_person_entered_wins_over_the_library_and_the_computation() -> None:
    entered = TradingCalendar({
        date(2027, 2, 20): DayOverride(DayKind.MAKEUP), date(2026, 5, 18): DayOverride(DayKind.HOLIDAY),
    })  # fmt: skip

    assert entered.day(date(2027, 2, 20)).kind is DayKind.MAKEUP
    assert not entered.day(date(2027, 2, 20)).is_provisional
    assert entered.day(date(2026, 5, 18)).kind is DayKind.HOLIDAY


@pytest.mark.parametrize(('year', 'day'), [(2025, 4), (2026, 5), (2027, 5), (2024, 4)])
def test_tomb_sweeping_follows_the_solar_term(year: int, day: int) -> None:
    assert anchor(Holiday.TOMB_SWEEPING, year) == date(year, 4, day)


def test_new_years_eve_off_belongs_to_the_coming_new_year() -> None:
    aligned = CALENDAR.aligned(date(2022, 12, 31))

    assert (aligned.holiday, aligned.base_on) == (Holiday.NEW_YEAR, date(2021, 12, 31))
