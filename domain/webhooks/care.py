"""Looking after an endpoint: pausing it without losing anything, and trying it out."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session, col, func, select

from domain.shared.actor import Actor
from domain.shared.live import notify
from domain.shared.operations import operation
from domain.webhooks.commands import TEST_EVENT, EndpointId
from domain.webhooks.errors import EndpointPaused, EndpointUnknown, TooManyTests
from domain.webhooks.models import Delivery, Endpoint
from domain.webhooks.operations import delivery_view, endpoint_views
from domain.webhooks.permissions import MANAGE
from domain.webhooks.views import DeliveryView, EndpointView

MOST_TESTS, WITHIN = 5, timedelta(minutes=10)


@operation(MANAGE, name='webhooks.pause_endpoint')
def pause_endpoint(session: Session, *, actor: Actor, endpoint_id: EndpointId, now: datetime) -> EndpointView:
    """Nothing is sent there for now; events are written down and sent once it is resumed. Pausing twice is no error.

    :raises EndpointUnknown: also for another tenant's, and for one that was ended.
    """
    endpoint = _active(session, endpoint_id)
    endpoint.paused_at = endpoint.paused_at or now
    return _changed(session, endpoint)


@operation(MANAGE, name='webhooks.resume_endpoint')
def resume_endpoint(session: Session, *, actor: Actor, endpoint_id: EndpointId, now: datetime) -> EndpointView:
    """Sends there again, beginning with what was written down in between. Resuming twice is no error.

    :raises EndpointUnknown: also for another tenant's, and for one that was ended.
    """
    endpoint = _active(session, endpoint_id)
    endpoint.paused_at = None
    return _changed(session, endpoint)


@operation(MANAGE, name='webhooks.test_endpoint')
def try_endpoint(session: Session, *, actor: Actor, endpoint_id: EndpointId, now: datetime) -> DeliveryView:
    """Sends a harmless event there, signed as every other; the worker does it within moments.

    :raises EndpointUnknown: also for another tenant's, and for one that was ended.
    :raises EndpointPaused:
    :raises TooManyTests: an address is nobody's toy.
    """
    endpoint = _active(session, endpoint_id)
    if endpoint.paused_at is not None:
        raise EndpointPaused
    counted = select(func.count()).select_from(Delivery).where(
        Delivery.endpoint_id == endpoint.id, Delivery.event == TEST_EVENT, col(Delivery.created_at) > now - WITHIN
    )  # fmt: skip
    if session.exec(counted).one() >= MOST_TESTS:
        raise TooManyTests(most=MOST_TESTS, minutes=int(WITHIN.total_seconds() // 60))
    delivery = Delivery(
        mall_id=endpoint.mall_id, tenant_id=endpoint.tenant_id, endpoint_id=endpoint.id, event_id=f'test-{uuid4()}',
        event=TEST_EVENT, facts={'tenant_id': endpoint.tenant_id, 'asked_by': actor.name}, state='waiting',
        created_at=now, next_try_at=now,
    )  # fmt: skip
    session.add(delivery)
    session.flush()
    notify(session, 'webhooks', endpoint.mall_id)
    return delivery_view(delivery)


def _active(session: Session, endpoint_id: EndpointId) -> Endpoint:
    """:raises EndpointUnknown:"""
    found = select(Endpoint).where(Endpoint.id == endpoint_id, col(Endpoint.ended_at).is_(None))
    endpoint = session.exec(found.with_for_update()).one_or_none()
    if endpoint is None:
        raise EndpointUnknown
    return endpoint


def _changed(session: Session, endpoint: Endpoint) -> EndpointView:
    session.flush()
    notify(session, 'webhooks', endpoint.mall_id)
    return endpoint_views(session, [endpoint])[0]
