"""Changes of the session cookie: the one place that writes it.

A socket cannot set a cookie. A handler that signs somebody in, out or over to another language deposits the change
here and sends the browser to `/session/apply?ticket=…`, which applies it, gives the browser a new session id, and
redirects. A ticket works once, for half a minute, and only in the browser that got it, so it is worth nothing in a log.
"""

import secrets
import time
import uuid
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

APPLY_PATH = '/session/apply'
LIFETIME_S = 30.0
MOST = 10_000


@dataclass(frozen=True, slots=True)
class SessionChange:
    """What the cookie will hold: nothing of the old one survives. `token` None means signed out."""

    token: str | None
    locale: str
    target: str


@dataclass(frozen=True, slots=True)
class _Deposit:
    session_id: str
    change: SessionChange
    until: float


class Handover:
    """Changes waiting for their browser, in this process (the browser's next request comes here: sticky sessions)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._waiting: dict[str, _Deposit] = {}
        self._clock = clock

    def deposit(self, session_id: str, change: SessionChange) -> str:
        """Keeps the change for this browser; returns the path to send it to."""
        self._forget_old()
        ticket = secrets.token_urlsafe(32)
        self._waiting[ticket] = _Deposit(session_id, change, self._clock() + LIFETIME_S)
        return f'{APPLY_PATH}?ticket={ticket}'

    def collect(self, session_id: str | None, ticket: str) -> SessionChange | None:
        """The change, once, if this browser is the one it was kept for."""
        deposit = self._waiting.get(ticket)
        if deposit is None or deposit.session_id != session_id:
            return None
        del self._waiting[ticket]
        return deposit.change if deposit.until > self._clock() else None

    def _forget_old(self) -> None:
        now = self._clock()
        self._waiting = {ticket: kept for ticket, kept in self._waiting.items() if kept.until > now}
        while len(self._waiting) >= MOST:
            del self._waiting[next(iter(self._waiting))]


def rewrite(cookie: MutableMapping[str, Any], change: SessionChange) -> None:
    """Empties the cookie and fills it anew, under a new id: nobody who knew the old one gains anything."""
    cookie.clear()
    cookie['id'] = str(uuid.uuid4())
    cookie['locale'] = change.locale
    if change.token is not None:
        cookie['token'] = change.token
