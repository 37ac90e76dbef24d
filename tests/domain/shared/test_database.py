"""Law X-R8: a mall's rows are seen and written only from that mall, as the application's own role."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError, ProgrammingError

from domain.shared.actor import MallId, TenantId
from domain.shared.database import NOWHERE, DatabaseSettings, Scope, connect, disconnect, reading, transaction
from domain.shared.errors import DatabaseUnavailable, Invalid
from domain.shared.idempotency import remember
from tests.conftest import Database

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)


def _remember(mall_id: MallId, key: str) -> None:
    with transaction(Scope(mall_id=mall_id)) as session:
        remember(session, caller='till', key=key, request={}, now=NOW, work=lambda: key)


def _keys(scope: Scope) -> set[str]:
    with reading(scope) as session:
        return set(session.execute(text('SELECT key FROM idempotency_key')).scalars())


def test_X_R8_the_platform_is_neither_owner_nor_superuser(database: Database) -> None:
    with reading(NOWHERE) as session:
        row = session.execute(
            text('SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user')
        ).one()
        owned = session.execute(
            text('SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole')
        ).scalar_one()

    assert tuple(row) == (False, False, False)
    assert owned == 0


def test_X_R8_a_mall_sees_its_own_rows_only(mall: MallId, another_mall: MallId) -> None:
    _remember(mall, 'ours')
    _remember(another_mall, 'theirs')

    assert 'theirs' not in _keys(Scope(mall_id=mall))
    assert 'ours' not in _keys(Scope(mall_id=another_mall))
    assert _keys(NOWHERE) == set()


def test_X_R8_a_row_of_another_mall_cannot_be_written(mall: MallId, another_mall: MallId) -> None:
    insert = text(
        'INSERT INTO idempotency_key (mall_id, caller, key, request_hash, created_at)'
        " VALUES (:m, 'x', 'smuggled', '', now())"
    )
    with pytest.raises(ProgrammingError, match='row-level security'), transaction(Scope(mall_id=mall)) as session:
        session.execute(insert, {'m': another_mall})


def test_X_R8_a_pooled_connection_forgets_its_mall(database: Database, mall: MallId) -> None:
    connect(DatabaseSettings(url=database.app_url, pool_size=1, max_overflow=0))
    with transaction(Scope(mall_id=mall, tenant_id=TenantId(7))) as session:
        pid = session.execute(text('SELECT pg_backend_pid()')).scalar_one()
    with transaction(NOWHERE) as session:
        same, scope, tenant = session.execute(text('SELECT pg_backend_pid(), app_mall(), app_tenant()')).one()

    assert (same, scope, tenant) == (pid, None, None)
    connect(DatabaseSettings(url=database.app_url, pool_size=8, max_overflow=32))


def test_X_R8_fifty_requests_of_two_malls_never_mix(mall: MallId, another_mall: MallId) -> None:
    def seen(mall_id: MallId) -> tuple[int, int]:
        with reading(Scope(mall_id=mall_id)) as session:
            return mall_id, session.execute(text('SELECT app_mall() FROM pg_sleep(0.002)')).scalar_one()

    with ThreadPoolExecutor(16) as pool:
        for asked, got in pool.map(seen, [mall, another_mall] * 25):
            assert asked == got


def test_reading_cannot_write(mall: MallId) -> None:
    with pytest.raises(InternalError, match='read-only'), reading(Scope(mall_id=mall)) as session:
        remember(session, caller='x', key='y', request={}, now=NOW, work=lambda: 1)


def test_a_database_that_is_away_is_said_plainly(database: Database) -> None:
    connect(DatabaseSettings(url='postgresql://atrium_app@127.0.0.1:9/none'))

    with pytest.raises(DatabaseUnavailable) as caught, transaction(NOWHERE):
        pass

    assert caught.value.status == 503
    connect(DatabaseSettings(url=database.app_url, pool_size=8, max_overflow=32))


def test_connections_that_died_in_the_pool_are_replaced_unseen(database: Database, mall: MallId) -> None:
    connect(DatabaseSettings(url=database.app_url, pool_size=3, max_overflow=0))
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: pid_in(mall, pause_s=0.05), range(3)))
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'atrium_app'")
    with ThreadPoolExecutor(3) as pool:
        pids = list(pool.map(lambda _: pid_in(mall, pause_s=0.05), range(3)))

    assert len(set(pids)) == 3
    connect(DatabaseSettings(url=database.app_url, pool_size=8, max_overflow=32))


def pid_in(mall: MallId, *, pause_s: float) -> int:
    with reading(Scope(mall_id=mall)) as session:
        return int(session.execute(text('SELECT pg_backend_pid() FROM pg_sleep(:s)'), {'s': pause_s}).scalar_one())


@pytest.mark.parametrize('name', ["O'Brien", '陈敏', 'back\\slash', "'); DROP TABLE mall; --", ''])
def test_X_R8_a_name_arrives_in_the_transaction_as_it_is(mall: MallId, name: str) -> None:
    with transaction(Scope(mall_id=mall, actor_name=name)) as session:
        scope = session.execute(text("SELECT current_setting('app.actor'), app_mall()")).one()

    assert tuple(scope) == (name, mall)


def test_a_name_with_nul_is_refused_and_the_connection_goes_back(database: Database, mall: MallId) -> None:
    connect(DatabaseSettings(url=database.app_url, pool_size=1, max_overflow=0, pool_timeout_s=1))
    for _ in range(2):
        with pytest.raises(Invalid), transaction(Scope(mall_id=mall, actor_name='a\0b')):
            pass
    assert pid_in(mall, pause_s=0)
    connect(DatabaseSettings(url=database.app_url, pool_size=8, max_overflow=32))


def test_an_empty_transaction_leaves_nothing_open(database: Database, mall: MallId) -> None:
    with transaction(Scope(mall_id=mall)), reading(Scope(mall_id=mall)):
        pass
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        row = owner.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'atrium_app' AND state LIKE 'idle in%'"
            ' AND datname = current_database()'
        ).fetchone()
    assert row == (0,)


def test_a_text_with_nul_is_refused_and_not_a_bug(mall: MallId) -> None:
    with pytest.raises(Invalid):
        _remember(mall, 'a\0b')


def test_what_is_in_use_at_the_end_is_closed_when_it_comes_back(database: Database, mall: MallId) -> None:
    with reading(Scope(mall_id=mall)) as session:
        in_use = session.connection().connection.driver_connection
        disconnect()
        assert in_use is not None
        assert not in_use.closed
    try:
        assert in_use.closed
    finally:
        connect(DatabaseSettings(url=database.app_url, pool_size=8, max_overflow=32))
