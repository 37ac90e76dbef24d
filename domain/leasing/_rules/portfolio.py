"""The whole mall's leases at one day: WALT, expiry profile, vacancy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.shared.measure import Ratio

DAYS_OF_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Holding:
    """One lease as the portfolio sees it: its weight is rent or area; `breaks_on` is the first day it may end."""

    ends_on: date
    weight: int
    breaks_on: date | None = None


def walt(holdings: Iterable[Holding], day: date, *, to_break: bool = False) -> Ratio:
    """Weighted average unexpired term in years, to expiry or to the first break. Nothing let: no value."""
    total = Ratio(0, 0)
    for holding in holdings:
        ends = holding.breaks_on if to_break and holding.breaks_on is not None else holding.ends_on
        if ends > day:
            total += Ratio((ends - day).days / DAYS_OF_YEAR * holding.weight, holding.weight)
    return total


def expiry_profile(holdings: Iterable[Holding], day: date) -> dict[int, int]:
    """Weight by the year in which it runs out, from the day on."""
    profile: dict[int, int] = {}
    for holding in holdings:
        if holding.ends_on > day:
            profile[holding.ends_on.year] = profile.get(holding.ends_on.year, 0) + holding.weight
    return dict(sorted(profile.items()))
