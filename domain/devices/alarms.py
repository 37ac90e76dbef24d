"""Alarms (告警): silence is watched for, the others come with the messages; a person acknowledges."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.devices._repository import FLAP_WITHIN
from domain.devices.commands import AcknowledgeAlarm, AlarmId, DeviceId
from domain.devices.events import DeviceFellSilent
from domain.devices.permissions import ACKNOWLEDGE, MANAGE, VIEW
from domain.devices.views import AlarmView
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation, query


class AlarmUnknown(DomainError):
    code = 'devices.alarm_unknown'
    status = 404
    zh = '没有编号为 {alarm_id} 的告警。'
    en = 'There is no alarm {alarm_id}.'


_SELECT = """
    SELECT a.id, a.device_id, d.code, d.name, d.floor_id, a.kind, a.detail, a.started_at, a.opened_at, a.occurrences,
           a.acknowledged_at, a.acknowledged_by, a.cleared_at
      FROM device_alarm a JOIN device d ON d.id = a.device_id
     WHERE a.mall_id = app_mall()
"""

# NOTE: the lock is taken before the comparison is trusted: a message that the intake is just recording makes this
# statement wait, and PostgreSQL then compares the new last_seen_at (rule DV-R1).
_WATCH = text("""
    WITH silent AS (
    SELECT s.device_id, s.last_seen_at, s.mall_id
      FROM device_status s JOIN device d ON d.id = s.device_id
     WHERE s.mall_id = app_mall() AND d.state = 'active'
       AND s.last_seen_at < CAST(:now AS timestamptz) - make_interval(secs => d.silence_after_s)
       AND NOT EXISTS (SELECT FROM device_alarm a WHERE a.mall_id = s.mall_id AND a.device_id = s.device_id
                          AND a.kind IN ('silence', 'offline') AND a.cleared_at IS NULL)
     ORDER BY s.device_id FOR NO KEY UPDATE OF s
    ),
    woken AS (
        UPDATE device_alarm a SET cleared_at = NULL, occurrences = occurrences + 1,
               acknowledged_at = NULL, acknowledged_by = NULL
          FROM silent
         WHERE a.device_id = silent.device_id AND a.kind = 'silence' AND a.cleared_at > :flap_since
           AND a.id = (SELECT max(b.id) FROM device_alarm b
                        WHERE b.device_id = silent.device_id AND b.kind = 'silence')
        RETURNING a.device_id
    ),
    opened AS (
        INSERT INTO device_alarm (mall_id, device_id, kind, started_at, opened_at, detail)
        SELECT mall_id, device_id, 'silence', last_seen_at, :now, 'nothing heard'
          FROM silent WHERE device_id NOT IN (SELECT device_id FROM woken)
        ON CONFLICT (mall_id, device_id, kind) WHERE cleared_at IS NULL DO NOTHING
        RETURNING device_id
    )
    SELECT device_id FROM woken UNION ALL SELECT device_id FROM opened
""")


@operation(MANAGE, name='devices.watch_silence', is_audited=False)
def watch_silence(session: Session, *, actor: Actor, now: datetime) -> list[DeviceId]:
    """Open an alarm for every device not heard of for longer than it may be silent; give them."""
    silent = list(session.execute(_WATCH, {'now': now, 'flap_since': now - FLAP_WITHIN}).scalars())
    if silent and actor.mall_id is not None:
        notify(session, 'devices', actor.mall_id)
        for device_id in silent:
            emit(session, DeviceFellSilent(mall_id=actor.mall_id, occurred_at=now, device_id=device_id))
    return [DeviceId(device_id) for device_id in silent]


@operation(ACKNOWLEDGE, name='devices.acknowledge_alarm')
def acknowledge_alarm(session: Session, *, actor: Actor, command: AcknowledgeAlarm, now: datetime) -> AlarmView:
    """Note who cares for an alarm; a second acknowledgement changes nothing.

    :raises AlarmUnknown: when the mall has no such alarm.
    """
    session.execute(
        text("""
            UPDATE device_alarm SET acknowledged_at = :now, acknowledged_by = :name
             WHERE mall_id = app_mall() AND id = :id AND acknowledged_at IS NULL
        """),
        {'id': command.alarm_id, 'now': now, 'name': actor.name},
    )
    row = session.execute(text(f'{_SELECT} AND a.id = :id'), {'id': command.alarm_id}).first()
    if row is None:
        raise AlarmUnknown(alarm_id=command.alarm_id)
    if actor.mall_id is not None:
        notify(session, 'devices', actor.mall_id)
    return _view(row._mapping)


@query(VIEW, name='devices.list_alarms')
def list_alarms(session: Session, *, actor: Actor, is_open: bool | None = True, limit: int = 200) -> list[AlarmView]:
    """Alarms, the newest first: those open, those cleared, or (None) all."""
    rows = session.execute(
        text(f"""
            {_SELECT} AND (CAST(:is_open AS boolean) IS NULL OR (a.cleared_at IS NULL) = :is_open)
             ORDER BY a.opened_at DESC, a.id DESC LIMIT :limit
        """),
        {'is_open': is_open, 'limit': limit},
    )
    return [_view(row._mapping) for row in rows]


def _view(row: Mapping[Any, Any]) -> AlarmView:
    return AlarmView(
        id=AlarmId(row['id']),
        device_id=DeviceId(row['device_id']),
        device_code=row['code'],
        device_name=row['name'],
        floor_id=row['floor_id'],
        kind=row['kind'],
        detail=row['detail'],
        started_at=row['started_at'],
        opened_at=row['opened_at'],
        occurrences=row['occurrences'],
        acknowledged_at=row['acknowledged_at'],
        acknowledged_by=row['acknowledged_by'],
        cleared_at=row['cleared_at'],
    )
