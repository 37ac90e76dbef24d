"""Following a link from another site into this one, with a strict cookie.

A `SameSite=strict` cookie is not sent with such a request: the person would seem signed out, and the answer would
overwrite the cookie. So the first answer is a page that opens the same address again, now from our own site.
Addresses that change something (the session's) are not opened again but refused.
"""

from ui.security.asgi import ASGIApp, Receive, Scope, Send, header, refuse

SESSION_PATH = '/session/'
# Refreshing without a URL repeats this very address, so there is nothing to inject into.
_AGAIN = b'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0"><title>Atrium</title>'


class CrossSiteGate:
    """Answers navigations from elsewhere with a page of our own that goes on by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http' or header(scope, b'sec-fetch-site') != 'cross-site':
            await self.app(scope, receive, send)
        elif scope['path'].startswith(SESSION_PATH):
            await refuse(scope, send, 403, 'Not from another site.')
        elif scope['method'] == 'GET' and header(scope, b'sec-fetch-mode') == 'navigate':
            await _open_again(send)
        else:
            await self.app(scope, receive, send)


async def _open_again(send: Send) -> None:
    headers = [(b'content-type', b'text/html; charset=utf-8'), (b'content-length', str(len(_AGAIN)).encode())]
    await send({'type': 'http.response.start', 'status': 200, 'headers': headers})
    await send({'type': 'http.response.body', 'body': _AGAIN})
