"""Figures and dates as people read them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.kit.format import (
    MISSING,
    Change,
    bytes_size,
    clock,
    coverage_percent,
    day,
    duration,
    moment,
    number,
    percent,
    short_number,
    signed_percent,
)


@pytest.mark.parametrize(
    ('value', 'digits', 'text'),
    [
        (None, 0, MISSING),
        (0, 0, '0'),
        (1234.4, 0, '1,234'),
        (-3.456, 1, '\N{MINUS SIGN}3.5'),
        (1_000_000, 0, '1,000,000'),
    ],
)
def test_numbers_have_separators_a_true_minus_and_a_dash_for_the_unknown(
    value: float | None, digits: int, text: str
) -> None:
    assert number(value, digits=digits) == text


@pytest.mark.parametrize(
    ('value', 'chinese', 'english'),
    [
        (99_999, ('99,999', ''), ('99,999', '')),
        (123_456, ('12.3', '万'), ('123', 'K')),
        (12_345_678, ('1,235', '万'), ('12.3', 'M')),
        (234_567_890, ('2.35', '亿'), ('235', 'M')),
        (None, (MISSING, ''), (MISSING, '')),
    ],
)
def test_the_wall_counts_in_wan_and_yi(value: float | None, chinese: tuple[str, str], english: tuple[str, str]) -> None:
    assert short_number(value, locale='zh-CN') == chinese
    assert short_number(value, locale='en') == english


def test_days_are_written_as_each_language_writes_them() -> None:
    on = date(2026, 11, 22)
    assert day(on, locale='zh-CN') == '11月22日 周日'
    assert day(on, locale='en') == 'Sun 22 Nov'
    assert day(on, with_year=True, with_weekday=False, locale='zh-CN') == '2026年11月22日'
    assert moment(datetime(2026, 11, 22, 5, 7), locale='zh-CN') == '11月22日 05:07'
    assert clock(datetime(2026, 11, 22, 15, 20)) == '15:20'


@pytest.mark.parametrize(
    ('seconds', 'text'),
    [
        (None, MISSING),
        (42, '42 秒'),
        (45 * 60, '45 分钟'),
        (3_600, '1 小时'),
        (4_800, '1 小时 20 分'),
        (86_400, '1 天'),
        (100_000, '1 天 3 小时'),
    ],
)
def test_durations_name_their_two_largest_units(seconds: int | None, text: str) -> None:
    assert duration(None if seconds is None else timedelta(seconds=seconds)) == text


def test_X_R3_nearly_complete_never_reads_as_complete() -> None:
    assert coverage_percent(1) == '100%'
    assert coverage_percent(0.9999) == '99%'
    assert coverage_percent(0.57) == '57%'


@given(st.floats(0, 1))
def test_X_R3_shown_coverage_never_exceeds_the_real_one(coverage: float) -> None:
    assert int(coverage_percent(coverage).rstrip('%')) <= coverage * 100 + 1e-6


@pytest.mark.parametrize(
    ('value', 'base', 'text', 'direction'),
    [
        (520, 500, '+4.0%', 'up'),
        (520, 1_040, '\N{MINUS SIGN}50.0%', 'down'),
        (1_000, 1_000.1, '0.0%', 'flat'),
        (5, 0, '新增', 'none'),
        (0, 0, MISSING, 'none'),
        (None, 500, MISSING, 'none'),
        (5, None, MISSING, 'none'),
        (5, -3, MISSING, 'none'),
    ],
)
def test_CK_R9_a_change_is_never_infinite(value: float | None, base: float | None, text: str, direction: str) -> None:
    change = Change(value=value, base=base, base_label='')
    assert change.text() == text
    assert change.direction == direction


counts = st.one_of(st.none(), st.just(0.0), st.floats(0.01, 1e9), st.floats(-1e9, -0.01))


@given(counts, counts)
def test_CK_R9_any_change_can_be_said(value: float | None, base: float | None) -> None:
    text = Change(value=value, base=base, base_label='').text()
    assert 'inf' not in text
    assert 'nan' not in text


def test_FT_R15_what_is_not_comparable_has_no_figure() -> None:
    assert Change(value=9, base=3, base_label='', is_comparable=False).text() == '不可比'


def test_shares_and_sizes() -> None:
    assert percent(0.0545) == '5.5%'
    assert percent(None) == MISSING
    assert signed_percent(-0.08) == '\N{MINUS SIGN}8.0%'
    assert bytes_size(999) == '999 B'
    assert bytes_size(12_345) == '12.3 kB'
    assert bytes_size(5_000_000_000_000) == '5,000.0 GB'
