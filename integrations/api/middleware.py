"""Around every request: its id, its size, and what the metrics learn of it."""

import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Histogram

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ACCEPTED_ID = re.compile(rb'^[A-Za-z0-9._-]{8,64}$')
REQUESTS = Counter('atrium_api_requests_total', 'Requests to the REST API.', ('method', 'route', 'status'))
SECONDS = Histogram('atrium_api_request_seconds', 'How long requests took.', ('method', 'route'))


class RequestContext:
    """Takes the caller's `X-Request-Id` or makes one; log lines, audit entries and the answer carry it."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope['request_id'] = request_id
        started = time.perf_counter()
        status = 500

        async def marked(message: Message) -> None:
            nonlocal status
            if message['type'] == 'http.response.start':
                status = message['status']
                message['headers'] = [*message['headers'], (b'x-request-id', request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, marked)
            finally:
                _measure(scope, status, time.perf_counter() - started)


def _request_id(scope: Scope) -> str:
    given = next((value for name, value in scope['headers'] if name == b'x-request-id'), b'')
    return given.decode() if ACCEPTED_ID.match(given) else uuid.uuid4().hex


def _measure(scope: Scope, status: int, seconds: float) -> None:
    """By route template, never by path: a path has ids in it and would make a series each."""
    route = getattr(scope.get('route'), 'path', 'unmatched')
    method = scope['method'] if scope['method'] in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD') else 'other'
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(method, route).observe(seconds)
