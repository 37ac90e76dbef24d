"""Requests that another site's page makes in our visitor's name.

python-socketio is created by NiceGUI with `cors_allowed_origins='*'`, so any page on the web could open a socket here.
A browser always says where a websocket, a cross-origin poll and a form come from; where it names another host, the
request ends here. A client without an `Origin` is no browser and acts for nobody but itself.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from ui.security.asgi import ASGIApp, Receive, Scope, Send, header, refuse

SOCKET_PATH = '/_nicegui_ws/'
_SAFE_METHODS = frozenset({'GET', 'HEAD', 'OPTIONS'})
_DEFAULT_PORTS = {'http': 80, 'https': 443, 'ws': 80, 'wss': 443}


class OriginGuard:
    """Refuses sockets, polls and unsafe methods whose `Origin` is not the host they are sent to."""

    def __init__(self, app: ASGIApp, allowed_origins: Iterable[str] = ()) -> None:
        self.app = app
        self._allowed = frozenset(origin.rstrip('/') for origin in allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] in ('http', 'websocket') and self._is_guarded(scope) and not self._is_ours(scope):
            await refuse(scope, send, 403, 'Foreign origin.')
            return
        await self.app(scope, receive, send)

    def _is_guarded(self, scope: Scope) -> bool:
        return (
            scope['type'] == 'websocket'
            or scope['path'].startswith(SOCKET_PATH)
            or scope['method'] not in _SAFE_METHODS
        )

    def _is_ours(self, scope: Scope) -> bool:
        origin = header(scope, b'origin')
        if origin is None:
            return header(scope, b'sec-fetch-site') in (None, 'same-origin', 'none')
        return origin in self._allowed or _is_same_host(origin, header(scope, b'host') or '')


def _is_same_host(origin: str, host: str) -> bool:
    """The scheme may differ (TLS can end at a proxy); host and port may not. `Origin: null` matches nothing."""
    try:
        theirs = urlsplit(origin)
        port = theirs.port or _DEFAULT_PORTS.get(theirs.scheme)
        ours = urlsplit(f'//{host}')
        our_port = ours.port or _DEFAULT_PORTS.get(theirs.scheme)
    except ValueError:
        return False
    return bool(theirs.hostname) and (theirs.hostname, port) == (ours.hostname, our_port)
