"""Readings from a file: CSV in UTF-8 or GBK, checked row by row; all of it is imported or nothing."""

import csv
from datetime import datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from zoneinfo import ZoneInfo

from domain.utilities.commands import NewReading
from domain.utilities.errors import FileInvalid

COLUMNS = ('meter', 'read_at', 'register')
MOST_COMPLAINTS = 50


def read_file(content: bytes, zone: str) -> tuple[NewReading, ...]:
    """The readings of a file. Times without an offset are the mall's own.

    :raises FileInvalid: with every row that is wrong and why.
    """
    table = csv.DictReader(StringIO(_decoded(content)))
    if tuple(table.fieldnames or ()) != COLUMNS:
        raise FileInvalid(count=1, complaints=f'the columns are {", ".join(COLUMNS)}')
    readings, complaints = [], []
    for number, row in enumerate(table, start=2):
        try:
            readings.append(_reading(row, zone))
        except (ValueError, TypeError, InvalidOperation, AttributeError) as error:
            complaints.append(f'row {number}: {str(error).splitlines()[0]}')
    if complaints or not readings:
        said = '; '.join(complaints[:MOST_COMPLAINTS]) or 'there are no rows'
        raise FileInvalid(count=max(1, len(complaints)), complaints=said)
    return tuple(readings)


def _decoded(content: bytes) -> str:
    for encoding in ('utf-8-sig', 'gb18030'):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileInvalid(count=1, complaints='the file is neither UTF-8 nor GBK')


def _reading(row: dict[str, str], zone: str) -> NewReading:
    at = datetime.fromisoformat(row['read_at'].strip())
    milli = Decimal(row['register'].strip()) * 1_000
    if milli != milli.to_integral_value():
        raise ValueError('a register has at most three decimals')
    return NewReading(
        meter_code=row['meter'].strip(), read_at=at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone)),
        register_milli=int(milli),
    )  # fmt: skip
