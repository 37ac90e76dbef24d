"""Endpoints hear what is theirs, at least once, and later and later where they refuse."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.operations import ask, perform
from domain.webhooks._rules import WAITS, next_wait
from domain.webhooks.addresses import fits, is_public
from domain.webhooks.commands import Heard, Outcome, RegisterEndpoint
from domain.webhooks.errors import AddressUnfit, DeliveryUnknown, EndpointUnknown, EventNotOffered, TooManyEndpoints
from domain.webhooks.operations import (
    MOST_ENDPOINTS,
    end_endpoint,
    hear,
    list_deliveries,
    list_endpoints,
    record_outcome,
    register_endpoint,
    replay_delivery,
    take_due,
)
from domain.webhooks.views import NewEndpoint
from tests.conftest import Database
from tests.domain.leasing.world import World, build_world
from tests.sealing_keys import install_test_keys

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
PAID, DONE = 'billing.payment_received', 'tenancy.work_order_done'
_numbers = count(1)


@pytest.fixture(scope='module', autouse=True)
def keys() -> None:
    """Keys as the composition root would install them."""
    install_test_keys()


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


@pytest.fixture(autouse=True)
def free_places(world: World) -> Iterator[None]:
    """A mall has few endpoints; each test gives its own back."""
    yield
    for endpoint in ask(list_endpoints, actor=world.actor):
        if endpoint.is_active:
            perform(end_endpoint, actor=world.actor, endpoint_id=endpoint.id, now=NOW)


def of_shop(world: World, tenant: TenantId) -> Actor:
    return replace(world.actor, name='erp', tenant_id=tenant, permissions=frozenset({'webhooks.manage'}))


def registered(actor: Actor, *events: str) -> NewEndpoint:
    command = RegisterEndpoint(url='https://erp.example.com/hook', events=events or (PAID,))
    return perform(register_endpoint, actor=actor, command=command, now=NOW)


def happened(world: World, name: str = PAID, **facts: object) -> str:
    event_id = f'event-{next(_numbers)}'
    perform(hear, actor=world.actor, command=Heard(event_id=event_id, name=name, facts=facts), now=NOW)
    return event_id


def heard_by(actor: Actor, endpoint: NewEndpoint) -> list[str]:
    return [delivery.event_id for delivery in ask(list_deliveries, actor=actor, endpoint_id=endpoint.id)]


def test_an_endpoint_of_a_tenant_hears_of_that_tenant_alone(world: World) -> None:
    mine, other = world.tenant(), world.tenant()
    shop = of_shop(world, mine)
    endpoint, of_mall = registered(shop, PAID), registered(world.actor, PAID)

    own = happened(world, tenant_id=mine)
    foreign = happened(world, tenant_id=other)
    nobodys = happened(world)
    unwanted = happened(world, DONE, tenant_id=mine)

    assert heard_by(shop, endpoint) == [own]
    assert heard_by(world.actor, of_mall) == [nobodys, foreign, own]
    assert unwanted not in heard_by(world.actor, of_mall)
    perform(end_endpoint, actor=world.actor, endpoint_id=of_mall.id, now=NOW)


def test_an_event_heard_twice_is_delivered_once(world: World) -> None:
    tenant = world.tenant()
    shop = of_shop(world, tenant)
    endpoint = registered(shop)
    command = Heard(event_id='heard-twice', name=PAID, facts={'tenant_id': tenant})

    counts = [perform(hear, actor=world.actor, command=command, now=NOW) for _ in range(2)]

    assert counts == [1, 0]
    assert heard_by(shop, endpoint) == ['heard-twice']


def test_a_refused_delivery_is_tried_later_and_later_and_then_waits_for_a_person(world: World) -> None:
    tenant = world.tenant()
    shop = of_shop(world, tenant)
    endpoint = registered(shop)
    happened(world, tenant_id=tenant)
    now, tried = NOW, []
    for _ in range(len(WAITS) + 1):
        [due] = [one for one in perform(take_due, actor=world.actor, now=now) if one.facts.get('tenant_id') == tenant]
        outcome = Outcome(delivery_id=due.id, status=503)
        view = perform(record_outcome, actor=world.actor, command=outcome, now=now)
        tried.append(view.next_try_at)
        now = view.next_try_at or now

    waits = [after - before for before, after in zip([NOW, *tried], tried[:-1], strict=False) if after and before]
    assert waits == list(WAITS)
    [given_up] = ask(list_deliveries, actor=shop, endpoint_id=endpoint.id)
    assert (given_up.state, given_up.tries, given_up.last_status) == ('given_up', len(WAITS) + 1, 503)
    assert ask(list_endpoints, actor=shop)[0].given_up == 1

    again = perform(replay_delivery, actor=shop, delivery_id=given_up.id, now=now)
    assert (again.state, again.event_id) == ('waiting', given_up.event_id)


def test_a_try_that_was_never_recorded_is_made_again_and_nobody_makes_it_beside(world: World) -> None:
    tenant = world.tenant()
    registered(of_shop(world, tenant))
    event = happened(world, tenant_id=tenant)

    def due(at: datetime) -> list[str]:
        return [one.event_id for one in perform(take_due, actor=world.actor, now=at) if one.event_id == event]

    assert [due(NOW), due(NOW + timedelta(seconds=30)), due(NOW + timedelta(seconds=60))] == [[event], [], [event]]


def test_what_was_taken_is_not_sent_again_and_an_ended_endpoint_hears_nothing(world: World) -> None:
    tenant = world.tenant()
    shop = of_shop(world, tenant)
    endpoint = registered(shop)
    happened(world, tenant_id=tenant)
    [delivery] = ask(list_deliveries, actor=shop, endpoint_id=endpoint.id)
    taken = perform(record_outcome, actor=world.actor, command=Outcome(delivery_id=delivery.id, status=204), now=NOW)
    assert (taken.state, taken.next_try_at) == ('taken', None)

    happened(world, tenant_id=tenant)
    perform(end_endpoint, actor=shop, endpoint_id=endpoint.id, now=NOW)
    due = perform(take_due, actor=world.actor, now=NOW + timedelta(days=1), limit=100)
    assert [one for one in due if one.facts.get('tenant_id') == tenant] == []
    assert ask(list_endpoints, actor=shop) == []


def test_bad_endpoints_are_refused(world: World) -> None:
    shop = of_shop(world, world.tenant())
    with pytest.raises(EventNotOffered):
        registered(shop, 'identity.signed_in')
    with pytest.raises(AddressUnfit):
        perform(register_endpoint, actor=shop, now=NOW,
                command=RegisterEndpoint(url='http://erp.example.com/hook', events=(PAID,)))  # fmt: skip
    for _ in range(MOST_ENDPOINTS):
        registered(shop)
    with pytest.raises(TooManyEndpoints):
        registered(shop)


def test_TA_R2_another_tenants_endpoint_is_out_of_reach(world: World) -> None:
    owner, stranger = of_shop(world, world.tenant()), of_shop(world, world.tenant())
    endpoint = registered(owner)
    happened(world, tenant_id=owner.tenant_id)
    [delivery] = ask(list_deliveries, actor=owner, endpoint_id=endpoint.id)

    with pytest.raises(EndpointUnknown):
        ask(list_deliveries, actor=stranger, endpoint_id=endpoint.id)
    with pytest.raises(EndpointUnknown):
        perform(end_endpoint, actor=stranger, endpoint_id=endpoint.id, now=NOW)
    with pytest.raises(DeliveryUnknown):
        perform(replay_delivery, actor=stranger, delivery_id=delivery.id, now=NOW)


def test_the_secret_is_nowhere_in_the_database(world: World, database: Database) -> None:
    secret = registered(of_shop(world, world.tenant())).secret

    with psycopg.connect(database.owner_url) as connection:
        rows = connection.execute('SELECT e::text FROM webhook_endpoint e').fetchall()
    assert secret.startswith('whsec_')
    assert all(secret not in row[0] and secret.encode().hex() not in row[0] for row in rows)


@pytest.mark.parametrize('url', [
    'http://erp.example.com', 'https://user:pass@erp.example.com', 'https://127.0.0.1/x', 'https://10.1.2.3',
    'https://[::1]/', 'https://localhost/', 'https://printer/', 'https://db.internal/', 'ftp://erp.example.com',
    'https://[::ffff:10.0.0.1]/', 'https://169.254.169.254/meta', 'https://erp.example.com:99999/', 'nonsense',
    'https://100.64.0.1/', 'https://0.0.0.0/',
])  # fmt: skip
def test_an_address_inside_or_with_credentials_is_unfit(url: str) -> None:
    assert not fits(url, allows_private=False)


def test_an_address_of_the_internet_fits_and_a_site_may_allow_its_own() -> None:
    assert fits('https://erp.example.com:8443/hook?x=1', allows_private=False)
    assert fits('http://127.0.0.1:8000/hook', allows_private=True)
    assert not fits('file:///etc/passwd', allows_private=True)


@given(st.ip_addresses())
def test_only_addresses_of_the_internet_are_public(address: object) -> None:
    assert is_public(str(address)) <= (not getattr(address, 'is_private') or bool(getattr(address, 'is_global')))  # noqa: B009


@given(st.integers(1, 50))
def test_waits_grow_and_end(tries: int) -> None:
    wait = next_wait(tries)
    assert (wait is None) == (tries > len(WAITS))
    if wait is not None and tries > 1:
        assert wait > WAITS[tries - 2]
