"""Search, sort and paging of a list that the domain gives whole because it is short by nature (shops, lines, zones)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ui.kit.data_table import TablePage, TableQuery

SortKey = Callable[[Mapping[str, Any]], Any]


def page_of(
    rows: Iterable[Mapping[str, Any]],
    query: TableQuery,
    *,
    searched: Iterable[str] = (),
    keys: Mapping[str, SortKey] | None = None,
) -> TablePage:
    """The asked-for page. Rows may carry hidden columns to filter and sort by; unknown values sort last."""
    found = [row for row in rows if _matches(row, query, tuple(searched))]
    if query.sort:
        key = (keys or {}).get(query.sort, lambda row: row[query.sort])
        known = [row for row in found if key(row) is not None]
        known.sort(key=key, reverse=query.is_descending)
        found = known + [row for row in found if key(row) is None]
    return TablePage(rows=found[query.first : query.first + query.limit], total=len(found))


def _matches(row: Mapping[str, Any], query: TableQuery, searched: tuple[str, ...]) -> bool:
    if any(str(row[name]) != value for name, value in query.filters.items()):
        return False
    wanted = query.search.strip().lower()
    return not wanted or any(wanted in str(row[name]).lower() for name in searched)
