"""Every page and every route × every role, compared with the table that is kept by hand."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.applications import Starlette

from domain.devices.commands import DeviceKind, RegisterDevice
from domain.devices.operations import register_device
from domain.identity.commands import CreateApiKey
from domain.identity.operations import create_api_key, install_roles
from domain.identity.roles import ROLE_BY_CODE
from domain.mall.operations import import_mall
from domain.mall.queries import list_floors, list_units
from domain.registry import permissions
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import ask, perform
from domain.shared.permission import Permission
from integrations.api.access import Requires, caller
from integrations.api.app import PREFIX, create_api, mounts
from integrations.api.settings import ApiSettings
from tests.conftest import Database
from tests.security.matrix import APART, NOBODYS, PAGES, ROLES, ROUTES, SIGNED
from tests.security.site import Browser, Site, serve
from ui.main import load_pages
from ui.shell.pages import PAGES as REGISTRY
from ui.shell.pages import path_parameters

EXAMPLES = {
    'key': '0f6c1e9a',
    'camera': 'cam-1',
    'member': '1',
    'lease': '1',
    'item': '1',
    'order': '1',
    'count': '1',
    'run': '1',
    'charge': '1',
    'tenant': '1',
    'meter': '1',
    'line': '1',
    'floor_id': '1',
    'unit_id': '1',
    'device_id': '1',
    'alarm_id': '1',
    'lease_id': '1',
    'sku': 'sku-1',
    'endpoint_id': '1',
    'delivery_id': '1',
    'report_id': '1',
}
TENANT = 1
WINDOW = {'since': '2026-11-21T00:00:00+08:00', 'until': '2026-11-22T00:00:00+08:00'}


def allowed(table: dict[str, str], name: str, role: str) -> bool:
    return table[name].split()[ROLES.index(role)] == 'x'


def filled(path: str) -> str:
    return path.format(**{name: EXAMPLES[name] for name in path_parameters(path)})


# The tables themselves


def test_the_table_has_a_cell_for_every_role() -> None:
    assert set(ROLES) == {'nobody', *ROLE_BY_CODE}
    for table in (PAGES, ROUTES):
        for name, row in table.items():
            assert len(row.split()) == len(ROLES), name
            assert set(row.split()) <= {'x', '.'}, name


def test_every_page_stands_in_the_table() -> None:
    load_pages()

    assert {spec.path for spec in REGISTRY if not spec.path.startswith('/probe')} == set(PAGES)


def test_every_route_stands_in_the_table_and_names_its_permission() -> None:
    routes = [route for route in _routes() if route.include_in_schema]

    assert {f'{verb} {route.path}' for route in routes for verb in route.methods} == set(ROUTES)
    for route in routes:
        if any(f'{verb} {route.path}' in SIGNED for verb in route.methods):
            continue
        calls = {dependency.call for dependency in _dependencies(route)}
        assert caller in calls, f'{route.path} asks for no key'
        if route.path != '/whoami':
            assert any(isinstance(call, Requires) for call in calls), f'{route.path} names no permission'


def _routes() -> Iterator[APIRoute]:
    for context in iter_route_contexts(create_api(ApiSettings()).routes):
        if isinstance(context.route, APIRoute):
            yield context.route


def _dependencies(route: APIRoute) -> Iterator[Dependant]:
    waiting = [route.dependant]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += found.dependencies


def test_every_permission_is_given_to_a_role_or_to_nobody_on_purpose() -> None:
    """Of every slice that a page or a route reaches; those without a screen yet stay closed to all."""
    granted = {grant for role in ROLE_BY_CODE.values() for grant in role.grants} - {'*'}
    declared = set(permissions())
    reached = {code.split('.')[0] for code in _asked_for()} | {'identity'}
    open_question = {code for code in declared - granted - set(NOBODYS) if code.split('.')[0] in reached}

    assert granted <= declared, 'a role holds what no slice declares'
    assert not granted & set(NOBODYS), 'a role holds what is meant for nobody'
    assert open_question == set(), 'decide who holds it, in domain/identity/roles.py or in NOBODYS'


def _asked_for() -> set[str]:
    load_pages()
    by_pages = {spec.access.code for spec in REGISTRY if isinstance(spec.access, Permission)}
    by_routes = {
        dependency.call.permission.code
        for route in _routes()
        for dependency in _dependencies(route)
        if isinstance(dependency.call, Requires)
    }
    return {code for code in by_pages | by_routes if not code.startswith('test.')}


@pytest.mark.parametrize('pair', APART)
def test_duties_that_check_each_other_are_apart(pair: tuple[str, str]) -> None:
    holders = [role.code for role in ROLE_BY_CODE.values() if set(pair) <= set(role.grants)]

    assert holders == []


# Pages × roles


@pytest.fixture(scope='module')
def site(database: Database, mall: MallId) -> Iterator[Site]:
    """The shell with the product's own pages, over a mall in which nothing has happened yet."""
    with serve(bare_pages_per_minute=10_000) as served:
        yield served


@pytest.mark.timeout(900)  # every page for every role: some two thousand requests
async def test_every_page_opens_to_whom_the_table_says(site: Site) -> None:
    wrong = []
    for role in ROLES:
        browser = _browser(site, role)
        for path in PAGES:
            answer = await browser.http.get(filled(path))
            assert answer.status_code < 500 or answer.status_code == 503, f'{path}: {answer.text[-400:]}'
            if _was_let_in(answer, path) != allowed(PAGES, path, role):
                wrong.append(f'{role} {path}: {answer.status_code} {answer.headers.get("location", "")}')
        await site.tidy()

    assert wrong == []


async def test_no_page_shows_one_person_anything_of_another(site: Site) -> None:
    leaks = []
    for path in PAGES:
        pages = {}
        spec = REGISTRY.find(path)
        tenant = TENANT if spec is not None and spec.whose == 'shops' else None
        for number in (71, 72):
            browser = site.browser('*', account=number, tenant=tenant, display_name=f'person-{number}-only')
            pages[number] = (await browser.http.get(filled(path))).text
        for number, other in ((71, 72), (72, 71)):
            if f'person-{other}-only' in pages[number]:
                leaks.append(path)
        await site.tidy()

    assert leaks == []


def _browser(site: Site, role: str) -> Browser:
    if role == 'nobody':
        return site.browser()
    tenant = TENANT if ROLE_BY_CODE[role].holder == 'tenant' else None
    return site.browser(*ROLE_BY_CODE[role].grants, account=ROLES.index(role), tenant=tenant, exactly=True)


def _was_let_in(answer: httpx.Response, path: str) -> bool:
    """Refused means sent to the login page or told 403; whatever else comes, the builder has run."""
    sent_to_login = answer.status_code == 303 and answer.headers['location'].startswith('/login')
    return not sent_to_login and answer.status_code != 403


# Routes × roles


@pytest.fixture
def keys(database: Database, mall: MallId) -> dict[str, str]:
    actor = system_actor('seed', mall)
    perform(install_roles, actor=actor)
    made = {}
    for role in ROLES[1:]:
        grants = ROLE_BY_CODE[role].grants
        scopes = tuple(permissions()) if '*' in grants else grants
        command = CreateApiKey(name=role, scopes=scopes)
        now = datetime.now(UTC)
        made[role] = perform(create_api_key, actor=actor, command=command, known=frozenset(permissions()), now=now).key
    return made


async def test_every_route_answers_whom_the_table_says(keys: dict[str, str]) -> None:
    application = Starlette(routes=mounts(ApiSettings(requests_per_second=10_000), {}))
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url='http://test') as http:
        cells = list(product(ROUTES, ROLES))
        answers = await asyncio.gather(*(_ask(http, name, keys.get(role)) for name, role in cells))

    wrong = [
        f'{role} {name}: {status}'
        for (name, role), status in zip(cells, answers, strict=True)
        if (status not in (401, 403)) != allowed(ROUTES, name, role)
    ]
    assert wrong == []
    assert not [status for status in answers if status >= 500]


async def _ask(http: httpx.AsyncClient, name: str, key: str | None) -> int:
    verb, path = name.split()
    headers = {'Authorization': f'Bearer {key}'} if key else {}
    body = {'json': {**WINDOW, 'note_zh': '权限测试'}} if verb == 'POST' else {'params': WINDOW}
    answer = await http.request(verb, f'{PREFIX}{filled(path)}', headers=headers, **body)
    return answer.status_code


@pytest.fixture(scope='module')
def foreign(database: Database) -> dict[str, int]:
    """Objects of another mall, by what their route calls them."""
    document = json.loads((Path(__file__).parents[2] / 'assets' / 'demo_mall' / 'qinghe.json').read_text())
    other, _ = import_mall(actor=system_actor('seed'), document=document)
    actor = system_actor('seed', other.id)
    command = RegisterDevice(code='theirs', kind=DeviceKind.COUNTER)
    return {
        'units': ask(list_units, actor=actor)[0].id,
        'floors': ask(list_floors, actor=actor)[0].id,
        'devices': perform(register_device, actor=actor, command=command).id,
    }


@pytest.mark.parametrize('path', ['/units/{units}', '/floors/{floors}/plan', '/devices/{devices}'])
async def test_another_malls_object_answers_as_one_that_is_not_there(
    keys: dict[str, str], foreign: dict[str, int], path: str
) -> None:
    application = Starlette(routes=mounts(ApiSettings(requests_per_second=10_000), {}))
    headers = {'Authorization': f'Bearer {keys["administrator"]}'}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url='http://test') as http:
        theirs = await http.get(PREFIX + path.format(**foreign), headers=headers)
        nobodys = await http.get(PREFIX + path.format(**dict.fromkeys(foreign, 2_000_000_000)), headers=headers)

    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json()['code'] == nobodys.json()['code']
