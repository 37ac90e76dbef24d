"""Endpoints are registered, events are written down for those who want them, tries are recorded."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.live import notify
from domain.shared.operations import operation, query
from domain.shared.sealing import seal, unseal
from domain.webhooks._rules import next_wait
from domain.webhooks.addresses import fits
from domain.webhooks.commands import OFFERED, DeliveryId, EndpointId, Heard, Outcome, RegisterEndpoint
from domain.webhooks.errors import (
    AddressUnfit,
    DeliveryUnknown,
    EndpointUnknown,
    EventNotOffered,
    MallNeeded,
    TooManyEndpoints,
)
from domain.webhooks.models import Delivery, Endpoint
from domain.webhooks.permissions import MANAGE, RUN
from domain.webhooks.views import DeliveryView, DueDelivery, EndpointView, NewEndpoint

MOST_ENDPOINTS = 5
FIELD = 'webhook_endpoint.secret'
LEASE_S = 60  # a try that was begun and never recorded is begun again after this


@operation(MANAGE, name='webhooks.register_endpoint')
def register_endpoint(session: Session, *, actor: Actor, command: RegisterEndpoint, now: datetime) -> NewEndpoint:
    """An address for the actor's tenant, or for the mall where the actor is bound to none.

    :raises EventNotOffered:
    :raises AddressUnfit:
    :raises TooManyEndpoints:
    """
    mall_id = _mall_of(actor)
    unknown = sorted(set(command.events) - set(OFFERED))
    if unknown:
        raise EventNotOffered(events=', '.join(unknown))
    if not fits(command.url, allows_private=command.allows_private):
        raise AddressUnfit
    if len(_active(session, actor)) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(most=MOST_ENDPOINTS)
    secret = f'whsec_{secrets.token_urlsafe(32)}'
    endpoint = Endpoint(
        mall_id=mall_id, tenant_id=actor.tenant_id, url=command.url, events=sorted(set(command.events)),
        sealed_secret=seal(secret, mall_id=mall_id, field=FIELD), allows_private=command.allows_private,
        created_by=actor.name, created_at=now,
    )  # fmt: skip
    session.add(endpoint)
    session.flush()
    return NewEndpoint(
        id=EndpointId(endpoint.id), url=endpoint.url, events=tuple(endpoint.events), secret=secret
    )  # fmt: skip


@operation(MANAGE, name='webhooks.end_endpoint')
def end_endpoint(session: Session, *, actor: Actor, endpoint_id: EndpointId, now: datetime) -> EndpointView:
    """Nothing is sent there any more; ending twice is no error.

    :raises EndpointUnknown: also for another tenant's.
    """
    endpoint = session.exec(select(Endpoint).where(Endpoint.id == endpoint_id).with_for_update()).one_or_none()
    if endpoint is None:
        raise EndpointUnknown
    endpoint.ended_at = endpoint.ended_at or now
    session.flush()
    notify(session, 'webhooks', endpoint.mall_id)
    return endpoint_views(session, [endpoint])[0]


@operation(MANAGE, name='webhooks.replay_delivery')
def replay_delivery(session: Session, *, actor: Actor, delivery_id: DeliveryId, now: datetime) -> DeliveryView:
    """Sends a delivery again, under the same id, as soon as the worker comes by.

    :raises DeliveryUnknown: also for another tenant's.
    """
    delivery = session.exec(select(Delivery).where(Delivery.id == delivery_id).with_for_update()).one_or_none()
    if delivery is None:
        raise DeliveryUnknown
    delivery.state, delivery.next_try_at, delivery.tries = 'waiting', now, 0
    session.flush()
    notify(session, 'webhooks', delivery.mall_id)
    return delivery_view(delivery)


@operation(RUN, name='webhooks.hear', is_audited=False)
def hear(session: Session, *, actor: Actor, command: Heard, now: datetime) -> int:
    """Writes an event down for every endpoint that wants it; heard twice, it is written once. Answers how many."""
    if command.name not in OFFERED:
        return 0
    wanting = [endpoint for endpoint in _active(session, actor) if command.name in endpoint.events]
    rows = [
        {'mall_id': endpoint.mall_id, 'tenant_id': endpoint.tenant_id, 'endpoint_id': endpoint.id,
         'event_id': command.event_id, 'event': command.name, 'facts': command.facts, 'state': 'waiting', 'tries': 0,
         'created_at': now, 'next_try_at': now, 'last_error': ''}
        for endpoint in wanting if endpoint.tenant_id in (None, command.facts.get('tenant_id'))
    ]  # fmt: skip
    if not rows:
        return 0
    written = session.execute(insert(Delivery).on_conflict_do_nothing().returning(col(Delivery.id)), rows)
    return len(written.all())


@operation(RUN, name='webhooks.take_due', is_audited=False)
def take_due(session: Session, *, actor: Actor, now: datetime, limit: int = 20) -> list[DueDelivery]:
    """Deliveries whose time has come; nobody else is given them for a minute."""
    mall_id = _mall_of(actor)
    rows = session.execute(
        text("""
            UPDATE webhook_delivery d SET tries = d.tries + 1, next_try_at = :now + make_interval(secs => :lease)
              FROM webhook_endpoint e
             WHERE e.mall_id = d.mall_id AND e.id = d.endpoint_id AND d.id IN (
                   SELECT w.id FROM webhook_delivery w JOIN webhook_endpoint x
                       ON x.mall_id = w.mall_id AND x.id = w.endpoint_id
                    WHERE w.mall_id = app_mall() AND w.state = 'waiting' AND w.next_try_at <= :now
                      AND x.ended_at IS NULL AND x.paused_at IS NULL
                    ORDER BY w.next_try_at LIMIT :limit FOR UPDATE OF w SKIP LOCKED)
            RETURNING d.id, e.url, e.sealed_secret, d.event_id, d.event, d.created_at, d.facts, e.allows_private
        """),
        {'now': now, 'limit': limit, 'lease': LEASE_S},
    ).all()
    return [
        DueDelivery(
            id=DeliveryId(row.id), url=row.url,
            secret=SecretStr(unseal(row.sealed_secret, mall_id=mall_id, field=FIELD)),
            event_id=row.event_id, event=row.event, created_at=row.created_at, facts=row.facts,
            allows_private=row.allows_private,
        ) for row in sorted(rows, key=lambda row: int(row.id))
    ]  # fmt: skip


@operation(RUN, name='webhooks.record_outcome', is_audited=False)
def record_outcome(session: Session, *, actor: Actor, command: Outcome, now: datetime) -> DeliveryView:
    """Notes how a try went: taken, to be tried again later, or given up.

    :raises DeliveryUnknown:
    """
    found = select(Delivery).where(Delivery.id == command.delivery_id).with_for_update()
    delivery = session.exec(found).one_or_none()
    if delivery is None:
        raise DeliveryUnknown
    delivery.last_status, delivery.last_error = command.status, command.why[:300]
    wait = next_wait(delivery.tries)
    if command.is_taken:
        delivery.state = 'taken'
    elif wait is None:
        delivery.state = 'given_up'
    else:
        delivery.next_try_at = now + wait
    session.flush()
    notify(session, 'webhooks', delivery.mall_id)
    return delivery_view(delivery)


@query(MANAGE)
def list_endpoints(session: Session, *, actor: Actor) -> list[EndpointView]:
    """Endpoints that are not ended; a tenant's own."""
    return endpoint_views(session, _active(session, actor))


@query(MANAGE)
def list_deliveries(
    session: Session, *, actor: Actor, endpoint_id: EndpointId, before: DeliveryId | None = None, limit: int = 50
) -> list[DeliveryView]:
    """An endpoint's deliveries, the newest first.

    :raises EndpointUnknown: also for another tenant's.
    """
    if session.exec(select(Endpoint).where(Endpoint.id == endpoint_id)).one_or_none() is None:
        raise EndpointUnknown
    found = select(Delivery).where(Delivery.endpoint_id == endpoint_id)
    if before is not None:
        found = found.where(col(Delivery.id) < before)
    return [delivery_view(row) for row in session.exec(found.order_by(col(Delivery.id).desc()).limit(limit))]


def _mall_of(actor: Actor) -> MallId:
    if actor.mall_id is None:
        raise MallNeeded
    return actor.mall_id


def _active(session: Session, actor: Actor) -> list[Endpoint]:
    found = select(Endpoint).where(col(Endpoint.ended_at).is_(None))
    if actor.tenant_id is not None:
        found = found.where(Endpoint.tenant_id == actor.tenant_id)
    return list(session.exec(found.order_by(col(Endpoint.id))))


def endpoint_views(session: Session, endpoints: Iterable[Endpoint]) -> list[EndpointView]:
    counted = select(Delivery.endpoint_id, Delivery.state, func.count()).group_by(
        col(Delivery.endpoint_id), col(Delivery.state)
    )
    counts = {(endpoint, state): number for endpoint, state, number in session.exec(counted)}
    return [
        EndpointView(
            id=EndpointId(one.id), tenant_id=None if one.tenant_id is None else TenantId(one.tenant_id), url=one.url,
            events=tuple(one.events), is_active=one.ended_at is None,
            is_paused=one.paused_at is not None, created_by=one.created_by,
            created_at=one.created_at, waiting=counts.get((one.id, 'waiting'), 0),
            given_up=counts.get((one.id, 'given_up'), 0),
        ) for one in endpoints
    ]  # fmt: skip


def delivery_view(row: Delivery) -> DeliveryView:
    return DeliveryView(
        id=DeliveryId(row.id), endpoint_id=EndpointId(row.endpoint_id), event_id=row.event_id, event=row.event,
        state=row.state, tries=row.tries, created_at=row.created_at,
        next_try_at=row.next_try_at if row.state == 'waiting' else None, last_status=row.last_status,
        last_error=row.last_error,
    )  # fmt: skip
