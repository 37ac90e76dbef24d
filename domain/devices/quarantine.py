"""The quarantine (隔离区): nothing that a device sent is silently dropped.

What cannot be recorded is kept with its bytes (up to 64 KiB), the reason and where it came from; the same bytes for
the same reason are one row with a count. A person corrects the cause and lets the ingest try again, or purges.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.devices.commands import PurgeQuarantined, QuarantineId, RetryQuarantined
from domain.devices.permissions import RELEASE, STRAYS, VIEW
from domain.devices.views import QuarantinedView, Released
from domain.shared.actor import Actor
from domain.shared.live import notify
from domain.shared.operations import operation, query

MAX_KEPT_BYTES = 64 * 1024
RETENTION = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A message to be kept. `is_counted`: its numbers count as received already, so a retry must not ask again."""

    topic: str
    device_code: str
    reason: str
    detail: str
    payload: bytes
    received_at: datetime
    is_counted: bool = False
    skew: timedelta = timedelta(0)

    @property
    def digest(self) -> bytes:
        return hashlib.blake2b(
            b'\0'.join((self.topic.encode(), self.reason.encode(), self.payload)), digest_size=16
        ).digest()


_HOLD = text("""
    INSERT INTO quarantined_message AS q (mall_id, device_code, topic, reason, detail, payload, payload_bytes, digest,
                                          skew_ms, is_counted, received_at, last_received_at)
    VALUES (:mall_id, :device_code, :topic, :reason, :detail, :payload, :payload_bytes, :digest,
            :skew_ms, :is_counted, :received_at, :received_at)
    ON CONFLICT (mall_id, digest) DO UPDATE
       SET occurrences = q.occurrences + 1, last_received_at = greatest(q.last_received_at, excluded.last_received_at)
""")

_HOLD_STRAY = text("""
    INSERT INTO stray_message AS q (topic, reason, detail, payload, payload_bytes, digest,
                                    received_at, last_received_at)
    VALUES (:topic, :reason, :detail, :payload, :payload_bytes, :digest, :received_at, :received_at)
    ON CONFLICT (digest) DO UPDATE
       SET occurrences = q.occurrences + 1, last_received_at = greatest(q.last_received_at, excluded.last_received_at)
""")


def hold(session: Session, *, mall_id: int, messages: Sequence[Held]) -> None:
    """Keep messages of a mall, in the transaction of the ingest."""
    if messages:
        rows = [_row(message) | {'mall_id': mall_id} for message in messages]
        session.execute(_HOLD, sorted(rows, key=lambda row: row['digest']))
        notify(session, 'devices', mall_id)


def hold_strays(session: Session, *, messages: Sequence[Held]) -> None:
    """Keep messages whose topic names no mall of ours: an operator sees them, no mall does."""
    if messages:
        session.execute(_HOLD_STRAY, sorted(map(_row, messages), key=lambda row: row['digest']))


def _row(message: Held) -> dict[str, object]:
    return {
        'device_code': message.device_code,
        'topic': message.topic,
        'reason': message.reason,
        'detail': message.detail,
        'payload': message.payload[:MAX_KEPT_BYTES],
        'payload_bytes': len(message.payload),
        'digest': message.digest,
        'skew_ms': round(message.skew / timedelta(milliseconds=1)),
        'is_counted': message.is_counted,
        'received_at': message.received_at,
    }


@query(VIEW, name='devices.list_quarantined')
def list_quarantined(
    session: Session, *, actor: Actor, device_code: str | None = None, limit: int = 100
) -> list[QuarantinedView]:
    """The newest messages in quarantine, of one device or of all."""
    rows = session.execute(
        text("""
            SELECT * FROM quarantined_message
             WHERE mall_id = app_mall() AND state <> 'released'
               AND (CAST(:code AS text) IS NULL OR device_code = :code)
             ORDER BY last_received_at DESC, id DESC LIMIT :limit
        """),
        {'code': device_code, 'limit': limit},
    )
    return [_view(row) for row in rows]


@query(STRAYS, name='devices.list_strays')
def list_strays(session: Session, *, actor: Actor, limit: int = 100) -> list[QuarantinedView]:
    """The newest messages whose topic names no mall of ours; for the operator of the platform."""
    rows = session.execute(
        text("""
            SELECT *, '' AS device_code, 0 AS skew_ms, 'held' AS state FROM stray_message
             ORDER BY last_received_at DESC, id DESC LIMIT :limit
        """),
        {'limit': limit},
    )
    return [_view(row) for row in rows]


@operation(RELEASE, name='devices.retry_quarantined')
def retry_quarantined(session: Session, *, actor: Actor, command: RetryQuarantined, now: datetime) -> Released:
    """Mark messages to be tried again; the ingest takes them up within seconds. Cut ones cannot be."""
    return _touch(
        session,
        "UPDATE quarantined_message SET state = 'retrying' WHERE mall_id = app_mall() AND state = 'held'"
        ' AND length(payload) = payload_bytes AND id = ANY(CAST(:ids AS bigint[]))',
        command.ids,
    )


@operation(RELEASE, name='devices.purge_quarantined')
def purge_quarantined(session: Session, *, actor: Actor, command: PurgeQuarantined, now: datetime) -> Released:
    """Forget messages for good; the audit log keeps that it was done."""
    return _touch(
        session,
        'DELETE FROM quarantined_message WHERE mall_id = app_mall() AND id = ANY(CAST(:ids AS bigint[]))',
        command.ids,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """A quarantined message that the ingest tries again."""

    id: QuarantineId
    topic: str
    payload: bytes
    received_at: datetime
    skew: timedelta
    is_counted: bool
    reason: str


def take_retries(session: Session, *, mall_id: int, limit: int = 200) -> list[Retry]:
    """Take messages marked for a retry, under lock, so that two workers never try the same one."""
    rows = session.execute(
        text("""
            SELECT id, topic, payload, received_at, skew_ms, is_counted, reason FROM quarantined_message
             WHERE mall_id = :mall_id AND state = 'retrying' ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
        """),
        {'mall_id': mall_id, 'limit': limit},
    )
    return [
        Retry(
            id=QuarantineId(row.id),
            topic=row.topic,
            payload=bytes(row.payload),
            received_at=row.received_at,
            skew=timedelta(milliseconds=row.skew_ms),
            is_counted=row.is_counted,
            reason=row.reason,
        )
        for row in rows
    ]


def settle_retries(
    session: Session, *, mall_id: int, released: Sequence[QuarantineId], failed: Sequence[tuple[QuarantineId, str]]
) -> None:
    """Say what became of retried messages: recorded, or held again with the new detail."""
    session.execute(
        text("UPDATE quarantined_message SET state = 'released' WHERE mall_id = :mall_id AND id = ANY(:ids)"),
        {'mall_id': mall_id, 'ids': list(released)},
    )
    for message_id, detail in failed:
        session.execute(
            text(
                "UPDATE quarantined_message SET state = 'held', detail = :detail WHERE mall_id = :mall_id AND id = :id"
            ),
            {'mall_id': mall_id, 'id': message_id, 'detail': detail},
        )
    if released or failed:
        notify(session, 'devices', mall_id)


def expire(session: Session, *, mall_id: int, now: datetime) -> int:
    """Forget messages that nobody cared for in 30 days; give how many."""
    expired = session.execute(
        text("""
            DELETE FROM quarantined_message WHERE mall_id = :mall_id AND last_received_at < :before RETURNING id
        """),
        {'mall_id': mall_id, 'before': now - RETENTION},
    )
    return len(expired.scalars().all())


def _touch(session: Session, statement: str, ids: Sequence[QuarantineId]) -> Released:
    touched = session.execute(text(f'{statement} RETURNING mall_id'), {'ids': list(ids)}).scalars().all()
    if touched:
        notify(session, 'devices', touched[0])
    return Released(count=len(touched))


def _view(row: Row[tuple[object, ...]]) -> QuarantinedView:
    facts = row._mapping
    return QuarantinedView(
        id=facts['id'],
        device_code=facts['device_code'],
        topic=facts['topic'],
        reason=facts['reason'],
        detail=facts['detail'],
        payload=bytes(facts['payload']),
        payload_bytes=facts['payload_bytes'],
        skew=timedelta(milliseconds=facts['skew_ms']),
        occurrences=facts['occurrences'],
        state=facts['state'],
        received_at=facts['received_at'],
        last_received_at=facts['last_received_at'],
    )
