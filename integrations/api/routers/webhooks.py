"""Webhooks: where events are sent, what became of each, and sending it again."""

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from domain.shared.actor import Actor
from domain.shared.operations import operation, run_query
from domain.shared.sealing import seal, unseal
from domain.webhooks.care import pause_endpoint, resume_endpoint, try_endpoint
from domain.webhooks.commands import OFFERED, DeliveryId, EndpointId, RegisterEndpoint
from domain.webhooks.errors import MallNeeded
from domain.webhooks.operations import (
    end_endpoint,
    list_deliveries,
    list_endpoints,
    register_endpoint,
    replay_delivery,
)
from domain.webhooks.permissions import MANAGE
from domain.webhooks.views import DeliveryView, EndpointView, NewEndpoint
from integrations.api.access import Requires
from integrations.api.idempotency import Key, once
from integrations.api.paging import Page, Paging, paging
from integrations.api.problems import responses

router = APIRouter(prefix='/webhooks', tags=['webhooks'])
Manager = Annotated[Actor, Depends(Requires(MANAGE))]
Id = Annotated[int, Path(ge=1, le=2**62)]
Pages = Annotated[Paging, Depends(paging)]
ANSWER = 'api.webhook_secret'


class NewWebhook(BaseModel):
    """An address and the events that it wants, by their names in `GET /webhooks/events`."""

    model_config = ConfigDict(json_schema_extra={'examples': [{
        'url': 'https://erp.example.com/atrium', 'events': ['billing.payment_received'],
    }]})  # fmt: skip

    url: Annotated[str, Field(min_length=10, max_length=500, pattern=r'^https?://[\x21-\x7e]+$')]
    events: Annotated[list[Annotated[str, Field(pattern=r'^[a-z_.]{1,64}$')]], Field(min_length=1, max_length=50)]


class _Sealed(BaseModel):
    """A new endpoint as it is remembered: for a day or so somebody may ask again, and the secret is not for reading."""

    id: int
    url: str
    events: tuple[str, ...]
    sealed: str


@router.get('', responses=responses())
async def endpoints(actor: Manager, page: Pages) -> Page[EndpointView]:
    """Addresses that are in use: a tenant's own, or all of the mall's."""
    return page.of(await run_query(list_endpoints, actor=actor), lambda endpoint: endpoint.id)


@router.get('/events', responses=responses())
async def events(actor: Manager) -> tuple[str, ...]:
    """The names of the events that are offered."""
    return OFFERED


@router.post('', status_code=201, responses=responses(409))
async def register(
    actor: Manager, request: Request, body: NewWebhook, response: Response, key: Key = None
) -> NewEndpoint:
    """Registers an address; the secret in the answer signs what is sent there and is shown this once."""
    command = RegisterEndpoint(
        url=body.url, events=tuple(body.events), allows_private=request.app.state.webhooks_to_private
    )
    answer = await once(_register, actor=actor, key=key, response=response, command=command)
    made = _Sealed.model_validate(answer)
    secret = unseal(b64decode(made.sealed), mall_id=actor.mall_id or 0, field=ANSWER)
    return NewEndpoint(id=EndpointId(made.id), url=made.url, events=made.events, secret=secret)


@router.delete('/{endpoint_id}', responses=responses(404, 409))
async def end(actor: Manager, endpoint_id: Id, response: Response, key: Key = None) -> EndpointView:
    """Nothing is sent there any more; ending twice is no error."""
    answer: EndpointView = await once(
        end_endpoint, actor=actor, key=key, response=response, endpoint_id=EndpointId(endpoint_id)
    )
    return answer


@router.post('/{endpoint_id}/pause', responses=responses(404, 409))
async def pause(actor: Manager, endpoint_id: Id, response: Response, key: Key = None) -> EndpointView:
    """Nothing is sent there for now; what happens meanwhile is sent once it is resumed."""
    answer: EndpointView = await once(
        pause_endpoint, actor=actor, key=key, response=response, endpoint_id=EndpointId(endpoint_id)
    )
    return answer


@router.post('/{endpoint_id}/resume', responses=responses(404, 409))
async def resume(actor: Manager, endpoint_id: Id, response: Response, key: Key = None) -> EndpointView:
    """Sends there again, beginning with what happened in between."""
    answer: EndpointView = await once(
        resume_endpoint, actor=actor, key=key, response=response, endpoint_id=EndpointId(endpoint_id)
    )
    return answer


@router.post('/{endpoint_id}/test', responses=responses(404, 409))
async def try_out(actor: Manager, endpoint_id: Id, response: Response, key: Key = None) -> DeliveryView:
    """Sends `webhooks.test` there within moments, signed as every other; at most five in ten minutes."""
    answer: DeliveryView = await once(
        try_endpoint, actor=actor, key=key, response=response, endpoint_id=EndpointId(endpoint_id)
    )
    return answer


@router.get('/{endpoint_id}/deliveries', responses=responses(404))
async def deliveries(actor: Manager, endpoint_id: Id, page: Pages) -> Page[DeliveryView]:
    """What was sent there or is waiting, the newest first."""
    after = page.after_number()
    before = None if after is None else DeliveryId(-after)
    found = await run_query(
        list_deliveries, actor=actor, endpoint_id=EndpointId(endpoint_id), before=before, limit=page.limit + 1
    )
    return page.of(found, lambda delivery: -delivery.id)


@router.post('/deliveries/{delivery_id}/replay', responses=responses(404, 409))
async def replay(actor: Manager, delivery_id: Id, response: Response, key: Key = None) -> DeliveryView:
    """Sends a delivery again, under the same event id, within moments."""
    answer: DeliveryView = await once(
        replay_delivery, actor=actor, key=key, response=response, delivery_id=DeliveryId(delivery_id)
    )
    return answer


@operation(MANAGE, name='webhooks.register_endpoint')
def _register(session: object, *, actor: Actor, command: RegisterEndpoint, now: datetime) -> _Sealed:
    """The domain's operation, with its secret sealed, since answers are kept beside their idempotency key.

    :raises MallNeeded:
    """
    if actor.mall_id is None:
        raise MallNeeded
    made = register_endpoint(session, actor=actor, command=command, now=now)  # type: ignore[arg-type]
    sealed = b64encode(seal(made.secret, mall_id=actor.mall_id, field=ANSWER)).decode()
    return _Sealed(id=made.id, url=made.url, events=made.events, sealed=sealed)
