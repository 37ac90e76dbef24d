"""How much a request may carry: counted on the server, whatever the browser's widget says."""

from ui.security.asgi import ASGIApp, Message, Receive, Scope, Send, header, refuse

UPLOAD_PATH = '/_nicegui/client/'
PATIENCE = 4


class BodyTooLarge(Exception):
    """The stream went on past the limit."""


class BodyLimit:
    """Ends a request whose body exceeds the limit: at once by its Content-Length, else when the bytes arrive."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, max_upload_bytes: int) -> None:
        self.app = app
        self._max_bytes = max_bytes
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            await self.app(scope, receive, send)
            return
        limit = self._max_upload_bytes if scope['path'].startswith(UPLOAD_PATH) else self._max_bytes
        if _announced(scope) > limit:
            await _drain(receive, limit * PATIENCE)
            await _refuse(scope, send, limit)
            return
        await self._pass_counted(scope, receive, send, limit)

    async def _pass_counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        count = _Count(limit)

        async def counted() -> Message:
            message = await receive()
            count.add(message)
            return message

        async def replaced(message: Message) -> None:
            """Whatever the application makes of the interruption, the browser hears the reason."""
            if not count.is_exceeded:
                await send(message)
            elif message['type'] == 'http.response.start':
                await _refuse(scope, send, limit)
                count.is_answered = True

        try:
            await self.app(scope, counted, replaced)
        except Exception:
            # Middlewares in between may have wrapped our own BodyTooLarge into something else.
            if not count.is_exceeded:
                raise
            if not count.is_answered:
                await _drain(receive, limit * PATIENCE)
                await _refuse(scope, send, limit)


class _Count:
    def __init__(self, limit: int) -> None:
        self._left = limit
        self.is_exceeded = False
        self.is_answered = False

    def add(self, message: Message) -> None:
        """:raises BodyTooLarge: when the limit is passed."""
        self._left -= len(message.get('body', b''))
        if self._left < 0:
            self.is_exceeded = True
            raise BodyTooLarge


async def _drain(receive: Receive, most: int) -> None:
    """Lets a browser finish a body that is not outrageous: cut off in mid-sentence, it would not hear the reason."""
    while most > 0:
        message = await receive()
        most -= len(message.get('body', b''))
        if message['type'] != 'http.request' or not message.get('more_body'):
            return


async def _refuse(scope: Scope, send: Send, limit: int) -> None:
    await refuse(scope, send, 413, f'The body may have {limit} bytes.', headers={'Connection': 'close'})


def _announced(scope: Scope) -> int:
    length = header(scope, b'content-length') or '0'
    return int(length) if length.isascii() and length.isdigit() else 0
