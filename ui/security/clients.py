"""Open pages of a session, and how they are shut.

A NiceGUI page goes on running its handlers after logout. So when a session ends or its rights change, its pages are
deleted on the server first (from then on no event finds them) and their browsers are sent away second.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from nicegui import Client, background_tasks, core

from ui.session import ClientSession, session_of

log = logging.getLogger(__name__)

LOGIN_PATH = '/login'


def shut_session(session_id: int, *, target: str = LOGIN_PATH, keep_client_id: str | None = None) -> int:
    """Shuts all pages of one session in this process, but for the one that asks; returns how many."""
    return _shut(lambda session: session.session_id == session_id, target, keep_client_id)


def shut_account(account_id: int, *, target: str = LOGIN_PATH) -> int:
    """Shuts all pages of an account in this process: its rights changed or it was locked."""
    return _shut(lambda session: session.actor.account_id == account_id, target, None)


def shut_role(role: str, *, target: str = LOGIN_PATH) -> int:
    """Shuts all pages of whoever holds the role in the mall he is in: what it grants has changed."""
    return _shut(lambda session: role in session.actor.roles, target, None)


def shut_client(client: Client, target: str) -> None:
    """Deletes the page and sends its browser elsewhere."""
    if client.id not in Client.instances:
        return
    client.delete()
    background_tasks.create(
        core.sio.emit('open', {'path': target, 'new_tab': False}, room=client.id), name='leave page'
    )


def shut_if_expired(client: Client, *, now: datetime | None = None) -> bool:
    """Shuts a page whose rights have ended by time; True when there is nothing left to handle an event."""
    session = session_of(client)
    if session is None or session.valid_until is None or session.valid_until > (now or datetime.now(UTC)):
        return False
    log.info('a page outlived its session', extra={'account_id': session.actor.account_id})
    shut_client(client, LOGIN_PATH)
    return True


def _shut(is_meant: Callable[[ClientSession], bool], target: str, keep_client_id: str | None) -> int:
    found = [
        client
        for client in Client.instances.values()
        if (session := session_of(client)) is not None and is_meant(session) and client.id != keep_client_id
    ]
    for client in found:
        shut_client(client, target)
    return len(found)
