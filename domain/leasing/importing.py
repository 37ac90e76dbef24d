"""Turnover from a spreadsheet: read line by line, every objection with its line, and all of it or nothing taken."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from domain.leasing.commands import DayTurnover, ReportTurnover, SalesFacts
from domain.leasing.permissions import REPORT_TURNOVER
from domain.leasing.queries import list_leases
from domain.leasing.turnover import report_turnover
from domain.leasing.views import LeaseView
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.office_files import Objection, day_of, fen_of, read_table
from domain.shared.operations import operation

MOST_LINES = 20_000
HEADS: Mapping[str, str] = {
    '租约号': 'lease', '租约': 'lease', 'lease': 'lease', '日期': 'day', '营业日': 'day', 'date': 'day', 'day': 'day',
    '营业额': 'sold', '销售额': 'sold', 'sales': 'sold', '退货': 'returned', 'returns': 'returned',
    '小票数': 'receipts', '笔数': 'receipts', 'receipts': 'receipts', '税率': 'vat', 'vat': 'vat',
}  # fmt: skip
NEEDED = ('lease', 'day', 'sold')


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
    table = read_table(content, HEADS, NEEDED, most_lines=MOST_LINES)
    read = [_line(number, cells) for number, cells in table.lines]
    return TurnoverFile(
        tuple(one for one in read if isinstance(one, FileLine)),
        (*table.objections, *(one for one in read if isinstance(one, Objection))),
    )


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
    day = day_of(cells.get('day', ''))
    if day is None:
        return Objection(number, 'day', cells.get('day', ''))
    amounts: dict[str, int] = {}
    for name in ('sold', 'returned'):
        fen = fen_of(cells.get(name, '') or ('' if name == 'sold' else '0'))
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


def _percent(text: str) -> int | None:
    fen = fen_of(text.removesuffix('%'))
    return fen if fen is not None and fen <= 2_000 else None
