"""An endpoint is paused without losing anything, and tried out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.shared.actor import Actor, MallId
from domain.shared.operations import ask, perform
from domain.webhooks.care import MOST_TESTS, WITHIN, pause_endpoint, resume_endpoint, try_endpoint
from domain.webhooks.commands import OFFERED, TEST_EVENT, Heard, RegisterEndpoint
from domain.webhooks.errors import EndpointPaused, EndpointUnknown, TooManyTests
from domain.webhooks.operations import (
    end_endpoint,
    hear,
    list_deliveries,
    list_endpoints,
    register_endpoint,
    take_due,
)
from domain.webhooks.views import NewEndpoint
from tests.domain.leasing.world import World, build_world
from tests.sealing_keys import install_test_keys

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
PAID = 'billing.payment_received'


@pytest.fixture(scope='module', autouse=True)
def keys() -> None:
    """Keys as the composition root would install them."""
    install_test_keys()


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


@pytest.fixture
def shop(world: World) -> Iterator[Actor]:
    actor = replace(world.actor, name='店长', tenant_id=world.tenant(), permissions=frozenset({'webhooks.manage'}))
    yield actor
    for endpoint in ask(list_endpoints, actor=actor):
        perform(end_endpoint, actor=actor, endpoint_id=endpoint.id, now=NOW)


def registered(shop: Actor) -> NewEndpoint:
    command = RegisterEndpoint(url='https://erp.example.com/hook', events=(PAID,))
    return perform(register_endpoint, actor=shop, command=command, now=NOW)


def due(world: World, shop: Actor, at: datetime) -> list[str]:
    taken = perform(take_due, actor=world.actor, now=at, limit=200)
    return [one.event_id for one in taken if one.facts.get('tenant_id') == shop.tenant_id]


def test_a_paused_endpoint_is_told_later_and_loses_nothing(world: World, shop: Actor) -> None:
    endpoint = registered(shop)
    for _ in range(2):
        assert perform(pause_endpoint, actor=shop, endpoint_id=endpoint.id, now=NOW).is_paused
    event = f'paused-{endpoint.id}'
    perform(hear, actor=world.actor, now=NOW, command=Heard(
        event_id=event, name=PAID, facts={'tenant_id': shop.tenant_id}
    ))  # fmt: skip
    assert due(world, shop, NOW + timedelta(days=2)) == []

    assert not perform(resume_endpoint, actor=shop, endpoint_id=endpoint.id, now=NOW).is_paused
    assert due(world, shop, NOW + timedelta(days=2)) == [event]


def test_a_test_is_sent_like_any_event_and_is_no_toy(world: World, shop: Actor) -> None:
    endpoint = registered(shop)
    first = perform(try_endpoint, actor=shop, endpoint_id=endpoint.id, now=NOW)
    assert (first.event, first.state) == (TEST_EVENT, 'waiting')
    assert due(world, shop, NOW) == [first.event_id]
    for _ in range(MOST_TESTS - 1):
        perform(try_endpoint, actor=shop, endpoint_id=endpoint.id, now=NOW)
    with pytest.raises(TooManyTests):
        perform(try_endpoint, actor=shop, endpoint_id=endpoint.id, now=NOW)
    perform(try_endpoint, actor=shop, endpoint_id=endpoint.id, now=NOW + WITHIN)
    assert len(ask(list_deliveries, actor=shop, endpoint_id=endpoint.id)) == MOST_TESTS + 1
    assert TEST_EVENT not in OFFERED


def test_a_paused_or_ended_endpoint_is_not_tried(shop: Actor) -> None:
    endpoint = registered(shop)
    perform(pause_endpoint, actor=shop, endpoint_id=endpoint.id, now=NOW)
    with pytest.raises(EndpointPaused):
        perform(try_endpoint, actor=shop, endpoint_id=endpoint.id, now=NOW)
    perform(end_endpoint, actor=shop, endpoint_id=endpoint.id, now=NOW)
    for function in (try_endpoint, pause_endpoint, resume_endpoint):
        with pytest.raises(EndpointUnknown):
            perform(function, actor=shop, endpoint_id=endpoint.id, now=NOW)


def test_TA_R2_another_shops_endpoint_is_neither_paused_nor_tried(world: World, shop: Actor) -> None:
    endpoint, stranger = registered(shop), replace(shop, tenant_id=world.tenant())
    for function in (try_endpoint, pause_endpoint, resume_endpoint):
        with pytest.raises(EndpointUnknown):
            perform(function, actor=stranger, endpoint_id=endpoint.id, now=NOW)
    assert not ask(list_endpoints, actor=shop)[0].is_paused
