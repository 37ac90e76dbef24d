"""Turnover from a spreadsheet: read line by line, every objection with its line, and all of it or nothing taken."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import StringIO

from sqlmodel import Session

from domain.leasing.commands import DayTurnover, ReportTurnover, SalesFacts
from domain.leasing.permissions import REPORT_TURNOVER
from domain.leasing.queries import list_leases
from domain.leasing.turnover import report_turnover
from domain.leasing.views import LeaseView
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.operations import operation

MOST_LINES = 20_000
HEADS: Mapping[str, str] = {
    '租约号': 'lease', '租约': 'lease', 'lease': 'lease', '日期': 'day', '营业日': 'day', 'date': 'day', 'day': 'day',
    '营业额': 'sold', '销售额': 'sold', 'sales': 'sold', '退货': 'returned', 'returns': 'returned',
    '小票数': 'receipts', '笔数': 'receipts', 'receipts': 'receipts', '税率': 'vat', 'vat': 'vat',
}  # fmt: skip
NEEDED = ('lease', 'day', 'sold')
DAY_FORMATS = ('%Y-%m-%d', '%Y/%m/%d', '%Y.%m.%d', '%Y年%m月%d日', '%Y%m%d')


@dataclass(frozen=True, slots=True)
class Objection:
    """What is wrong with a line of a file; `why` is a code, `value` what stood there. Line 1 is the head."""

    line: int
    why: str
    value: str = ''


@dataclass(frozen=True, slots=True)
class FileLine:
    """One shop's day as the file has it."""

    line: int
    lease: str
    day: date
    facts: SalesFacts


@dataclass(frozen=True, slots=True)
class TurnoverFile:
    """What a file says, and what could not be read of it."""

    lines: tuple[FileLine, ...]
    objections: tuple[Objection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import took. With objections it took nothing."""

    days: int = 0
    leases: int = 0
    gto_fen: int = 0
    carried_forward: int = 0
    objections: tuple[Objection, ...] = ()


def read_file(content: bytes) -> TurnoverFile:
    """Reads a CSV in UTF-8 or GBK, with Chinese or English heads, separated by commas, semicolons or tabs."""
    text = _decoded(content)
    if text is None:
        return TurnoverFile((), (Objection(1, 'encoding'),))
    head, *rest = text.splitlines() or ['']
    separator = max(',;\t', key=head.count)
    names = [HEADS.get(name.strip().lower(), '') for name in next(csv.reader([head], delimiter=separator), [])]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        return TurnoverFile((), tuple(Objection(1, f'no_{name}') for name in missing))
    if len(rest) > MOST_LINES:
        return TurnoverFile((), (Objection(MOST_LINES + 1, 'too_long', str(len(rest))),))
    lines: list[FileLine] = []
    objections: list[Objection] = []
    for number, row in enumerate(csv.reader(StringIO('\n'.join(rest)), delimiter=separator), start=2):
        if any(cell.strip() for cell in row):
            read = _line(number, dict(zip(names, [cell.strip() for cell in row], strict=False)))
            (lines if isinstance(read, FileLine) else objections).append(read)  # type: ignore[arg-type]
    if not lines and not objections:
        objections.append(Objection(2, 'empty'))
    return TurnoverFile(tuple(lines), tuple(objections))


@operation(REPORT_TURNOVER, name='leasing.import_turnover')
def import_turnover(session: Session, *, actor: Actor, file: TurnoverFile, now: datetime) -> Imported:
    """Takes a whole file of turnover, or nothing of it and every objection."""
    known = {lease.number: lease for lease in list_leases(session, actor=actor) if lease.status != 'draft'}
    today = get_business_clock(session, actor=actor).business_on(now)
    objections = [*file.objections, *_against(file, known, today)]
    if objections:
        return Imported(objections=tuple(sorted(objections, key=lambda one: one.line)))
    by_lease: dict[str, list[FileLine]] = defaultdict(list)
    for line in file.lines:
        by_lease[line.lease].append(line)
    reports = [
        report_turnover(session, actor=actor, now=now, command=ReportTurnover(
            lease_id=known[number].id, source='upload', days=tuple(
                DayTurnover(on=line.day, category=known[number].category, facts=line.facts) for line in lines
            ),
        )) for number, lines in by_lease.items()
    ]  # fmt: skip
    return Imported(
        days=len(file.lines), leases=len(by_lease), gto_fen=sum(report.gto_fen for report in reports),
        carried_forward=sum(report.carried_forward for report in reports),
    )  # fmt: skip


def _against(file: TurnoverFile, known: Mapping[str, LeaseView], today: date) -> Iterator[Objection]:
    seen: dict[tuple[str, date], int] = {}
    for line in file.lines:
        lease = known.get(line.lease)
        if lease is None:
            yield Objection(line.line, 'lease_unknown', line.lease)
        elif not lease.starts_on <= line.day < lease.ends_on:
            yield Objection(line.line, 'outside_lease', line.day.isoformat())
        elif line.day > today:
            yield Objection(line.line, 'still_to_come', line.day.isoformat())
        elif (line.lease, line.day) in seen:
            yield Objection(line.line, 'twice', str(seen[line.lease, line.day]))
        seen.setdefault((line.lease, line.day), line.line)


def _line(number: int, cells: Mapping[str, str]) -> FileLine | Objection:
    day = _day(cells.get('day', ''))
    if day is None:
        return Objection(number, 'day', cells.get('day', ''))
    amounts: dict[str, int] = {}
    for name in ('sold', 'returned'):
        fen = _fen(cells.get(name, '') or ('' if name == 'sold' else '0'))
        if fen is None:
            return Objection(number, name, cells.get(name, ''))
        amounts[name] = fen
    receipts = cells.get('receipts', '') or '0'
    if not (receipts.isascii() and receipts.isdigit()):
        return Objection(number, 'receipts', receipts)
    vat = _percent(cells.get('vat', '') or '13')
    if vat is None:
        return Objection(number, 'vat', cells.get('vat', ''))
    facts = SalesFacts(
        sold_fen=amounts['sold'], returned_fen=amounts['returned'], receipts=int(receipts), vat_bp=vat
    )  # fmt: skip
    return FileLine(number, cells.get('lease', ''), day, facts)


def _decoded(content: bytes) -> str | None:
    """UTF-8 with or without its mark, else what Chinese spreadsheets write."""
    for encoding in ('utf-8-sig', 'gb18030'):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _day(text: str) -> date | None:
    for layout in DAY_FORMATS:
        try:
            return datetime.strptime(text, layout).date()  # noqa: DTZ007 - a business day has no zone
        except ValueError:
            continue
    return None


def _fen(text: str) -> int | None:
    """Yuan with at most two decimals; thousands may be grouped."""
    try:
        fen = Decimal(text.replace(',', '').replace('¥', '').replace('￥', '')) * 100
    except InvalidOperation:
        return None
    return int(fen) if fen.is_finite() and fen == fen.to_integral_value() and 0 <= fen < 10**13 else None


def _percent(text: str) -> int | None:
    fen = _fen(text.removesuffix('%'))
    return fen if fen is not None and fen <= 2_000 else None
