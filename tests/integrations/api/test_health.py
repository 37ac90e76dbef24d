"""Probes and metrics tell the truth and need no key."""

import asyncio
import socket

import httpx
import pytest
from pydantic import SecretStr

from domain.shared.database import DatabaseSettings, connect
from integrations.api import health
from integrations.api.health import OK, Part, Readiness
from integrations.mqtt.health import broker_answers
from integrations.mqtt.settings import MqttSettings
from integrations.vision.client import vision_answers
from tests.conftest import Database


async def test_a_living_process_says_so(http: httpx.AsyncClient) -> None:
    answer = await http.get('/healthz')

    assert (answer.status_code, answer.text) == (200, 'ok')


async def test_ready_means_that_the_database_answers(http: httpx.AsyncClient) -> None:
    answer = await http.get('/readyz')

    assert (answer.status_code, answer.json()) == (200, {'status': 'ready', 'parts': {'database': 'ok'}})


async def test_without_the_database_it_is_down_and_says_why(http: httpx.AsyncClient, database: Database) -> None:
    connect(DatabaseSettings(url=SecretStr(f'postgresql://nobody:x@127.0.0.1:{free_port()}/none'), pool_timeout_s=1))
    try:
        down = await http.get('/readyz')
        alive = await http.get('/healthz')
        refused = await http.get('/api/v1/whoami', headers={'Authorization': f'Bearer atr_{"a" * 10}_{"b" * 43}'})
    finally:
        connect(DatabaseSettings(url=SecretStr(database.app_url), pool_size=8, max_overflow=32))

    assert (down.status_code, down.json()['status']) == (503, 'down')
    assert 'database' in down.json()['parts']['database']
    assert alive.status_code == 200
    assert (refused.status_code, refused.json()['code']) == (503, 'database.unavailable')


async def test_without_broker_or_vision_people_can_work() -> None:
    port = free_port()
    settings = MqttSettings(host='127.0.0.1', port=port)
    broker = Part(lambda: broker_answers(settings), is_required=False)
    vision = Part(lambda: vision_answers(f'http://127.0.0.1:{port}'), is_required=False)
    readiness = Readiness({'broker': broker, 'vision': vision})

    answers = await readiness.ask()

    assert readiness.verdict(answers) == 'degraded'
    assert f'127.0.0.1:{port} does not answer' in answers['broker']
    assert f'127.0.0.1:{port} does not answer' in answers['vision']


async def test_a_part_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, 'PATIENCE_S', 0.05)

    async def never() -> str:
        await asyncio.Event().wait()
        return OK

    answers = await Readiness({'slow': Part(never, is_required=True)}).ask()

    assert answers['slow'].startswith('no answer')


async def test_probes_do_not_multiply() -> None:
    asked = 0

    async def count() -> str:
        nonlocal asked
        asked += 1
        return OK

    readiness = Readiness({'counted': Part(count, is_required=True)})
    await asyncio.gather(*(readiness.ask() for _ in range(50)))

    assert asked == 1


async def test_metrics_are_for_the_neighbourhood(http: httpx.AsyncClient) -> None:
    await http.get('/api/v1/whoami')
    near = await http.get('/metrics')
    transport = httpx.ASGITransport(http._transport.app, client=('203.0.113.9', 1))  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=transport, base_url='http://test') as stranger:
        far = await stranger.get('/metrics')

    assert 'atrium_api_requests_total{method="GET",route="/whoami",status="401"}' in near.text
    assert far.status_code == 403


def free_port() -> int:
    with socket.create_server(('127.0.0.1', 0)) as server:
        port: int = server.getsockname()[1]
        return port
