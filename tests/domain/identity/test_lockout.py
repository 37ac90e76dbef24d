"""The lock-out rule: how many failures, how long."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.identity._lockout import ACCOUNT_LIMITS, ADDRESS_LIMITS, Limit, locked_until

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def ago(*seconds: float) -> list[datetime]:
    return [NOW - timedelta(seconds=s) for s in seconds]


def test_four_failures_in_a_minute_leave_the_door_open_and_five_shut_it() -> None:
    assert locked_until(ago(5, 10, 20, 30), ACCOUNT_LIMITS, now=NOW) is None
    assert locked_until(ago(5, 10, 20, 30, 50), ACCOUNT_LIMITS, now=NOW) == NOW + timedelta(seconds=10)


def test_a_patient_guesser_is_stopped_by_the_hour() -> None:
    every_two_minutes = ago(*range(60, 2460, 120))

    assert locked_until(every_two_minutes, ACCOUNT_LIMITS, now=NOW) == every_two_minutes[-1] + timedelta(hours=1)


def test_an_address_has_twenty_a_minute() -> None:
    assert locked_until(ago(*range(1, 20)), ADDRESS_LIMITS, now=NOW) is None
    assert locked_until(ago(*range(1, 21)), ADDRESS_LIMITS, now=NOW) == NOW + timedelta(seconds=40)


@given(st.lists(st.floats(min_value=0, max_value=7200), max_size=60))
def test_the_lock_always_ends_and_is_open_at_its_end(seconds: list[float]) -> None:
    failures = ago(*seconds)
    until = locked_until(failures, ACCOUNT_LIMITS, now=NOW)

    while until is not None:
        assert until > NOW
        assert until <= NOW + timedelta(hours=1)
        later = locked_until(failures, ACCOUNT_LIMITS, now=until)
        assert later is None or later > until
        until = later


@given(st.integers(1, 9), st.integers(1, 600), st.lists(st.integers(0, 900), max_size=40))
def test_no_window_ever_admits_more_than_its_limit(attempts: int, window: int, arrivals: list[int]) -> None:
    limit = Limit(attempts, timedelta(seconds=window))
    admitted: list[datetime] = []

    for at in (NOW + timedelta(seconds=s) for s in sorted(arrivals)):
        if locked_until(admitted, [limit], now=at) is None:
            admitted.append(at)

    for first in admitted:
        assert sum(first <= at < first + limit.window for at in admitted) <= attempts
