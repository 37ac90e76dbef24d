"""Notices for screens: PostgreSQL NOTIFY out of a transaction, one LISTEN per web process.

A notice says only *what* changed in *which* mall; the screen asks for the figures itself. Losing one is harmless, the
next brings the same news, so business never depends on them.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import psycopg
from sqlmodel import Session

from domain.shared import _outbox

log = logging.getLogger(__name__)

RECONNECT_S = 1.0


@dataclass(frozen=True, slots=True)
class LiveNotice:
    """Something about `topic` changed in a mall. `topic == RECONNECTED` means: notices may have been missed."""

    topic: str
    mall_id: int


RECONNECTED = '*'


def notify(session: Session, topic: str, mall_id: int) -> None:
    """Tells the screens of a mall, once per topic and transaction, when this transaction commits."""
    _outbox.add_notice(session, topic, mall_id)


async def listen(url: str) -> AsyncIterator[LiveNotice]:
    """Yields notices for ever, over connection losses; each (re)connection yields one `RECONNECTED` notice first."""
    is_down = False
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5) as connection:
                await connection.execute(f'LISTEN {_outbox.LIVE_CHANNEL}')
                if is_down:
                    log.warning('live notices are back')
                is_down = False
                yield LiveNotice(RECONNECTED, 0)
                async for notice in connection.notifies():
                    mall_id, _, topic = notice.payload.partition(':')
                    yield LiveNotice(topic, int(mall_id))
        except psycopg.OperationalError as error:
            if not is_down:
                log.warning('live notices are away, trying again every second: %s', error)
            is_down = True
            await asyncio.sleep(RECONNECT_S)
