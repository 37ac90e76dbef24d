"""The browser side, the API and the probes in one process, as `atrium web` serves them."""

from collections.abc import Iterator

import httpx
import pytest
from nicegui import Client, app

from integrations.api.app import mounts
from integrations.api.settings import ApiSettings
from tests.conftest import Database
from tests.security.site import Site, serve


@pytest.fixture(scope='module')
def site(database: Database) -> Iterator[Site]:
    with serve(mounts=mounts(ApiSettings(), {})) as served:
        yield served


async def test_each_address_is_answered_by_its_own_application(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.url) as http:
        alive, ready = await http.get('/healthz'), await http.get('/readyz')
        refused, document = await http.get('/api/v1/whoami'), await http.get('/api/v1/openapi.json')
        door = await http.get('/login')

    assert (alive.text, ready.json()['status']) == ('ok', 'ready')
    assert (refused.status_code, refused.headers['content-type']) == (401, 'application/problem+json')
    assert document.json()['servers'] == [{'url': '/api/v1'}]
    assert door.status_code == 200


async def test_the_api_and_the_probes_pass_the_outer_guards_and_none_of_the_browsers(site: Site) -> None:
    users, pages = len(app.storage._users), len(Client.instances)
    async with httpx.AsyncClient(base_url=site.url) as http:
        for path in ('/healthz', '/readyz', '/metrics', '/api/v1/whoami', '/api/v1/nowhere'):
            answer = await http.get(path)
            assert 'set-cookie' not in answer.headers, path
            assert answer.headers['x-content-type-options'] == 'nosniff', path
            assert "default-src 'none'" in answer.headers['content-security-policy'], path
        foreign = await http.get('/api/v1/whoami', headers={'Host': 'evil.example'})
        large = await http.post('/api/v1/footfall/annotations', content=b'x' * 1_500_000)

    assert (foreign.status_code, large.status_code) == (400, 413)
    assert (len(app.storage._users), len(Client.instances)) == (users, pages)


async def test_a_page_of_the_browser_side_never_answers_the_apis_addresses(site: Site) -> None:
    browser = site.browser('*', account=1)
    answer = await browser.http.get('/api/v1/cockpit')
    await site.tidy()

    assert (answer.status_code, answer.json()['code']) == (404, 'http.404')
