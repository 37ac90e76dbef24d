"""What makes a lease's items sound before anybody signs them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.leasing._rules.schedule import Item
from domain.leasing._rules.turnover_rent import ANY_CATEGORY
from domain.leasing.commands import FreeTerms, RentMode, RentTerms
from domain.leasing.periods import Period


def complaints_about(period: Period, items: Sequence[Item]) -> list[str]:
    """Everything that is wrong with the items of a lease, in words; nothing where it is sound."""
    found = [f'{i.terms.kind}: {i.period.starts_on} … {i.period.ends_on} reaches outside the lease' for i in items
             if i.period.starts_on < period.starts_on or i.period.ends_on > period.ends_on]  # fmt: skip
    for kind in {item.terms.kind for item in items if not isinstance(item.terms, FreeTerms)}:
        found += _overlaps(kind, sorted(item.period for item in items if item.terms.kind == kind))
    rents = [item for item in items if isinstance(item.terms, RentTerms)]
    gaps = period.without(item.period for item in rents)
    found += [f'no rent is agreed for {gap.starts_on} … {gap.ends_on}' for gap in gaps]
    for item in rents:
        found += _about_rent(item, period)
    return found


def _overlaps(kind: str, periods: list[Period]) -> Iterator[str]:
    for earlier, later in pairwise(periods):
        if earlier.overlap(later):
            yield f'{kind}: two items cover {later.starts_on}'


def _about_rent(item: Item, period: Period) -> Iterator[str]:
    terms = item.terms
    assert isinstance(terms, RentTerms)
    if terms.mode is RentMode.FIXED:
        return
    if not terms.bands:
        yield f'rent from {item.period.starts_on}: {terms.mode.value} needs bands'
    if terms.mode is RentMode.BASE_PLUS_OVERAGE and not _has_one_rate(terms):
        yield 'base plus overage has one rate above zero for all categories, under *'
    if item.period.starts_on.day != 1 and item.period.starts_on != period.starts_on:
        yield f'turnover rent changes on the first of a month, not on {item.period.starts_on}'
    for category, bands in terms.bands.items():
        ends = [band.up_to_fen for band in bands]
        if not ends or ends[-1] is not None or None in ends[:-1] or not _rises([e for e in ends if e is not None]):
            yield f'bands of {category}: the ends rise and the last band has none'


def _has_one_rate(terms: RentTerms) -> bool:
    bands = terms.bands.get(ANY_CATEGORY, ())
    return len(terms.bands) == 1 and len(bands) == 1 and bands[0].rate_bp > 0


def _rises(ends: list[int]) -> bool:
    return all(a < b for a, b in zip([0, *ends], ends, strict=False))
