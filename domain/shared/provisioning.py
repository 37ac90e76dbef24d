"""Makes a database ready: the application's role, the database itself, and the schema by Alembic.

Runs as the owner; the application never does. Safe to run again.
"""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql

from domain.shared.errors import DatabaseUnavailable
from domain.shared.migration import APP_ROLE

ROOT = Path(__file__).parents[2]


def alembic_config(owner_url: str) -> Config:
    """Alembic's configuration for one database, without a file of secrets."""
    config = Config(str(ROOT / 'alembic.ini'))
    config.attributes['url'] = owner_url
    return config


def upgrade(owner_url: str, revision: str = 'head') -> None:
    """Brings the schema to a revision."""
    command.upgrade(alembic_config(owner_url), revision)


def ensure_role(owner_url: str, password: str) -> None:
    """Makes the application's role, or gives it this password; it owns nothing and bypasses nothing."""
    options = sql.SQL('LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}').format(sql.Literal(password))
    with psycopg.connect(owner_url, autocommit=True) as connection:
        exists = connection.execute('SELECT 1 FROM pg_roles WHERE rolname = %s', [APP_ROLE]).fetchone()
        verb = sql.SQL('ALTER ROLE' if exists else 'CREATE ROLE')
        connection.execute(sql.SQL('{} {} {}').format(verb, sql.Identifier(APP_ROLE), options))


def ensure_database(server_url: str, name: str) -> None:
    """Makes a UTF-8 database whose collation knows Chinese letters (locale C does not), if it is absent."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        if connection.execute('SELECT 1 FROM pg_database WHERE datname = %s', [name]).fetchone():
            return
        connection.execute(
            sql.SQL(
                "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
                " LC_COLLATE 'C' LC_CTYPE 'C'"
            ).format(sql.Identifier(name))
        )


def revisions(url: str) -> tuple[str | None, str | None]:
    """The revision a database is at, and the newest there is.

    :raises DatabaseUnavailable: when it cannot be reached.
    """
    head = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
                return None, head
            row = connection.execute('SELECT version_num FROM alembic_version').fetchone()
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable from error
    return (row[0] if row else None), head
