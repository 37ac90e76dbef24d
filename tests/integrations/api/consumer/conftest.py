"""The members' API over a real database, with phones that receive text messages."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from domain.members.commands import InstallScheme
from domain.members.loyalty import install_scheme
from domain.members.ports import SmsUnavailable
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import perform
from integrations.api.app import mounts
from integrations.api.settings import ApiSettings
from tests.conftest import Database
from tests.sealing_keys import install_test_keys

NUMBERS = (f'1990000{number:04d}' for number in count(1))
ME = '/api/v1/me'


@dataclass
class Phones:
    """`SmsPort` into memory."""

    received: dict[str, list[str]] = field(default_factory=dict)
    is_down: bool = False

    def send_code(self, phone: str, code: str, *, minutes: int) -> None:
        if self.is_down:
            raise SmsUnavailable
        self.received.setdefault(phone, []).append(code)

    def last(self, phone: str) -> str:
        return self.received[f'+86{phone}'][-1]


@pytest.fixture(autouse=True, scope='module')
def keys() -> None:
    """Keys for sealed data, as the composition root installs them."""
    install_test_keys()


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture(scope='module')
def loyal_mall(mall: MallId) -> MallId:
    """The test mall with earn rules and tiers."""
    names = {'name_zh': '级', 'name_en': 'Tier'}
    tiers = {'tiers': [{'code': code, 'threshold_fen': fen, **names} for code, fen in (('silver', 0), ('gold', 10**6))]}
    for kind, document in (('earn', {}), ('tiers', tiers)):
        command = InstallScheme(kind=kind, document=document, valid_from=datetime(2024, 1, 1, tzinfo=UTC))  # type: ignore[arg-type]
        perform(install_scheme, actor=system_actor('seed', mall), command=command)
    return mall


@pytest.fixture
async def http(database: Database, loyal_mall: MallId, phones: Phones) -> AsyncIterator[httpx.AsyncClient]:
    application = Starlette(routes=mounts(ApiSettings(requests_per_second=500), {}, phones))
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url='http://test') as client:
        yield client


@pytest.fixture
def number() -> str:
    return next(NUMBERS)


@dataclass
class Person:
    """A member with a token."""

    http: httpx.AsyncClient
    token: str
    member_id: int

    async def ask(self, verb: str, path: str, **more: Any) -> httpx.Response:
        headers = {'Authorization': f'Bearer {self.token}', **more.pop('headers', {})}
        return await self.http.request(verb, f'{ME}{path}', headers=headers, **more)

    async def get(self, path: str, **more: Any) -> Any:
        answer = await self.ask('GET', path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def sign_in(http: httpx.AsyncClient, phones: Phones, number: str, mall: str = 'testmall') -> Person:
    asked = await http.post(f'{ME}/sign-in/code', json={'mall': mall, 'phone': number})
    assert asked.status_code == 204, asked.text
    given = {'mall': mall, 'phone': number, 'code': phones.last(number)}
    answer = await http.post(f'{ME}/sign-in', json=given)
    assert answer.status_code == 200, answer.text
    return Person(http, answer.json()['token'], answer.json()['member_id'])


@pytest.fixture
def join(http: httpx.AsyncClient, phones: Phones) -> Callable[[], Awaitable[Person]]:
    """Signs somebody new in."""

    async def make() -> Person:
        return await sign_in(http, phones, next(NUMBERS))

    return make


def now() -> datetime:
    return datetime.now(UTC)
