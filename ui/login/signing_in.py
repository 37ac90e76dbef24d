"""What happens when somebody presses the button: one try to sign in, and what the page should say."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from nicegui import Client
from pydantic import SecretStr

from domain.identity.commands import SignIn
from domain.identity.errors import OneTimeCodeNeeded, WrongOneTimeCode
from domain.identity.operations import sign_in
from domain.identity.views import SignedIn
from domain.shared.errors import DomainError
from domain.shared.operations import run_in_thread
from ui.kit.i18n import Locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Signed in, or why not; `wants_code` says that the password was right and the second factor is missing."""

    signed_in: SignedIn | None = None
    sentence: str = ''
    code: str = ''
    wants_code: bool = False


async def try_to_sign_in(client: Client, *, login: str, password: str, code: str, locale: Locale) -> Outcome:
    command = SignIn(
        login=login[:200],
        password=SecretStr(password),
        code=SecretStr(code) if code else None,
        address=client.ip,
        user_agent=client.request.headers.get('user-agent', ''),
    )
    try:
        signed_in = await run_in_thread(partial(sign_in, command, now=datetime.now(UTC)))
    except DomainError as error:
        wants_code = isinstance(error, OneTimeCodeNeeded | WrongOneTimeCode)
        return Outcome(sentence=error.sentence(locale), code=error.code, wants_code=wants_code)
    return Outcome(signed_in=signed_in)
