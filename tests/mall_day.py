"""The business day that malls of the tests are in: at 04:00 in Shanghai UTC is still at the day before."""

from datetime import UTC, date, datetime

from domain.shared.business_time import BusinessClock


def mall_day() -> date:
    """Today, as pages and rules of a mall with default hours take it."""
    return BusinessClock().business_on(datetime.now(UTC))
