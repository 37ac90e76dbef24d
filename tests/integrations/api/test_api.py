"""The API's own promises: keys, scopes, malls, problems, pages, idempotency, limits, request ids."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest
from starlette.applications import Starlette

from domain.shared.actor import MallId
from integrations.api.app import mounts
from integrations.api.paging import Page, Paging
from integrations.api.settings import ApiSettings
from tests.conftest import Database
from tests.integrations.api.conftest import bearer

Key = Callable[..., str]
NOTE = {'since': '2026-11-22T10:00:00+08:00', 'until': '2026-11-22T12:00:00+08:00', 'note_zh': '地铁 3 号口关闭'}


async def test_a_key_says_who_it_is(http: httpx.AsyncClient, key: Key, mall: MallId) -> None:
    answer = await http.get('/api/v1/whoami', headers=bearer(key('mall.view')))

    assert answer.status_code == 200
    assert answer.json()['permissions'] == ['mall.view']
    assert answer.json()['mall_id'] == mall
    assert 'set-cookie' not in answer.headers


@pytest.mark.parametrize('header', [{}, {'Authorization': 'Bearer nonsense'}, {'Authorization': 'Basic YTpi'}])
async def test_without_a_valid_key_there_is_a_problem_and_nothing_else(
    http: httpx.AsyncClient, database: Database, header: dict[str, str]
) -> None:
    answer = await http.get('/api/v1/floors', headers=header)

    assert answer.status_code == 401
    assert answer.headers['content-type'] == 'application/problem+json'
    assert answer.headers['www-authenticate'] == 'Bearer'
    assert answer.json()['code'] == 'identity.wrong_api_key'


async def test_a_cookie_authenticates_nobody(http: httpx.AsyncClient, key: Key) -> None:
    answer = await http.get('/api/v1/whoami', headers={'Cookie': f'atrium={key()}; Authorization={key()}'})

    assert answer.status_code == 401


async def test_a_scope_that_is_missing_is_named_in_the_callers_language(http: httpx.AsyncClient, key: Key) -> None:
    headers = bearer(key('mall.view'))

    zh = await http.get('/api/v1/devices', headers=headers)
    en = await http.get('/api/v1/devices', headers=headers | {'Accept-Language': 'en-GB,en'})

    assert (zh.status_code, zh.json()['code']) == (403, 'access.denied')
    assert 'devices.view' in zh.json()['detail']
    assert '权限' in zh.json()['detail']
    assert 'permission' in en.json()['detail']


async def test_a_key_sees_its_own_mall_only(http: httpx.AsyncClient, key: Key, qinghe: MallId) -> None:
    theirs = await http.get('/api/v1/units?limit=1', headers=bearer(key(mall_id=qinghe)))
    unit_id = theirs.json()['items'][0]['id']

    stranger = bearer(key())
    listed = await http.get('/api/v1/units', headers=stranger)
    fetched = await http.get(f'/api/v1/units/{unit_id}', headers=stranger)
    absent = await http.get('/api/v1/units/2000000000', headers=stranger)

    assert listed.json() == {'items': [], 'next_cursor': None}
    assert fetched.status_code == absent.status_code == 404
    assert fetched.json()['code'] == absent.json()['code']


async def test_pages_cover_a_list_once_and_in_order(http: httpx.AsyncClient, key: Key, qinghe: MallId) -> None:
    headers = bearer(key(mall_id=qinghe))
    whole = (await http.get('/api/v1/units?limit=200', headers=headers)).json()['items']
    seen: list[int] = []
    cursor = ''
    while True:
        page = (await http.get(f'/api/v1/units?limit=5{cursor}', headers=headers)).json()
        seen += [unit['id'] for unit in page['items']]
        if page['next_cursor'] is None:
            break
        cursor = f'&cursor={page["next_cursor"]}'

    assert len(whole) > 10
    assert seen == sorted(unit['id'] for unit in whole)


def test_a_page_is_not_shifted_by_rows_that_come_and_go() -> None:
    first: Page[int] = Paging(3, None).of([1, 2, 3, 4, 5], key=lambda item: item)

    second = Paging(3, first.next_cursor).of([0, 1, 4, 5, 6], key=lambda item: item)

    assert (first.items, second.items, second.next_cursor) == ([1, 2, 3], [4, 5, 6], None)


@pytest.mark.parametrize('cursor', ['x', '!!', 'bnVsbA', 'dHJ1ZQ', 'W10', 'a' * 199])
async def test_a_forged_cursor_is_refused(http: httpx.AsyncClient, key: Key, cursor: str) -> None:
    answer = await http.get('/api/v1/devices', params={'cursor': cursor}, headers=bearer(key()))

    assert (answer.status_code, answer.json()['code']) == (422, 'api.bad_cursor')


async def test_bad_fields_are_named(http: httpx.AsyncClient, key: Key) -> None:
    answer = await http.post('/api/v1/footfall/annotations', json={'note_zh': ''}, headers=bearer(key()))

    assert answer.status_code == 422
    assert {error['field'] for error in answer.json()['errors']} == {'body.since', 'body.until', 'body.note_zh'}


async def test_X_R4_the_second_arrival_gets_the_first_answer(
    http: httpx.AsyncClient, key: Key, database: Database, mall: MallId
) -> None:
    headers = bearer(key()) | {'Idempotency-Key': 'first-arrival'}

    body = NOTE | {'note_zh': '只来一次'}
    first = await http.post('/api/v1/footfall/annotations', json=body, headers=headers)
    second = await http.post('/api/v1/footfall/annotations', json=body, headers=headers)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (first.headers['idempotency-replayed'], second.headers['idempotency-replayed']) == ('false', 'true')
    assert annotations(database, mall, '只来一次') == 1


async def test_X_R4_the_same_key_with_another_request_is_a_conflict(http: httpx.AsyncClient, key: Key) -> None:
    headers = bearer(key()) | {'Idempotency-Key': 'other-request'}
    await http.post('/api/v1/footfall/annotations', json=NOTE, headers=headers)

    other = await http.post('/api/v1/footfall/annotations', json=NOTE | {'note_zh': '别的'}, headers=headers)

    assert (other.status_code, other.json()['code']) == (409, 'idempotency.conflict')


async def test_X_R4_twins_that_arrive_together_are_done_once(
    http: httpx.AsyncClient, key: Key, database: Database, mall: MallId
) -> None:
    headers = bearer(key()) | {'Idempotency-Key': 'twins-arrive'}
    body = NOTE | {'note_zh': '同时到达'}

    answers = await asyncio.gather(
        *(http.post('/api/v1/footfall/annotations', json=body, headers=headers) for _ in range(8))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()['id'] for answer in answers}) == 1
    assert annotations(database, mall, '同时到达') == 1


async def test_the_key_of_one_caller_means_nothing_to_another(http: httpx.AsyncClient, key: Key) -> None:
    one, other = (bearer(key()) | {'Idempotency-Key': 'shared-word'} for _ in range(2))

    first = await http.post('/api/v1/footfall/annotations', json=NOTE, headers=one)
    second = await http.post('/api/v1/footfall/annotations', json=NOTE, headers=other)

    assert first.json()['id'] != second.json()['id']


def annotations(database: Database, mall: MallId, note: str) -> int:
    with psycopg.connect(database.owner_url) as connection:
        row = connection.execute(
            'SELECT count(*) FROM footfall_annotation WHERE mall_id = %s AND note_zh = %s', [mall, note]
        ).fetchone()
    assert row is not None
    return row[0]


async def test_a_window_must_be_sensible(http: httpx.AsyncClient, key: Key) -> None:
    headers = bearer(key())
    for since, until, grain in (
        ('2026-11-22T00:00:00Z', '2026-11-21T00:00:00Z', 'hour'),
        ('2001-01-01T00:00:00Z', '2026-11-22T00:00:00Z', 'minute'),
        ('0001-01-01T00:00:00Z', '0001-01-02T00:00:00Z', 'day'),
    ):
        query = {'since': since, 'until': until, 'grain': grain}
        answer = await http.get('/api/v1/footfall/series', params=query, headers=headers)
        assert (answer.status_code, answer.json()['code']) == (422, 'api.window_too_long')

    naive = {'since': '2026-11-22T00:00:00', 'until': '2026-11-23T00:00:00'}
    assert (await http.get('/api/v1/footfall/series', params=naive, headers=headers)).status_code == 422


async def test_the_export_is_csv_that_spreadsheets_read_and_leaves_an_audit_entry(
    http: httpx.AsyncClient, key: Key, database: Database
) -> None:
    query = {'since': '2026-11-21T00:00:00+08:00', 'until': '2026-11-22T00:00:00+08:00'}

    answer = await http.get('/api/v1/footfall/export.csv', params=query, headers=bearer(key()))

    assert answer.headers['content-type'].startswith('text/csv')
    assert answer.text.startswith('\ufeffbucket_at,business_on,line_code')
    with psycopg.connect(database.owner_url) as connection:
        row = connection.execute("SELECT count(*) FROM audit_entry WHERE action = 'footfall.export_rows'").fetchone()
    assert row is not None
    assert row[0] >= 1


async def test_a_request_id_is_kept_or_made(http: httpx.AsyncClient, key: Key) -> None:
    headers = bearer(key())

    kept = await http.get('/api/v1/whoami', headers=headers | {'X-Request-Id': 'till-7.42'})
    made = await http.get('/api/v1/whoami', headers=headers | {'X-Request-Id': 'bad id\u00e9'.encode('latin-1')})
    lost = await http.get('/api/v1/nowhere', headers=headers)

    assert kept.headers['x-request-id'] == 'till-7.42'
    assert len(made.headers['x-request-id']) == 32
    assert lost.status_code == 404
    assert lost.json()['request_id'] == lost.headers['x-request-id']


async def test_the_audit_log_quotes_the_request_id(http: httpx.AsyncClient, key: Key, database: Database) -> None:
    headers = bearer(key()) | {'X-Request-Id': 'audited-request'}
    await http.post('/api/v1/footfall/annotations', json=NOTE, headers=headers)

    with psycopg.connect(database.owner_url) as connection:
        rows = connection.execute("SELECT action FROM audit_entry WHERE request_id = 'audited-request'").fetchall()

    assert rows == [('footfall.annotate',)]


@pytest.fixture
async def strict(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The API with the limit that it has in the field."""
    application = Starlette(routes=mounts(ApiSettings(), {}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url='http://test') as client:
        yield client


async def test_a_key_has_twenty_requests_a_second(strict: httpx.AsyncClient, key: Key) -> None:
    mine, other = bearer(key()), bearer(key())
    started = datetime.now(UTC)
    answers = [await strict.get('/api/v1/whoami', headers=mine) for _ in range(30)]
    elapsed = datetime.now(UTC) - started

    admitted = sum(answer.status_code == 200 for answer in answers)
    assert 20 <= admitted <= 20 * (1 + elapsed / timedelta(seconds=1))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert all(int(answer.headers['retry-after']) >= 1 for answer in refused)
    assert (await strict.get('/api/v1/whoami', headers=other)).status_code == 200


async def test_guessing_keys_is_limited_by_address(strict: httpx.AsyncClient) -> None:
    answers = [
        await strict.get('/api/v1/whoami', headers=bearer(f'atr_{number:010d}_{"x" * 43}')) for number in range(60)
    ]

    assert 429 in {answer.status_code for answer in answers}


async def test_the_description_names_every_failure_and_the_scheme(http: httpx.AsyncClient, database: Database) -> None:
    document = (await http.get('/api/v1/openapi.json')).json()

    assert document['components']['securitySchemes']['HTTPBearer']['scheme'] == 'bearer'
    assert 'Problem' in document['components']['schemas']
    for path, verbs in document['paths'].items():
        for route in verbs.values():
            assert {'401', '403', '422', '429', '503'} <= set(route['responses']), path
            assert route['summary'], path


@pytest.mark.parametrize('path', ['/floors/%0A/plan', '/floors/a%0Ab/plan', '/nothing%0Aat/all'])
async def test_a_path_with_a_line_end_is_answered_by_the_api_too(
    http: httpx.AsyncClient, key: Callable[..., str], qinghe: MallId, path: str
) -> None:
    answer = await http.get(f'/api/v1{path}', headers=bearer(key(mall_id=qinghe)))
    assert answer.status_code in (404, 422)
    assert answer.headers['content-type'] == 'application/problem+json'
