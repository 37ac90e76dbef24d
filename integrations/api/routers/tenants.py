"""For the tills and the ERP of tenants: leases, turnover, bills, goods. A tenant's key sees that tenant's alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from domain.billing.permissions import VIEW as VIEW_BILLS
from domain.billing.queries import list_charges
from domain.billing.views import ChargeView
from domain.inventory.overview import StockRow, list_stock
from domain.inventory.permissions import VIEW as VIEW_STOCK
from domain.inventory.queries import find_item, on_hand
from domain.inventory.views import OnHandRow
from domain.leasing.commands import DayTurnover, LeaseId, ReportTurnover, SalesFacts
from domain.leasing.permissions import REPORT_TURNOVER
from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_leases
from domain.leasing.turnover import list_months, missing_days, report_turnover
from domain.leasing.views import LeaseView, MonthView, Reported
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.operations import run_query
from integrations.api.access import Requires
from integrations.api.idempotency import Key, once
from integrations.api.paging import Page, Paging, paging
from integrations.api.problems import responses

router = APIRouter(prefix='/tenant', tags=['tenants'])
LeaseViewer = Annotated[Actor, Depends(Requires(VIEW_LEASES))]
BillViewer = Annotated[Actor, Depends(Requires(VIEW_BILLS))]
StockViewer = Annotated[Actor, Depends(Requires(VIEW_STOCK))]
Pages = Annotated[Paging, Depends(paging)]
Id = Annotated[int, Path(ge=1, le=2**62)]
Sku = Annotated[str, Path(pattern=r'^[A-Za-z0-9._-]{1,64}$')]
Amount = Annotated[int, Field(ge=0, le=10**12, description='Fen, VAT included.')]
MOST_DAYS = 400


class SpanTooLong(DomainError):
    code = 'api.span_too_long'
    status = 422
    zh = '日期范围过大或颠倒：最多 {most} 天，且结束日须晚于开始日（结束日不计入）。'
    en = 'The days are too many or reversed: {most} at most, and the end, which is not counted, comes after the start.'


class DayTwice(DomainError):
    code = 'api.day_twice'
    status = 422
    zh = '第 {row} 行与第 {first} 行重复：{day} {category}。'
    en = 'Row {row} repeats row {first}: {day}, {category}.'


class LeaseSummary(BaseModel):
    """A lease that was signed; `ends_on` is the first day after it, the area in square decimetres."""

    id: int
    number: str
    tenant_id: int
    category: str
    status: str
    starts_on: date
    ends_on: date
    unit_ids: tuple[int, ...]
    net_area_dm2: int


class ItemRow(BaseModel):
    """An item in pieces; `available` may be sold, the rest is on hold, on the road, expired or recalled."""

    sku: str
    name_zh: str
    name_en: str
    ownership: str
    barcodes: tuple[str, ...]
    on_hand: int
    available: int


class DayOfSales(BaseModel):
    """What a shop sold in one category on one business day, as its till knows it; the lease says what counts."""

    on: date
    category: Annotated[str, Field(pattern=r'^[A-Za-z0-9._-]{1,64}$')]
    sold_fen: Amount
    returned_fen: Amount = 0
    staff_sales_fen: Amount = 0
    online_pick_up_fen: Amount = 0
    gift_cards_sold_fen: Amount = 0
    gift_cards_redeemed_fen: Amount = 0
    mall_funded_fen: Amount = 0
    receipts: Annotated[int, Field(ge=0, le=10**6)] = 0
    vat_bp: Annotated[int, Field(ge=0, le=10_000)] = 1_300


class Turnover(BaseModel):
    """Days under one lease: all are taken, or none."""

    model_config = ConfigDict(json_schema_extra={'examples': [{
        'lease_id': 12, 'days': [
            {'on': '2026-11-25', 'category': 'fashion', 'sold_fen': 1288000, 'returned_fen': 19900, 'receipts': 41},
        ],
    }]})  # fmt: skip

    lease_id: Annotated[int, Field(ge=1, le=2**62)]
    days: Annotated[list[DayOfSales], Field(min_length=1, max_length=MOST_DAYS)]


@router.get('/leases', responses=responses())
async def leases(actor: LeaseViewer, page: Pages) -> Page[LeaseSummary]:
    """Signed leases, running and ended, in order of their id."""
    found = await run_query(list_leases, actor=actor)
    return page.of([_summary(lease) for lease in found if lease.status != 'draft'], lambda lease: lease.id)


@router.get('/turnover/{lease_id}', responses=responses(404))
async def months(actor: LeaseViewer, lease_id: Id, page: Pages) -> Page[MonthView]:
    """Months in which anything was reported, open and closed."""
    found = await run_query(list_months, actor=actor, lease_id=LeaseId(lease_id))
    return page.of(found, lambda month: month.month.isoformat())


@router.get('/turnover/{lease_id}/missing', responses=responses(404))
async def missing(actor: LeaseViewer, lease_id: Id, from_on: date, until_on: date, page: Pages) -> Page[date]:
    """Days of the lease without any turnover; `until_on` is exclusive."""
    if not timedelta(0) < until_on - from_on <= timedelta(days=MOST_DAYS):
        raise SpanTooLong(most=MOST_DAYS)
    found = await run_query(missing_days, actor=actor, lease_id=LeaseId(lease_id), from_on=from_on, until_on=until_on)
    return page.of(found, date.isoformat)


@router.post('/turnover', responses=responses(404, 409))
async def report(
    actor: Annotated[Actor, Depends(Requires(REPORT_TURNOVER))], body: Turnover, response: Response, key: Key = None
) -> Reported:
    """Takes days of turnover, all or none. A day sent again replaces itself while its month is open; what comes late
    for a closed month counts today.
    """
    _check_each_once(body.days)
    command = ReportTurnover(
        lease_id=LeaseId(body.lease_id), source='api', days=tuple(day_of(day) for day in body.days)
    )
    answer: Reported = await once(report_turnover, actor=actor, key=key, response=response, command=command)
    return answer


@router.get('/bills', responses=responses())
async def bills(
    actor: BillViewer,
    page: Pages,
    is_open: Annotated[bool | None, Query(description='Only bills that are still owed, or only others.')] = None,
) -> Page[ChargeView]:
    """Bills in order of their id; negative ones are credits."""
    found = await run_query(list_charges, actor=actor)
    return page.of([bill for bill in found if is_open in (None, bill.open_fen > 0)], lambda bill: bill.id)


@router.get('/items', responses=responses())
async def items(actor: StockViewer, page: Pages) -> Page[ItemRow]:
    """Goods by SKU with their pieces; a tenant's own."""
    found = await run_query(list_stock, actor=actor, day=await _today(actor))
    return page.of([_item(row) for row in found], lambda row: row.sku)


@router.get('/items/{sku}/stock', responses=responses(404))
async def stock(actor: StockViewer, sku: Sku) -> list[OnHandRow]:
    """Where an item lies, by place and lot, and whether it may be sold there today."""
    item = await run_query(find_item, actor=actor, code=sku)
    return await run_query(on_hand, actor=actor, item_id=item.id, day=await _today(actor))


async def _today(actor: Actor) -> date:
    clock = await run_query(get_business_clock, actor=actor)
    return clock.business_on(datetime.now(UTC))


def _check_each_once(days: list[DayOfSales]) -> None:
    """:raises DayTwice:"""
    seen: dict[tuple[date, str], int] = {}
    for row, day in enumerate(days):
        first = seen.setdefault((day.on, day.category), row)
        if first != row:
            raise DayTwice(row=row, first=first, day=day.on, category=day.category)


def day_of(day: DayOfSales) -> DayTurnover:
    return DayTurnover(on=day.on, category=day.category, facts=SalesFacts(**day.model_dump(exclude={'on', 'category'})))


def _summary(lease: LeaseView) -> LeaseSummary:
    return LeaseSummary(
        id=lease.id, number=lease.number, tenant_id=lease.tenant_id, category=lease.category, status=lease.status,
        starts_on=lease.starts_on, ends_on=lease.ends_on, unit_ids=lease.unit_ids, net_area_dm2=lease.net_area_dm2,
    )  # fmt: skip


def _item(row: StockRow) -> ItemRow:
    return ItemRow(
        sku=row.sku, name_zh=row.name_zh, name_en=row.name_en, ownership=row.ownership, barcodes=row.barcodes,
        on_hand=row.on_hand, available=row.available,
    )  # fmt: skip
