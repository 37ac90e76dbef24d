"""What a shop's till and ERP do over the API, and what another shop's key cannot reach."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import httpx
import psycopg
import pytest
from starlette.applications import Starlette

from domain.billing.commands import ApproveRun, PostRun, PreviewRun
from domain.billing.runs import approve_run, post_run, preview_run
from domain.identity.queries import list_api_keys
from domain.inventory.commands import Ownership
from domain.leasing.commands import CloseMonth
from domain.leasing.turnover import close_month
from domain.leasing.views import LeaseView
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from domain.webhooks.commands import OFFERED, Heard
from domain.webhooks.operations import hear
from integrations.api.app import mounts
from integrations.api.settings import ApiSettings
from tests.conftest import Database
from tests.domain.inventory.store import Store
from tests.domain.leasing.world import World, build_world
from tests.domain.shared.pictures import from_a_phone
from tests.integrations.api.conftest import bearer
from tests.mall_day import mall_day

Key = Callable[..., str]
API = '/api/v1'
PAID = 'billing.payment_received'
HOOK = {'url': 'https://erp.example.com/atrium', 'events': [PAID]}
MARCH = date(2026, 3, 1)
_numbers = count(1)


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


def day(on: date, fen: int = 113_00, **more: Any) -> dict[str, Any]:
    return {'on': on.isoformat(), 'category': 'fashion', 'sold_fen': fen, 'receipts': 1} | more


def report(lease: LeaseView, *days: dict[str, Any]) -> dict[str, Any]:
    return {'lease_id': lease.id, 'days': list(days)}


def of_shop(key: Key, lease: LeaseView) -> dict[str, str]:
    return bearer(key(tenant_id=lease.tenant_id))


def bill(world: World) -> None:
    run = perform(preview_run, actor=world.actor, command=PreviewRun(from_on=date(2026, 1, 1), until_on=MARCH))
    command = ApproveRun(run_id=run.id, content_hash=run.content_hash)
    perform(approve_run, actor=replace(world.actor, name='财务经理'), command=command)
    perform(post_run, actor=world.actor, command=PostRun(run_id=run.id))


def audited(database: Database, action: str, outcome: str) -> int:
    with psycopg.connect(database.owner_url) as connection:
        statement = 'SELECT count(*) FROM audit_entry WHERE action = %s AND outcome = %s'
        row = connection.execute(statement, [action, outcome]).fetchone()
    assert row is not None
    return int(row[0])


async def test_a_shop_sees_its_signed_leases_and_the_mall_all(http: httpx.AsyncClient, key: Key, world: World) -> None:
    mine, other = world.signed(), world.signed()
    world.draft(tenant=mine.tenant_id)

    own = (await http.get(f'{API}/tenant/leases', headers=of_shop(key, mine))).json()['items']
    every = (await http.get(f'{API}/tenant/leases?limit=200', headers=bearer(key()))).json()['items']

    assert [lease['number'] for lease in own] == [mine.number]
    assert {mine.id, other.id} <= {lease['id'] for lease in every}


async def test_reported_days_count_and_are_missing_no_more(http: httpx.AsyncClient, key: Key, world: World) -> None:
    lease = world.signed()
    headers, span = of_shop(key, lease), {'from_on': '2026-03-01', 'until_on': '2026-03-04'}

    body = report(lease, day(MARCH), day(MARCH + timedelta(days=2), 226_00))
    taken = await http.post(f'{API}/tenant/turnover', json=body, headers=headers)
    left = await http.get(f'{API}/tenant/turnover/{lease.id}/missing', params=span, headers=headers)
    months = await http.get(f'{API}/tenant/turnover/{lease.id}', headers=headers)

    assert taken.json() == {'id': lease.id, 'days': 2, 'carried_forward': 0, 'gto_fen': 300_00}
    assert left.json()['items'] == ['2026-03-02']
    assert [(one['month'], one['gto_fen'], one['days']) for one in months.json()['items']] == [('2026-03-01', 30000, 2)]


async def test_a_report_sent_again_is_taken_once(http: httpx.AsyncClient, key: Key, world: World) -> None:
    lease = world.signed()
    headers = of_shop(key, lease) | {'Idempotency-Key': f'report-{next(_numbers)}-once'}

    body = report(lease, day(MARCH))
    answers = [await http.post(f'{API}/tenant/turnover', json=body, headers=headers) for _ in range(2)]
    changed = await http.post(f'{API}/tenant/turnover', json=report(lease, day(MARCH, 5)), headers=headers)

    assert answers[0].json() == answers[1].json()
    assert [answer.headers['idempotency-replayed'] for answer in answers] == ['false', 'true']
    assert (changed.status_code, changed.json()['code']) == (409, 'idempotency.conflict')


async def test_one_bad_day_and_none_is_kept(http: httpx.AsyncClient, key: Key, world: World) -> None:
    lease = world.signed()
    headers = of_shop(key, lease) | {'Accept-Language': 'en'}
    future = mall_day() + timedelta(days=3)

    ahead = await http.post(f'{API}/tenant/turnover', json=report(lease, day(MARCH), day(future)), headers=headers)
    twice = await http.post(f'{API}/tenant/turnover', json=report(lease, day(MARCH), day(MARCH)), headers=headers)
    negative = await http.post(
        f'{API}/tenant/turnover', json=report(lease, day(MARCH), day(MARCH, -1)), headers=headers
    )
    months = await http.get(f'{API}/tenant/turnover/{lease.id}', headers=headers)

    assert (ahead.status_code, ahead.json()['code']) == (422, 'leasing.day_outside_lease')
    assert future.isoformat() in ahead.json()['detail']
    assert (twice.status_code, twice.json()['code']) == (422, 'api.day_twice')
    assert [error['field'] for error in negative.json()['errors']] == ['body.days.1.sold_fen']
    assert months.json()['items'] == []


async def test_a_day_of_a_closed_month_counts_today(http: httpx.AsyncClient, key: Key, world: World) -> None:
    lease = world.signed()
    world.report(lease.id, {MARCH + timedelta(days=number): 100 for number in range(31)})
    perform(close_month, actor=world.actor, command=CloseMonth(lease_id=lease.id, month=MARCH))

    body = report(lease, day(MARCH, 150, vat_bp=0))
    taken = await http.post(f'{API}/tenant/turnover', json=body, headers=of_shop(key, lease))
    months = (await http.get(f'{API}/tenant/turnover/{lease.id}', headers=of_shop(key, lease))).json()['items']

    assert (taken.json()['carried_forward'], taken.json()['gto_fen']) == (1, 50)
    assert [(month['gto_fen'], month['is_closed']) for month in months] == [(3_100, True), (50, False)]


async def test_a_lease_that_is_not_there_is_unknown(http: httpx.AsyncClient, key: Key, world: World) -> None:
    body = {'lease_id': 2**40, 'days': [day(MARCH)]}
    for headers in (bearer(key()), of_shop(key, world.signed())):
        answer = await http.post(f'{API}/tenant/turnover', json=body, headers=headers)
        assert (answer.status_code, answer.json()['code']) == (404, 'leasing.lease_unknown')
        assert answer.headers['content-type'] == 'application/problem+json'


@pytest.mark.parametrize('until_on', ['2026-03-01', '2026-02-01', '2028-01-01'])
async def test_a_span_must_be_sensible(http: httpx.AsyncClient, key: Key, world: World, until_on: str) -> None:
    span = {'from_on': '2026-03-01', 'until_on': until_on}
    answer = await http.get(f'{API}/tenant/turnover/1/missing', params=span, headers=bearer(key()))

    assert (answer.status_code, answer.json()['code']) == (422, 'api.span_too_long')


async def test_bills_are_open_or_not_and_come_in_pages(http: httpx.AsyncClient, key: Key, world: World) -> None:
    lease = world.signed()
    bill(world)
    headers = of_shop(key, lease)

    still_open = (await http.get(f'{API}/tenant/bills?is_open=true', headers=headers)).json()['items']
    settled = (await http.get(f'{API}/tenant/bills?is_open=false', headers=headers)).json()['items']
    first = (await http.get(f'{API}/tenant/bills?limit=1', headers=headers)).json()
    second = (await http.get(f'{API}/tenant/bills?limit=1&cursor={first["next_cursor"]}', headers=headers)).json()

    assert [one['open_fen'] for one in still_open] == [3_000_000, 3_000_000]
    assert settled == []
    assert [one['id'] for one in first['items'] + second['items']] == [one['id'] for one in still_open]
    assert second['next_cursor'] is None


async def test_goods_and_where_they_lie(http: httpx.AsyncClient, key: Key, world: World) -> None:
    store, lease = Store(world), world.signed()
    item = store.item(ownership=Ownership.CONCESSION, owner_id=lease.tenant_id)
    store.item()  # the mall's own, which is none of the shop's business
    store.receive(item, store.shelf(), 7)
    headers = of_shop(key, lease)

    [row] = (await http.get(f'{API}/tenant/items', headers=headers)).json()['items']
    stock = (await http.get(f'{API}/tenant/items/{row["sku"]}/stock', headers=headers)).json()

    assert (row['on_hand'], row['available']) == (7, 7)
    assert [(place['quantity'], place['is_sellable']) for place in stock] == [(7, True)]


async def test_an_endpoint_is_registered_listed_and_ended(http: httpx.AsyncClient, key: Key, world: World) -> None:
    headers = of_shop(key, world.signed())

    made = await http.post(f'{API}/webhooks', json=HOOK, headers=headers)
    listed = (await http.get(f'{API}/webhooks', headers=headers)).json()['items']
    ended = [await http.delete(f'{API}/webhooks/{made.json()["id"]}', headers=headers) for _ in range(2)]

    assert made.status_code == 201
    assert made.json()['secret'].startswith('whsec_')
    assert [(one['url'], one['is_active']) for one in listed] == [(HOOK['url'], True)]
    assert 'secret' not in listed[0]
    assert [(one.status_code, one.json()['is_active']) for one in ended] == [(200, False)] * 2
    assert (await http.get(f'{API}/webhooks', headers=headers)).json()['items'] == []
    assert (await http.get(f'{API}/webhooks/events', headers=headers)).json() == list(OFFERED)


async def test_the_secret_comes_again_with_the_key_of_its_request_and_lies_nowhere(
    http: httpx.AsyncClient, key: Key, world: World, database: Database
) -> None:
    headers = of_shop(key, world.signed()) | {'Idempotency-Key': 'register-once'}

    first, again = [(await http.post(f'{API}/webhooks', json=HOOK, headers=headers)).json() for _ in range(2)]

    assert first == again
    with psycopg.connect(database.owner_url) as connection:
        for table in ('idempotency_key', 'audit_entry', 'webhook_endpoint'):
            rows = connection.execute(f'SELECT t::text FROM {table} t').fetchall()
            assert rows
            assert all(first['secret'] not in row[0] for row in rows), table


async def test_deliveries_come_newest_first_in_pages_and_go_out_again(
    http: httpx.AsyncClient, key: Key, world: World
) -> None:
    lease = world.signed()
    headers = of_shop(key, lease)
    endpoint = (await http.post(f'{API}/webhooks', json=HOOK, headers=headers)).json()['id']
    events = [f'event-{next(_numbers)}' for _ in range(3)]
    for event in events:
        command = Heard(event_id=event, name=PAID, facts={'tenant_id': lease.tenant_id})
        perform(hear, actor=world.actor, command=command)

    path = f'{API}/webhooks/{endpoint}/deliveries?limit=2'
    first = (await http.get(path, headers=headers)).json()
    second = (await http.get(f'{path}&cursor={first["next_cursor"]}', headers=headers)).json()
    replayed = await http.post(f'{API}/webhooks/deliveries/{first["items"][0]["id"]}/replay', headers=headers)

    assert [one['event_id'] for one in first['items'] + second['items']] == events[::-1]
    assert second['next_cursor'] is None
    assert (replayed.status_code, replayed.json()['event_id']) == (200, events[-1])


async def test_only_the_site_lets_webhooks_lead_inside(http: httpx.AsyncClient, key: Key, world: World) -> None:
    headers = of_shop(key, world.signed())
    inside = {'url': 'http://10.0.0.7/hook', 'events': [PAID]}
    permissive = Starlette(routes=mounts(ApiSettings(requests_per_second=500, webhooks_to_private=True), {}))

    asked_for = await http.post(f'{API}/webhooks', json=inside | {'allows_private': True}, headers=headers)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(permissive), base_url='http://test') as site:
        allowed = await site.post(f'{API}/webhooks', json=inside, headers=headers)

    assert (asked_for.status_code, asked_for.json()['code']) == (422, 'webhooks.address_unfit')
    assert allowed.status_code == 201


async def test_TA_R2_another_shops_lease_is_not_there_and_the_try_is_on_record(
    http: httpx.AsyncClient, key: Key, world: World, database: Database
) -> None:
    theirs, stranger = world.signed(), of_shop(key, world.signed())
    span = {'from_on': '2026-03-01', 'until_on': '2026-03-04'}
    asked = (('leasing.list_months', '', {}), ('leasing.missing_days', '/missing', span))

    for action, path, query in asked:
        before = audited(database, action, 'refused:leasing.lease_unknown')
        answer = await http.get(f'{API}/tenant/turnover/{theirs.id}{path}', params=query, headers=stranger)
        assert (answer.status_code, answer.json()['code']) == (404, 'leasing.lease_unknown')
        assert audited(database, action, 'refused:leasing.lease_unknown') == before + 1
    before = audited(database, 'leasing.report_turnover', 'refused:leasing.lease_unknown')
    for extra in ({}, {'Idempotency-Key': 'not-my-lease'}):
        answer = await http.post(f'{API}/tenant/turnover', json=report(theirs, day(MARCH)), headers=stranger | extra)
        assert answer.status_code == 404
    assert audited(database, 'leasing.report_turnover', 'refused:leasing.lease_unknown') == before + 2


async def test_TA_R2_another_shops_bills_goods_and_webhooks_are_not_there(
    http: httpx.AsyncClient, key: Key, world: World
) -> None:
    store, owner, other = Store(world), world.signed(), world.signed()
    item = store.item(ownership=Ownership.CONCESSION, owner_id=owner.tenant_id)
    store.receive(item, store.shelf(), 7)
    bill(world)
    mine, stranger = of_shop(key, owner), of_shop(key, other)
    endpoint = (await http.post(f'{API}/webhooks', json=HOOK, headers=mine)).json()['id']
    perform(hear, actor=world.actor, command=Heard(
        event_id=f'event-{next(_numbers)}', name=PAID, facts={'tenant_id': owner.tenant_id}
    ))  # fmt: skip
    [delivery] = (await http.get(f'{API}/webhooks/{endpoint}/deliveries', headers=mine)).json()['items']
    [row] = (await http.get(f'{API}/tenant/items', headers=mine)).json()['items']

    bills = (await http.get(f'{API}/tenant/bills', headers=stranger)).json()['items']
    assert {one['tenant_id'] for one in bills} == {other.tenant_id}
    for path in ('/tenant/items', '/webhooks'):
        assert (await http.get(API + path, headers=stranger)).json()['items'] == []
    for verb, path in (
        ('GET', f'/tenant/items/{row["sku"]}/stock'),
        ('GET', f'/webhooks/{endpoint}/deliveries'),
        ('DELETE', f'/webhooks/{endpoint}'),
        ('POST', f'/webhooks/{endpoint}/pause'),
        ('POST', f'/webhooks/{endpoint}/resume'),
        ('POST', f'/webhooks/{endpoint}/test'),
        ('POST', f'/webhooks/deliveries/{delivery["id"]}/replay'),
    ):
        assert (await http.request(verb, API + path, headers=stranger)).status_code == 404, path
    [kept] = (await http.get(f'{API}/webhooks', headers=mine)).json()['items']
    assert kept['is_active']


async def test_a_day_typed_in_waits_with_its_photograph(http: httpx.AsyncClient, key: Key, world: World) -> None:
    lease, other = world.signed(), world.signed()
    headers, strange = of_shop(key, lease), of_shop(key, other)
    picture = {'Content-Type': 'image/jpeg'}

    wrong = await http.post(f'{API}/tenant/z-reports', content=b'<svg/>', headers=headers | picture)
    kept = await http.post(f'{API}/tenant/z-reports', content=from_a_phone(), headers=headers | picture)
    body = {'lease_id': lease.id, 'day': day(MARCH), 'photo': kept.json()['name']}
    path = f'{API}/tenant/turnover/by-hand'
    stranger = await http.post(path, json=body | {'lease_id': other.id}, headers=strange)
    taken = await http.post(path, json=body, headers=headers)
    report = taken.json()['id']
    shown = await http.get(f'{path}/{report}/photo', headers=headers)
    hidden = await http.get(f'{path}/{report}/photo', headers=strange)
    listed = await http.get(f'{API}/tenant/turnover/{lease.id}/by-hand', headers=headers)
    back = await http.post(f'{path}/{report}/withdraw', headers=headers)
    again = await http.post(f'{path}/{report}/withdraw', headers=headers)

    assert (wrong.status_code, wrong.json()['code']) == (422, 'picture.unknown_kind')
    assert (stranger.status_code, stranger.json()['code']) == (404, 'attachment.unknown')
    assert (taken.json()['is_waiting'], taken.json()['gto_fen']) == (True, 100_00)
    assert (shown.headers['content-type'], shown.content[:3]) == ('image/jpeg', b'\xff\xd8\xff')
    assert b'31.2N' not in shown.content
    assert (hidden.status_code, hidden.json()['code']) == (404, 'leasing.report_unknown')
    assert [(one['id'], one['state']) for one in listed.json()['items']] == [(report, 'waiting')]
    assert back.json()['state'] == 'withdrawn'
    assert (again.status_code, again.json()['code']) == (409, 'leasing.report_decided')


async def test_a_webhook_is_tried_and_paused_over_the_api_and_the_key_says_when_it_was_used(
    http: httpx.AsyncClient, key: Key, world: World
) -> None:
    lease = world.signed()
    secret = key(tenant_id=lease.tenant_id)
    headers = bearer(secret)
    endpoint = (await http.post(f'{API}/webhooks', json=HOOK, headers=headers)).json()['id']
    tried = await http.post(f'{API}/webhooks/{endpoint}/test', headers=headers)
    paused = await http.post(f'{API}/webhooks/{endpoint}/pause', headers=headers)
    refused = await http.post(f'{API}/webhooks/{endpoint}/test', headers=headers)
    resumed = await http.post(f'{API}/webhooks/{endpoint}/resume', headers=headers)

    assert (tried.json()['event'], tried.json()['state']) == ('webhooks.test', 'waiting')
    assert (paused.json()['is_paused'], resumed.json()['is_paused']) == (True, False)
    assert (refused.status_code, refused.json()['code']) == (409, 'webhooks.endpoint_paused')
    [used] = [one for one in ask(list_api_keys, actor=world.actor) if one.prefix == secret.split('_')[1]]
    assert used.last_used_at is not None
