"""A part of an interval's amount (按日折算), rule LS-R4: its basis is a field of the contract: money differs."""

from domain.leasing.commands import Proration
from domain.leasing.periods import Period, months_in
from domain.leasing.rounding import divided
from domain.shared.money import split_largest_remainder

DAYS_OF_BANKERS_MONTH = 30
DAYS_OF_YEAR = 365
MONTHS_OF_YEAR = 12


def prorate(amount: int, interval: Period, active: Period, basis: Proration) -> int:
    """What of an amount for the whole interval falls to the active part of it. The whole interval gives it all."""
    part = interval.overlap(active)
    if part is None:
        return 0
    if part == interval:
        return amount
    if basis is Proration.INTERVAL:
        return divided(amount * part.days, interval.days)
    months = months_in(interval)
    if basis is Proration.YEAR_365:
        return divided(amount * MONTHS_OF_YEAR * part.days, len(months) * DAYS_OF_YEAR)
    shares = split_largest_remainder(amount, [1] * len(months))
    return sum(_of_month(share, month, part, basis) for share, month in zip(shares, months, strict=True))


def _of_month(amount: int, month: Period, active: Period, basis: Proration) -> int:
    part = month.overlap(active)
    if part is None:
        return 0
    if part == month:
        return amount
    days = month.days if basis is Proration.CALENDAR_MONTH else DAYS_OF_BANKERS_MONTH
    return divided(amount * min(part.days, days), days)
