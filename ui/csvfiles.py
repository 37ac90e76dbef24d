"""Lists as CSV files that spreadsheets open without surprises."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

BOM = '\ufeff'
"""Tells spreadsheets that the file is UTF-8."""
_FORMULA = ('=', '+', '-', '@', '\t', '\r')


def csv_of(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A line of names, then one line a row; None is an empty cell."""
    text = StringIO()
    writer = csv.writer(text, lineterminator='\r\n')
    writer.writerow(head)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def _cell(value: object) -> object:
    """A text that a spreadsheet would calculate is quoted: what people type into names must not run."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
