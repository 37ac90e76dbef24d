"""Law X-R2: event time, received time and business day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.business_time import BusinessClock, floor_to

SHANGHAI = ZoneInfo('Asia/Shanghai')
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
clocks = st.builds(
    BusinessClock,
    zone=st.sampled_from(['Asia/Shanghai', 'Asia/Urumqi', 'Europe/Berlin', 'America/New_York']),
    cutoff=st.sampled_from([time(0, 0), time(4, 0), time(5, 30)]),
)


@pytest.mark.parametrize(
    ('wall', 'day'),
    [
        (datetime(2026, 11, 21, 23, 50), date(2026, 11, 21)),
        (datetime(2026, 11, 22, 3, 59, 59), date(2026, 11, 21)),
        (datetime(2026, 11, 22, 4, 0), date(2026, 11, 22)),
        (datetime(2028, 2, 29, 1, 0), date(2028, 2, 28)),
    ],
)
def test_X_R2_a_fact_belongs_to_the_business_day_of_its_event_time(wall: datetime, day: date) -> None:
    assert BusinessClock().business_on(wall.replace(tzinfo=SHANGHAI)) == day


@given(instants, clocks)
def test_X_R2_every_instant_lies_within_the_bounds_of_its_own_day(instant: datetime, clock: BusinessClock) -> None:
    start, end = clock.bounds(clock.business_on(instant))

    assert start <= instant < end


@given(st.dates(date(2020, 1, 2), date(2029, 12, 30)), clocks)
def test_X_R2_days_follow_one_another_without_gap_or_overlap(day: date, clock: BusinessClock) -> None:
    assert clock.bounds(day)[1] == clock.bounds(day + timedelta(days=1))[0]


def test_X_R2_a_late_delivery_keeps_the_day_on_which_it_happened() -> None:
    paid = datetime(2026, 11, 21, 23, 50, tzinfo=SHANGHAI)
    delivered = paid + timedelta(hours=14, minutes=10)

    assert BusinessClock().business_on(paid) == date(2026, 11, 21)
    assert BusinessClock().business_on(delivered) == date(2026, 11, 22)


def test_a_wall_time_after_midnight_belongs_to_the_evening_before() -> None:
    assert BusinessClock().at(date(2026, 11, 21), time(1, 30)) == datetime(2026, 11, 21, 17, 30, tzinfo=UTC)


def test_X_R2_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match='time zone'):
        BusinessClock().business_on(datetime(2026, 1, 1))


def test_floors_to_the_quarter() -> None:
    assert floor_to(datetime(2026, 1, 1, 10, 29, 59, 7, UTC), 15) == datetime(2026, 1, 1, 10, 15, tzinfo=UTC)
