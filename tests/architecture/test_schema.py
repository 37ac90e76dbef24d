"""Models and migrations agree, go both ways, and protect every table that belongs to a mall."""

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from domain import registry
from domain.shared import provisioning
from domain.shared.migration import APP_ROLE
from integrations.embedded.postgres import EmbeddedPostgres
from tests.conftest import Database

NOT_OURS = ('procrastinate_', 'alembic_version')


def test_there_is_one_head() -> None:
    script = ScriptDirectory.from_config(provisioning.alembic_config('postgresql://unused'))

    assert len(script.get_heads()) == 1


def test_models_and_migrations_agree(database: Database) -> None:
    command.check(provisioning.alembic_config(database.owner_url))


def test_every_step_goes_down_and_up_again(cluster: EmbeddedPostgres) -> None:
    name = 'round_trip'
    provisioning.ensure_database(cluster.owner_url(), name)
    url = cluster.owner_url(name)
    provisioning.ensure_role(url, 'only-for-tests')
    config = provisioning.alembic_config(url)

    provisioning.upgrade(url)
    before = _shape(url)
    command.downgrade(config, 'base')
    left = _shape(url)
    provisioning.upgrade(url)

    assert left == []
    assert _shape(url) == before


def test_X_R8_every_table_of_a_mall_is_protected(database: Database) -> None:
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute("""
            SELECT c.relname, c.relrowsecurity, EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid),
                   EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'mall_id')
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
              AND NOT c.relispartition ORDER BY 1
        """).fetchall()
    ours = [row for row in rows if not row[0].startswith(NOT_OURS)]

    unprotected = [name for name, secured, has_policy, has_mall in ours if has_mall and not (secured and has_policy)]
    unexplained = {name for name, _, _, has_mall in ours if not has_mall} ^ set(registry.above_malls())

    assert unprotected == []
    assert unexplained == set(), 'tables without a mall and the list ABOVE_MALLS differ'


def test_X_R8_the_platform_cannot_reach_around_a_policy(database: Database) -> None:
    """Partitions and temporary objects aside, the application's role has grants on protected parents only."""
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute(
            """
            SELECT DISTINCT c.relname FROM pg_class c
            JOIN information_schema.role_table_grants g ON g.table_name = c.relname
            WHERE g.grantee = %s AND c.relispartition
            """,
            [APP_ROLE],
        ).fetchall()

    assert rows == []


@pytest.mark.parametrize('permission', sorted(registry.permissions()))
def test_every_permission_reads_in_both_languages(permission: str) -> None:
    found = registry.permissions()[permission]

    assert found.zh
    assert found.en
    assert found.zh != found.en


def _shape(url: str) -> list[tuple[str, ...]]:
    """Tables, columns, indexes, functions, policies and triggers of the database, but for Alembic's own."""
    with psycopg.connect(url) as connection:
        return connection.execute("""
            SELECT 'column', table_name, column_name, data_type || is_nullable || coalesce(column_default, '')
            FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
            UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes
            WHERE schemaname = 'public' AND tablename <> 'alembic_version'
            UNION ALL SELECT 'function', proname, '', '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
            UNION ALL SELECT 'policy', tablename, policyname, coalesce(qual, '') FROM pg_policies
            UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, '' FROM pg_trigger WHERE NOT tgisinternal
            ORDER BY 1, 2, 3, 4
        """).fetchall()
