"""Writes that may arrive twice: the key, the request and the answer are kept in the write's own transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Header, Response

from domain.shared.actor import Actor
from domain.shared.idempotency import MAX_KEY, Remembered, remember
from domain.shared.operations import mark_of, operation, run_operation

Key = Annotated[
    str | None,
    Header(
        alias='Idempotency-Key',
        min_length=8,
        max_length=MAX_KEY,
        pattern=r'^[\x21-\x7e]+$',
        description='A key of your own (a UUID, say). The same request under it is done once.',
        examples=['9f1f6c1e-6a53-4a83-9a37-0f8b5d8b1c11'],
    ),
]


async def once(
    function: Callable[..., Any], *, actor: Actor, key: str | None, response: Response, **arguments: Any
) -> Any:
    """Runs an operation, or hands out what it answered when the same request came under this key before.

    :raises IdempotencyConflict: when another request came under it.
    """
    if key is None:
        return await run_operation(function, actor=actor, **arguments)
    done: Remembered = await run_operation(_remembering(function, key), actor=actor, **arguments)
    response.headers['Idempotency-Replayed'] = 'true' if done.is_replay else 'false'
    return done.answer


def _remembering(function: Callable[..., Any], key: str) -> Callable[..., Remembered]:
    """The same operation, with the same mark, inside the memory of its answers."""
    mark = mark_of(function)

    @operation(mark.permission, name=mark.name, is_audited=mark.is_audited)
    def remembering(session: Any, *, actor: Actor, now: datetime, **arguments: Any) -> Remembered:
        return remember(
            session,
            caller=actor.name,
            key=key,
            request={'operation': mark.name, **arguments},
            now=now,
            work=lambda: function(session, actor=actor, now=now, **arguments),
        )

    return remembering
