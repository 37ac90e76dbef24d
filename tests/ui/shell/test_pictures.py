"""A camera's picture: an address of one tab, asked anew at every request who may see it."""

from typing import Any

import httpx
import pytest
from nicegui import Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from domain.safety.permissions import OPEN_CLIP, WATCH
from domain.safety.ports import Picture, VisionUnavailable
from tests.ui.screens import GivenPerson, person
from ui.session import ClientSession
from ui.shell.pictures import PATH, Pictures


class Tab:
    """A client of NiceGUI's, as far as pictures are concerned."""

    def __init__(self) -> None:
        self._handlers: list[Any] = []

    def on_delete(self, handler: Any) -> None:
        self._handlers.append(handler)

    def close(self) -> None:
        for handler in self._handlers:
            handler()


async def picture() -> Picture:
    return Picture(b'jpeg', 'image/jpeg')


async def ask(pictures: Pictures, address: str, session: ClientSession) -> httpx.Response:
    access = GivenPerson(session)

    async def answer(request: Request) -> Any:
        request.scope['session'] = {}
        return await pictures.answer(request, request.path_params['ticket'], access)

    app = Starlette(routes=[Route(f'{PATH}/{{ticket}}', answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://x') as client:
        return await client.get(address)


def offered(pictures: Pictures, fetch: Any = picture) -> tuple[str, Tab]:
    tab = Tab()
    client: Client = tab  # type: ignore[assignment]
    return pictures.offer(client, person(), WATCH, fetch), tab


async def test_the_person_of_the_tab_gets_it_uncached() -> None:
    pictures = Pictures()
    address, _ = offered(pictures)
    answer = await ask(pictures, address, person())
    assert (answer.status_code, answer.content, answer.headers['cache-control']) == (200, b'jpeg', 'no-store')


@pytest.mark.parametrize(
    'session',
    [
        pytest.param(ClientSession(), id='nobody'),
        pytest.param(person(OPEN_CLIP.code), id='the right was taken away'),
    ],
)
async def test_who_may_not_or_no_longer_sees_it_gets_404(session: ClientSession) -> None:
    pictures = Pictures()
    address, _ = offered(pictures)
    assert (await ask(pictures, address, session)).status_code == 404


async def test_another_session_cannot_use_the_address() -> None:
    pictures = Pictures()
    address, _ = offered(pictures)
    other = ClientSession(actor=person().actor, session_id=2)
    assert (await ask(pictures, address, other)).status_code == 404


async def test_the_address_dies_with_the_tab() -> None:
    pictures = Pictures()
    address, tab = offered(pictures)
    tab.close()
    assert (pictures.offered, (await ask(pictures, address, person())).status_code) == (0, 404)


async def test_a_service_that_is_away_is_a_code_and_no_traceback() -> None:
    async def away() -> Picture:
        raise VisionUnavailable

    pictures = Pictures()
    address, _ = offered(pictures, away)
    answer = await ask(pictures, address, person())
    assert (answer.status_code, answer.text) == (503, 'safety.vision_unavailable')
