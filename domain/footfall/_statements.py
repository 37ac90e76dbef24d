"""Statements parsed once: SQLAlchemy looks for parameters in a text each time one is made of it."""

from functools import cache

from sqlalchemy import TextClause, text


@cache
def statement(sql: str) -> TextClause:
    """A constant piece of SQL as a statement."""
    return text(sql)
