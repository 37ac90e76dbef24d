"""The statements of utilities, and the way from a row to a view."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Row, text
from sqlmodel import Session, col, select

from domain.shared.actor import Actor, MallId
from domain.utilities._rules import Point, RegisterType, Tariff
from domain.utilities.commands import LossPolicy, MeterId, ReadingId, ReadingKind, TariffSlot
from domain.utilities.errors import MallNeeded, MeterOutOfReach, MeterUnknown
from domain.utilities.models import Meter, MeterReading, TariffVersion
from domain.utilities.views import MeterView, ReadingView

SLOTS = TypeAdapter(tuple[TariffSlot, ...])


class Kept(NamedTuple):
    """A reading as a month of hours is read: a hundred thousand of them, so no objects of the mapper."""

    id: int
    meter_id: int
    read_at: datetime
    register_milli: int
    kind: str
    source: str
    photo: str
    is_held: bool


def mall_of(actor: Actor) -> MallId:
    """:raises MallNeeded: when the actor acts in none."""
    if actor.mall_id is None:
        raise MallNeeded
    return actor.mall_id


def load_meter(session: Session, actor: Actor, meter_id: MeterId, *, is_locked: bool = False) -> Meter:
    """:raises MeterUnknown: when there is none that the actor may see.
    :raises MeterOutOfReach: the same, said to a tenant's people.
    """
    statement = select(Meter).where(Meter.id == meter_id)
    meter = session.exec(statement.with_for_update() if is_locked else statement).one_or_none()
    if meter is None:
        raise MeterUnknown(meter=meter_id) if actor.tenant_id is None else MeterOutOfReach(meter=meter_id)
    return meter


def points_of(
    session: Session, meter_ids: Iterable[int], starts_at: datetime, ends_at: datetime
) -> dict[int, list[Kept]]:
    """Every reading that counts until an instant (inclusive), in the order of the register, from the last actual one
    at or before `starts_at` on: what is older can change nothing.
    """
    rows = session.execute(
        text("""
            SELECT r.id, r.meter_id, r.read_at, r.register_milli, r.kind, r.source, r.photo, r.is_held
              FROM unnest(CAST(:meters AS bigint[])) AS m (id)
              CROSS JOIN LATERAL (
                   SELECT max(b.read_at) AS at FROM meter_reading b
                    WHERE b.mall_id = app_mall() AND b.meter_id = m.id AND b.voided_at IS NULL
                      AND b.kind <> 'estimate' AND b.read_at <= :starts
              ) base
              JOIN meter_reading r ON r.mall_id = app_mall() AND r.meter_id = m.id AND r.voided_at IS NULL
                   AND r.read_at <= :ends AND r.read_at >= coalesce(base.at, '-infinity')
             ORDER BY r.meter_id, r.read_at, (r.kind = 'installed'), r.id
        """),
        {'meters': list(meter_ids), 'starts': starts_at, 'ends': ends_at},
    )  # fmt: skip
    found: dict[int, list[Kept]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(Kept._make(row))
    return found


def last_actual(session: Session, meter_id: int, before: datetime) -> MeterReading | None:
    """The newest reading before an instant that is no estimate and is not held."""
    statement = (
        select(MeterReading)
        .where(
            MeterReading.meter_id == meter_id, MeterReading.read_at < before, MeterReading.kind != 'estimate',
            col(MeterReading.voided_at).is_(None), col(MeterReading.is_held).is_(False),
        )
        .order_by(col(MeterReading.read_at).desc(), (col(MeterReading.kind) == 'installed').desc())
        .limit(1)
    )  # fmt: skip
    return session.exec(statement).first()


def next_actual(session: Session, meter_id: int, after: datetime) -> MeterReading | None:
    """The first reading of the same device after an instant that is no estimate and is not held."""
    statement = (
        select(MeterReading)
        .where(
            MeterReading.meter_id == meter_id, MeterReading.read_at > after, MeterReading.kind != 'estimate',
            col(MeterReading.voided_at).is_(None), col(MeterReading.is_held).is_(False),
        )
        .order_by(col(MeterReading.read_at), (col(MeterReading.kind) == 'installed'))
        .limit(1)
    )  # fmt: skip
    return session.exec(statement).first()


def tariffs_of(session: Session, utility: str) -> list[Tariff]:
    rows = session.exec(select(TariffVersion).where(TariffVersion.utility == utility))
    return [Tariff(row.valid_from, SLOTS.validate_python(row.slots)) for row in rows]


def holders_in(session: Session, starts_at: datetime, ends_at: datetime) -> list[Row[tuple[object, ...]]]:
    """Who held which meter at some time of a window, by meter and time."""
    return list(session.execute(
        text("""
            SELECT h.*, m.code, m.utility, m.parent_id FROM meter_holder h JOIN meter m ON m.id = h.meter_id
             WHERE h.mall_id = app_mall() AND tstzrange(h.from_at, h.until_at) && tstzrange(:starts, :ends)
             ORDER BY m.code, h.from_at
        """),
        {'starts': starts_at, 'ends': ends_at},
    ))  # fmt: skip


def as_point(reading: MeterReading | Kept) -> Point:
    return Point(reading.id, reading.read_at, reading.register_milli, ReadingKind(reading.kind))


def register_of(meter: Meter) -> RegisterType:
    return RegisterType(meter.digits, meter.multiplier)


def meter_view(meter: Meter) -> MeterView:
    return MeterView(
        id=MeterId(meter.id), code=meter.code, utility=meter.utility, digits=meter.digits,
        multiplier=meter.multiplier, parent_id=None if meter.parent_id is None else MeterId(meter.parent_id),
        loss_policy=LossPolicy(meter.loss_policy), place=meter.place,
    )  # fmt: skip


def reading_view(reading: MeterReading | Kept) -> ReadingView:
    return ReadingView(
        id=ReadingId(reading.id), meter_id=MeterId(reading.meter_id), read_at=reading.read_at,
        register_milli=reading.register_milli, kind=ReadingKind(reading.kind), source=reading.source,
        photo=reading.photo, is_held=reading.is_held,
    )  # fmt: skip
