"""The web process: NiceGUI, wrapped in its guards, beside whatever plain ASGI applications are mounted with it.

    app = build(settings.web, notices=lambda: listen(url), mounts=api_mounts)     # in atrium.py
    run(app, settings.web)

`build` returns one Starlette application, to be served by one uvicorn process:

    SecurityHeaders → TrustedHost → BodyLimit → ┬ mounts: /api/v1, /healthz, /readyz, /metrics (no cookies, no sockets)
                                                └ NiceGUI: OriginGuard → CrossSiteGate → BarePageLimit → gzip
                                                           → session cookie → OwnUploads → PageNonce → pages

The mounts come from `integrations.api` by way of the composition root: this package knows nothing of them, and they
pass none of NiceGUI's middlewares, so no call of the API creates a browser session. Their lifespans run with ours.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules, walk_packages
from typing import Any

import uvicorn
from nicegui import app as nicegui_app
from nicegui import core, ui
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from domain.shared.documents import Documents
from ui.kit import theme
from ui.live import LiveHub, Notices
from ui.security.bare_pages import BarePageLimit
from ui.security.bodies import BodyLimit
from ui.security.cross_site import CrossSiteGate
from ui.security.handover import APPLY_PATH, Handover, rewrite
from ui.security.headers import PageNonce, SecurityHeaders
from ui.security.origin import OriginGuard
from ui.security.sockets import bind_sockets
from ui.security.targets import local_path
from ui.security.uploads import OwnUploads
from ui.settings import WebSettings
from ui.shell import context
from ui.shell.access import IdentityAccess
from ui.shell.context import Access, Cameras, Channels, NoDocuments, Shell, no_cameras, no_channels
from ui.shell.errors import error_response
from ui.shell.pictures import PATH as PICTURES
from ui.shell.registration import register_pages
from ui.shell.revocation import Revocation

NOT_SLICES = frozenset({'kit', 'security', 'shell'})
STYLES = Path(__file__).parent / 'shell' / 'shell.css'
MESSAGE_HISTORY = 1000
ONE_DAY = 24 * 3600


def build(
    settings: WebSettings,
    *,
    notices: Notices | None = None,
    mounts: Sequence[BaseRoute] = (),
    access: Access | None = None,
    channels: Channels = no_channels,
    cameras: Cameras = no_cameras,
    documents: Documents | None = None,
    webhooks_to_private: bool = False,
) -> Starlette:
    """The whole application. `mounts` are served before NiceGUI sees the request; `channels` take
    payments, `cameras` show pictures, `documents` make files; webhooks may lead inside where the site says so."""
    shell = Shell(
        settings=settings,
        access=access or IdentityAccess(),
        handover=Handover(),
        live=LiveHub(notices),
        channels=channels,
        cameras=cameras,
        documents=documents or NoDocuments(),
        webhooks_to_private=webhooks_to_private,
    )
    context.install(shell)
    Revocation(shell.live).begin()
    load_pages()
    theme.install()
    nicegui_app.add_static_files('/assets/pictures', theme.ASSETS / 'pictures', max_cache_age=ONE_DAY)
    ui.add_css(STYLES.read_text(encoding='utf-8'), shared=True)
    register_pages(shell)
    register_routes(shell)
    bind_sockets(core.sio)
    parent = Starlette(routes=list(mounts), middleware=_outer(settings), lifespan=_lifespan(mounts, shell.live))
    _mount_nicegui(parent, settings)
    return parent


def run(app: Starlette, settings: WebSettings) -> None:
    """Serves until it is told to stop."""
    uvicorn.Server(uvicorn_config(app, settings)).run()


def uvicorn_config(app: Starlette, settings: WebSettings) -> uvicorn.Config:
    """One process; the access log stays off because NiceGUI's addresses hold its page ids."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ws='wsproto',
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=5,
    )


def load_pages(slices: Iterable[str] | None = None) -> None:
    """Imports every module of every slice there is (or of these), so that their pages declare themselves."""
    import_module('ui.shell.home')
    for name in _slices() if slices is None else slices:
        package = import_module(f'ui.{name}')
        for module in walk_packages(package.__path__, f'ui.{name}.'):
            import_module(module.name)


def _slices() -> list[str]:
    found = iter_modules([str(Path(__file__).parent)])
    return [module.name for module in found if module.ispkg and module.name not in NOT_SLICES]


def _outer(settings: WebSettings) -> list[Middleware]:
    return [
        Middleware(SecurityHeaders, is_production=settings.is_production),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.allowed_hosts), www_redirect=False),
        Middleware(BodyLimit, max_bytes=settings.max_body_bytes, max_upload_bytes=settings.max_upload_bytes),
    ]


def _mount_nicegui(parent: Starlette, settings: WebSettings) -> None:
    """NiceGUI adds its own middlewares in `run_with`: what must sit inside them goes before, the rest after."""
    nicegui_app.add_middleware(PageNonce)
    nicegui_app.add_middleware(OwnUploads)
    ui.run_with(
        parent,  # type: ignore[arg-type]  # any Starlette application will do
        title='Atrium',
        favicon=theme.ASSETS / 'pictures' / 'favicon.svg',
        language='zh-CN',
        binding_refresh_interval=None,
        reconnect_timeout=settings.reconnect_timeout_s,
        message_history_length=MESSAGE_HISTORY,
        storage_secret=settings.secret.get_secret_value(),
        session_middleware_kwargs=cookie_settings(settings),
        show_welcome_message=False,
        markdown=False,
        tailwind=False,  # the kit has its own style sheets; compiling classes in the browser costs the first paint
    )
    nicegui_app.add_middleware(BarePageLimit, per_minute=settings.bare_pages_per_minute)
    nicegui_app.add_middleware(CrossSiteGate)
    nicegui_app.add_middleware(OriginGuard, allowed_origins=settings.allowed_origins)


def cookie_settings(settings: WebSettings) -> dict[str, Any]:
    """HttpOnly comes with Starlette's middleware; the rest is said here."""
    return {
        'session_cookie': settings.cookie_name,
        'same_site': 'strict',
        'https_only': settings.is_production,
        'max_age': settings.cookie_days * 24 * 3600,
        'path': '/',
    }


def register_routes(shell: Shell) -> None:
    """The addresses that are no pages: a change of the cookie, a camera's picture, and what is not found."""

    async def apply(request: Request, ticket: str = '') -> Response:
        change = shell.handover.collect(request.session.get('id'), ticket)
        if change is None:
            return RedirectResponse('/', 303)
        rewrite(request.session, change)
        return RedirectResponse(local_path(change.target), 303)

    async def picture(request: Request, ticket: str) -> Response:
        return await shell.pictures.answer(request, ticket, shell.access)

    async def not_found(request: Request, _: Exception) -> Response:
        locale = 'en' if request.session.get('locale') == 'en' else 'zh-CN'
        return error_response(404, locale=locale, code='page.not_found')

    nicegui_app.remove_route(APPLY_PATH)
    nicegui_app.get(APPLY_PATH, include_in_schema=False)(apply)
    nicegui_app.remove_route(f'{PICTURES}/{{ticket}}')
    nicegui_app.get(f'{PICTURES}/{{ticket}}', include_in_schema=False)(picture)
    nicegui_app.add_exception_handler(404, not_found)


def _lifespan(mounts: Sequence[BaseRoute], live: LiveHub) -> Any:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for mount in mounts:
                router = getattr(getattr(mount, 'app', None), 'router', None)
                if router is not None:
                    await stack.enter_async_context(router.lifespan_context(mount.app))  # type: ignore[attr-defined]
            live.start()
            stack.push_async_callback(live.stop)
            yield

    return lifespan
