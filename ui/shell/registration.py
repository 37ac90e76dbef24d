"""The one module that registers pages with NiceGUI. Every page passes the same door, in the same order:

who is it → may he see this page → which language and lighting → the frame → the page.

Navigation is by whole pages on purpose (see docs/adr): each one is a request of its own, so a role that was taken away
is gone with the next click, and no page outlives the check that let it be built.
"""

import inspect
from collections.abc import Callable
from copy import copy
from typing import Any

from nicegui import Client, context, ui
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.shared.errors import DomainError
from ui import session as client_session
from ui.kit.i18n import DEFAULT_LOCALE, Locale
from ui.kit.theme import dress
from ui.kit.tokens import Appearance
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.context import Shell
from ui.shell.errors import bug_response, domain_error_response, error_response, report
from ui.shell.frames import frame
from ui.shell.pages import PAGES, PageRegistry, PageSpec, path_parameters

DENIED = 'access.denied'


def register_pages(shell: Shell, registry: PageRegistry = PAGES) -> None:
    """Makes a route of every declared page."""
    for spec in registry:
        ui.page(spec.path, response_timeout=10)(_route(spec, shell))


def _route(spec: PageSpec, shell: Shell) -> Callable[..., Any]:
    async def show(request: Request, **parameters: str) -> Response | None:
        client = context.client
        locale = _locale_of(request)
        try:
            session = await shell.access.session_for(request.session)
            refusal = _refusal(spec, session, request)
            if refusal is None:
                _prepare(client, spec, session)
                refusal = await _build(spec, session, parameters)
            if refusal is None:
                return None
        except DomainError as error:
            refusal = domain_error_response(error, locale=locale)
        except Exception as error:
            refusal = bug_response(error, locale=locale)
        if not client.is_deleted:
            client.delete()
        return refusal

    return _signed(show, spec)


async def _build(spec: PageSpec, session: ClientSession, parameters: dict[str, str]) -> Response | None:
    """Draws the page, or hands on the redirect that its builder answered with."""
    with frame(spec, session):
        result = spec.builder(session, **parameters)
        answer = await result if inspect.isawaitable(result) else result
    return answer if isinstance(answer, Response) else None


def _refusal(spec: PageSpec, session: ClientSession, request: Request) -> Response | None:
    """Why this person does not get this page, as the answer to send."""
    if not spec.is_open_to(session):
        if session.is_signed_in:
            return error_response(403, locale=session.locale, code=DENIED)
        return RedirectResponse(paths.login(then=_here(request)), 303)
    if session.must_change_password and spec.path not in (paths.PASSWORD, paths.LOGIN):
        return RedirectResponse(paths.PASSWORD, 303)
    return None


def _prepare(client: Client, spec: PageSpec, session: ClientSession) -> None:
    client_session.keep(client, session)
    client.on_exception(report)
    client.title = f'{spec.title.text(session.locale)} · Atrium'
    client.page = copy(client.page)  # language belongs to this visitor, NiceGUI keeps it with the route
    client.page.language = 'zh-CN' if session.locale == 'zh-CN' else 'en-US'
    appearance = _appearance(spec, session)
    client.page.dark = appearance != 'light'
    dress(locale=session.locale, appearance=appearance)


def _appearance(spec: PageSpec, session: ClientSession) -> Appearance:
    if spec.frame in ('wall', 'board'):
        return 'wall'
    return 'dark' if session.theme == 'dark' else 'light'


def _here(request: Request) -> str:
    query = request.scope.get('query_string', b'').decode('latin-1')
    path = request.scope['path']
    return f'{path}?{query}' if query else path


def _locale_of(request: Request) -> Locale:
    return 'en' if request.session.get('locale') == 'en' else DEFAULT_LOCALE


def _signed(show: Callable[..., Any], spec: PageSpec) -> Callable[..., Any]:
    """Gives the route the page's path parameters, by which FastAPI reads them from the address."""
    annotations = inspect.get_annotations(spec.builder, eval_str=True)
    request = inspect.Parameter('request', inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)
    own = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotations.get(name, str))
        for name in path_parameters(spec.path)
    ]
    show.__signature__ = inspect.Signature([request, *own])  # type: ignore[attr-defined]
    show.__name__ = spec.builder.__name__
    # NiceGUI's test helpers unload the module that a page was registered from, and all its parents.
    show.__module__ = 'atrium_pages'
    return show
