"""What happens when somebody presses the button: one try to sign in, and what the page should say."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from nicegui import Client
from pydantic import SecretStr

from domain.identity.commands import SetPreferences, SignIn
from domain.identity.errors import OneTimeCodeNeeded, WrongOneTimeCode
from domain.identity.operations import set_preferences, sign_in
from domain.identity.permissions import OWN_ACCOUNT
from domain.identity.views import SignedIn
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.operations import run_in_thread, run_operation
from ui.kit.i18n import LOCALES, Locale


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


async def keep_chosen_language(signed_in: SignedIn, chosen: str | None) -> str:
    """The language to go on in: the one picked on the login page, from now on the account's, or the account's."""
    if chosen not in LOCALES or chosen == signed_in.locale:
        return signed_in.locale
    actor = Actor(name='', kind='person', account_id=signed_in.account_id, permissions=frozenset({OWN_ACCOUNT.code}))
    command = SetPreferences.model_validate({'locale': chosen})
    await run_operation(set_preferences, actor=actor, command=command, now=datetime.now(UTC))
    return chosen
