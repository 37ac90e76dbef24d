"""The inbox of a member: paged, counted, and theirs alone."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from domain.members.commands import MemberId, SendReceipt
from domain.members.inbox import send_receipt
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import perform
from tests.integrations.api.consumer.conftest import Person

Join = Callable[[], Awaitable[Person]]


def tell(mall: MallId, person: Person, times: int = 1) -> None:
    for _ in range(times):
        command = SendReceipt(
            member_id=MemberId(person.member_id), receipt_key=str(uuid4()), shop='f1-01', money_fen=26_800, points=268,
            number=9,
        )  # fmt: skip
        perform(send_receipt, actor=system_actor('worker', mall), command=command)


async def test_the_inbox_is_paged_newest_first_with_the_count_of_unread(join: Join, mall: MallId) -> None:
    person = await join()
    tell(mall, person, 3)

    first = await person.get('/messages', params={'limit': 2})
    rest = await person.get('/messages', params={'limit': 2, 'cursor': first['next_cursor']})

    ids = [message['id'] for message in first['items'] + rest['items']]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), rest['next_cursor'], first['unread'], rest['unread']) == (3, None, 3, 3)
    message = first['items'][0]
    assert (message['words'], message['told']['money_fen'], message['read_at']) == ('receipt_with_points', 26_800, None)
    assert '¥268.00' in message['body_zh']
    assert '¥268.00' in message['body_en']


async def test_a_message_is_read_once_under_a_key(join: Join, mall: MallId) -> None:
    person = await join()
    tell(mall, person)
    [message] = (await person.get('/messages'))['items']
    headers = {'Idempotency-Key': uuid4().hex}

    answers = [await person.ask('POST', f'/messages/{message["id"]}/read', headers=headers) for _ in range(2)]
    again = await person.ask('POST', f'/messages/{message["id"]}/read')

    assert [answer.headers['Idempotency-Replayed'] for answer in answers] == ['false', 'true']
    assert answers[0].json()['read_at'] == answers[1].json()['read_at'] == again.json()['read_at'] is not None
    assert (await person.get('/messages'))['unread'] == 0


async def test_another_members_message_is_not_there(join: Join, mall: MallId) -> None:
    owner, other = await join(), await join()
    tell(mall, owner)
    [message] = (await owner.get('/messages'))['items']

    theirs = await other.ask('POST', f'/messages/{message["id"]}/read')
    nobodys = await other.ask('POST', '/messages/2000000000/read')

    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json()['code'] == nobodys.json()['code'] == 'members.message_unknown'
    assert (await other.get('/messages'))['items'] == []
    assert (await owner.get('/messages'))['unread'] == 1


async def test_the_inbox_asks_for_a_token(join: Join) -> None:
    person = await join()
    for verb, path in (('GET', '/messages'), ('POST', '/messages/1/read')):
        answer = await person.http.request(verb, f'/api/v1/me{path}')
        assert answer.status_code == 401
