"""Webhooks on their way: a receiver verifies them as the standard says; nothing is sent into the mall's own network."""

import hashlib
import hmac
import threading
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import uuid4

import orjson
import pytest
from pydantic import SecretStr

from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from domain.webhooks.care import pause_endpoint, resume_endpoint, try_endpoint
from domain.webhooks.commands import TEST_EVENT, DeliveryId, RegisterEndpoint
from domain.webhooks.operations import list_deliveries, register_endpoint
from domain.webhooks.views import DueDelivery
from integrations.webhooks.client import send
from integrations.worker.subscriptions import Delivered, reactions_to
from integrations.worker.webhooks import deliver
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


class Receiver:
    """A tenant's ERP: remembers what came, answers as it was told."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.url = ''

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """The bodies whose signature holds, reckoned here anew from the text of the standard."""
        key = urlsafe_b64decode(secret.removeprefix('whsec_') + '=')
        bodies = []
        for headers, body in self.came:
            signed = f'{headers["webhook-id"]}.{headers["webhook-timestamp"]}.'.encode() + body
            wanted = b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
            if headers['webhook-signature'] == f'v1,{wanted}':
                bodies.append(orjson.loads(body))
        return bodies


@contextmanager
def receiver(*answers: int, location: str = '') -> Iterator[Receiver]:
    kept = Receiver()
    kept.answers = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers['content-length']))
            kept.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.answers.pop(0) if kept.answers else 204)
            if location:
                self.send_header('location', location)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(('127.0.0.1', 0), Handler)
    kept.url = f'http://127.0.0.1:{server.server_port}/hook'
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def due(url: str, *, allows_private: bool = True) -> DueDelivery:
    return DueDelivery(
        id=DeliveryId(1), url=url, secret=SecretStr('whsec_c2VjcmV0c2VjcmV0'), event_id='e-1', event=PAID,
        created_at=NOW, facts={'amount_fen': 1}, allows_private=allows_private,
    )  # fmt: skip


def happened(world: World, tenant: int) -> None:
    facts = {'mall_id': world.actor.mall_id, 'occurred_at': NOW.isoformat(), 'tenant_id': tenant, 'amount_fen': 700}
    event = Delivered(event_id=str(uuid4()), name=PAID, version=1, facts=facts)
    for reaction in reactions_to(PAID):
        reaction(event)


def test_an_event_reaches_the_tenants_own_system_signed(world: World) -> None:
    tenant = world.tenant()
    shop = replace(world.actor, tenant_id=tenant)
    with receiver(500) as erp:
        command = RegisterEndpoint(url=erp.url, events=(PAID,), allows_private=True)
        endpoint = perform(register_endpoint, actor=shop, command=command)
        for _ in range(2):
            happened(world, tenant)

        deliver(world.actor)

        taken, refused = sorted(
            ask(list_deliveries, actor=shop, endpoint_id=endpoint.id), key=lambda one: one.state != 'taken'
        )
        assert (taken.state, taken.last_status) == ('taken', 204)
        assert (refused.state, refused.last_status, refused.tries) == ('waiting', 500, 1)
        bodies = erp.verified(endpoint.secret)
        assert [body['data']['amount_fen'] for body in bodies] == [700, 700]
        assert {body['id'] for body in bodies} == {taken.event_id, refused.event_id}


def test_nothing_is_sent_into_networks_of_the_installation() -> None:
    with receiver() as inside:
        outcome = send(due(inside.url, allows_private=False), now=NOW)

        assert (outcome.status, inside.came) == (None, [])
        assert 'public' in outcome.why


def test_a_name_that_leads_inside_is_refused_too() -> None:
    with receiver() as inside:
        port = inside.url.split(':')[2].split('/')[0]
        outcome = send(due(f'http://localhost:{port}/hook', allows_private=False), now=NOW)

        assert (outcome.status, inside.came) == (None, [])


def test_a_redirect_is_an_answer_and_not_an_address() -> None:
    with receiver() as elsewhere, receiver(302, location=elsewhere.url) as erp:
        outcome = send(due(erp.url), now=NOW)

        assert (outcome.status, outcome.is_taken, elsewhere.came) == (302, False, [])


@pytest.mark.parametrize('url', ['http://127.0.0.1:9/hook', 'http://no-such-name.invalid/hook'])
def test_nobody_there_is_an_outcome_and_no_error(url: str) -> None:
    outcome = send(due(url), now=NOW)

    assert outcome.status is None
    assert outcome.why


def test_a_test_reaches_the_system_signed_and_while_it_is_paused_nothing_does(world: World) -> None:
    tenant = world.tenant()
    shop = replace(world.actor, tenant_id=tenant)
    with receiver() as erp:
        command = RegisterEndpoint(url=erp.url, events=(PAID,), allows_private=True)
        endpoint = perform(register_endpoint, actor=shop, command=command)
        tried = perform(try_endpoint, actor=shop, endpoint_id=endpoint.id)
        deliver(world.actor)
        [body] = erp.verified(endpoint.secret)
        assert (body['type'], body['id'], body['data']['tenant_id']) == (TEST_EVENT, tried.event_id, tenant)

        perform(pause_endpoint, actor=shop, endpoint_id=endpoint.id)
        happened(world, tenant)
        deliver(world.actor)
        assert len(erp.came) == 1
        perform(resume_endpoint, actor=shop, endpoint_id=endpoint.id)
        deliver(world.actor)
        assert [one['type'] for one in erp.verified(endpoint.secret)] == [TEST_EVENT, PAID]
