"""The few lines of ASGI that the middlewares share."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of this (lower-case) name."""
    return next((value.decode('latin-1') for key, value in scope['headers'] if key == name), None)


async def refuse(scope: Scope, send: Send, status: int, reason: str, *, headers: dict[str, str] | None = None) -> None:
    """Answers with a short sentence; a websocket is closed before it is accepted, which the server turns into 403."""
    if scope['type'] == 'websocket':
        await send({'type': 'websocket.close', 'code': 1008, 'reason': reason})
        return
    extra = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    body = reason.encode()
    base = [(b'content-type', b'text/plain; charset=utf-8'), (b'content-length', str(len(body)).encode())]
    await send({'type': 'http.response.start', 'status': status, 'headers': [*base, *extra]})
    await send({'type': 'http.response.body', 'body': body})
