"""A lease in the few figures that people agree on, and the items that follow from them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from pydantic.dataclasses import dataclass

from domain.leasing.commands import (
    Band,
    BreakOption,
    DepositTerms,
    DraftLease,
    Fen,
    FreeTerms,
    LeaseTerms,
    LettableUnitId,
    NewItem,
    RateBp,
    RentMode,
    RentTerms,
    ServiceChargeTerms,
)
from domain.leasing.periods import add_months, first_of_month
from domain.leasing.rounding import BASIS, divided
from domain.shared.actor import TenantId

ANY = '*'


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a new lease is about. `base_fen` is the first year's per month; each year is `step_bp` more than the last.
    Bands are for all categories; service charge and levy are per square metre and month.
    """

    number: str
    tenant_id: TenantId
    unit_ids: tuple[LettableUnitId, ...]
    category: str
    starts_on: date
    ends_on: date
    mode: RentMode
    base_fen: Fen = 0
    bands: tuple[Band, ...] = ()
    step_bp: RateBp = 0
    free_days: int = 0
    service_fen_per_m2: Fen = 0
    levy_fen_per_m2: Fen = 0
    deposit_fen: Fen = 0
    terms: LeaseTerms = LeaseTerms()
    breaks: tuple[BreakOption, ...] = ()


def draft_of(offer: Offer) -> DraftLease:
    """The lease that an offer makes; whether it is sound, `draft_lease` says."""
    return DraftLease(
        number=offer.number, tenant_id=offer.tenant_id, unit_ids=offer.unit_ids, starts_on=offer.starts_on,
        ends_on=offer.ends_on, category=offer.category, terms=offer.terms, items=tuple(_items(offer)),
        breaks=offer.breaks,
    )  # fmt: skip


def _items(offer: Offer) -> Iterator[NewItem]:
    yield from _rents(offer)
    whole = {'starts_on': offer.starts_on, 'ends_on': offer.ends_on}
    if offer.service_fen_per_m2:
        yield NewItem(**whole, terms=ServiceChargeTerms(amount_fen=offer.service_fen_per_m2, is_per_m2=True))
    if offer.levy_fen_per_m2:
        levy = ServiceChargeTerms(kind='promotion_levy', amount_fen=offer.levy_fen_per_m2, is_per_m2=True)
        yield NewItem(**whole, terms=levy)
    if offer.deposit_fen:
        yield NewItem(**whole, terms=DepositTerms(amount_fen=offer.deposit_fen))
    if offer.free_days:
        free_until = min(offer.ends_on, offer.starts_on + timedelta(days=offer.free_days))
        yield NewItem(starts_on=offer.starts_on, ends_on=free_until, terms=FreeTerms())


def _rents(offer: Offer) -> Iterator[NewItem]:
    """One item a year; the second begins on the first of a month, because turnover rent does."""
    bands = {ANY: offer.bands} if offer.bands else {}
    terms = RentTerms(mode=offer.mode, base_fen=offer.base_fen, bands=bands)
    starts = offer.starts_on
    while starts < offer.ends_on:
        ends = min(first_of_month(add_months(starts, 12)), offer.ends_on) if offer.step_bp else offer.ends_on
        yield NewItem(starts_on=starts, ends_on=ends, terms=terms)
        starts, terms = ends, replace(terms, base_fen=divided(terms.base_fen * (BASIS + offer.step_bp), BASIS))
