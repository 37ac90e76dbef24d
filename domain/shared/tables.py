"""What every table shares: naming, the mall column, and the list of tables that stand above malls.

A table with a `mall_id` is hidden by row-level security unless the transaction named that mall (law X-R8). The few
tables without one are listed in `ABOVE_MALLS` with the reason; a test compares the list with the database.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, ForeignKeyConstraint, Identity, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

NAMING = {
    'ix': 'ix_%(table_name)s_%(column_0_N_name)s',
    'uq': 'uq_%(table_name)s_%(column_0_N_name)s',
    'ck': 'ck_%(table_name)s_%(constraint_name)s',
    'fk': 'fk_%(table_name)s_%(column_0_N_name)s',
    'pk': 'pk_%(table_name)s',
}
SQLModel.metadata.naming_convention = NAMING

# Tables without a mall: slices add theirs in their own `models.py` as `ABOVE_MALLS: dict[table, reason]`.
KERNEL_ABOVE_MALLS: dict[str, str] = {}


def identity_key() -> Any:
    """A bigint primary key that the database counts up."""
    return Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))


def mall_key(*, primary: bool = False, is_implied: bool = False) -> Any:
    """The mall column, first in every key that carries it; refers to `mall.id`.

    Implied where a reference `within_mall` that every row has holds it already: many rows are then checked once.
    """
    references = () if is_implied else (ForeignKey('mall.id'),)
    return Field(sa_column=Column(Integer, *references, primary_key=primary, nullable=False))


def within_mall(column: str, parent: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the mall."""
    return ForeignKeyConstraint(['mall_id', column], [f'{parent}.mall_id', f'{parent}.id'])


def instant(*, nullable: bool = False, primary: bool = False, server_default: str | None = None) -> Any:
    """A `timestamptz` column."""
    default = None if server_default is None else text(server_default)
    column = Column(DateTime(timezone=True), nullable=nullable, primary_key=primary, server_default=default)
    return Field(default=None, sa_column=column) if nullable or default is not None else Field(sa_column=column)


def json_column(*, nullable: bool = False) -> Any:
    """A `jsonb` column."""
    return Field(sa_column=Column(JSONB, nullable=nullable))
