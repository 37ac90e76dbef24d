"""What a member reaches, and that it is theirs alone."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from sqlalchemy import text

from domain.coupons.commands import CreateTemplate, GrantCoupons
from domain.coupons.granting import create_template, grant_coupons
from domain.members.commands import GrantPoints, MemberId
from domain.members.points import grant_points
from domain.members.queries import find_by_code
from domain.shared.actor import MallId, system_actor
from domain.shared.database import Scope, transaction
from domain.shared.operations import ask, perform
from tests.domain.sales.conftest import Shop, item
from tests.integrations.api.consumer.conftest import ME, Person, Phones, now, sign_in
from tests.integrations.api.test_fuzz import CASES

Join = Callable[[], Awaitable[Person]]


async def test_the_profile_is_revised_once_under_a_key(join: Join) -> None:
    person = await join()
    headers = {'Idempotency-Key': uuid4().hex}

    answers = [
        await person.ask('PATCH', '/profile', json={'name': '周小满', 'born_on': '1995-05-20'}, headers=headers)
        for _ in range(2)
    ]

    assert [answer.headers['Idempotency-Replayed'] for answer in answers] == ['false', 'true']
    told = await person.get('/profile')
    assert (told['name'], told['member']['born_on']) == ('周小满', '1995-05-20')
    other = await person.ask('PATCH', '/profile', json={'name': '别人'}, headers=headers)
    assert other.status_code == 409


async def test_consent_is_given_and_taken_back_purpose_by_purpose(join: Join) -> None:
    person = await join()
    for is_granted in (True, False):
        decided = {'is_granted': is_granted, 'wording': 'v1'}
        assert (await person.ask('PUT', '/consents/marketing', json=decided)).status_code == 204

    [consent] = await person.get('/consents')

    assert (consent['purpose'], consent['is_granted'], consent['source']) == ('marketing', False, 'mini_program')
    assert (await person.ask('PUT', '/consents/nonsense', json={'is_granted': True, 'wording': 'x'})).status_code == 422


async def test_points_lots_and_statement_tell_the_same(join: Join, mall: MallId) -> None:
    person = await join()
    for points in (120, 30):
        command = GrantPoints(member_id=MemberId(person.member_id), key=uuid4().hex, points=points, source='campaign')
        perform(grant_points, actor=system_actor('seed', mall), command=command)

    told = await person.get('/points')
    lots = await person.get('/points/lots')
    first = await person.get('/points/statement', params={'limit': 1})
    second = await person.get('/points/statement', params={'limit': 1, 'cursor': first['next_cursor']})

    assert told['balance']['available'] == 150
    assert sum(lot['remaining'] for lot in lots['items']) == 150
    assert [page['items'][0]['balance'] for page in (first, second)] == [120, 150]
    before = await person.get('/points', params={'at': (now() - timedelta(days=1)).isoformat()})
    assert before['balance']['available'] == 0
    assert told['value_fen'] > 0


async def test_the_member_code_is_what_a_till_reads(join: Join, mall: MallId) -> None:
    person = await join()
    shown = await person.get('/code')

    found = ask(find_by_code, actor=system_actor('till', mall), code=shown['code'], now=now())

    assert (found.id, 0 < shown['expires_in_s'] <= 30) == (person.member_id, True)


async def test_closing_the_account_warns_and_can_be_taken_back(join: Join) -> None:
    person = await join()

    warning = (await person.ask('POST', '/account/closing')).json()
    assert (await person.get('/profile'))['member']['state'] == 'closing'
    stayed = (await person.ask('DELETE', '/account/closing')).json()

    assert (warning['points_lost'], stayed['state']) == (0, 'active')


async def test_another_members_coupon_answers_as_one_that_is_not_there(join: Join, mall: MallId) -> None:
    owner, other = await join(), await join()
    actor = system_actor('seed', mall)
    template = f't-{uuid4().hex[:8]}'
    command = CreateTemplate(
        code=template, name_zh='满百减二十', name_en='20 off 100', stock=5, validity={'days_from_grant': 30},
        terms={'kind': 'full_reduction', 'threshold_fen': 10_000, 'reduce_fen': 2_000},
    )  # fmt: skip
    perform(create_template, actor=actor, command=command)
    granted = GrantCoupons(template=template, member_id=owner.member_id, key=uuid4().hex)
    perform(grant_coupons, actor=actor, command=granted)
    [coupon] = (await owner.get('/coupons'))['items']

    assert (await owner.ask('GET', f'/coupons/{coupon["id"]}/code')).status_code == 200
    theirs = await other.ask('GET', f'/coupons/{coupon["id"]}/code')
    nobodys = await other.ask('GET', '/coupons/2000000000/code')
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json()['code'] == nobodys.json()['code']
    assert (await other.get('/coupons'))['items'] == []


@pytest.mark.parametrize('path', ['/receipts/nobodys', '/receipts/x%2Fy'])
async def test_a_receipt_that_is_not_ones_own_is_not_there(join: Join, path: str) -> None:
    person = await join()

    assert (await person.ask('GET', path)).status_code == 404
    asked = {'key': 'k', 'receipt_key': 'nobodys', 'line': 0, 'complaint': '少了一件'}
    assert (await person.ask('POST', '/after-sales', json=asked)).status_code == 404
    assert await person.get('/after-sales') == []


async def test_receipts_beyond_the_last_two_hundred_are_reached_too(join: Join, mall: MallId) -> None:
    person, other = await join(), await join()
    shop = Shop(mall)
    sales = [shop.sell(item(100), member_id=person.member_id) for _ in range(3)]
    _copy_receipts(mall, sales[0].id, 210)

    seen: list[int] = []
    cursor: str | None = None
    while not seen or cursor:
        page = await person.get('/receipts', params={'limit': 90} | ({'cursor': cursor} if cursor else {}))
        seen += [receipt['id'] for receipt in page['items']]
        cursor = page['next_cursor']
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 213
    assert seen[-1] == sales[0].id

    oldest = f'/receipts/{sales[0].key}'
    assert (await person.get(oldest))['id'] == sales[0].id
    assert (await other.ask('GET', oldest)).status_code == 404
    asked = {'key': 'k', 'receipt_key': sales[0].key, 'line': 0, 'complaint': '少了一件'}
    assert (await person.ask('POST', '/after-sales', json=asked)).status_code == 200
    assert (await other.ask('POST', '/after-sales', json=asked)).status_code == 404


def _copy_receipts(mall: MallId, sale_id: int, times: int) -> None:
    """More receipts like one, in one statement."""
    columns = (
        'mall_id, shift_id, shop, member_id, state, occurred_at, business_on, lines, price_fen, discount_fen,'
        ' points_fen, points, money_fen, discounts, earned_points, seconds, paid_at, is_offline'
    )
    with transaction(Scope(mall_id=mall)) as session:
        session.execute(
            text(f"INSERT INTO sale (key, {columns}) SELECT 'copy-' || :sale || '-' || n, {columns}"
                 ' FROM sale, generate_series(1, :times) n WHERE id = :sale'),
            {'sale': sale_id, 'times': times},
        )  # fmt: skip


async def test_a_photographed_receipt_earns_once(join: Join) -> None:
    person = await join()
    claim = {
        'key': 'c-1', 'shop': 'f1-01', 'bought_at': (now() - timedelta(hours=1)).isoformat(), 'fen': 26_800,
        'receipt_no': 'A-77', 'photo_hash': 'a' * 64,
    }  # fmt: skip
    first = await person.ask('POST', '/claims', json=claim)
    cropped = await person.ask('POST', '/claims', json=claim | {'key': 'c-2', 'photo_hash': 'b' * 64})

    assert first.status_code == cropped.status_code == 200, first.text
    assert (first.json()['state'], cropped.json()['state']) == ('accepted', 'rejected')
    assert cropped.json()['duplicate_of_id'] == first.json()['id']


async def test_a_machines_key_is_no_member_and_a_member_is_no_machine(join: Join) -> None:
    person = await join()

    answer = await person.http.get('/api/v1/whoami', headers={'Authorization': f'Bearer {person.token}'})

    assert answer.status_code == 401


async def test_no_request_makes_a_5xx_or_breaks_the_description(
    http: httpx.AsyncClient, phones: Phones, number: str
) -> None:
    person = await sign_in(http, phones, number)
    schema = schemathesis.openapi.from_asgi(f'{ME}/openapi.json', http._transport.app)  # type: ignore[attr-defined]
    statuses = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.endswith('/sign-out') or '/sign-in' in operation.path:
            continue

        @settings(
            max_examples=CASES, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            case.headers = {**(case.headers or {}), 'Authorization': f'Bearer {person.token}'}
            response = case.call()
            case.validate_response(
                response, checks=[not_a_server_error, status_code_conformance, response_schema_conformance]
            )
            statuses.add(response.status_code)

        ask()

    assert 200 in statuses
