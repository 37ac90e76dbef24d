"""Recording what cameras say about hazards: called by the ingest inside its transaction; each word exactly once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.footfall.views import Recorded
from domain.safety._rules import FIRE, SAME_ALARM
from domain.safety.commands import HazardReading, HazardState
from domain.safety.events import HazardRaised
from domain.safety.fire import standing
from domain.safety.models import Hazard, HazardObservation
from domain.shared.events import emit
from domain.shared.live import notify

TOPIC = 'safety'
RECORDING_LOCK = 0x5AFE7001


def record_hazards(session: Session, *, mall_id: int, readings: Sequence[HazardReading]) -> Recorded:
    """Records alarms raised and cleared, in any order, with duplicates, late by days."""
    if not readings:
        return Recorded(inserted=0, duplicates=0)
    session.execute(text('SELECT pg_advisory_xact_lock(:lock, :mall)'), {'lock': RECORDING_LOCK, 'mall': mall_id})
    ordered = sorted(readings, key=lambda reading: (reading.occurred_at, reading.seq))
    fresh = sum(_record(session, mall_id, reading) for reading in ordered)
    if fresh:
        notify(session, TOPIC, mall_id)
    return Recorded(inserted=fresh, duplicates=len(readings) - fresh)


def _record(session: Session, mall_id: int, reading: HazardReading) -> bool:
    if session.get(HazardObservation, (mall_id, reading.device_id, reading.seq)) is not None:
        return False
    hazard = _told_before(session, mall_id, reading) or _same(session, mall_id, reading)
    if hazard is None:
        hazard = _opened(session, mall_id, reading)
    else:
        _follow(hazard, reading)
    session.flush()
    session.add(
        HazardObservation(
            mall_id=mall_id,
            device_id=reading.device_id,
            seq=reading.seq,
            hazard_id=hazard.id,
            alarm=reading.alarm,
            edge=reading.edge,
            value=reading.value,
            occurred_at=reading.occurred_at,
            received_at=reading.received_at,
        )
    )
    session.flush()
    return True


def _told_before(session: Session, mall_id: int, reading: HazardReading) -> Hazard | None:
    """The hazard that this alarm belongs to, whichever of its two words came first."""
    statement = (
        select(Hazard)
        .join(HazardObservation, col(HazardObservation.hazard_id) == Hazard.id)
        .where(
            HazardObservation.mall_id == mall_id,
            HazardObservation.device_id == reading.device_id,
            HazardObservation.alarm == reading.alarm,
        )
        .limit(1)
    )
    return session.exec(statement).first()


def _same(session: Session, mall_id: int, reading: HazardReading) -> Hazard | None:
    """An unreviewed hazard of the same watch that is still on, or was cleared a moment ago (SE-R2)."""
    if reading.edge == 'cleared':
        return None
    statement = (
        select(Hazard)
        .where(
            Hazard.mall_id == mall_id,
            Hazard.device_id == reading.device_id,
            Hazard.code == reading.hazard,
            Hazard.state == HazardState.OPEN,
            Hazard.raised_at <= reading.occurred_at,
            col(Hazard.cleared_at).is_(None) | (col(Hazard.cleared_at) >= reading.occurred_at - SAME_ALARM),
        )
        .order_by(col(Hazard.raised_at).desc())
        .limit(1)
    )
    found = session.exec(statement).first()
    if found is not None:
        found.occurrences += 1
        found.cleared_at = None
    return found


def _opened(session: Session, mall_id: int, reading: HazardReading) -> Hazard:
    is_over = reading.edge == 'cleared'
    facts: dict[str, Any] = {'box': list(reading.box) if reading.box else None, 'clip': reading.clip}
    hazard = Hazard(
        mall_id=mall_id,
        device_id=reading.device_id,
        code=reading.hazard,
        kind=reading.kind,
        raised_at=reading.occurred_at,
        cleared_at=reading.occurred_at if is_over else None,
        value=reading.value,
        limit_value=reading.limit,
        **facts,
    )
    if reading.kind in FIRE:
        hazard.priority = standing(session, mall_id, reading.device_id, reading.occurred_at)
    session.add(hazard)
    session.flush()
    raised = HazardRaised(
        mall_id=mall_id,
        occurred_at=reading.occurred_at,
        hazard_id=hazard.id,
        kind=reading.kind,
        device_id=reading.device_id,
    )
    emit(session, raised)
    return hazard


def _follow(hazard: Hazard, reading: HazardReading) -> None:
    if reading.edge == 'cleared':
        hazard.cleared_at = max(reading.occurred_at, hazard.raised_at)
        return
    hazard.raised_at = min(hazard.raised_at, reading.occurred_at)
    hazard.clip = hazard.clip or reading.clip
    if reading.value >= hazard.value:
        hazard.value, hazard.limit_value = reading.value, reading.limit
        hazard.box = list(reading.box) if reading.box else hazard.box
