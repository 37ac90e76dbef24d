"""Alembic's entry: one linear history, run as the owner of the schema, with a lock timeout."""

import sqlalchemy as sa
from alembic import context

from domain.registry import metadata
from domain.shared.database import sqlalchemy_url

# Made by procrastinate's own schema (0001) or by partition upkeep, not by models.
NOT_OURS = ('procrastinate_', 'spatial_ref_sys')


def include_object(item, name, kind, reflected, compare_to):
    """Leaves procrastinate's tables and the partitions of ours out of the comparison."""
    table = item.table if hasattr(item, 'table') else item
    if table.name.startswith(NOT_OURS):
        return False
    return not (reflected and _is_partition(table.name))


def _is_partition(name: str) -> bool:
    found = context.get_context().connection.execute(
        sa.text('SELECT relispartition FROM pg_class WHERE oid = to_regclass(:name)'), {'name': name}
    )
    return bool(found.scalar())


def run() -> None:
    url = context.config.attributes.get('url') or context.config.get_main_option('sqlalchemy.url')
    engine = sa.create_engine(sqlalchemy_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("SET lock_timeout = '10s'"))
        connection.commit()
        context.configure(
            connection=connection, target_metadata=metadata(), compare_type=True, include_object=include_object
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
