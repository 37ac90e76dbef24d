"""Meters are registered, read, replaced and handed over; odd readings are decided; tariffs are set."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.shared.actor import Actor
from domain.shared.errors import NotFound
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation
from domain.utilities._keeping import has_fallen, locked, look_again, record, row_of
from domain.utilities._repository import SLOTS, load_meter, mall_of, meter_view, reading_view
from domain.utilities._rules import complaint_about
from domain.utilities.commands import (
    DecideReading,
    HandOverMeter,
    NewReading,
    ReadingId,
    ReadingKind,
    RecordReadings,
    RegisterMeter,
    ReplaceMeter,
    SetTariff,
)
from domain.utilities.errors import (
    MeterCodeTaken,
    NotHandedOver,
    ReadingConflict,
    ReadingUnknown,
    TariffInvalid,
)
from domain.utilities.events import MeterHandedOver
from domain.utilities.models import Meter, MeterHolder, MeterReading, TariffVersion
from domain.utilities.permissions import DECIDE, MANAGE, READ_METERS
from domain.utilities.views import MeterView, ReadingView, Recorded


@operation(MANAGE, name='utilities.register_meter')
def register_meter(session: Session, *, actor: Actor, command: RegisterMeter, now: datetime) -> MeterView:
    """Make a meter known.

    :raises MeterCodeTaken:
    :raises MeterUnknown: when its main meter is.
    """
    meter = Meter(
        mall_id=mall_of(actor), code=command.code, utility=command.utility, digits=command.digits,
        multiplier=command.multiplier, parent_id=command.parent_id, loss_policy=command.loss_policy.value,
        place=command.place,
    )  # fmt: skip
    if session.exec(select(Meter.id).where(Meter.code == command.code)).first() is not None:
        raise MeterCodeTaken(meter=command.code)
    if command.parent_id is not None:
        load_meter(session, actor, command.parent_id)
    session.add(meter)
    session.flush()
    return meter_view(meter)


@operation(READ_METERS, name='utilities.record_readings')
def record_readings(session: Session, *, actor: Actor, command: RecordReadings, now: datetime) -> Recorded:
    """Takes readings, all or none. One that is there already is repeated; one that fell is held (rule UT-R3).

    :raises MeterUnknown:
    :raises ReadingBeyondRegister:
    :raises ReadingConflict: when the meter has another reading at that instant.
    """
    meters = locked(session, {reading.meter_code for reading in command.readings})
    recorded, held = 0, []
    for reading in sorted(command.readings, key=lambda one: (one.meter_code, one.read_at)):
        row, is_new = record(session, meters[reading.meter_code], reading, command.source, actor.name, now)
        recorded += is_new
        if is_new and row.is_held:
            held.append(ReadingId(row.id))
    notify(session, 'utilities', mall_of(actor))
    return Recorded(recorded=recorded, repeated=len(command.readings) - recorded, held=tuple(held))


@operation(READ_METERS, name='utilities.replace_meter')
def replace_meter(session: Session, *, actor: Actor, command: ReplaceMeter, now: datetime) -> MeterView:
    """Puts a new device in a meter's place: the old one's last register, then the new one's first (rule UT-R2).

    :raises MeterUnknown:
    :raises ReadingBeyondRegister:
    :raises ReadingConflict: when the meter was read at that instant, or its last register is below an earlier one.
    """
    meter = load_meter(session, actor, command.meter_id, is_locked=True)
    kinds = ((ReadingKind.REMOVED, command.final_milli), (ReadingKind.INSTALLED, command.initial_milli))
    for kind, register in kinds:
        reading = row_of(meter, command.at, register, kind, 'hand', command.photo, actor.name, now)
        if kind is ReadingKind.REMOVED and has_fallen(session, meter, reading):
            raise ReadingConflict(meter=meter.code, at=command.at)
        session.add(reading)
    try:
        session.flush()
    except IntegrityError as error:
        raise ReadingConflict(meter=meter.code, at=command.at) from error
    return meter_view(meter)


@operation(MANAGE, name='utilities.hand_over_meter')
def hand_over_meter(session: Session, *, actor: Actor, command: HandOverMeter, now: datetime) -> ReadingView:
    """Ends one holder's usage with a reading and begins another's with the same one (rule UT-R7).

    :raises MeterUnknown:
    :raises NotHandedOver: when the reading fell, or the meter has a holder since later.
    """
    if (command.tenant_id is None) != (command.lease_id is None):
        raise NotHandedOver(reason='a holder is a tenant with a lease')
    meter = load_meter(session, actor, command.meter_id, is_locked=True)
    new = NewReading(
        meter_code=meter.code, read_at=command.at, register_milli=command.register_milli, photo=command.photo
    )
    reading, _ = record(session, meter, new, 'hand', actor.name, now)
    if reading.is_held:
        raise NotHandedOver(reason='the register is below an earlier reading')
    _end_holder(session, meter, reading)
    if command.tenant_id is not None and command.lease_id is not None:
        _begin_holder(session, meter, reading, command.tenant_id, command.lease_id)
    emit(session, MeterHandedOver(
        mall_id=meter.mall_id, occurred_at=now, meter_id=meter.id, reading_id=reading.id, tenant_id=command.tenant_id,
    ))  # fmt: skip
    return reading_view(reading)


@operation(DECIDE, name='utilities.decide_reading')
def decide_reading(session: Session, *, actor: Actor, command: DecideReading, now: datetime) -> ReadingView:
    """Says what a held reading is; the ones after it are looked at anew.

    :raises ReadingUnknown: when it is not held.
    """
    statement = select(MeterReading).where(MeterReading.id == command.reading_id, col(MeterReading.is_held))
    reading = session.exec(statement.with_for_update()).one_or_none()
    if reading is None:
        raise ReadingUnknown(reading=command.reading_id)
    reading.is_held, reading.decided_by, reading.decision = False, actor.name, command.reason
    if command.verdict == 'void':
        reading.voided_at = now
    else:
        reading.kind = ReadingKind.ROLLOVER.value
    session.flush()
    look_again(session, reading)
    notify(session, 'utilities', reading.mall_id)
    return reading_view(reading)


@operation(MANAGE, name='utilities.set_tariff')
def set_tariff(session: Session, *, actor: Actor, command: SetTariff, now: datetime) -> int:
    """Prices from a day on. A version that is in force is never changed; another begins on a later day.

    :raises TariffInvalid: when the slots do not cover the day once, or the day has a version.
    """
    complaint = complaint_about(command.slots)
    if complaint:
        raise TariffInvalid(reason=complaint)
    ordered = tuple(sorted(command.slots, key=lambda slot: slot.starts))
    version = insert(TariffVersion).values(
        mall_id=mall_of(actor), utility=command.utility, valid_from=command.valid_from,
        slots=SLOTS.dump_python(ordered, mode='json'), set_by=actor.name, set_at=now,
    )  # fmt: skip
    done = session.execute(version.on_conflict_do_nothing().returning(col(TariffVersion.utility))).first()
    if done is None:
        raise TariffInvalid(reason=f'{command.valid_from} has a version already')
    return len(ordered)


def _end_holder(session: Session, meter: Meter, reading: MeterReading) -> None:
    statement = select(MeterHolder).where(MeterHolder.meter_id == meter.id, col(MeterHolder.until_at).is_(None))
    holder = session.exec(statement).one_or_none()
    if holder is None:
        return
    if holder.from_at >= reading.read_at:
        raise NotHandedOver(reason=f'the meter has a holder since {holder.from_at}')
    holder.until_at, holder.until_reading_id = reading.read_at, reading.id
    session.flush()


def _begin_holder(session: Session, meter: Meter, reading: MeterReading, tenant_id: int, lease_id: int) -> None:
    session.add(MeterHolder(
        mall_id=meter.mall_id, meter_id=meter.id, tenant_id=tenant_id, lease_id=lease_id,
        from_reading_id=reading.id, from_at=reading.read_at,
    ))  # fmt: skip
    try:
        session.flush()
    except IntegrityError as error:
        if getattr(error.orig, 'sqlstate', '') == '23503':
            raise NotFound from error
        raise NotHandedOver(reason='the meter had another holder at that time') from error
