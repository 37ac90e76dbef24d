"""Security headers, and a Content-Security-Policy with a nonce for every inline script of a page.

NiceGUI writes inline scripts and compiles Vue templates in the browser, so `unsafe-eval` has to stay (and
`unsafe-inline` for styles). Its scripts, however, are all written on the server: `PageNonce` marks them with a random
nonce, so that a script smuggled into a page as text is not run. It must sit inside NiceGUI's compression.
"""

import re
import secrets
from collections.abc import Iterable

from ui.security.asgi import ASGIApp, Message, Receive, Scope, Send

_SCRIPT_TAG = re.compile(rb'<script(?=[\s>])')

ALWAYS = (
    (b'x-content-type-options', b'nosniff'),
    (b'x-frame-options', b'DENY'),
    (b'referrer-policy', b'same-origin'),
    (b'cross-origin-opener-policy', b'same-origin'),
    (b'cross-origin-resource-policy', b'same-origin'),
    (b'permissions-policy', b'camera=(self), microphone=(), geolocation=(), payment=(), usb=()'),
    (b'content-security-policy', b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b'cache-control', b'no-store'),
)
HSTS = (b'strict-transport-security', b'max-age=31536000; includeSubDomains')


def page_policy(nonce: str) -> str:
    """The strictest policy under which NiceGUI 3 runs."""
    return '; '.join([
        "default-src 'self'",
        f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ])  # fmt: skip


class SecurityHeaders:
    """Adds to every response what it does not say itself."""

    def __init__(self, app: ASGIApp, *, is_production: bool) -> None:
        self.app = app
        self._headers = (*ALWAYS, HSTS) if is_production else ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def complete(message: Message) -> None:
            if message['type'] == 'http.response.start':
                message['headers'] = _completed(message['headers'], self._headers)
            await send(message)

        await self.app(scope, receive, complete if scope['type'] == 'http' else send)


class PageNonce:
    """Gives each HTML page its own nonce and the policy that names it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b''

        async def marked(message: Message) -> None:
            nonlocal start, body
            if message['type'] == 'http.response.start' and _is_html(message['headers']):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get('body', b'')
                if not message.get('more_body'):
                    await _send_marked(send, start, body)

        await self.app(scope, receive, marked)


async def _send_marked(send: Send, start: Message, body: bytes) -> None:
    nonce = secrets.token_urlsafe(16)
    page = _SCRIPT_TAG.sub(f'<script nonce="{nonce}"'.encode(), body)
    kept = [(name, value) for name, value in start['headers'] if name.lower() != b'content-length']
    kept += [(b'content-length', str(len(page)).encode()), (b'content-security-policy', page_policy(nonce).encode())]
    await send({**start, 'headers': kept})
    await send({'type': 'http.response.body', 'body': page})


def _completed(given: Iterable[tuple[bytes, bytes]], ours: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = list(given)
    names = {name.lower() for name, _ in present}
    return present + [(name, value) for name, value in ours if name not in names]


def _is_html(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b'content-type' and value.startswith(b'text/html') for name, value in headers)
