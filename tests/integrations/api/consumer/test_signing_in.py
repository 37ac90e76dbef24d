"""Members sign in by phone and one-time code."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import SecretStr
from sqlalchemy import text

from domain.members.signing_in import SignInByCode, TooManyCodes, request_login_code, sign_in_by_code
from domain.shared.actor import MallId, system_actor
from domain.shared.database import Scope, reading
from domain.shared.operations import perform
from integrations.api.consumer.access import signed_in
from integrations.api.consumer.app import create_consumer_api
from integrations.api.settings import ApiSettings
from tests.integrations.api.consumer.conftest import ME, Phones, now, sign_in

WRONG = 'members.login_code_wrong'


async def test_who_proves_a_number_becomes_a_member_and_stays_one(
    http: httpx.AsyncClient, phones: Phones, number: str, mall: MallId
) -> None:
    first = await sign_in(http, phones, number)
    actor, later = system_actor('door', mall), now() + timedelta(minutes=2)
    code = perform(request_login_code, actor=actor, phone=SecretStr(number), now=later)
    again = perform(sign_in_by_code, actor=actor, command=SignInByCode(phone=code.phone, code=code.code), now=later)

    assert again is not None
    assert again.member_id == first.member_id
    assert (await first.get('/profile'))['phone'] == f'+86{number}'


async def test_a_code_counts_once(http: httpx.AsyncClient, phones: Phones, number: str) -> None:
    await sign_in(http, phones, number)

    again = await http.post(f'{ME}/sign-in', json={'mall': 'testmall', 'phone': number, 'code': phones.last(number)})

    assert (again.status_code, again.json()['code']) == (401, WRONG)


async def test_a_code_used_by_many_at_once_lets_one_in(http: httpx.AsyncClient, phones: Phones, number: str) -> None:
    await http.post(f'{ME}/sign-in/code', json={'mall': 'testmall', 'phone': number})
    given = {'mall': 'testmall', 'phone': number, 'code': phones.last(number)}

    answers = await asyncio.gather(*(http.post(f'{ME}/sign-in', json=given) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401, 401]


async def test_five_guesses_end_a_code(http: httpx.AsyncClient, phones: Phones, number: str) -> None:
    await http.post(f'{ME}/sign-in/code', json={'mall': 'testmall', 'phone': number})
    right = phones.last(number)
    wrong = '000000' if right != '000000' else '111111'
    for _ in range(5):
        guess = await http.post(f'{ME}/sign-in', json={'mall': 'testmall', 'phone': number, 'code': wrong})
        assert guess.json()['code'] == WRONG

    late = await http.post(f'{ME}/sign-in', json={'mall': 'testmall', 'phone': number, 'code': right})

    assert late.json()['code'] == WRONG


async def test_a_code_ends_after_five_minutes(loyal_mall: MallId, number: str) -> None:
    actor, asked = system_actor('door', loyal_mall), now()
    code = perform(request_login_code, actor=actor, phone=SecretStr(number), now=asked)
    command = SignInByCode(phone=SecretStr(number), code=code.code)

    assert perform(sign_in_by_code, actor=actor, command=command, now=asked + timedelta(minutes=5)) is None
    assert perform(sign_in_by_code, actor=actor, command=command, now=asked + timedelta(minutes=4)) is not None


async def test_a_number_gets_one_code_a_minute_and_five_an_hour(mall: MallId, number: str) -> None:
    actor, begun = system_actor('door', mall), now()
    for minute in range(5):
        at = begun + timedelta(minutes=minute)
        perform(request_login_code, actor=actor, phone=SecretStr(number), now=at)
        with pytest.raises(TooManyCodes):
            perform(request_login_code, actor=actor, phone=SecretStr(number), now=at + timedelta(seconds=59))

    with pytest.raises(TooManyCodes) as refusal:
        perform(request_login_code, actor=actor, phone=SecretStr(number), now=begun + timedelta(minutes=30))

    assert refusal.value.facts['retry_after_s'] == 30 * 60
    perform(request_login_code, actor=actor, phone=SecretStr(number), now=begun + timedelta(minutes=61))


async def test_the_same_number_asked_from_many_doors_at_once_gets_one_code(
    http: httpx.AsyncClient, phones: Phones, number: str
) -> None:
    asked = {'mall': 'testmall', 'phone': number}

    answers = await asyncio.gather(*(http.post(f'{ME}/sign-in/code', json=asked) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [204, 429, 429, 429, 429, 429]
    assert len(phones.received[f'+86{number}']) == 1


@pytest.mark.parametrize(
    ('asked', 'status', 'code'),
    [
        ({'mall': 'testmall', 'phone': 'nonsense'}, 422, 'members.phone_invalid'),
        ({'mall': 'nowhere', 'phone': '19900009999'}, 404, 'core.not_found'),
        ({'phone': '19900009999'}, 422, 'input.invalid'),
    ],
)
async def test_bad_questions_have_clear_answers(http: httpx.AsyncClient, asked: dict, status: int, code: str) -> None:
    answer = await http.post(f'{ME}/sign-in/code', json=asked)

    assert answer.status_code == status
    assert answer.headers['content-type'] == 'application/problem+json'
    assert answer.json()['code'].split('.')[-1] == code.rsplit('.', maxsplit=1)[-1]


async def test_without_text_messages_a_person_is_told_so(http: httpx.AsyncClient, phones: Phones, number: str) -> None:
    phones.is_down = True

    answer = await http.post(f'{ME}/sign-in/code', json={'mall': 'testmall', 'phone': number})

    assert (answer.status_code, answer.json()['code']) == (503, 'members.sms_unavailable')


@pytest.mark.parametrize(
    'token', ['', 'nonsense', 'atr_aaaaaaaaaa_' + 'x' * 43, 'atm_1_' + 'x' * 43, 'atm_999999999_' + 'x' * 43]
)
async def test_a_token_of_nobody_opens_nothing(http: httpx.AsyncClient, token: str) -> None:
    headers = {'Authorization': f'Bearer {token}'} if token else {}

    answer = await http.get(f'{ME}/profile', headers=headers)

    assert (answer.status_code, answer.json()['code']) == (401, 'members.signed_out')


async def test_signing_out_ends_the_token_and_no_other(http: httpx.AsyncClient, phones: Phones, number: str) -> None:
    person = await sign_in(http, phones, number)
    await person.ask('POST', '/sign-out')

    assert (await person.ask('GET', '/profile')).status_code == 401


async def test_neither_codes_nor_tokens_nor_numbers_are_kept_in_clear(
    http: httpx.AsyncClient, phones: Phones, number: str, mall: MallId
) -> None:
    person = await sign_in(http, phones, number)
    with reading(Scope(mall_id=mall)) as session:
        rows = [
            str(row)
            for table in ('member_login_code', 'member_session', 'audit_entry')
            for row in session.execute(text(f'SELECT * FROM {table}'))
        ]

    secrets = (f"'{phones.last(number)}'", person.token.split('_', 2)[2], number)
    assert [row for row in rows for secret in secrets if secret in row] == []


def test_every_route_but_the_door_asks_who_calls() -> None:
    open_doors = set()
    for context in iter_route_contexts(create_consumer_api(ApiSettings(), Phones()).routes):
        if isinstance(context.route, APIRoute) and context.route.include_in_schema:
            calls = {dependency.call for dependency in context.route.dependant.dependencies}
            if signed_in not in calls:
                open_doors.add(context.route.path)

    assert open_doors == {'/sign-in', '/sign-in/code'}
