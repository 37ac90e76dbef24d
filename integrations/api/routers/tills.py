"""Orders that tills sold while the server was away. A till proves itself by its signature; it has no API key."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from domain.sales.commands import SyncOrder
from domain.sales.syncing import accept_order
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import run_in_thread
from integrations.api.access import RateLimit
from integrations.api.problems import responses

router = APIRouter(tags=['tills'])


class SignedOrder(BaseModel):
    """`payload` is the order as JSON text, `signature` its HMAC-SHA256 (hex) under the key of the till."""

    model_config = ConfigDict(json_schema_extra={'examples': [{
        'mall_id': 1, 'till': 'T01', 'signature': '5f3c…', 'payload': '{"key": "9f1f6c1e-6a53-4a83-9a37-0f8b5d8b1c11",'
        ' "till": "T01", "occurred_at": "2026-11-22T04:00:00Z", "cash_fen": 1600, "seconds": 12, "items": [{"sku":'
        ' "beer-500", "name": "青岛啤酒", "category": "food", "quantity": 2, "unit_fen": 800}]}',
    }]})  # fmt: skip

    mall_id: Annotated[int, Field(ge=1, le=2**31 - 1)]
    till: Annotated[str, Field(min_length=1, max_length=64)]
    payload: Annotated[str, Field(min_length=2, max_length=200_000)]
    signature: Annotated[str, Field(pattern=r'^[0-9a-fA-F]{64}$')]


class Accepted(BaseModel):
    """The sale that the order became, now or when it came before."""

    key: str
    receipt_no: int
    state: str
    money_fen: int


@router.post('/pos/orders', responses=responses(409))
async def take_order(request: Request, order: SignedOrder) -> Accepted:
    """Takes an offline order in, once: sent again, from another tab or after a time-out, it answers the same sale."""
    limit: RateLimit = request.app.state.rate_limit
    limit.spend(f'till:{order.mall_id}:{order.till}')
    actor = system_actor(f'till {order.till}', MallId(order.mall_id))
    command = SyncOrder(till=order.till, payload=order.payload, signature=order.signature)
    sale = await run_in_thread(lambda: accept_order(actor=actor, command=command, now=datetime.now(UTC)))
    return Accepted(key=sale.key, receipt_no=sale.id, state=sale.state, money_fen=sale.money_fen)
