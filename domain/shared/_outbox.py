"""The outbox (发件箱): what a transaction says to the world, kept in it until it commits.

Events become procrastinate jobs inserted by the transaction's own connection: invisible before the commit, gone on
rollback. Notices for screens become one `pg_notify` per topic. Both are collected on the session and written once,
just before the commit, so a hot path that says nothing pays nothing.
"""

from typing import Any

import procrastinate
from sqlalchemy import text
from sqlmodel import Session

LIVE_CHANNEL = 'atrium_live'
QUEUE = 'events'
DELIVER = 'deliver_event'

_jobs = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def add_event(session: Session, payload: dict[str, Any]) -> None:
    session.info.setdefault('events', []).append(payload)


def add_notice(session: Session, topic: str, mall_id: int) -> None:
    session.info.setdefault('notices', set()).add((topic, mall_id))


def flush(session: Session) -> None:
    """Writes what was collected; nothing remains for a second call."""
    events = session.info.pop('events', [])
    if events:
        connection = session.connection().connection.driver_connection
        task = _jobs.configure_task(DELIVER, queue=QUEUE, connection=connection, allow_unknown=True)
        task.batch_defer(*events)
    for topic, mall_id in sorted(session.info.pop('notices', ())):
        session.execute(
            text('SELECT pg_notify(:channel, :body)'), {'channel': LIVE_CHANNEL, 'body': f'{mall_id}:{topic}'}
        )
