"""The CSV of aggregates. It holds no identities, because none exist."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, fields
from io import StringIO

from domain.footfall.views import ExportRow

BOM = '\ufeff'
"""Tells spreadsheets that the file is UTF-8."""


def csv_of(rows: Iterable[ExportRow]) -> str:
    """One line per bucket and counting line, under the fields' own names; an unknown figure is an empty cell."""
    text = StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(ExportRow)], lineterminator='\r\n')
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return BOM + text.getvalue()
