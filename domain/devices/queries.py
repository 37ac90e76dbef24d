"""What people ask of devices."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.devices._clock import typical_skew_ms
from domain.devices._numbering import Numbering
from domain.devices.commands import DeviceId, DeviceKind, DeviceState
from domain.devices.permissions import MANAGE, VIEW
from domain.devices.views import DeviceView, FleetView
from domain.shared.actor import Actor
from domain.shared.errors import NotFound
from domain.shared.operations import query

_SELECT = """
    SELECT d.id, d.code, d.name, d.kind, d.model, d.firmware, d.floor_id, d.x_m, d.y_m, d.parent_id, d.state,
           d.silence_after_s, s.epoch, s.is_online, s.last_seen_at, s.picture, s.clock_skews_ms,
           s.highest_seq, s.oldest_seq, s.gaps, s.readings,
           ARRAY(SELECT kind FROM device_alarm a
                  WHERE a.mall_id = d.mall_id AND a.device_id = d.id AND a.cleared_at IS NULL ORDER BY kind) AS alarms
      FROM device d JOIN device_status s ON s.device_id = d.id
     WHERE d.mall_id = app_mall()
"""

_FLEET = text("""
    SELECT count(*) FILTER (WHERE d.state = 'active') AS active,
           count(*) FILTER (WHERE d.state = 'active' AND s.is_online) AS online,
           (SELECT count(*) FROM device_alarm a
             WHERE a.mall_id = app_mall() AND a.cleared_at IS NULL AND a.kind = 'silence') AS silent,
           (SELECT count(*) FROM device_alarm a WHERE a.mall_id = app_mall() AND a.cleared_at IS NULL) AS open_alarms,
           (SELECT count(*) FROM quarantined_message q
             WHERE q.mall_id = app_mall() AND q.state <> 'released') AS quarantined
      FROM device d JOIN device_status s ON s.device_id = d.id
     WHERE d.mall_id = app_mall()
""")


@query(VIEW, name='devices.list_devices')
def list_devices(session: Session, *, actor: Actor, floor_id: int | None = None) -> list[DeviceView]:
    """The mall's devices that are not retired, by code; of one floor or of all."""
    rows = session.execute(
        text(f"""
            {_SELECT} AND d.state <> 'retired' AND (CAST(:floor_id AS bigint) IS NULL OR d.floor_id = :floor_id)
             ORDER BY d.code
        """),
        {'floor_id': floor_id},
    )
    return [_view(row._mapping) for row in rows]


@query(VIEW, name='devices.get_device')
def get_device(session: Session, *, actor: Actor, device_id: DeviceId) -> DeviceView:
    """One device.

    :raises NotFound: when the mall has no such device.
    """
    return fetch_device(session, device_id)


@query(VIEW, name='devices.get_fleet')
def get_fleet(session: Session, *, actor: Actor) -> FleetView:
    """Device health in one line, for the cockpit."""
    row = session.execute(_FLEET).one()._mapping
    return FleetView(
        active=row['active'],
        online=row['online'],
        silent=row['silent'],
        open_alarms=row['open_alarms'],
        quarantined=row['quarantined'],
    )


@query(MANAGE, name='devices.list_credentials')
def list_credentials(session: Session, *, actor: Actor) -> dict[str, str]:
    """Hashed secrets by the broker's user name, to write the broker's password file from."""
    rows = session.execute(
        text("""
            SELECT m.code || '/' || d.code, d.secret_hash FROM device d JOIN mall m ON m.id = d.mall_id
             WHERE d.mall_id = app_mall() AND d.state <> 'retired' AND d.secret_hash IS NOT NULL ORDER BY 1
        """)
    )
    return {row[0]: row[1] for row in rows}


def resolve_devices(session: Session, *, mall_id: int, codes: Collection[str]) -> dict[str, DeviceId]:
    """Find devices by code, for slices that record on their behalf."""
    rows = session.execute(
        text('SELECT code, id FROM device WHERE mall_id = :mall_id AND code = ANY(CAST(:codes AS text[]))'),
        {'mall_id': mall_id, 'codes': sorted(codes)},
    )
    return {code: DeviceId(device_id) for code, device_id in rows}


def fetch_device(session: Session, device_id: DeviceId) -> DeviceView:
    """Read one device inside a running transaction.

    :raises NotFound: when the mall has no such device.
    """
    row = session.execute(text(f'{_SELECT} AND d.id = :id'), {'id': device_id}).first()
    if row is None:
        raise NotFound
    return _view(row._mapping)


def _view(row: Mapping[Any, Any]) -> DeviceView:
    gaps = tuple(zip(row['gaps'][::2], row['gaps'][1::2], strict=True))
    numbering = Numbering(row['highest_seq'], row['oldest_seq'], gaps)
    return DeviceView(
        id=DeviceId(row['id']),
        code=row['code'],
        name=row['name'],
        kind=DeviceKind(row['kind']),
        model=row['model'],
        firmware=row['firmware'],
        floor_id=row['floor_id'],
        x_m=row['x_m'],
        y_m=row['y_m'],
        parent_id=row['parent_id'],
        state=DeviceState(row['state']),
        silence_after_s=row['silence_after_s'],
        epoch=row['epoch'],
        is_online=row['is_online'],
        last_seen_at=row['last_seen_at'],
        picture=row['picture'],
        clock_skew=timedelta(milliseconds=typical_skew_ms(row['clock_skews_ms'])),
        committed_through=numbering.committed_through,
        missing=numbering.missing,
        readings=row['readings'],
        open_alarms=tuple(row['alarms']),
    )
