"""Uploads only into one's own page.

NiceGUI gives every upload widget a public URL that holds the page's id. This middleware sits inside the session
middleware and lets a request through only with the session that loaded that page, and only while it is valid.
"""

from nicegui import Client

from ui.security.asgi import ASGIApp, Receive, Scope, Send, refuse
from ui.security.bodies import UPLOAD_PATH
from ui.security.clients import shut_if_expired


class OwnUploads:
    """Refuses everything below a page's own path to any other session."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] == 'http' and scope['path'].startswith(UPLOAD_PATH) and not _is_own(scope):
            await refuse(scope, send, 403, 'This page belongs to another session.')
            return
        await self.app(scope, receive, send)


def _is_own(scope: Scope) -> bool:
    client_id = scope['path'].removeprefix(UPLOAD_PATH).split('/', 1)[0]
    client = Client.instances.get(client_id)
    session_id = scope.get('session', {}).get('id')
    if client is None or client._request is None or session_id is None:
        return False
    return client.request.session.get('id') == session_id and not shut_if_expired(client)
