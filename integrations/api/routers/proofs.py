"""A day's sales with a photograph of the till's Z report, over the API. A tenant's key sees that tenant's alone."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import BaseModel, Field

from domain.leasing.commands import HandReportId, LeaseId, ReportByHand
from domain.leasing.hand_reports import (
    get_z_report,
    keep_z_report,
    list_hand_reports,
    report_by_hand,
    withdraw_report,
)
from domain.leasing.permissions import REPORT_TURNOVER, VIEW
from domain.leasing.views import HandReported, HandReportView
from domain.shared.actor import Actor, TenantId
from domain.shared.attachments import Kept
from domain.shared.operations import run_operation, run_query
from integrations.api.access import Requires
from integrations.api.idempotency import Key, once
from integrations.api.paging import Page, Paging, paging
from integrations.api.problems import responses
from integrations.api.routers.tenants import DayOfSales, day_of

router = APIRouter(prefix='/tenant', tags=['tenants'])
Reporter = Annotated[Actor, Depends(Requires(REPORT_TURNOVER))]
Viewer = Annotated[Actor, Depends(Requires(VIEW))]
Id = Annotated[int, Path(ge=1, le=2**62)]
Tenant = Annotated[int | None, Query(ge=1, le=2**62, description='Whose it is, where the key is no tenant’s.')]
Picture = Annotated[bytes, Body(media_type='application/octet-stream', description='The picture itself.')]


class DayByHand(BaseModel):
    """One day under one lease. `photo` is the name that `POST /tenant/z-reports` gave; a lease may ask for one."""

    lease_id: Annotated[int, Field(ge=1, le=2**62)]
    day: DayOfSales
    photo: Annotated[str, Field(pattern=r'^([0-9a-f]{32})?$')] = ''


class HandReport(BaseModel):
    """A day with its photograph: `waiting`, `accepted`, `rejected` (with the reason) or `withdrawn`."""

    id: int
    on: date
    category: str
    gto_fen: int
    state: str
    reason: str
    reported_by: str
    reported_at: datetime


@router.post('/z-reports', responses=responses(404))
async def keep(actor: Reporter, content: Picture, tenant_id: Tenant = None) -> Kept:
    """Keeps a photograph (JPEG, PNG, WebP) without its notes, and gives the name to cite it by."""
    whose = None if tenant_id is None else TenantId(tenant_id)
    return await run_operation(keep_z_report, actor=actor, content=content, tenant_id=whose)


@router.post('/turnover/by-hand', responses=responses(404, 409))
async def by_hand(actor: Reporter, body: DayByHand, response: Response, key: Key = None) -> HandReported:
    """Takes a day. With a photograph it waits until the mall accepts it; a day sent again replaces one that waits."""
    command = ReportByHand(lease_id=LeaseId(body.lease_id), day=day_of(body.day), photo=body.photo)
    answer: HandReported = await once(report_by_hand, actor=actor, key=key, response=response, command=command)
    return answer


@router.get('/turnover/{lease_id}/by-hand', responses=responses(404))
async def reports(
    actor: Viewer, lease_id: Id, page: Annotated[Paging, Depends(paging)]
) -> Page[HandReport]:  # fmt: skip
    """Days with photographs and what became of them."""
    found = await run_query(list_hand_reports, actor=actor, lease_id=LeaseId(lease_id))
    return page.of([_report(one) for one in sorted(found, key=lambda one: one.id)], lambda one: one.id)


@router.get(
    '/turnover/by-hand/{report_id}/photo', responses=responses(404) | {200: {'content': {'image/jpeg': {}}}},
    response_class=Response,
)  # fmt: skip
async def photo(actor: Viewer, report_id: Id) -> Response:
    """The photograph of a report."""
    found = await run_query(get_z_report, actor=actor, report_id=HandReportId(report_id))
    return Response(found.content, media_type=found.kind, headers={'X-Content-Type-Options': 'nosniff'})


@router.post('/turnover/by-hand/{report_id}/withdraw', responses=responses(404, 409))
async def withdraw(actor: Reporter, report_id: Id) -> HandReport:
    """Takes back a day that nobody has looked at."""
    return _report(await run_operation(withdraw_report, actor=actor, report_id=HandReportId(report_id)))


def _report(one: HandReportView) -> HandReport:
    return HandReport(
        id=one.id, on=one.on, category=one.category, gto_fen=one.gto_fen, state=one.state, reason=one.reason,
        reported_by=one.reported_by, reported_at=one.reported_at,
    )  # fmt: skip
