"""How one reading is kept: once, in whatever order readings come, and held where the register went backwards."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from domain.shared.events import emit
from domain.utilities._repository import last_actual, next_actual
from domain.utilities.commands import NewReading, ReadingKind
from domain.utilities.errors import MeterUnknown, ReadingBeyondRegister, ReadingConflict
from domain.utilities.events import ReadingHeld
from domain.utilities.models import Meter, MeterReading

MILLI = 1_000


def locked(session: Session, codes: Collection[str]) -> dict[str, Meter]:
    """:raises MeterUnknown: when one of them is not known."""
    meters = known(session, codes)
    missing = set(codes) - meters.keys()
    if missing:
        raise MeterUnknown(meter=min(missing))
    return meters


def known(session: Session, codes: Collection[str]) -> dict[str, Meter]:
    """The meters of these codes, locked in one order for all."""
    statement = select(Meter).where(col(Meter.code).in_(set(codes))).order_by(col(Meter.id)).with_for_update()
    return {meter.code: meter for meter in session.exec(statement)}


def record(
    session: Session, meter: Meter, new: NewReading, source: str, read_by: str, now: datetime
) -> tuple[MeterReading, bool]:
    """The reading, and whether it is new.

    :raises ReadingConflict: when the meter has another reading at that instant.
    :raises ReadingBeyondRegister:
    """
    statement = select(MeterReading).where(
        MeterReading.meter_id == meter.id, MeterReading.read_at == new.read_at, col(MeterReading.voided_at).is_(None),
        MeterReading.kind != 'installed',
    )  # fmt: skip
    there = session.exec(statement).first()
    if there is not None:
        if there.register_milli != new.register_milli:
            raise ReadingConflict(meter=meter.code, at=new.read_at)
        return there, False
    reading = row_of(meter, new.read_at, new.register_milli, new.kind, source, new.photo, read_by, now)
    reading.is_held = has_fallen(session, meter, reading) or _overtakes(session, meter, reading)
    session.add(reading)
    session.flush()
    if reading.is_held:
        emit(session, ReadingHeld(mall_id=meter.mall_id, occurred_at=now, meter_id=meter.id, reading_id=reading.id))
    return reading, True


def row_of(
    meter: Meter, at: datetime, register: int, kind: ReadingKind, source: str, photo: str, read_by: str, now: datetime
) -> MeterReading:
    """:raises ReadingBeyondRegister:"""
    if register >= 10**meter.digits * MILLI:
        raise ReadingBeyondRegister(meter=meter.code)
    return MeterReading(
        mall_id=meter.mall_id, meter_id=meter.id, read_at=at, register_milli=register, kind=kind.value, source=source,
        photo=photo, is_held=False, read_by=read_by, received_at=now,
    )  # fmt: skip


def has_fallen(session: Session, meter: Meter, reading: MeterReading) -> bool:
    """Whether the register is below the last one that counts and nobody said that it rolled over; or the opposite."""
    if reading.kind == ReadingKind.INSTALLED:
        return False
    earlier = last_actual(session, meter.id, reading.read_at)
    if earlier is None:
        return False
    return (reading.register_milli < earlier.register_milli) != (reading.kind == ReadingKind.ROLLOVER)


def look_again(session: Session, decided: MeterReading) -> None:
    """Judges the held readings after one that was decided anew."""
    statement = (
        select(MeterReading)
        .where(
            MeterReading.meter_id == decided.meter_id, MeterReading.read_at > decided.read_at,
            col(MeterReading.is_held), col(MeterReading.voided_at).is_(None),
        )
        .order_by(col(MeterReading.read_at))
    )  # fmt: skip
    meter = session.get_one(Meter, decided.meter_id)
    for reading in session.exec(statement).all():
        reading.is_held = has_fallen(session, meter, reading)
        session.flush()


def _overtakes(session: Session, meter: Meter, reading: MeterReading) -> bool:
    """Whether a reading that comes late is above the one that followed it: then this one is wrong, not the later."""
    if reading.kind != ReadingKind.ACTUAL:
        return False
    later = next_actual(session, meter.id, reading.read_at)
    if later is None or later.kind == ReadingKind.ROLLOVER:
        return False
    return later.register_milli < reading.register_milli
