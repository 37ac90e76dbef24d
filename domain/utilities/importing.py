"""A file of readings as an office writes it: read line by line, every fault named, taken whole or not at all."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.office_files import Objection, decoded
from domain.shared.operations import operation
from domain.utilities._keeping import MILLI, known, record
from domain.utilities.commands import NewReading, ReadingId
from domain.utilities.models import Meter, MeterReading
from domain.utilities.permissions import READ_METERS

HEADS = {'表号': 'meter', 'meter': 'meter', '抄表时间': 'read_at', 'read_at': 'read_at', '读数': 'register',
         'register': 'register'}  # fmt: skip
COLUMNS = ('meter', 'read_at', 'register')
MOST_LINES, FIRST_LINE = 10_000, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedReadings:
    """Either objections and nothing imported, or how the lines were taken.

    Objections are: encoding, columns, empty, too_many, time, future, register, meter, digits, twice, conflict.
    """

    recorded: int = 0
    repeated: int = 0
    held: tuple[ReadingId, ...] = ()
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    reading: NewReading


@operation(READ_METERS, name='utilities.import_file', is_audited=False)
def import_file(session: Session, *, actor: Actor, content: bytes, now: datetime) -> ImportedReadings:
    """Takes a CSV of meter, time and register (UTF-8 or GBK; heads in Chinese or English; times without an offset are
    the mall's own).
    """
    lines, objections = read_lines(content, ZoneInfo(get_business_clock(session, actor=actor).zone))
    meters = known(session, {line.reading.meter_code for line in lines})
    objections = sorted((*objections, *_against(session, lines, meters, now)), key=lambda one: one.line)
    if objections:
        return ImportedReadings(objections=tuple(objections))
    fresh, held = 0, list[ReadingId]()
    for line in sorted(lines, key=lambda one: (one.reading.meter_code, one.reading.read_at)):
        row, is_new = record(session, meters[line.reading.meter_code], line.reading, 'file', actor.name, now)
        fresh += is_new
        if is_new and row.is_held:
            held.append(ReadingId(row.id))
    return ImportedReadings(recorded=fresh, repeated=len(lines) - fresh, held=tuple(held))


def read_lines(content: bytes, zone: ZoneInfo) -> tuple[list[_Line], list[Objection]]:
    """The lines that can be read, and what is wrong with the others."""
    text = decoded(content)
    if text is None:
        return [], [Objection(line=1, why='encoding')]
    rows = csv.reader(StringIO(text))
    heads = [HEADS.get(head.strip().lower(), '') for head in next(rows, [])]
    if sorted(heads) != sorted(COLUMNS):
        return [], [Objection(line=1, why='columns')]
    told = [(number, row) for number, row in enumerate(rows, FIRST_LINE) if any(cell.strip() for cell in row)]
    if not told or len(told) > MOST_LINES:
        return [], [Objection(line=FIRST_LINE, why='too_many' if told else 'empty', value=str(MOST_LINES))]
    read = [_read(number, dict(zip(heads, row, strict=False)), zone) for number, row in told]
    lines = [one for one in read if isinstance(one, _Line)]
    return lines, [one for one in read if isinstance(one, Objection)]


def _read(number: int, row: Mapping[str, str], zone: ZoneInfo) -> _Line | Objection:
    code, said, shown = (row.get(name, '').strip() for name in COLUMNS)
    at, milli = _instant(said, zone), _milli(shown)
    if at is None:
        return Objection(line=number, why='time', value=said)
    if milli is None:
        return Objection(line=number, why='register', value=shown)
    if not code or len(code) > 64 or not code.isascii():
        return Objection(line=number, why='meter', value=code)
    return _Line(number, NewReading(meter_code=code, read_at=at, register_milli=milli))


def _instant(said: str, zone: ZoneInfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(said.replace('/', '-'))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _milli(shown: str) -> int | None:
    try:
        milli = Decimal(shown.replace(',', '')) * MILLI
    except InvalidOperation:
        return None
    return int(milli) if milli.is_finite() and milli >= 0 and milli == milli.to_integral_value() else None


def _against(session: Session, lines: Sequence[_Line], meters: Mapping[str, Meter], now: datetime) -> list[Objection]:
    """What the registry and the readings of before have against lines that can be read."""
    there = _there(session, lines, meters)
    seen: dict[tuple[str, datetime], int] = {}
    found = []
    for line in lines:
        one, meter = line.reading, meters.get(line.reading.meter_code)
        key = (one.meter_code, one.read_at)
        if meter is None:
            found.append(Objection(line=line.number, why='meter', value=one.meter_code))
        elif one.register_milli >= 10**meter.digits * MILLI:
            found.append(Objection(line=line.number, why='digits', value=str(meter.digits)))
        elif one.read_at > now:
            found.append(Objection(line=line.number, why='future', value=f'{one.read_at:%Y-%m-%d %H:%M}'))
        elif key in seen:
            found.append(Objection(line=line.number, why='twice', value=str(seen[key])))
        elif there.get((meter.id, one.read_at), one.register_milli) != one.register_milli:
            found.append(Objection(line=line.number, why='conflict', value=f'{there[meter.id, one.read_at] / MILLI:g}'))
        seen.setdefault(key, line.number)
    return found


def _there(session: Session, lines: Sequence[_Line], meters: Mapping[str, Meter]) -> dict[tuple[int, datetime], int]:
    if not lines:
        return {}
    statement = select(MeterReading).where(
        col(MeterReading.meter_id).in_([meter.id for meter in meters.values()]),
        col(MeterReading.read_at).in_({line.reading.read_at for line in lines}),
        col(MeterReading.voided_at).is_(None), MeterReading.kind != 'installed',
    )  # fmt: skip
    return {(row.meter_id, row.read_at): row.register_milli for row in session.exec(statement)}
