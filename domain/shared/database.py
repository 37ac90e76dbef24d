"""Sessions of the platform's PostgreSQL: the only place that opens one.

Every session belongs to a `Scope`: the mall, the acting name and, for a tenant's people, the tenant. They are set by
`set_config(…, true)`, that is for the running transaction alone, so a pooled connection never carries one mall's
context into another's request (law X-R8).

A transaction begins in one round trip: BEGIN and the scope travel together, and their answer tells whether the pooled
connection still lives. Each of them by itself, and a ping before, would cost more than most questions do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
import psycopg
from psycopg.pq import Escaping, ExecStatus
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from domain.shared import _outbox
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.errors import DatabaseUnavailable, Invalid


class DatabaseSettings(BaseModel):
    """How to reach PostgreSQL as the application's role."""

    url: SecretStr = Field(description='postgresql://… of the role atrium_app (neither owner nor superuser)')
    pool_size: int = Field(default=8, ge=1, description='Connections kept open: 2 to 4 times the cores.')
    max_overflow: int = Field(default=4, ge=0, description='Connections opened beyond the pool under load.')
    pool_timeout_s: float = Field(default=5.0, gt=0, description='How long a request waits for a connection.')
    statement_timeout_ms: int = Field(default=30_000, gt=0, description='A statement running longer is cancelled.')
    application_name: str = Field(default='atrium', description='Shown in pg_stat_activity.')


KEEP_PLANS = 'SET LOCAL plan_cache_mode = force_generic_plan'


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a transaction may see."""

    mall_id: MallId | None = None
    tenant_id: TenantId | None = None
    actor_name: str = ''

    @classmethod
    def of(cls, actor: Actor) -> 'Scope':
        return cls(mall_id=actor.mall_id, tenant_id=actor.tenant_id, actor_name=actor.name)


NOWHERE = Scope()
NO_NUL = 'a text cannot hold the character NUL'

_engine: Engine | None = None


def connect(settings: DatabaseSettings) -> Engine:
    """Makes the process's engine. Called once by the composition root, and by tests for each database."""
    global _engine
    disconnect()
    made = create_engine(
        sqlalchemy_url(settings.url.get_secret_value()),
        pool_size=settings.pool_size,
        max_overflow=settings.max_overflow,
        pool_timeout=settings.pool_timeout_s,
        pool_recycle=1800,
        pool_use_lifo=True,  # the connections used last have the plans
        json_serializer=lambda value: orjson.dumps(value, default=str).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            'application_name': settings.application_name,
            'connect_timeout': 5,
            'options': f'-c statement_timeout={settings.statement_timeout_ms} -c timezone=UTC',
        },
    )
    event.listen(made, 'checkin', lambda connection, _: None if made is _engine else _close(connection))
    _engine = made
    return made


def disconnect() -> None:
    """Closes the pool, and what is still in use when it comes back; the next `connect` opens another."""
    global _engine
    ended, _engine = _engine, None
    if ended is not None:
        ended.dispose()


def _close(connection: DBAPIConnection | None) -> None:
    if connection is not None:
        connection.close()


def engine() -> Engine:
    """The process's engine.

    :raises RuntimeError: when nothing has called `connect`; that is a bug of the composition.
    """
    if _engine is None:
        raise RuntimeError('connect() has not been called')
    return _engine


def sqlalchemy_url(url: str) -> str:
    """The URL with the driver named, as SQLAlchemy wants it."""
    scheme, rest = url.split('://', 1)
    return f'postgresql+psycopg://{rest}' if scheme in ('postgres', 'postgresql') else url


@contextmanager
def transaction(scope: Scope, *, keeps_plans: bool = False) -> Iterator[Session]:
    """One unit of work: commits when the block ends, rolls back when it raises.

    Events emitted and notices given inside leave with the commit. `keeps_plans`: statements are planned once for any
    arguments, where planning a long one costs more than carrying it out.

    :raises DatabaseUnavailable: when PostgreSQL cannot be reached or breaks off.
    :raises Invalid: for a text with the character NUL, which PostgreSQL cannot hold.
    """
    with _session(scope, f'BEGIN; {KEEP_PLANS}' if keeps_plans else 'BEGIN') as session:
        yield session
        session.flush()
        _outbox.flush(session)


@contextmanager
def reading(scope: Scope) -> Iterator[Session]:
    """A read-only transaction: one snapshot per statement, and a write in it fails.

    :raises DatabaseUnavailable: when PostgreSQL cannot be reached or breaks off.
    """
    with _session(scope, 'BEGIN READ ONLY') as session:
        yield session


@contextmanager
def _session(scope: Scope, begin: str) -> Iterator[Session]:
    with (
        _translated(),
        _begun(scope, begin) as connection,
        Session(connection, expire_on_commit=False) as session,
        session.begin(),
    ):
        session.info['scope'] = scope
        yield session


def _begun(scope: Scope, begin: str) -> Connection:
    """A connection whose transaction has begun in the scope; those that died in the pool are dropped on the way.

    :raises DatabaseUnavailable: when none can begin.
    """
    said = ''
    for _ in range(engine().pool.size() + 1):  # type: ignore[attr-defined]
        connection = engine().connect()
        try:
            said = _begin(connection, scope, begin)
        except BaseException:
            connection.close()
            raise
        if not said:
            return connection
        connection.invalidate()
        connection.close()
    raise DatabaseUnavailable from psycopg.OperationalError(said)


def _begin(connection: Connection, scope: Scope, begin: str) -> str:
    """Empty when the transaction has begun, else what PostgreSQL or the dead connection says."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    values = {'mall_id': scope.mall_id or '', 'tenant_id': scope.tenant_id or '', 'actor': scope.actor_name}
    quote = Escaping(driver.pgconn).escape_literal
    settings = (
        b"set_config('app.%b', %b, true)" % (name.encode(), quote(_text(value))) for name, value in values.items()
    )
    answer = driver.pgconn.exec_(b'%b; SELECT %b' % (begin.encode(), b', '.join(settings)))
    return '' if answer.status == ExecStatus.TUPLES_OK else answer.error_message.decode(errors='replace') or 'no answer'


def _text(value: object) -> bytes:
    encoded = b'' if value is None else str(value).encode()
    if b'\0' in encoded:
        raise Invalid(field='text', reason=NO_NUL)
    return encoded


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseUnavailable from error
    except DataError as error:
        if 'NUL (0x00)' in str(error.orig):  # what people and machines send may hold it, a text column may not
            raise Invalid(field='text', reason=NO_NUL) from error
        raise
    except (OperationalError, InterfaceError) as error:
        if is_connection_failure(error):
            raise DatabaseUnavailable from error
        raise


def is_connection_failure(error: DBAPIError) -> bool:
    """True where the server is away or going down, rather than the statement wrong."""
    state = getattr(error.orig, 'sqlstate', None)
    return error.connection_invalidated or state is None or state.startswith(('08', '57P'))


def is_retryable(error: DBAPIError) -> bool:
    """True for a deadlock or serialisation failure: the same work, done again, may succeed."""
    return getattr(error.orig, 'sqlstate', None) in ('40001', '40P01')
