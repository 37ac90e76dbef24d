"""A provider of text messages to test with: takes signed messages and shows them to whoever looks."""

import hmac
import html
import time
from collections import deque
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from integrations.sms.client import signature

KEPT = 200
FRESH_S = 300


@dataclass(frozen=True, slots=True)
class Message:
    phone: str
    template: str
    code: str


class SmsGate:
    """Remembers the last messages. `is_down` refuses them."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self.messages: deque[Message] = deque(maxlen=KEPT)
        self.is_down = False

    def mount(self, path: str) -> Mount:
        return Mount(path, routes=[Route('/send', self._send, methods=['POST']), Route('/', self._shown)])

    def last_code(self, phone: str) -> str:
        """The code that a phone received last."""
        return next(message.code for message in reversed(self.messages) if message.phone == phone)

    async def _send(self, request: Request) -> Response:
        body, stamp = await request.body(), request.headers.get('x-timestamp', '')
        is_fresh = stamp.isdigit() and abs(time.time() - int(stamp)) < FRESH_S
        given = request.headers.get('x-signature', '')
        if self.is_down:
            return Response(status_code=503)
        if not is_fresh or not hmac.compare_digest(signature(self._secret, stamp, body), given):
            return Response(status_code=401)
        told = orjson.loads(body)
        self.messages.append(Message(told['phone'], told['template'], told['params']['code']))
        return Response(status_code=204)

    async def _shown(self, request: Request) -> Response:
        rows = ''.join(
            f'<li>{html.escape(each.phone)}: <b>{html.escape(each.code)}</b></li>' for each in reversed(self.messages)
        )
        return HTMLResponse(
            f'<!doctype html><meta charset=utf-8><title>短信 SMS</title><h1>短信 SMS</h1><ul>{rows}</ul>'
        )
