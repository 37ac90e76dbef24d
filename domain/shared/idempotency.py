"""Idempotency keys (幂等键), law X-R4: the second arrival returns the first result.

The key, a hash of the request and the answer are written in the same transaction as the work. Twins that arrive at the
same moment wait for each other on the unique index; if the first rolls back, the second does the work.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pydantic_core import to_jsonable_python
from sqlalchemy import text
from sqlmodel import Session

from domain.shared.errors import DomainError

MAX_KEY = 255


class IdempotencyConflict(DomainError):
    code = 'idempotency.conflict'
    status = 409
    zh = '该幂等键已用于另一个请求，请换一个键。'
    en = 'This idempotency key was used for a different request. Use a new key.'


@dataclass(frozen=True, slots=True)
class Remembered:
    """The answer, and whether it is the first arrival's."""

    answer: Any
    is_replay: bool


def request_hash(request: object) -> str:
    """A stable digest of a request's content; key order does not matter."""
    canonical = orjson.dumps(to_jsonable_python(request, fallback=str), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


def remember(
    session: Session, *, caller: str, key: str, request: object, now: datetime, work: Callable[[], object]
) -> Remembered:
    """Does the work once per (mall, caller, key) and hands every later arrival the first answer.

    :raises IdempotencyConflict: when the key comes back with another request.
    """
    digest = request_hash(request)
    facts = {'caller': caller, 'key': key[:MAX_KEY], 'digest': digest, 'now': now}
    is_first = session.execute(
        text(
            'INSERT INTO idempotency_key (mall_id, caller, key, request_hash, created_at)'
            ' VALUES (app_mall(), :caller, :key, :digest, :now) ON CONFLICT DO NOTHING RETURNING 1'
        ),
        facts,
    ).first()
    if is_first is None:
        return _earlier(session, facts)
    answer = to_jsonable_python(work(), fallback=str)
    session.execute(
        text(
            'UPDATE idempotency_key SET answer = CAST(:answer AS jsonb)'
            ' WHERE mall_id = app_mall() AND caller = :caller AND key = :key'
        ),
        facts | {'answer': orjson.dumps(answer).decode()},
    )
    return Remembered(answer, is_replay=False)


def forget_before(session: Session, *, moment: datetime) -> int:
    """Drops keys older than the retention; returns how many."""
    gone = session.execute(
        text('DELETE FROM idempotency_key WHERE created_at < :moment RETURNING 1'), {'moment': moment}
    )
    return len(gone.all())


def _earlier(session: Session, facts: dict[str, Any]) -> Remembered:
    row = session.execute(
        text(
            'SELECT request_hash, answer FROM idempotency_key'
            ' WHERE mall_id = app_mall() AND caller = :caller AND key = :key'
        ),
        facts,
    ).one()
    if row.request_hash != facts['digest']:
        raise IdempotencyConflict
    return Remembered(row.answer, is_replay=True)
