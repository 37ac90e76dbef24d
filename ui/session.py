"""Who looks at a page: one `ClientSession` per browser tab, kept with NiceGUI's client and found through its slot.

It is set once, when the page is built, and never changes: a switch of language, mall or account opens the page anew.
Context variables would be wrong in event handlers, which NiceGUI runs outside the request that built the page.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from nicegui import Client, context

from domain.shared.actor import ANONYMOUS, Actor
from domain.shared.permission import Permission
from ui.kit.i18n import DEFAULT_LOCALE, Locale, set_locale

Theme = Literal['light', 'dark', 'auto']

_KEY = 'client_session'


@dataclass(frozen=True, slots=True, kw_only=True)
class MallChoice:
    """A mall that the person may switch to, as the header shows it."""

    id: int
    code: str
    name_zh: str
    name_en: str
    timezone: str = 'Asia/Shanghai'

    def name(self, locale: Locale) -> str:
        return self.name_zh if locale == 'zh-CN' else self.name_en or self.name_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSession:
    """The person, the mall and the look of one tab. `valid_until` is when its rights end by themselves."""

    actor: Actor = ANONYMOUS
    session_id: int | None = None
    login: str = ''
    display_name: str = ''
    role_names: tuple[str, ...] = ()
    locale: Locale = DEFAULT_LOCALE
    theme: Theme = 'light'
    mall: MallChoice | None = None
    malls: tuple[MallChoice, ...] = ()
    must_change_password: bool = False
    has_totp: bool = False
    valid_until: datetime | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.session_id is not None

    def may(self, permission: Permission) -> bool:
        return self.actor.may(permission)

    def in_locale(self, zh: str, en: str) -> str:
        return zh if self.locale == 'zh-CN' else en


def keep(client: Client, session: ClientSession) -> None:
    """Binds the session to the client; called by the shell alone, before the page is built."""
    client.storage[_KEY] = session
    set_locale(client, session.locale)


def session_of(client: Client) -> ClientSession | None:
    found = client.storage.get(_KEY)
    return found if isinstance(found, ClientSession) else None


def current() -> ClientSession:
    """The session of the page now being built or handling an event.

    :raises LookupError: outside the shell's pages; that is a bug of the page.
    """
    session = session_of(context.client)
    if session is None:
        raise LookupError('no ClientSession: the page was not registered by ui.shell.pages')
    return session
