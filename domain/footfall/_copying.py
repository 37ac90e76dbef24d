"""Rows in PostgreSQL's binary COPY format, built directly: several times faster than adapting value by value."""

import struct
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from psycopg import Connection
from sqlmodel import Session

HEADER = b'PGCOPY\n\xff\r\n\x00' + struct.pack('>II', 0, 0)
TRAILER = struct.pack('>h', -1)
EPOCH_S = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
EPOCH_DAY = date(2000, 1, 1).toordinal()
NULL = struct.pack('>i', -1)

_int2, _int4, _int8, _size = (struct.Struct(form).pack for form in ('>ih', '>ii', '>iq', '>i'))


def microseconds(instant: datetime) -> int:
    """An instant as PostgreSQL counts it: microseconds since 2000 in UTC."""
    return round((instant.timestamp() - EPOCH_S) * 1_000_000)


def from_microseconds(value: int) -> datetime:
    """The instant again."""
    return datetime.fromtimestamp(EPOCH_S + value // 1_000_000, UTC).replace(microsecond=value % 1_000_000)


def days(day: date) -> int:
    """A day as PostgreSQL counts it."""
    return day.toordinal() - EPOCH_DAY


def int2(value: int) -> bytes:
    return _int2(2, value)


def int4(value: int) -> bytes:
    return _int4(4, value)


def int8(value: int) -> bytes:
    return _int8(8, value)


def text(value: str) -> bytes:
    raw = value.encode()
    return _size(len(raw)) + raw


def jsonb(raw: bytes) -> bytes:
    """A JSON document; PostgreSQL wants the format's version before it."""
    return _size(len(raw) + 1) + b'\x01' + raw


def row(*fields: bytes) -> bytes:
    """One row of encoded fields."""
    return struct.pack('>h', len(fields)) + b''.join(fields)


def copy_rows(session: Session, table: str, columns: str, rows: Iterable[bytes]) -> None:
    """Sends encoded rows to a table on the session's own connection, inside its transaction."""
    with (
        driver(session).cursor() as cursor,
        cursor.copy(f'COPY {table} ({columns}) FROM STDIN (FORMAT binary)') as copy,
    ):
        copy.write(HEADER + b''.join(rows) + TRAILER)


def driver(session: Session) -> Connection[Any]:
    """The psycopg connection below a session."""
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, Connection)
    return connection
