"""The audit log (审计日志): who did what, when, to what, sealed into a hash chain (rule BK-R7).

Operations append entries inside their own transaction, so an entry exists exactly when the act does. Chaining them
there would make every operation of a mall wait for the one before it; instead a sealer, holding an advisory lock, links
committed entries in the order in which it finds them. The chain therefore never forks, however many append at once.
Hashes are taken over the values as stored (microseconds, canonical jsonb), and the head of the chain is anchored
outside the database, so that cutting off the newest rows shows as well.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from pydantic_core import to_jsonable_python
from sqlalchemy import Row, text
from sqlmodel import Session

from domain.shared.actor import Actor

GENESIS = bytes(32)
ABOVE_MALLS_CHAIN = 0
# Longer than any transaction may last: an entry that commits later than this is found by `verify`, not by `seal`.
LATE_COMMIT = timedelta(hours=1)

_STORED = (
    'e.id, e.mall_id, e.recorded_at, e.actor_name, e.actor_kind, e.account_id, e.action, e.target, e.outcome,'
    ' e.request_id, e.facts::text AS facts'
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of a mall's chain at some moment, to be kept where the database's owner cannot reach it."""

    mall_id: int
    position: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking a chain found; `broken_at` is the first position that does not hold."""

    sealed: int
    unsealed: int
    broken_at: int | None
    reason: str

    @property
    def is_intact(self) -> bool:
        return self.broken_at is None


def append(
    session: Session, *, actor: Actor, action: str, target: object, facts: Any, outcome: str, now: datetime
) -> None:
    """Adds an entry to this transaction. Secrets must be `SecretStr`; they are stored as asterisks."""
    session.execute(
        text(
            'INSERT INTO audit_entry (mall_id, recorded_at, actor_name, actor_kind, account_id, action, target,'
            ' outcome, request_id, facts) VALUES (coalesce(app_mall(), 0), :now, :actor, :kind, :account, :action,'
            ' :target, :outcome, :request, CAST(:facts AS jsonb))'
        ),
        {
            'now': now,
            'actor': actor.name,
            'kind': actor.kind,
            'account': actor.account_id,
            'action': action,
            'target': None if target is None else str(target),
            'outcome': outcome,
            'request': actor.request_id,
            'facts': orjson.dumps(to_jsonable_python(_told(facts), fallback=str, bytes_mode='hex')).decode(),
        },
    )


def _told(facts: Any) -> Any:
    """Files that came along are named by their digest; what is in them is no business of the log."""
    if not isinstance(facts, dict):
        return facts
    return {name: _file_words(value) if isinstance(value, bytes) else value for name, value in facts.items()}


def _file_words(content: bytes) -> str:
    return f'{len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}'


def seal(session: Session, *, now: datetime, limit: int = 10_000) -> int:
    """Links the committed entries of the session's mall that are not linked yet; returns how many."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('audit_seal'), coalesce(app_mall(), 0))"))
    head = _head(session)
    position, digest = (head.position, head.digest) if head else (0, GENESIS)
    since = head.sealed_at - LATE_COMMIT if head else datetime.min.replace(tzinfo=now.tzinfo)
    fresh = session.execute(
        text(
            f'SELECT {_STORED} FROM audit_entry e WHERE e.mall_id = coalesce(app_mall(), 0) AND e.appended_at >= :since'  # noqa: S608 - no input
            ' AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.mall_id = e.mall_id AND s.entry_id = e.id)'
            ' ORDER BY e.id LIMIT :limit'
        ),
        {'since': since, 'limit': limit},
    ).all()
    links = []
    for row in fresh:
        position += 1
        digest = _link(digest, position, row)
        links.append({'position': position, 'entry': row.id, 'digest': digest, 'now': now})
    if links:
        session.execute(
            text(
                'INSERT INTO audit_seal (mall_id, position, entry_id, digest, sealed_at)'
                ' VALUES (coalesce(app_mall(), 0), :position, :entry, :digest, :now)'
            ),
            links,
        )
    return len(links)


def anchor(session: Session) -> Anchor | None:
    """The head of the chain of the session's mall, or None while nothing is sealed."""
    head = _head(session)
    return Anchor(head.mall_id, head.position, head.digest.hex()) if head else None


def verify(session: Session, *, against: Iterable[Anchor] = ()) -> Verification:
    """Recomputes the whole chain of the session's mall and compares it with anchors taken earlier."""
    anchors = {kept.position: kept.digest for kept in against}
    digest, expected = GENESIS, 0
    rows = session.execute(
        text(
            f'SELECT {_STORED}, s.position, s.digest FROM audit_seal s LEFT JOIN audit_entry e'  # noqa: S608 - no input
            ' ON e.mall_id = s.mall_id AND e.id = s.entry_id'
            ' WHERE s.mall_id = coalesce(app_mall(), 0) ORDER BY s.position'
        )
    )
    for row in rows:
        expected += 1
        digest = _link(digest, expected, row)
        if row.id is None or row.position != expected or digest != row.digest:
            return Verification(expected, _unsealed(session), expected, _reason(row, expected))
        if anchors.pop(expected, digest.hex()) != digest.hex():
            return Verification(expected, _unsealed(session), expected, 'differs from its anchor')
    if anchors:
        return Verification(expected, _unsealed(session), expected + 1, 'shorter than its anchor')
    return Verification(expected, _unsealed(session), None, '')


def _head(session: Session) -> Row[Any] | None:
    return session.execute(
        text(
            'SELECT mall_id, position, digest, sealed_at FROM audit_seal WHERE mall_id = coalesce(app_mall(), 0)'
            ' ORDER BY position DESC LIMIT 1'
        )
    ).first()


def _unsealed(session: Session) -> int:
    count: int = session.execute(
        text(
            'SELECT count(*) FROM audit_entry e WHERE e.mall_id = coalesce(app_mall(), 0)'
            ' AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.mall_id = e.mall_id AND s.entry_id = e.id)'
        )
    ).scalar_one()
    return count


def _link(previous: bytes, position: int, row: Row[Any]) -> bytes:
    stored = [
        position,
        row.id,
        row.mall_id,
        None if row.recorded_at is None else row.recorded_at.isoformat(timespec='microseconds'),
        row.actor_name,
        row.actor_kind,
        row.account_id,
        row.action,
        row.target,
        row.outcome,
        row.request_id,
        row.facts,
    ]
    return hashlib.sha256(previous + orjson.dumps(stored)).digest()


def _reason(row: Row[Any], expected: int) -> str:
    if row.id is None:
        return 'its entry is gone'
    return 'a link is missing' if row.position != expected else 'its entry was changed'
