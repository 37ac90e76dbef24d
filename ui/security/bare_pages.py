"""Page loads that never open a socket: bots, prefetches, floods.

Each holds its elements for up to a minute (55 MB for a thousand of them), so one address may have only so many at a
time. Nothing is counted apart: the pages themselves are the count, and a page whose browser connects leaves it.
"""

from nicegui import Client

from ui.security.asgi import ASGIApp, Receive, Scope, Send, refuse

_NO_PAGES = ('/_nicegui', '/assets/')
RETRY_AFTER_S = 60


class BarePageLimit:
    """Answers 429 to an address that has too many pages waiting for a browser."""

    def __init__(self, app: ASGIApp, *, per_minute: int) -> None:
        self.app = app
        self._per_minute = per_minute

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_page(scope) and bare_pages(scope['client'][0]) >= self._per_minute:
            await refuse(
                scope, send, 429, 'Too many pages without a browser.', headers={'Retry-After': str(RETRY_AFTER_S)}
            )
            return
        await self.app(scope, receive, send)

    @staticmethod
    def _is_page(scope: Scope) -> bool:
        return (
            scope['type'] == 'http'
            and scope['method'] in ('GET', 'HEAD')
            and scope.get('client') is not None
            and not scope['path'].startswith(_NO_PAGES)
        )


def bare_pages(address: str) -> int:
    """How many pages of this address never had a socket; NiceGUI forgets them within 70 s."""
    return sum(
        client.ip == address and not client.has_socket_connection and client._pinned_tab_id is None
        for client in Client.instances.values()
        if client._request is not None
    )
