"""What the engineers see of a mall's meters: the registry with its last readings, one meter, losses, estimates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.shared.actor import Actor, TenantId
from domain.shared.operations import query
from domain.utilities._desk import Desk
from domain.utilities._repository import SLOTS, as_point, load_meter, meter_view, points_of, reading_view, register_of
from domain.utilities._rules import Usage, usage
from domain.utilities.commands import MeterId, ReadingKind, TariffSlot, UsageWindow
from domain.utilities.models import Meter, MeterHolder, MeterReading, TariffVersion
from domain.utilities.permissions import BILL, VIEW
from domain.utilities.views import MeterView, ReadingView

A_DAY = timedelta(days=1)
SILENT_AFTER = {'mqtt': timedelta(hours=6), 'hand': timedelta(days=10), 'file': timedelta(days=40)}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRow:
    """A meter as it stands. `state`: held, silent, estimated, unread, good; `day_milli` was used in 24 hours."""

    meter: MeterView
    tenant_id: TenantId | None
    last: ReadingView | None
    day_milli: int | None
    held: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """A reading with who took it, and what somebody decided about it."""

    reading: ReadingView
    read_by: str
    is_voided: bool
    decided_by: str | None
    decision: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderLine:
    tenant_id: TenantId
    lease_id: int
    from_at: datetime
    until_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterCard:
    """One meter with its history, newest first."""

    meter: MeterView
    readings: tuple[ReadingLine, ...]
    holders: tuple[HolderLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRow:
    """A main meter against those behind it. `waits`: why no loss can be told, in words of `HeldMeter.reason`."""

    meter: MeterView
    subs: int
    main_milli: int
    subs_milli: int
    waits: str

    @property
    def loss_milli(self) -> int:
        return self.main_milli - self.subs_milli


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffView:
    utility: str
    valid_from: date
    slots: tuple[TariffSlot, ...]
    set_by: str
    set_at: datetime


@query(VIEW)
def list_meter_rows(session: Session, *, actor: Actor, now: datetime) -> list[MeterRow]:
    """Every meter by code, with its last reading and what it used in the last day."""
    meters = session.exec(select(Meter).order_by(Meter.code)).all()
    points = points_of(session, [meter.id for meter in meters], now - A_DAY, now)
    tenant_at = {row.meter_id: TenantId(row.tenant_id) for row in _current_holders(session) if row.tenant_id}
    held = _held_counts(session)
    rows = []
    for meter in meters:
        readings = points[meter.id]
        used = usage([as_point(one) for one in readings if not one.is_held], register_of(meter))
        last = reading_view(readings[-1]) if readings else None
        rows.append(MeterRow(
            meter=meter_view(meter), tenant_id=tenant_at.get(meter.id), last=last, held=held.get(meter.id, 0),
            day_milli=used.milli if len(readings) > 1 and readings[0].read_at > now - 2 * A_DAY else None,
            state=_state(last, held.get(meter.id, 0), now),
        ))  # fmt: skip
    return rows


@query(VIEW)
def get_meter_card(session: Session, *, actor: Actor, meter_id: MeterId, limit: int = 200) -> MeterCard:
    """A meter, its newest readings (voided ones too) and who held it.

    :raises MeterUnknown:
    """
    meter = load_meter(session, actor, meter_id)
    newest = select(MeterReading).where(MeterReading.meter_id == meter_id)
    newest = newest.order_by(col(MeterReading.read_at).desc(), col(MeterReading.id).desc()).limit(limit)
    holders = session.exec(
        select(MeterHolder).where(MeterHolder.meter_id == meter_id).order_by(col(MeterHolder.from_at).desc())
    )
    return MeterCard(
        meter=meter_view(meter), readings=tuple(_line(reading) for reading in session.exec(newest)),
        holders=tuple(
            HolderLine(
                tenant_id=TenantId(one.tenant_id), lease_id=one.lease_id, from_at=one.from_at, until_at=one.until_at
            ) for one in holders
        ),
    )  # fmt: skip


@query(VIEW)
def list_estimates(session: Session, *, actor: Actor) -> list[ReadingView]:
    """Estimates that no actual reading has followed yet: somebody should go and look."""
    statement = select(MeterReading).where(
        MeterReading.kind == ReadingKind.ESTIMATE.value, col(MeterReading.voided_at).is_(None)
    )
    return [reading_view(one) for one in session.exec(statement) if not _is_followed(session, one)]


@query(BILL)
def list_losses(session: Session, *, actor: Actor, window: UsageWindow) -> list[LossRow]:
    """Main meters with others behind them, and what was lost on the way (rule UT-R5)."""
    desk = Desk(session, actor, window, [])
    mains = sorted({meter.parent_id for meter in desk.meters.values() if meter.parent_id is not None})
    rows = [_loss(desk, desk.meters[main], window) for main in mains]
    return sorted(rows, key=lambda row: row.meter.code)


@query(VIEW)
def list_tariffs(session: Session, *, actor: Actor) -> list[TariffView]:
    """Every version of every utility's prices, newest first."""
    statement = select(TariffVersion).order_by(TariffVersion.utility, col(TariffVersion.valid_from).desc())
    return [
        TariffView(
            utility=row.utility, valid_from=row.valid_from, slots=SLOTS.validate_python(row.slots), set_by=row.set_by,
            set_at=row.set_at,
        ) for row in session.exec(statement)
    ]  # fmt: skip


def _loss(desk: Desk, main: Meter, window: UsageWindow) -> LossRow:
    subs = [meter for meter in desk.meters.values() if meter.parent_id == main.id]
    total = desk.used_between(main, window.starts_at, window.ends_at)
    parts = [desk.used_between(sub, window.starts_at, window.ends_at) for sub in subs]
    waits = next((why for one in (total, *parts) if (why := _why(one))), '')
    used = sum(one.milli for one in parts if isinstance(one, Usage))
    flowed = total.milli if isinstance(total, Usage) else 0
    if not waits and used > flowed:
        waits = 'subs_exceed_main'
    return LossRow(meter=meter_view(main), subs=len(subs), main_milli=flowed, subs_milli=used, waits=waits)


def _why(one: Usage | str) -> str:
    if isinstance(one, str):
        return one
    return 'reading_held' if one.held_at is not None else ''


def _is_followed(session: Session, estimate: MeterReading) -> bool:
    statement = select(MeterReading.id).where(
        MeterReading.meter_id == estimate.meter_id, MeterReading.read_at > estimate.read_at,
        MeterReading.kind != 'estimate', col(MeterReading.voided_at).is_(None),
    )  # fmt: skip
    return session.exec(statement.limit(1)).first() is not None


def _current_holders(session: Session) -> list[MeterHolder]:
    return list(session.exec(select(MeterHolder).where(col(MeterHolder.until_at).is_(None))))


def _held_counts(session: Session) -> Mapping[int, int]:
    rows = session.execute(text(
        'SELECT meter_id, count(*) FROM meter_reading WHERE mall_id = app_mall() AND is_held AND voided_at IS NULL'
        ' GROUP BY meter_id'
    ))  # fmt: skip
    return {int(row[0]): int(row[1]) for row in rows}


def _state(last: ReadingView | None, held: int, now: datetime) -> str:
    """The first of these that somebody has to do something about."""
    if held:
        return 'held'
    if last is None:
        return 'unread'
    if last.kind == ReadingKind.ESTIMATE:
        return 'estimated'
    return 'silent' if now - last.read_at > SILENT_AFTER.get(last.source, A_DAY) else 'good'


def _line(reading: MeterReading) -> ReadingLine:
    return ReadingLine(
        reading=reading_view(reading), read_by=reading.read_by, is_voided=reading.voided_at is not None,
        decided_by=reading.decided_by, decision=reading.decision,
    )  # fmt: skip
