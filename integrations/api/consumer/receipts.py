"""Receipts of all shops, photographed receipts, and after-sales requests about a line of one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import AwareDatetime, BaseModel, Field

from domain.aftersales.claiming import submit_claim
from domain.aftersales.commands import OpenRequest, SubmitClaim
from domain.aftersales.servicing import list_requests_of, open_request
from domain.aftersales.views import ClaimView, RequestView
from domain.sales.shifts import get_receipt_of, list_receipts
from domain.sales.views import SaleView
from domain.shared.operations import run_query
from integrations.api.consumer.access import Me, Member
from integrations.api.idempotency import Key, once
from integrations.api.paging import Page, Paging, paging
from integrations.api.problems import responses

router = APIRouter(tags=['receipts'])
ReceiptKey = Annotated[str, Field(min_length=1, max_length=200)]


class Ask(BaseModel):
    """About one line of a receipt of one's own, counted from 0."""

    key: ReceiptKey
    receipt_key: ReceiptKey
    line: Annotated[int, Field(ge=0, le=1000)]
    complaint: Annotated[str, Field(min_length=1, max_length=2000)]


class Claim(BaseModel):
    """What is printed on a photographed receipt; `photo_hash` is the SHA-256 of the picture."""

    key: ReceiptKey
    shop: Annotated[str, Field(min_length=1, max_length=80)]
    bought_at: AwareDatetime
    fen: Annotated[int, Field(ge=1, le=100_000_000)]
    receipt_no: Annotated[str, Field(max_length=80)] = ''
    photo_hash: Annotated[str, Field(pattern=r'^[0-9a-f]{64}$')]


@router.get('/receipts', responses=responses())
async def receipts(me: Me, page: Annotated[Paging, Depends(paging)]) -> Page[SaleView]:
    """One's receipts of all shops (消费凭证), however many, the newest first."""
    after = page.after_number()
    before = None if after is None else -after
    found = await run_query(list_receipts, actor=me.actor, member_id=me.id, before_id=before, limit=page.limit + 1)
    return page.of(found, lambda sale: -sale.id)


@router.get('/receipts/{key}', responses=responses(404))
async def receipt(me: Me, key: Annotated[str, Path(max_length=200)]) -> SaleView:
    """One receipt of one's own."""
    return await _own(me, key)


@router.get('/after-sales', responses=responses())
async def requests(me: Me) -> list[RequestView]:
    """One's requests, the newest first."""
    return await run_query(list_requests_of, actor=me.actor, member_id=me.id)


@router.post('/after-sales', responses=responses(404, 409))
async def ask(me: Me, given: Ask, response: Response, key: Key = None) -> RequestView:
    """Asks the shop about a line; the mall hears of it when the shop does not answer in time."""
    await _own(me, given.receipt_key)
    command = OpenRequest(
        key=f'member:{me.id}:{given.key}', sale_key=given.receipt_key, line=given.line, complaint=given.complaint
    )
    answer: RequestView = await once(open_request, actor=me.actor, key=key, response=response, command=command)
    return answer


@router.post('/claims', responses=responses(409))
async def claim(me: Me, given: Claim, response: Response, key: Key = None) -> ClaimView:
    """Points for a purchase that we did not see (拍照积分); a likely duplicate waits for a person."""
    command = SubmitClaim(
        key=f'member:{me.id}:{given.key}',
        member_id=me.id,
        shop=given.shop,
        bought_at=given.bought_at,
        fen=given.fen,
        receipt_no=given.receipt_no,
        photo_hash=given.photo_hash,
    )
    answer: ClaimView = await once(submit_claim, actor=me.actor, key=key, response=response, command=command)
    return answer


async def _own(me: Member, key: str) -> SaleView:
    return await run_query(get_receipt_of, actor=me.actor, member_id=me.id, key=key)
