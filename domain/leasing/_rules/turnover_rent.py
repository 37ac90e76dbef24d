"""Turnover rent (抽成租金): bands, top-ups, breakpoints, comparison periods. Rules LS-R1 … LS-R3, LS-R5 … LS-R7."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.leasing.commands import Band, Comparison, FirstYear, RentMode, RentTerms, TierReading
from domain.leasing.rounding import BASIS, divided, share

ANY_CATEGORY = '*'
MONTHS_OF_YEAR = 12


def tiered(sales: int, bands: Sequence[Band], reading: TierReading) -> int:
    """Percentage rent on sales, rule LS-R1. Banded: every band's rate applies to the sales within it; cliff (全额累进):
    the rate of the band reached applies to all. Sales below zero (returns) are credited at the first band's rate.
    """
    if sales <= 0:
        return share(sales, bands[0].rate_bp)
    if reading is TierReading.CLIFF:
        reached = next(band for band in bands if band.up_to_fen is None or sales <= band.up_to_fen)
        return share(sales, reached.rate_bp)
    total, lower = 0, 0
    for band in bands:
        upper = sales if band.up_to_fen is None else min(sales, band.up_to_fen)
        total += max(0, upper - lower) * band.rate_bp
        lower = max(lower, upper)
    return divided(total, BASIS)


def percentage_rent(sales: Mapping[str, int], terms: RentTerms, reading: TierReading) -> int:
    """Percentage rent over all categories; a category without bands of its own falls under `*`."""
    pooled: dict[str, int] = {}
    for category, amount in sales.items():
        key = category if category in terms.bands else ANY_CATEGORY
        pooled[key] = pooled.get(key, 0) + amount
    return sum(tiered(amount, terms.bands[key], reading) for key, amount in pooled.items() if key in terms.bands)


def top_up(percentage: int, base: int) -> int:
    """What turnover adds to the contractual base, rule LS-R2: never less than nothing."""
    return max(0, percentage - base)


def natural_breakpoint(base: int, rate_bp: int) -> int:
    """The sales at which percentage rent equals the base."""
    return divided(base * BASIS, rate_bp)


def overage(sales: int, breakpoint_fen: int, rate_bp: int) -> int:
    """Percentage rent on what exceeds the breakpoint."""
    return share(max(0, sales - breakpoint_fen), rate_bp)


def abated_base(monthly_base: int, months: int, free_months: int, *, does_abate: bool) -> int:
    """The base that a year's breakpoint is reckoned from, rule LS-R5: rent-free months lower it, or they do not."""
    return monthly_base * (months - free_months if does_abate else months)


@dataclass(frozen=True, slots=True)
class PartYear:
    """A stretch of a lease year with one rate: its sales and how many months of the twelve it holds."""

    sales_fen: int
    months: int
    rate_bp: int


def overage_in_parts(parts: Sequence[PartYear], yearly_breakpoint: int) -> int:
    """Overage of a year whose rate changes, rule LS-R6: part years with parts of the breakpoint, never a mean rate."""
    return sum(
        overage(part.sales_fen, divided(yearly_breakpoint * part.months, MONTHS_OF_YEAR), part.rate_bp)
        for part in parts
    )


def first_year_overage(
    monthly_sales: Sequence[int], months: int, yearly_breakpoint: int, rate_bp: int, reading: FirstYear
) -> int:
    """Overage of a first year of `months` months, rule LS-R7. Partial: their sales against their part of the
    breakpoint. Extended: the first twelve months against the whole breakpoint, of which the year takes its part.
    """
    if reading is FirstYear.PARTIAL:
        return overage_in_parts([PartYear(sum(monthly_sales[:months]), months, rate_bp)], yearly_breakpoint)
    whole = overage(sum(monthly_sales[:MONTHS_OF_YEAR]), yearly_breakpoint, rate_bp)
    return divided(whole * months, MONTHS_OF_YEAR)


@dataclass(frozen=True, slots=True)
class RentMonth:
    """A month as the rent sees it: the base after proration and rent-free days, and the GTO by category.

    `threshold_base` is the base that the breakpoint follows: with abatement the base itself, else the base unabated.
    """

    base_fen: int
    threshold_base_fen: int
    sales: Mapping[str, int]


def rent_for(months: Sequence[RentMonth], terms: RentTerms, reading: TierReading) -> int:
    """Base and turnover rent together for one comparison period made of these months."""
    base = sum(month.base_fen for month in months)
    if terms.mode is RentMode.FIXED:
        return base
    sales = _summed(months)
    if terms.mode is RentMode.PERCENTAGE:
        return percentage_rent(sales, terms, reading)
    threshold = sum(month.threshold_base_fen for month in months)
    if terms.mode is RentMode.GREATER:
        return base + top_up(percentage_rent(sales, terms, reading), threshold)
    rate = terms.bands[ANY_CATEGORY][0].rate_bp
    stated = terms.breakpoint_fen
    point = natural_breakpoint(threshold, rate) if stated is None else stated * len(months)
    return base + overage(sum(sales.values()), point, rate)


def rent_by_month(
    months: Sequence[RentMonth], terms: RentTerms, reading: TierReading, comparison: Comparison
) -> list[int]:
    """What falls due month by month, rule LS-R3. Cumulative: the sum to date less what fell due before, so a good
    month can take back what a poor one cost; monthly: each month on its own.
    """
    if comparison is Comparison.MONTHLY:
        return [rent_for([month], terms, reading) for month in months]
    due, before = [], 0
    for count in range(1, len(months) + 1):
        to_date = rent_for(months[:count], terms, reading)
        due.append(to_date - before)
        before = to_date
    return due


def reconciliation(months: Sequence[RentMonth], terms: RentTerms, reading: TierReading, billed: int) -> int:
    """What the year's comparison adds to what was billed month by month; negative is a credit."""
    return rent_for(months, terms, reading) - billed


def _summed(months: Sequence[RentMonth]) -> dict[str, int]:
    sales: dict[str, int] = {}
    for month in months:
        for category, amount in month.sales.items():
            sales[category] = sales.get(category, 0) + amount
    return sales
