"""Which tables PostgreSQL plans to read for whatever the platform asks."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, event, text

from domain.shared.database import engine

RAW = ('footfall_crossing', 'footfall_stay', 'footfall_presence', 'footfall_health')


def tables_read(call: Callable[[], Any]) -> set[str]:
    """The tables (partitions by their own names) in the plans of every SELECT that a call sends."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith(('SELECT', 'WITH')) and 'set_config' not in statement:
            statements.append((statement, parameters))

    bound: Engine = engine()
    event.listen(bound, 'before_cursor_execute', note)
    try:
        call()
    finally:
        event.remove(bound, 'before_cursor_execute', note)
    with bound.connect() as connection:
        connection.execute(text("SELECT set_config('app.mall_id', '1', true)"))
        plans = [
            connection.exec_driver_sql(f'EXPLAIN (FORMAT JSON) {statement}', parameters).scalar_one()
            for statement, parameters in statements
        ]
    return {relation for plan in plans for relation in _relations(plan[0]['Plan'])}


def raw_tables_read(call: Callable[[], Any]) -> set[str]:
    """The raw tables among them."""
    return {table for table in tables_read(call) if table.startswith(RAW)}


def _relations(node: dict[str, Any]) -> Iterator[str]:
    if 'Relation Name' in node:
        yield node['Relation Name']
    for child in node.get('Plans', ()):
        yield from _relations(child)
