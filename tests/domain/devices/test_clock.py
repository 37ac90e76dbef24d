"""Device clocks: what is corrected, what is refused, and what is no skew at all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.devices._clock import LIMIT, SAMPLES_KEPT, judge_clock, judge_reading, keep_skews

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_DV_R5_a_clock_two_hours_ahead_is_quarantined() -> None:
    assert judge_clock(timedelta(hours=2), ()).is_beyond_limit


def test_DV_R5_a_clock_three_hours_behind_is_quarantined() -> None:
    assert judge_clock(-timedelta(hours=3), (0, 0, 0)).is_beyond_limit


def test_DV_R5_a_small_skew_is_corrected_by_the_median_and_kept() -> None:
    verdict = judge_clock(timedelta(seconds=90), (89_000, 91_000, 91_000))
    assert (verdict.correction, verdict.is_beyond_limit) == (timedelta(seconds=90), False)
    assert keep_skews((89_000,), [timedelta(seconds=90)]) == (89_000, 90_000)


def test_one_message_that_the_network_held_up_changes_no_correction() -> None:
    verdict = judge_clock(-timedelta(seconds=40), (0, -20, 10, 0, -10))
    assert verdict.correction == timedelta(0)


def test_a_message_that_waited_at_the_broker_is_no_skew() -> None:
    verdict = judge_clock(-timedelta(hours=3), (10_000, 10_000), may_be_delayed=True)
    assert (verdict.is_beyond_limit, verdict.correction) == (False, timedelta(seconds=10))


def test_a_message_from_the_future_never_waited_anywhere() -> None:
    assert judge_clock(timedelta(hours=2), (), may_be_delayed=True).is_beyond_limit


@pytest.mark.parametrize(
    ('offset', 'reason'),
    [
        (timedelta(0), None),
        (-timedelta(days=6, hours=23), None),
        (-timedelta(days=7, seconds=1), 'reading_too_old'),
        (timedelta(minutes=5), None),
        (timedelta(minutes=5, seconds=1), 'reading_in_future'),
    ],
)
def test_a_back_filled_reading_is_late_and_not_skewed(offset: timedelta, reason: str | None) -> None:
    assert judge_reading(NOON + offset, NOON) == reason


@given(st.lists(st.integers(-600_000, 600_000), max_size=60))
def test_no_correction_ever_exceeds_the_limit(skews_ms: list[int]) -> None:
    samples: tuple[int, ...] = ()
    for skew_ms in skews_ms:
        verdict = judge_clock(timedelta(milliseconds=skew_ms), samples)
        if not verdict.is_beyond_limit:
            samples = keep_skews(samples, [timedelta(milliseconds=skew_ms)])
        assert abs(verdict.correction) <= LIMIT
        assert verdict.is_beyond_limit == (abs(skew_ms) > 300_000)
    assert len(samples) <= SAMPLES_KEPT
