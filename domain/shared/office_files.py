"""Files as offices write them: CSV in UTF-8 or GBK, with a head in Chinese or English, read line by line.

A reader collects every objection with its line, so that a whole file is taken or nothing of it.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import StringIO

DAY_FORMATS = ('%Y-%m-%d', '%Y/%m/%d', '%Y.%m.%d', '%Y年%m月%d日', '%Y%m%d')
SEPARATORS = ',;\t'
MOST_FEN = 10**13


@dataclass(frozen=True, slots=True)
class Objection:
    """What is wrong with a line of a file; `why` is a code, `value` what stood there. Line 1 is the first."""

    line: int
    why: str
    value: str = ''


@dataclass(frozen=True, slots=True)
class Table:
    """The lines under a head, each with its number and its cells by name; or why there are none."""

    lines: tuple[tuple[int, Mapping[str, str]], ...] = ()
    objections: tuple[Objection, ...] = ()


def read_table(
    content: bytes, heads: Mapping[str, str], needed: Sequence[str], *, most_lines: int, above_head: int = 0
) -> Table:
    """Reads a file whose head names columns in any order, separated by commas, semicolons or tabs.

    `heads` gives a column's name by what may stand in the head, in lower case; columns that it does not know are left
    out. `above_head`: how many lines, as a bank's account and period, may stand before the head.
    """
    text = decoded(content)
    if text is None:
        return Table(objections=(Objection(1, 'encoding'),))
    rows = text.splitlines() or ['']
    found = [_names(row, heads) for row in rows[: above_head + 1]]
    at = max(range(len(found)), key=lambda index: len(set(needed) & set(found[index])))
    names, rest = found[at], rows[at + 1 :]
    missing = [name for name in needed if name not in names]
    if missing:
        return Table(objections=tuple(Objection(at + 1, f'no_{name}') for name in missing))
    if len(rest) > most_lines:
        return Table(objections=(Objection(most_lines + 1, 'too_long', str(len(rest))),))
    read = csv.reader(StringIO('\n'.join(rest)), delimiter=_separator(rows[at]))
    lines = tuple(
        (number, dict(zip(names, [cell.strip() for cell in row], strict=False)))
        for number, row in enumerate(read, start=at + 2)
        if any(cell.strip() for cell in row)
    )
    return Table(lines) if lines else Table(objections=(Objection(at + 2, 'empty'),))


def decoded(content: bytes) -> str | None:
    """UTF-8 with or without its mark, else what Chinese spreadsheets write; None for neither."""
    for encoding in ('utf-8-sig', 'gb18030'):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def day_of(text: str) -> date | None:
    """A day as offices write days."""
    for layout in DAY_FORMATS:
        try:
            return datetime.strptime(text, layout).date()  # noqa: DTZ007 - a business day has no zone
        except ValueError:
            continue
    return None


def fen_of(text: str) -> int | None:
    """Yuan with at most two decimals, not negative; thousands may be grouped."""
    try:
        fen = Decimal(text.replace(',', '').replace('¥', '').replace('￥', '')) * 100
    except InvalidOperation:
        return None
    return int(fen) if fen.is_finite() and fen == fen.to_integral_value() and 0 <= fen < MOST_FEN else None


def _separator(head: str) -> str:
    return max(SEPARATORS, key=head.count)


def _names(head: str, heads: Mapping[str, str]) -> list[str]:
    cells = next(csv.reader([head], delimiter=_separator(head)), [])
    return [heads.get(cell.strip().lower(), '') for cell in cells]
