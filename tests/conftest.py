"""Fixtures of the whole suite: an embedded PostgreSQL, migrated once, copied for each module that wants one."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import psycopg
import pytest

from domain.shared import provisioning
from domain.shared.actor import Actor, MallId
from domain.shared.database import DatabaseSettings, Scope, connect, disconnect, transaction
from domain.shared.migration import APP_ROLE
from domain.shared.permission import Permission
from integrations.embedded.postgres import EmbeddedPostgres

TEMPLATE = 'atrium_template'
APP_PASSWORD = 'only-for-tests'

# How fast a machine draws examples says nothing about the laws. What Hypothesis itself sets under CI stays.
hypothesis.settings.register_profile(
    'laws', hypothesis.settings(), deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile('laws')


@dataclass(frozen=True)
class Database:
    """One test database: `owner_url` may do everything, `app_url` is what the platform itself uses."""

    name: str
    owner_url: str
    app_url: str


@pytest.fixture(scope='session')
def cluster() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of its own for this run, without fsync: tests that crash it start another."""
    with tempfile.TemporaryDirectory(prefix='atrium-test-pg-', ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / 'data')
        server.start()
        with psycopg.connect(server.owner_url(), autocommit=True) as connection:
            for setting in ('fsync = off', 'full_page_writes = off', 'synchronous_commit = off'):
                connection.execute(f'ALTER SYSTEM SET {setting}')
            connection.execute('SELECT pg_reload_conf()')
        yield server
        server.stop()


@pytest.fixture(scope='session')
def template(cluster: EmbeddedPostgres) -> str:
    """A database at the newest revision, to be copied."""
    provisioning.ensure_database(cluster.owner_url(), TEMPLATE)
    provisioning.ensure_role(cluster.owner_url(TEMPLATE), APP_PASSWORD)
    provisioning.upgrade(cluster.owner_url(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope='module')
def database(cluster: EmbeddedPostgres, template: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh copy of the migrated database, with the platform connected to it as its own role."""
    name = f'test_{abs(hash(request.node.nodeid)) % 10**9}_{os.getpid()}'
    with psycopg.connect(cluster.owner_url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE {name} TEMPLATE {template}')
    made = Database(name, cluster.owner_url(name), cluster.url(name, APP_ROLE, APP_PASSWORD))
    connect(DatabaseSettings(url=made.app_url, pool_size=8, max_overflow=32))
    yield made
    disconnect()
    with psycopg.connect(cluster.owner_url(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE {name} WITH (FORCE)')


@pytest.fixture(scope='module')
def mall(database: Database) -> MallId:
    """A mall to act in, without any building. Other malls of the test are made by `another_mall`."""
    return _insert_mall(database, 'testmall')


@pytest.fixture(scope='module')
def another_mall(database: Database, mall: MallId) -> MallId:
    """A second mall, whose rows the first must never see."""
    return _insert_mall(database, 'othermall')


@pytest.fixture
def actor_with(mall: MallId) -> Callable[..., Actor]:
    """Makes a person of the test mall who holds just these permissions."""

    def make(*permissions: Permission | str, mall_id: MallId = mall, name: str = 'Lin Yue') -> Actor:
        codes = frozenset(p if isinstance(p, str) else p.code for p in permissions)
        return Actor(name=name, kind='person', mall_id=mall_id, permissions=codes)

    return make


@pytest.fixture
def in_mall(mall: MallId) -> Callable[[], object]:
    """`with in_mall() as session:` opens a transaction in the test mall."""
    return lambda: transaction(Scope(mall_id=mall, actor_name='test'))


def _insert_mall(database: Database, code: str) -> MallId:
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        exists = connection.execute("SELECT to_regclass('mall')").fetchone()
        if not exists or exists[0] is None:
            return MallId(abs(hash(code)) % 1000 + 1)
        return insert_bare_mall(connection, code)


def insert_bare_mall(connection: psycopg.Connection, code: str) -> MallId:
    """A mall row with everything at its default, as the owner."""
    row = connection.execute(
        'INSERT INTO mall_group (code, name_zh, name_en) VALUES (%(code)s, %(code)s, %(code)s) RETURNING id',
        {'code': code},
    ).fetchone()
    assert row is not None
    made = connection.execute(
        'INSERT INTO mall (group_id, code, name_zh, name_en) VALUES (%s, %s, %s, %s) RETURNING id',
        [row[0], code, f'测试商场 {code}', f'Test mall {code}'],
    ).fetchone()
    assert made is not None
    return MallId(made[0])
