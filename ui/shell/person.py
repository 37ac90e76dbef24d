"""What a person changes about the session itself: mall, language, lighting, signing out."""

from datetime import UTC, datetime
from typing import Literal

from nicegui import Client, context, ui

from domain.identity.commands import SetPreferences
from domain.identity.operations import set_preferences, sign_out
from domain.shared.operations import run_operation
from ui.kit.i18n import Locale
from ui.security.clients import shut_client, shut_session
from ui.security.handover import SessionChange
from ui.session import ClientSession, MallChoice
from ui.shell import paths
from ui.shell.context import shell


def change_cookie(client: Client, *, token: str | None, locale: str, target: str) -> str:
    """Deposits the change for this browser; returns the address at which it takes effect."""
    return shell().handover.deposit(
        client.request.session['id'], SessionChange(token=token, locale=locale, target=target)
    )


def current_token(client: Client) -> str | None:
    token = client.request.session.get('token')
    return token if isinstance(token, str) else None


async def switch_locale(session: ClientSession, locale: Locale) -> None:
    """Opens this page again in the other language, and remembers it for the account or the browser."""
    client = context.client
    if session.is_signed_in:
        await _prefer(session, locale=locale)
    ui.navigate.to(change_cookie(client, token=current_token(client), locale=locale, target=_here(client)))


async def switch_mall(session: ClientSession, mall: MallChoice) -> None:
    """Opens this page again in another mall; other tabs stay where they are."""
    if mall not in session.malls:
        return
    client = context.client
    await _prefer(session, mall_id=mall.id)
    ui.navigate.to(_here(client))


async def switch_theme(session: ClientSession) -> None:
    theme: Literal['light', 'dark'] = 'light' if session.theme == 'dark' else 'dark'
    client = context.client
    await _prefer(session, theme=theme)
    ui.navigate.to(_here(client))


async def sign_out_here(session: ClientSession) -> None:
    """Ends the session in the database, shuts all its pages, and empties the cookie under a new id."""
    client = context.client
    leave = change_cookie(client, token=None, locale=session.locale, target=paths.LOGIN)
    if session.session_id is not None:
        now = datetime.now(UTC)
        await run_operation(sign_out, actor=session.actor, session_id=session.session_id, now=now)
        shut_session(session.session_id, keep_client_id=client.id)
    shut_client(client, leave)


def renew_visitor(client: Client, session: ClientSession, *, target: str) -> None:
    """Between two visitors of a kiosk: the device stays signed in, everything else is new."""
    leave = change_cookie(client, token=current_token(client), locale='zh-CN', target=target)
    shut_client(client, leave)


async def _prefer(session: ClientSession, **preferences: object) -> None:
    command = SetPreferences.model_validate(preferences)
    await run_operation(set_preferences, actor=session.actor, command=command, now=datetime.now(UTC))


def _here(client: Client) -> str:
    """The address as the browser shows it; the page may have changed its filters since it was built."""
    return client.sub_pages_router.current_path
