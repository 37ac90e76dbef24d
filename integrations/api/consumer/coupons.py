"""The member's coupons, and the code by which one is redeemed."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from domain.coupons.commands import CouponId
from domain.coupons.queries import list_coupons, show_coupon_code
from domain.coupons.views import CouponView
from domain.shared.errors import NotFound
from domain.shared.operations import run_query
from domain.shared.sealing import CODE_STEP_S
from integrations.api.consumer.access import Me
from integrations.api.consumer.profile import MemberCode
from integrations.api.paging import Page, Paging, paging
from integrations.api.problems import responses

router = APIRouter(tags=['coupons'])


@router.get('/coupons', responses=responses())
async def coupons(me: Me, page: Annotated[Paging, Depends(paging)]) -> Page[CouponView]:
    """Coupons of every state, in order of their id."""
    return page.of(await run_query(list_coupons, actor=me.actor, member_id=me.id), lambda coupon: coupon.id)


@router.get('/coupons/{coupon_id}/code', responses=responses(404))
async def coupon_code(me: Me, coupon_id: Annotated[int, Path(ge=1, le=2**62)]) -> MemberCode:
    """The rotating code (核销码) of a coupon of one's own."""
    own = await run_query(list_coupons, actor=me.actor, member_id=me.id)
    if coupon_id not in {coupon.id for coupon in own}:
        raise NotFound
    now = datetime.now(UTC)
    shown = await run_query(show_coupon_code, actor=me.actor, coupon_id=CouponId(coupon_id), now=now)
    return MemberCode(code=shown, expires_in_s=CODE_STEP_S - int(now.timestamp()) % CODE_STEP_S)
