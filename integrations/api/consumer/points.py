"""Points: what there is, in which lots, and how it came and went."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel

from domain.members.accounts import get_balance, get_points_value, get_statement, list_lots
from domain.members.views import BalanceView, LotView, StatementLine
from domain.shared.errors import Invalid
from domain.shared.operations import run_query
from integrations.api.consumer.access import Me
from integrations.api.paging import Page, Paging, paging
from integrations.api.problems import responses

router = APIRouter(tags=['points'])
USUAL, LONGEST = timedelta(days=90), timedelta(days=400)


class Points(BaseModel):
    balance: BalanceView
    value_fen: int


@router.get('/points', responses=responses(409))
async def points(
    me: Me, at: Annotated[AwareDatetime | None, Query(description='As of that instant; now if left out.')] = None
) -> Points:
    """What may be spent, what is pending, what is held; and what it is worth."""
    now = datetime.now(UTC)
    balance = await run_query(get_balance, actor=me.actor, member_id=me.id, at=at or now)
    value = await run_query(get_points_value, actor=me.actor, points=max(0, balance.available), now=now)
    return Points(balance=balance, value_fen=value)


@router.get('/points/lots', responses=responses())
async def lots(me: Me, page: Annotated[Paging, Depends(paging)]) -> Page[LotView]:
    """Lots with their expiry, in order of their id."""
    return page.of(await run_query(list_lots, actor=me.actor, member_id=me.id), lambda lot: lot.id)


@router.get('/points/statement', responses=responses())
async def statement(
    me: Me,
    page: Annotated[Paging, Depends(paging)],
    since: Annotated[AwareDatetime | None, Query(description='90 days ago if left out.')] = None,
    until: Annotated[AwareDatetime | None, Query(description='Exclusive; now if left out.')] = None,
) -> Page[StatementLine]:
    """Every posting with the running balance, oldest first; at most 400 days at once."""
    end = until or datetime.now(UTC)
    begin = since or end - USUAL
    if not timedelta(0) < end - begin <= LONGEST:
        raise Invalid(field='since', reason='a span of 400 days at most, beginning before it ends')
    lines = await run_query(get_statement, actor=me.actor, member_id=me.id, since=begin, until=end)
    return page.of(lines, lambda line: line.entry_id)
