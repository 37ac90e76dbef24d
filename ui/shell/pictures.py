"""Pictures of cameras for one tab: each has an address of its own that nobody else can use.

A page offers a way to fetch a picture and gets an address for it. Every request asks anew who the cookie stands for
and whether he may still see it; the way behind the address (the vision service, its token) never reaches the browser.
The address dies with the tab.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nicegui import Client
from starlette.requests import Request
from starlette.responses import Response

from domain.safety.ports import Picture
from domain.shared.errors import DomainError
from domain.shared.permission import Permission
from ui.session import ClientSession

if TYPE_CHECKING:
    from ui.shell.context import Access

PATH = '/_nicegui/pictures'  # beside NiceGUI's own traffic: no page, so no page limits
Fetch = Callable[[], Awaitable[Picture]]


@dataclass(frozen=True, slots=True)
class _Offer:
    session_id: int | None
    permission: Permission
    fetch: Fetch


class Pictures:
    """One per process."""

    def __init__(self) -> None:
        self._offers: dict[str, _Offer] = {}

    def offer(self, client: Client, session: ClientSession, permission: Permission, fetch: Fetch) -> str:
        """An address that serves this picture to this session's tab, for as long as the tab lives."""
        ticket = secrets.token_urlsafe(24)
        self._offers[ticket] = _Offer(session.session_id, permission, fetch)
        client.on_delete(lambda: self._offers.pop(ticket, None))
        return f'{PATH}/{ticket}'

    @property
    def offered(self) -> int:
        return len(self._offers)

    async def answer(self, request: Request, ticket: str, access: 'Access') -> Response:
        """The picture, or 404 to whoever has no right to it: the two must look alike."""
        offer = self._offers.get(ticket)
        if offer is None:
            return Response(status_code=404)
        session = await access.session_for(request.session)
        if session.session_id is None or session.session_id != offer.session_id or not session.may(offer.permission):
            return Response(status_code=404)
        try:
            picture = await offer.fetch()
        except DomainError as failure:
            return Response(failure.code, status_code=failure.status, media_type='text/plain')
        headers = {'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff'}
        return Response(picture.content, media_type=picture.media_type, headers=headers)
