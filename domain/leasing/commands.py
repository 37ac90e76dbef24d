"""Inputs of leasing, validated and frozen; the terms of a lease are inputs and are kept as they are."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, NewType

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.mall.commands import FloorId, UnitId
from domain.shared.actor import TenantId

LettableUnitId = NewType('LettableUnitId', int)
LeaseId = NewType('LeaseId', int)
ItemId = NewType('ItemId', int)
HandReportId = NewType('HandReportId', int)

Fen = Annotated[int, Field(ge=0)]
RateBp = Annotated[int, Field(ge=0, le=10_000)]
Code = Annotated[str, Field(pattern=r'^[A-Za-z0-9._-]{1,64}$')]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class RentMode(StrEnum):
    FIXED = 'fixed'  # 固定
    PERCENTAGE = 'percentage'  # 纯扣点
    GREATER = 'greater'  # 保底与抽成取高
    BASE_PLUS_OVERAGE = 'base_plus_overage'  # 保底+超额抽成


class TierReading(StrEnum):
    BANDED = 'banded'  # 分段累进
    CLIFF = 'cliff'  # 全额累进


class Comparison(StrEnum):
    MONTHLY = 'monthly'
    CUMULATIVE = 'cumulative'  # 自然年累计


class FirstYear(StrEnum):
    PARTIAL = 'partial'
    EXTENDED = 'extended'


class Proration(StrEnum):
    INTERVAL = 'interval'  # 按账期实际天数
    CALENDAR_MONTH = 'calendar_month'  # 按自然月天数
    DAYS_30 = 'days_30'  # 每月按 30 天
    YEAR_365 = 'year_365'  # 年租金/365


class GiftCards(StrEnum):
    WHEN_SOLD = 'when_sold'
    WHEN_REDEEMED = 'when_redeemed'
    NEVER = 'never'


@dataclass(frozen=True, slots=True, kw_only=True)
class GtoDefinition:
    """What counts as turnover under one lease."""

    is_net_of_vat: bool = True
    deducts_returns: bool = True
    counts_staff_sales: bool = True
    counts_online_pick_up: bool = True
    counts_mall_funded: bool = False
    gift_cards: GiftCards = GiftCards.WHEN_REDEEMED


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesFacts:
    """A day's sales of one category as the till knows them, VAT included. `sold_fen` is what customers paid, in gift
    cards too; `mall_funded_fen` is the part that coupons and points of the mall paid.
    """

    sold_fen: Fen
    returned_fen: Fen = 0
    staff_sales_fen: Fen = 0
    online_pick_up_fen: Fen = 0
    gift_cards_sold_fen: Fen = 0
    gift_cards_redeemed_fen: Fen = 0
    mall_funded_fen: Fen = 0
    receipts: Annotated[int, Field(ge=0)] = 0
    vat_bp: RateBp = 1_300


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A rate up to an amount of sales; the last band has no end."""

    up_to_fen: int | None
    rate_bp: RateBp


@dataclass(frozen=True, slots=True, kw_only=True)
class RentTerms:
    """Rent from a day until another; a rent step is the next item of this kind. `base_fen` is per month. Bands are by
    trade category, `*` for all others; the breakpoint, per month, is the natural one where it is not stated.
    """

    kind: Literal['rent'] = 'rent'
    mode: RentMode
    base_fen: Fen = 0
    bands: Mapping[str, tuple[Band, ...]] = field(default_factory=dict)
    breakpoint_fen: Fen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChargeTerms:
    """物业费 or another fixed charge: fen per month, or per square metre and month."""

    kind: Literal['service_charge', 'promotion_levy'] = 'service_charge'
    amount_fen: Fen
    is_per_m2: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTerms:
    """Rent-free or fit-out days: the kinds of charge that are not due in them."""

    kind: Literal['rent_free', 'fit_out'] = 'rent_free'
    frees: tuple[Literal['rent', 'service_charge', 'promotion_levy'], ...] = ('rent',)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositTerms:
    kind: Literal['deposit'] = 'deposit'
    amount_fen: Fen


ItemTerms = Annotated[RentTerms | ServiceChargeTerms | FreeTerms | DepositTerms, Field(discriminator='kind')]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTerms:
    """How the lease reckons, whatever its items are."""

    frequency_months: Literal[1, 3, 6, 12] = 1
    is_in_advance: bool = True
    due_after_days: Annotated[int, Field(ge=0, le=120)] = 5
    proration: Proration = Proration.CALENDAR_MONTH
    tier_reading: TierReading = TierReading.BANDED
    comparison: Comparison = Comparison.MONTHLY
    first_year: FirstYear = FirstYear.PARTIAL
    does_abate_breakpoint: bool = False
    gto: GtoDefinition = GtoDefinition()
    needs_z_report: bool = False  # 手工报送须附 Z 报表照片


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item from a day until another (exclusive)."""

    starts_on: date
    ends_on: date
    terms: ItemTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakOption:
    """Who may end the lease early: on one day (fixed) or any day from then on (rolling)."""

    holder: Literal['tenant', 'landlord', 'both']
    on: date
    is_rolling: bool = False
    notice_days: Annotated[int, Field(ge=0)] = 90
    fee_fen: Fen = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTenant:
    code: Code
    name_zh: Words
    name_en: Words
    legal_name: str = ''
    credit_code: Annotated[str, Field(pattern=r'^([0-9A-Z]{18})?$')] = ''
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenUnit:
    """A unit that can be let from a day on. Areas in square decimetres (100 to the square metre): 计租面积 and
    建筑面积 differ.
    """

    code: Code
    floor_id: FloorId
    opens_on: date
    net_area_dm2: Annotated[int, Field(gt=0)]
    gross_area_dm2: Annotated[int, Field(gt=0)]
    plan_unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """One of the units that a split or a merger makes."""

    code: Code
    net_area_dm2: Annotated[int, Field(gt=0)]
    gross_area_dm2: Annotated[int, Field(gt=0)]
    plan_unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitUnit:
    unit_id: LettableUnitId
    on: date
    parts: Annotated[tuple[NewPart, ...], Field(min_length=2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeUnits:
    unit_ids: Annotated[tuple[LettableUnitId, ...], Field(min_length=2)]
    on: date
    into: NewPart


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLease:
    number: Code
    tenant_id: TenantId
    unit_ids: Annotated[tuple[LettableUnitId, ...], Field(min_length=1)]
    starts_on: date
    ends_on: date
    category: str
    terms: LeaseTerms = LeaseTerms()
    items: tuple[NewItem, ...]
    breaks: tuple[BreakOption, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignLease:
    lease_id: LeaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A change of a signed lease: items closed and items added, terms replaced, a new end. `version` is the one that
    the amendment was written for.
    """

    lease_id: LeaseId
    version: int
    closes: tuple[ItemId, ...] = ()
    adds: tuple[NewItem, ...] = ()
    terms: LeaseTerms | None = None
    ends_on: date | None = None
    summary: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateLease:
    lease_id: LeaseId
    ends_on: date
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTurnover:
    """One category's sales of one business day."""

    on: date
    category: str
    facts: SalesFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTurnover:
    """A tenant's days under one lease. A day sent again replaces it while its month is open."""

    lease_id: LeaseId
    source: Literal['pos', 'api', 'upload', 'receipt_photo', 'correction']
    days: Annotated[tuple[DayTurnover, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportByHand:
    """One day typed in by the shop. `photo` names the picture of the till's Z report; with one the day waits until
    somebody of the mall accepts it.
    """

    lease_id: LeaseId
    day: DayTurnover
    photo: Annotated[str, Field(max_length=64)] = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReport:
    """Accepts a day with its photograph, or rejects it; the reason is for the shop to read."""

    report_id: HandReportId
    is_accepted: bool
    reason: Annotated[str, Field(max_length=200)] = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMonth:
    """Approves a month's turnover and closes it. `is_comparable` False takes it out of like-for-like; `closures` are
    days on which the shop was closed by declaration, so that nothing is missing.
    """

    lease_id: LeaseId
    month: date
    closures: tuple[date, ...] = ()
    is_comparable: bool = True
