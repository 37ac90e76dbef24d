"""Tables as an XLSX: amounts are numbers in yuan, days are days, and no text is ever taken for a formula."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from domain.shared.documents import Cell, Kind, PaperTable

FORMATS: dict[Kind, dict[str, Any]] = {
    'text': {}, 'money': {'num_format': '#,##0.00'}, 'number': {'num_format': '#,##0.##'},
    'percent': {'num_format': '0.0%'}, 'day': {'num_format': 'yyyy-mm-dd', 'align': 'left'},
}  # fmt: skip
TYPEFACE = {'font_name': 'Microsoft YaHei', 'font_size': 10}
NARROW, WIDE, FEN = 9, 46, 100
SHEET_NAME = 31
FORBIDDEN = str.maketrans(dict.fromkeys('[]:*?/\\', ' '))


def write_workbook(tables: Sequence[PaperTable]) -> bytes:
    """The workbook. Its time of making is left out, so that the same tables make the same file."""
    target = BytesIO()
    options = {'in_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False, 'strings_to_numbers': False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({'created': datetime(2000, 1, 1)})  # noqa: DTZ001 - the format knows no zones
        plain = {kind: book.add_format({**TYPEFACE, **look}) for kind, look in FORMATS.items()}
        bold = {kind: book.add_format({**TYPEFACE, **look, 'bold': True, 'top': 1}) for kind, look in FORMATS.items()}
        head = book.add_format({**TYPEFACE, 'bold': True, 'bg_color': '#F1F3F7', 'bottom': 1})
        for number, table in enumerate(tables, start=1):
            name = table.title.translate(FORBIDDEN).strip()[:SHEET_NAME] or str(number)
            _sheet(book.add_worksheet(name), table, head, plain, bold)
    return target.getvalue()


def _sheet(sheet: Any, table: PaperTable, head: Any, plain: dict[Kind, Any], bold: dict[Kind, Any]) -> None:
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.label, head)
        longest = max((_width(row[place]) for row in table.rows), default=0)
        sheet.set_column(place, place, min(WIDE, max(NARROW, longest, _width(column.label)) + 2))
    for number, row in enumerate(table.rows, start=1):
        _row(sheet, number, table, row, plain)
    if table.total is not None:
        _row(sheet, len(table.rows) + 1, table, table.total, bold)
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _row(sheet: Any, number: int, table: PaperTable, row: Sequence[Cell], formats: dict[Kind, Any]) -> None:
    for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
        look = formats[column.kind]
        if cell is None:
            sheet.write_blank(number, place, None, look)
        elif isinstance(cell, date):
            sheet.write_datetime(number, place, datetime(cell.year, cell.month, cell.day), look)  # noqa: DTZ001
        elif isinstance(cell, int | float):
            sheet.write_number(number, place, cell / FEN if column.kind == 'money' else cell, look)
        else:
            sheet.write_string(number, place, cell, look)


def _width(cell: Cell) -> int:
    """How many Latin letters wide a cell is; a Chinese character is two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in str('' if cell is None else cell))
