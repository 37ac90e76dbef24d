"""The one way to run an operation (操作) or a query (查询).

An *operation* changes things: `def sign_lease(session, *, actor, command, now) -> LeaseView`. A *query* answers:
`def list_leases(session, *, actor, …) -> list[LeaseView]`. Both are plain functions marked with the permission they
need, and check it on every call, however they are reached.

`perform` opens the transaction in the actor's mall, runs the operation, appends the audit entry and lets its events go
with the commit. `ask` runs a query in a read-only transaction. At the edges, where an event loop runs, `run_operation`
and `run_query` do the same in a thread of a bounded pool, so that the loop never waits for the database.
"""

import asyncio
import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from domain.shared import audit
from domain.shared.actor import Actor
from domain.shared.database import Scope, is_retryable, reading, transaction
from domain.shared.errors import DomainError, PermissionDenied
from domain.shared.permission import Permission
from domain.shared.telemetry import observed
from domain.shared.together import Call, Gathering, Shareable

P = ParamSpec('P')
R = TypeVar('R')

ATTEMPTS = 3
THREADS = 16

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix='domain')
_gathering = Gathering()


@dataclass(frozen=True, slots=True)
class Mark:
    """What the decorators know of a function; `permission` None means that anybody may (login, say)."""

    name: str
    permission: Permission | None
    is_audited: bool
    shareable: Shareable[Any] | None = None


def operation(
    permission: Permission | None, *, name: str, is_audited: bool = True, shareable: Shareable[Any] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Marks a function as an operation. `is_audited=False` is for machine traffic that keeps its own record.

    Such an operation may be `shareable`: calls that meet are carried out in one transaction.
    """
    if shareable and is_audited:
        raise TypeError(f'{name}: an audited operation has a transaction of its own')
    return _marked(Mark(name, permission, is_audited, shareable))


def query(
    permission: Permission | None, *, name: str = '', is_audited: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Marks a function as a query. `is_audited=True` for reads of personal data and for exports."""
    return _marked(Mark(name, permission, is_audited))


def mark_of(function: Callable[..., Any]) -> Mark:
    """The mark of an operation or a query.

    :raises TypeError: when the function bears none.
    """
    mark = getattr(function, '__mark__', None)
    if not isinstance(mark, Mark):
        raise TypeError(f'{function!r} is neither an @operation nor a @query')
    return mark


def perform(function: Callable[..., R], *, actor: Actor, now: datetime | None = None, **arguments: Any) -> R:
    """Runs an operation in its own transaction and returns its view.

    A deadlock or serialisation failure is tried again, twice. A refusal for lack of permission is audited.

    :raises DomainError: what the operation anticipates, and `DatabaseUnavailable`.
    """
    mark = mark_of(function)
    moment = now or datetime.now(UTC)
    with observed(mark.name, actor):
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _shared(function, mark, actor, moment, arguments)
            except PermissionDenied as refusal:
                audit_refusal(mark, actor, moment, arguments, refusal)
                raise
            except OperationalError as error:
                if not is_retryable(error) or attempt == ATTEMPTS:
                    raise
    raise AssertionError('unreachable')


def ask(function: Callable[..., R], *, actor: Actor, **arguments: Any) -> R:
    """Runs a query in a read-only transaction and returns its views.

    :raises DomainError: what the query anticipates, and `DatabaseUnavailable`.
    """
    mark = mark_of(function)
    moment = datetime.now(UTC)
    with observed(mark.name, actor):
        try:
            with reading(Scope.of(actor)) as session:
                result = function(session, actor=actor, **arguments)
        except PermissionDenied as refusal:
            audit_refusal(mark, actor, moment, arguments, refusal)
            raise
    if mark.is_audited:
        with transaction(Scope.of(actor)) as session:
            _audit(session, mark, actor, moment, arguments, 'read', None)
    return result


def _shared(function: Callable[..., R], mark: Mark, actor: Actor, now: datetime, arguments: dict[str, Any]) -> R:
    """In company with calls that wait at this moment for the same, where the operation allows it."""
    group = mark.shareable.group(arguments['command']) if mark.shareable else None
    if group is None:
        return _attempt(function, mark, actor, now, arguments)
    assert mark.shareable is not None
    assert mark.permission is not None
    actor.require(mark.permission)
    scope, run = Scope.of(actor), mark.shareable.run

    def together(calls: Sequence[Call]) -> Sequence[Any]:
        with transaction(scope, keeps_plans=True) as session:
            return run(session, calls)

    answer: R = _gathering.share(
        (mark.name, scope, group), Call(actor, arguments['command'], now), together=together,
        alone=lambda: _attempt(function, mark, actor, now, arguments),
    )  # fmt: skip
    return answer


def _attempt(function: Callable[..., R], mark: Mark, actor: Actor, now: datetime, arguments: dict[str, Any]) -> R:
    with transaction(Scope.of(actor)) as session:
        result = function(session, actor=actor, now=now, **arguments)
        if mark.is_audited:
            _audit(session, mark, actor, now, arguments, 'done', result)
        return result


async def run_operation(function: Callable[..., R], *, actor: Actor, **arguments: Any) -> R:
    """`perform`, off the event loop."""
    return await _off_loop(functools.partial(perform, function, actor=actor, **arguments))


async def run_query(function: Callable[..., R], *, actor: Actor, **arguments: Any) -> R:
    """`ask`, off the event loop."""
    return await _off_loop(functools.partial(ask, function, actor=actor, **arguments))


async def run_in_thread(function: Callable[..., R], *arguments: Any) -> R:
    """Any blocking call of the domain (a transaction of the ingest, a password hash), in the same bounded pool."""
    return await _off_loop(functools.partial(function, *arguments))


async def _off_loop(call: Callable[[], R]) -> R:
    context = copy_context()
    return await asyncio.get_running_loop().run_in_executor(_pool, context.run, call)


def audit_refusal(mark: Mark, actor: Actor, now: datetime, arguments: dict[str, Any], refusal: DomainError) -> None:
    """Records, in a transaction of its own, that somebody tried what he may not."""
    with transaction(Scope.of(actor)) as session:
        _audit(session, mark, actor, now, arguments, f'refused:{refusal.code}', None)


def _audit(
    session: Session, mark: Mark, actor: Actor, now: datetime, arguments: dict[str, Any], outcome: str, result: Any
) -> None:
    target = getattr(result, 'id', None)
    audit.append(session, actor=actor, action=mark.name, target=target, facts=arguments, outcome=outcome, now=now)


def _marked(mark: Mark) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        named = mark if mark.name else replace(mark, name=_default_name(function))

        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            if named.permission is not None:
                actor = kwargs['actor']
                assert isinstance(actor, Actor)
                actor.require(named.permission)
            return function(*args, **kwargs)

        checked.__mark__ = named  # type: ignore[attr-defined]
        return checked

    return decorate


def _default_name(function: Callable[..., Any]) -> str:
    return f'{function.__module__.removeprefix("domain.").split(".")[0]}.{function.__name__}'
