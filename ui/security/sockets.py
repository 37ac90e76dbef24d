"""Events only from the browser that opened the page.

NiceGUI believes the `client_id` in a message. It is no secret (it stands in the page and in upload URLs), so these
wrappers let a socket speak only for the page whose handshake it made, and let it make a handshake only with the session
cookie that loaded the page.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from nicegui import Client
from socketio import AsyncServer
from socketio.exceptions import ConnectionRefusedError as SocketRefused

from ui.security.clients import shut_if_expired

log = logging.getLogger(__name__)

NAMESPACE = '/'
CLIENT_EVENTS = ('event', 'javascript_response', 'ack', 'log')
# NiceGUI's script reloads the page on exactly this message: right after a login elsewhere in the same browser, and
# endless where the browser keeps no cookies at all, which is therefore told something else.
RELOAD = 'Implicit handshake failed'
NO_COOKIE = 'This page needs cookies.'

Handler = Callable[..., Any]


def bind_sockets(sio: AsyncServer) -> None:
    """Wraps NiceGUI's socket handlers, once; called while the application is built.

    :raises RuntimeError: when NiceGUI no longer has a handler we wrap: an upgrade must not open the door silently.
    """
    handlers = sio.handlers.get(NAMESPACE, {})
    for name in ('connect', 'handshake', *CLIENT_EVENTS):
        if name not in handlers:
            raise RuntimeError(f'NiceGUI has no socket handler {name!r} any more; review ui/security/sockets.py')
        if not getattr(handlers[name], 'is_bound', False):
            handlers[name] = _bound(sio, name, handlers[name])


def _bound(sio: AsyncServer, name: str, handler: Handler) -> Handler:
    make = {'connect': _bound_connect, 'handshake': _bound_handshake}.get(name)
    wrapped = make(sio, handler) if make else _bound_event(sio, name, handler)
    wrapped.is_bound = True  # type: ignore[attr-defined]
    return wrapped


def _bound_connect(sio: AsyncServer, handler: Handler) -> Handler:
    async def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        query = parse_qs(environ.get('QUERY_STRING', ''))
        client = Client.instances.get(query.get('client_id', [''])[0])
        if client is not None and not is_same_session(client, environ):
            log.warning('a socket asked for a page of another session')
            raise SocketRefused(RELOAD if _session_id(environ) else NO_COOKIE)
        await handler(sid, environ, auth)

    return connect


def _bound_handshake(sio: AsyncServer, handler: Handler) -> Handler:
    async def handshake(sid: str, data: dict[str, Any]) -> bool:
        client = Client.instances.get(str(data.get('client_id')))
        if client is None or not is_same_session(client, sio.get_environ(sid) or {}):
            log.warning('a socket asked for a page of another session')
            return False
        return bool(await handler(sid, data))

    return handshake


def _bound_event(sio: AsyncServer, name: str, handler: Handler) -> Handler:
    async def event(sid: str, message: Any) -> None:
        if not _speaks_for_itself(sio, sid, message):
            log.warning('a socket spoke for another page: %s dropped', name)
            return
        client = Client.instances.get(message['client_id'])
        if client is None or shut_if_expired(client):
            return
        result = handler(sid, message)
        if isinstance(result, Awaitable):
            await result

    return event


def _speaks_for_itself(sio: AsyncServer, sid: str, message: Any) -> bool:
    """The handshake put the socket into a room named after its page; there is no other way in."""
    client_id = message.get('client_id') if isinstance(message, dict) else None
    return isinstance(client_id, str) and client_id != sid and client_id in sio.rooms(sid)


def is_same_session(client: Client, environ: dict[str, Any]) -> bool:
    """Whether the socket carries the session cookie with which the page was loaded."""
    ours = client.request.session.get('id') if client._request is not None else None
    return ours is not None and ours == _session_id(environ)


def _session_id(environ: dict[str, Any]) -> str | None:
    session = environ.get('asgi.scope', {}).get('session') or {}
    found = session.get('id')
    return found if isinstance(found, str) else None
