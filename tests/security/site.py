"""A real server with real sockets, for attacks: the shell over pages of the test, without a database.

Who is who comes from tokens handed out by the test instead of from PostgreSQL; everything between the socket and the
page builder is the product's own code.
"""

import contextlib
import json
import re
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import socketio
import uvicorn
from itsdangerous import TimestampSigner
from nicegui import Client, core
from nicegui.testing.general import nicegui_reset_globals
from pydantic import SecretStr
from starlette.routing import BaseRoute

from domain.shared.actor import AccountId, Actor, MallId, TenantId
from ui.main import build, uvicorn_config
from ui.session import ClientSession, MallChoice
from ui.settings import WebSettings
from ui.shell.context import Shell, shell

SECRET = 'a secret of the tests, long enough'
MALL = MallChoice(id=1, code='testmall', name_zh='测试商场', name_en='Test mall')

PATIENCE_S = 30.0  # a page that is slow on a busy machine is not a page that refuses


class GivenAccess:
    """Sessions by token, as the test gave them out."""

    def __init__(self) -> None:
        self.sessions: dict[str, ClientSession] = {}

    async def session_for(self, cookie: Mapping[str, Any]) -> ClientSession:
        return self.sessions.get(str(cookie.get('token')), ClientSession())


@dataclass
class Browser:
    """A cookie jar, and the sockets it opened."""

    site: 'Site'
    cookie: dict[str, str]
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        signed = TimestampSigner(SECRET).sign(b64encode(json.dumps(self.cookie).encode())).decode()
        self.http = httpx.AsyncClient(base_url=self.site.url, timeout=PATIENCE_S)
        if self.cookie:
            self.http.cookies.set('atrium', signed, domain='127.0.0.1')
        self.site.browsers.append(self)

    @property
    def cookie_header(self) -> str:
        return '; '.join(f'{name}={value}' for name, value in self.http.cookies.items())

    async def open(self, path: str) -> 'OpenPage':
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        found = re.search(r"'client_id': '([0-9a-f-]+)'", answer.text)
        assert found is not None
        return OpenPage(self, found.group(1), answer)


@dataclass
class OpenPage:
    browser: Browser
    client_id: str
    answer: httpx.Response
    tab_id: str = field(default_factory=lambda: str(uuid4()))
    heard: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def client(self) -> Client:
        return Client.instances[self.client_id]

    async def connect(self, *, as_browser: Browser | None = None, **headers: str) -> socketio.AsyncClient:
        """Opens the page's socket as its script does; `as_browser` sends somebody else's cookie."""
        sio = socketio.AsyncClient(reconnection=False)
        self.browser.site.sockets.append(sio)
        sio.on('*', lambda event, *data: self.heard.append((event, data)))
        query = f'client_id={self.client_id}&tab_id={self.tab_id}&document_id={uuid4()}&implicit_handshake=true'
        await sio.connect(
            f'{self.browser.site.url}?{query}',
            headers={'Cookie': (as_browser or self.browser).cookie_header, **headers},
            transports=['websocket'],
            socketio_path='/_nicegui_ws/socket.io',
        )
        return sio

    def click(self, marker: str) -> dict[str, Any]:
        """The message that the page's script sends when the marked button is clicked."""
        element = next(e for e in self.client.elements.values() if marker in e._markers)
        listener = next(li for li in element._event_listeners.values() if li.type == 'click')
        return {'id': element.id, 'client_id': self.client_id, 'listener_id': listener.id, 'args': []}


class Site:
    """The server in a thread, and browsers for it."""

    def __init__(self, settings: WebSettings, access: GivenAccess, mounts: Sequence[BaseRoute] = ()) -> None:
        self.access = access
        self.browsers: list[Browser] = []
        self.sockets: list[socketio.AsyncClient] = []
        self.settings = settings
        self.app = build(settings, access=access, mounts=mounts)
        self.shell: Shell = shell()
        self._socket = socket.create_server(('127.0.0.1', 0))
        self.url = f'http://127.0.0.1:{self._socket.getsockname()[1]}'
        self._server = uvicorn.Server(uvicorn_config(self.app, settings))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def start(self) -> None:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
            assert self._thread.is_alive(), 'the server did not start'

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=20)
        self._socket.close()

    async def tidy(self) -> None:
        """Closes what the test opened, and forgets its pages."""
        for sio in self.sockets:
            await sio.disconnect()
            if sio.eio.http is not None:
                await sio.eio.http.close()
        for browser in self.browsers:
            await browser.http.aclose()
        self.sockets.clear()
        self.browsers.clear()
        self.call(lambda: [client.delete() for client in list(Client.instances.values())])

    def browser(
        self, *permissions: str, account: int | None = None, tenant: int | None = None, exactly: bool = False,
        **facts: Any,
    ) -> Browser:  # fmt: skip
        """A browser that is signed in with these permissions (and one's own account's), or one without a cookie."""
        if account is None:
            return Browser(self, {})
        token = f'token-{uuid4()}'
        actor = Actor(
            name=f'person {account}',
            kind='person',
            account_id=AccountId(account),
            mall_id=MallId(MALL.id),
            tenant_id=None if tenant is None else TenantId(tenant),
            permissions=frozenset(permissions if exactly else {'identity.own_account', *permissions}),
        )
        given = {'session_id': account * 10, 'login': f'p{account}', 'display_name': f'人员{account}'} | facts
        self.access.sessions[token] = ClientSession(actor=actor, mall=MALL, malls=(MALL,), **given)
        return Browser(self, {'id': str(uuid4()), 'token': token})

    def call(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs something in the server's loop, as the listener of notices does."""
        done: list[Any] = []
        finished = threading.Event()

        def run() -> None:
            done.append(function(*args, **kwargs))
            finished.set()

        assert core.loop is not None
        core.loop.call_soon_threadsafe(run)
        assert finished.wait(5)
        return done[0]


@contextlib.contextmanager
def serve(*, mounts: Sequence[BaseRoute] = (), **facts: Any) -> Iterator[Site]:
    """A site for one test module; NiceGUI's globals are as before afterwards."""
    with nicegui_reset_globals():
        core.app.exception_handlers.pop(404, None)
        settings = WebSettings(secret=SecretStr(SECRET), allowed_hosts=('127.0.0.1', 'test'), **facts)
        site = Site(settings, GivenAccess(), mounts)
        site.start()
        try:
            yield site
        finally:
            site.stop()
            core.app.exception_handlers.pop(404, None)
