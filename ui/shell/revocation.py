"""Shuts open pages when their session ends or their rights change, in whichever process that happened."""

from datetime import UTC, datetime

from nicegui import Client, app, background_tasks

from domain.identity.queries import list_ended
from domain.identity.sessions import ACCOUNT_TOPIC, ROLE_TOPIC, SESSION_TOPIC
from domain.shared.actor import ANONYMOUS
from domain.shared.errors import DatabaseUnavailable
from domain.shared.live import RECONNECTED, LiveNotice
from domain.shared.operations import run_query
from ui.live import LiveHub
from ui.security.clients import shut_account, shut_if_expired, shut_role, shut_session
from ui.session import session_of

HOME = '/'
SWEEP_S = 20.0


class Revocation:
    """Listens to the hub; after a gap in the notices it asks the database; and it looks at the clock."""

    def __init__(self, live: LiveHub) -> None:
        self._live = live

    def begin(self) -> None:
        self._live.watch(self.on_notice)
        app.timer(SWEEP_S, self.sweep)

    async def on_notice(self, notice: LiveNotice) -> None:
        if notice.topic == RECONNECTED:
            background_tasks.create(self.recheck(), name='recheck sessions')
        elif notice.topic.startswith(SESSION_TOPIC):
            shut_session(int(notice.topic.removeprefix(SESSION_TOPIC)))
        elif notice.topic.startswith(ACCOUNT_TOPIC):
            shut_account(int(notice.topic.removeprefix(ACCOUNT_TOPIC)), target=HOME)
        elif notice.topic.startswith(ROLE_TOPIC):
            shut_role(notice.topic.removeprefix(ROLE_TOPIC), target=HOME)

    def sweep(self) -> None:
        """Shuts pages whose rights ended by time, though nobody touches them: an unattended screen shows no more."""
        now = datetime.now(UTC)
        for client in list(Client.instances.values()):
            shut_if_expired(client, now=now)

    async def recheck(self) -> None:
        """Shuts what ended while no notices came."""
        now = datetime.now(UTC)
        self.sweep()
        sessions = {found.session_id for client in Client.instances.values() if (found := session_of(client))}
        wanted = sorted(session for session in sessions if session is not None)
        try:
            ended = await run_query(list_ended, actor=ANONYMOUS, session_ids=wanted, now=now) if wanted else []
        except DatabaseUnavailable:
            return  # the listener reconnects when the database is back, and asks again
        for session_id in ended:
            shut_session(session_id)
