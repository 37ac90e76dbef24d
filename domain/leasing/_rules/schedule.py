"""What a lease makes due in a window: fixed charges by interval, turnover rent by closed month, the deposit once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.leasing._rules.proration import prorate
from domain.leasing._rules.turnover_rent import ANY_CATEGORY, RentMonth, first_year_overage, natural_breakpoint
from domain.leasing._rules.turnover_rent import rent_by_month as by_month
from domain.leasing.commands import (
    Band,
    Comparison,
    DepositTerms,
    FirstYear,
    FreeTerms,
    ItemTerms,
    LeaseTerms,
    RentMode,
    RentTerms,
    ServiceChargeTerms,
)
from domain.leasing.periods import Period, add_months, count_months, invoice_intervals, month_of, months_in
from domain.leasing.rounding import divided

DM2_PER_M2 = 100
MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Item:
    period: Period
    terms: ItemTerms


@dataclass(frozen=True, slots=True)
class LeaseFacts:
    """A lease as the arithmetic sees it. `turnover` holds the GTO by category of the closed months."""

    period: Period
    terms: LeaseTerms
    items: Sequence[Item]
    net_area_dm2: int
    turnover: Mapping[date, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Due:
    """An amount for a period, and the day it is to be paid. `anchor_on` names its interval for ever: the interval's
    first day, whatever part of it the lease covers.
    """

    kind: str
    anchor_on: date
    period: Period
    amount_fen: int
    due_on: date


def due_in(lease: LeaseFacts, window: Period) -> list[Due]:
    """Everything that the intervals beginning in the window and the months within it make due, by kind and period."""
    found = [*_fixed(lease, window), *_turnover(lease, window), *_deposits(lease, window)]
    return sorted(found, key=lambda due: (due.kind, due.period))


def _fixed(lease: LeaseFacts, window: Period) -> Iterator[Due]:
    for kind in ('rent', 'service_charge', 'promotion_levy'):
        items = [item for item in lease.items if item.terms.kind == kind]
        for interval in invoice_intervals(window, lease.terms.frequency_months):
            covered = interval.overlap(lease.period)
            active = [item for item in items if item.period.meets(covered)] if covered else []
            if covered and active:
                amount = sum(_of_item(lease, item, interval) for item in active)
                yield Due(kind, interval.starts_on, covered, amount, _due_on(lease.terms, covered))


def _of_item(lease: LeaseFacts, item: Item, interval: Period, *, ignores_free: bool = False) -> int:
    """The item's amount for the interval, without the days that are free of it."""
    active = interval.overlap(item.period)
    active = active.overlap(lease.period) if active else None
    if active is None:
        return 0
    amount = _monthly(lease, item.terms) * count_months(interval)
    holes = [] if ignores_free else _free(lease, item.terms.kind)
    return sum(prorate(amount, interval, piece, lease.terms.proration) for piece in active.without(holes))


def _monthly(lease: LeaseFacts, terms: ItemTerms) -> int:
    if isinstance(terms, RentTerms):
        return terms.base_fen
    if isinstance(terms, ServiceChargeTerms):
        return divided(terms.amount_fen * lease.net_area_dm2, DM2_PER_M2) if terms.is_per_m2 else terms.amount_fen
    return 0


def _free(lease: LeaseFacts, kind: str) -> list[Period]:
    return [i.period for i in lease.items if isinstance(i.terms, FreeTerms) and kind in i.terms.frees]


def _due_on(terms: LeaseTerms, period: Period) -> date:
    return (period.starts_on if terms.is_in_advance else period.ends_on) + timedelta(days=terms.due_after_days)


def _turnover(lease: LeaseFacts, window: Period) -> Iterator[Due]:
    """Turnover rent beyond the base. A month is due when it is closed; a cumulative one needs all before it closed."""
    for item in lease.items:
        terms = item.terms
        if not isinstance(terms, RentTerms) or terms.mode is RentMode.FIXED:
            continue
        for months in _comparisons(lease, item):
            if _is_extended_first_year(lease, terms, months):
                yield from _first_year(lease, item, months, window)
            else:
                yield from _closed_months(lease, item, terms, months, window)


def _comparisons(lease: LeaseFacts, item: Item) -> list[list[Period]]:
    """The item's months, by calendar year."""
    active = item.period.overlap(lease.period)
    years: dict[int, list[Period]] = {}
    for month in months_in(active) if active else ():
        years.setdefault(month.starts_on.year, []).append(month)
    return list(years.values())


def _closed_months(
    lease: LeaseFacts, item: Item, terms: RentTerms, months: list[Period], window: Period
) -> Iterator[Due]:
    closed = list(_leading_closed(lease, months))
    reckoned = _scaled(terms, len(months)) if lease.terms.comparison is Comparison.CUMULATIVE else terms
    rows = [_rent_month(lease, item, month) for month in closed]
    amounts = by_month(rows, reckoned, lease.terms.tier_reading, lease.terms.comparison)
    for month, row, amount in zip(closed, rows, amounts, strict=True):
        covered = month.overlap(lease.period)
        if covered is not None and window.starts_on <= month.starts_on < window.ends_on:
            due_on = month.ends_on + timedelta(days=lease.terms.due_after_days)
            yield Due('turnover_rent', month.starts_on, covered, amount - row.base_fen, due_on)


def _leading_closed(lease: LeaseFacts, months: list[Period]) -> Iterator[Period]:
    for month in months:
        if month.starts_on in lease.turnover:
            yield month
        elif lease.terms.comparison is Comparison.CUMULATIVE:
            return


def _rent_month(lease: LeaseFacts, item: Item, month: Period) -> RentMonth:
    base = _of_item(lease, item, month)
    threshold = base if lease.terms.does_abate_breakpoint else _of_item(lease, item, month, ignores_free=True)
    return RentMonth(base, threshold, lease.turnover[month.starts_on])


def _scaled(terms: RentTerms, months: int) -> RentTerms:
    """Yearly bands for a part of a year (rule LS-R6: part breakpoints, never mean rates)."""
    bands = {
        category: tuple(
            Band(up_to_fen=_part(band.up_to_fen, months), rate_bp=band.rate_bp) for band in category_bands
        ) for category, category_bands in terms.bands.items()
    }  # fmt: skip
    return replace(terms, bands=bands)


def _part(amount: int | None, months: int) -> int | None:
    return None if amount is None else divided(amount * months, MONTHS_OF_YEAR)


def _is_extended_first_year(lease: LeaseFacts, terms: RentTerms, months: list[Period]) -> bool:
    return (
        lease.terms.first_year is FirstYear.EXTENDED
        and terms.mode is RentMode.BASE_PLUS_OVERAGE
        and months[0] == month_of(lease.period.starts_on)
        and len(months) < MONTHS_OF_YEAR
    )


def _first_year(lease: LeaseFacts, item: Item, months: list[Period], window: Period) -> Iterator[Due]:
    """One amount for the whole short first year, once twelve months are closed (rule LS-R7, extended)."""
    assert isinstance(item.terms, RentTerms)
    starts = months[0].starts_on
    twelve = [add_months(starts, n) for n in range(MONTHS_OF_YEAR)]
    last = twelve[-1]
    if not all(m in lease.turnover for m in twelve) or not window.starts_on <= last < window.ends_on:
        return
    stated = item.terms.breakpoint_fen
    rate = item.terms.bands[ANY_CATEGORY][0].rate_bp
    yearly = natural_breakpoint(item.terms.base_fen * MONTHS_OF_YEAR, rate) if stated is None else stated * 12
    sales = [sum(lease.turnover[m].values()) for m in twelve]
    amount = first_year_overage(sales, len(months), yearly, rate, FirstYear.EXTENDED)
    period = Period(lease.period.starts_on, min(months[-1].ends_on, lease.period.ends_on))
    due_on = month_of(last).ends_on + timedelta(days=lease.terms.due_after_days)
    yield Due('turnover_rent', last, period, amount, due_on)


def _deposits(lease: LeaseFacts, window: Period) -> Iterator[Due]:
    for item in lease.items:
        if isinstance(item.terms, DepositTerms) and window.starts_on <= item.period.starts_on < window.ends_on:
            starts = item.period.starts_on
            yield Due('deposit', starts, item.period, item.terms.amount_fen, starts)
