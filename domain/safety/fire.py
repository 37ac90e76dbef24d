"""The fire panel, read only (SE-R1): its signals make us look sooner and follow what it does; nothing goes to it."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.safety._rules import FIRE, TOGETHER, priority
from domain.safety.commands import Priority, RecordFireSignal
from domain.safety.events import FireSystemActed
from domain.safety.models import FireSignal, Hazard
from domain.safety.permissions import RECORD
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation


@operation(RECORD, name='safety.record_fire_signal')
def record_fire_signal(session: Session, *, actor: Actor, command: RecordFireSignal, now: datetime) -> Priority:
    """Notes what a detector or call point said and raises the urgency of what cameras saw on that floor.

    :raises Invalid: outside a mall.
    """
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='fire signals belong to a mall; choose one')
    known = select(FireSignal.id).where(
        FireSignal.mall_id == actor.mall_id,
        FireSignal.code == command.code,
        FireSignal.occurred_at == command.occurred_at,
    )
    if session.exec(known).first() is None:
        session.add(FireSignal(mall_id=actor.mall_id, received_at=now, **command.model_dump()))
        session.flush()
    found = _priority_on(session, actor.mall_id, command.floor_id, command.occurred_at)
    _raise_hazards(session, actor.mall_id, command, found)
    if found is Priority.LINKED:
        emit(session, FireSystemActed(mall_id=actor.mall_id, occurred_at=now, floor_id=command.floor_id))
    notify(session, 'safety', actor.mall_id)
    return found


def standing(session: Session, mall_id: int, device_id: int, at: datetime) -> Priority:
    """How a camera's hint stands beside what the panel said of its floor."""
    floor_id = session.execute(text('SELECT floor_id FROM device WHERE id = :id'), {'id': device_id}).scalar()
    return _priority_on(session, mall_id, floor_id, at)


def _priority_on(session: Session, mall_id: int, floor_id: int | None, at: datetime) -> Priority:
    """Counts devices, not words: a detector that repeats itself is one. A signal without a floor is everywhere."""
    statement = select(FireSignal.source, FireSignal.code).where(
        FireSignal.mall_id == mall_id,
        FireSignal.occurred_at >= at - TOGETHER,
        FireSignal.occurred_at <= at + TOGETHER,
    )
    if floor_id is not None:
        statement = statement.where(col(FireSignal.floor_id).is_(None) | (FireSignal.floor_id == floor_id))
    devices = set(session.exec(statement).all())
    return priority(
        detectors=sum(source == 'detector' for source, _ in devices),
        call_points=sum(source == 'manual_call_point' for source, _ in devices),
    )


def _raise_hazards(session: Session, mall_id: int, command: RecordFireSignal, found: Priority) -> None:
    statement = select(Hazard).where(
        Hazard.mall_id == mall_id,
        Hazard.state == 'open',
        col(Hazard.kind).in_(FIRE),
        Hazard.raised_at >= command.occurred_at - TOGETHER,
        Hazard.raised_at <= command.occurred_at + TOGETHER,
    )
    for hazard in session.exec(statement.order_by(col(Hazard.id)).with_for_update()).all():
        place = session.execute(text('SELECT floor_id FROM device WHERE id = :id'), {'id': hazard.device_id}).scalar()
        if command.floor_id is None or place is None or place == command.floor_id:
            hazard.priority = found
