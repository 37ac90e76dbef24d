"""What leasing answers: frozen views. Amounts in fen, areas in square decimetres, ends exclusive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.leasing.commands import (
    BreakOption,
    HandReportId,
    ItemId,
    ItemTerms,
    LeaseId,
    LeaseTerms,
    LettableUnitId,
    SalesFacts,
)
from domain.mall.commands import FloorId, UnitId
from domain.shared.actor import TenantId
from domain.shared.measure import Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantView:
    id: TenantId
    code: str
    name_zh: str
    name_en: str
    legal_name: str
    credit_code: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettableUnitView:
    id: LettableUnitId
    code: str
    floor_id: FloorId
    plan_unit_id: UnitId | None
    opens_on: date
    closes_on: date | None
    net_area_dm2: int
    gross_area_dm2: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsChanged:
    """What a split or a merger ended and began."""

    id: LettableUnitId
    ended: tuple[LettableUnitId, ...]
    begun: tuple[LettableUnitView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    id: ItemId
    kind: str
    starts_on: date
    ends_on: date
    terms: ItemTerms
    from_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseView:
    id: LeaseId
    number: str
    tenant_id: TenantId
    category: str
    status: str
    starts_on: date
    ends_on: date
    version: int
    terms: LeaseTerms
    breaks: tuple[BreakOption, ...]
    unit_ids: tuple[LettableUnitId, ...]
    net_area_dm2: int
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueView:
    """An amount that a lease makes due for a period; billing turns it into a charge."""

    lease_id: LeaseId
    tenant_id: TenantId
    kind: str
    anchor_on: date
    starts_on: date
    ends_on: date
    amount_fen: int
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingView:
    """A unit held by a lease for some days."""

    unit_id: LettableUnitId
    lease_id: LeaseId
    tenant_id: TenantId
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """One period of one kind before and after an amendment."""

    kind: str
    starts_on: date
    ends_on: date
    before_fen: int
    after_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentPreview:
    """What an amendment would change, without changing it. `complaints` keep it from being signed."""

    lines: tuple[PreviewLine, ...]
    complaints: tuple[str, ...]

    @property
    def difference_fen(self) -> int:
        return sum(line.after_fen - line.before_fen for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class RentRollRow:
    """One lease on one day."""

    lease_id: LeaseId
    number: str
    tenant_id: TenantId
    tenant_zh: str
    tenant_en: str
    units: tuple[str, ...]
    category: str
    net_area_dm2: int
    starts_on: date
    ends_on: date
    mode: str
    monthly_base_fen: int
    breaks_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """The mall's leases on one day. WALT in years; `vacancy` is vacant area over lettable area."""

    on: date
    walt: Ratio
    walt_to_break: Ratio
    vacancy: Ratio
    expiring_fen: Mapping[int, int]
    vacant: tuple[LettableUnitView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """How a report of turnover was taken. `carried_forward` days belong to closed months and count now."""

    id: LeaseId
    days: int
    carried_forward: int
    gto_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """A month's turnover. `gto_fen` counts what was reported so far while the month is open."""

    id: LeaseId
    month: date
    gto_fen: int
    days: int
    is_closed: bool
    is_comparable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantMonthView:
    """One tenant's comparable turnover of a closed month."""

    tenant_id: TenantId
    category: str
    gto_fen: int
    receipts: int
    net_area_dm2: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandReported:
    """What became of a day that was typed in: it waits under `id`, or counted at once."""

    id: HandReportId | None
    is_waiting: bool
    carried_forward: int
    gto_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandReportView:
    """A day with a photograph of its Z report. `gto_fen` is what the lease makes of it."""

    id: HandReportId
    lease_id: LeaseId
    number: str
    tenant_id: TenantId
    tenant_zh: str
    tenant_en: str
    on: date
    category: str
    facts: SalesFacts
    gto_fen: int
    state: str
    reported_by: str
    reported_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str
