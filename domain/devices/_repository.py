"""Statements of the hot path: each touches a whole batch of devices."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from domain.devices._numbering import Numbering
from domain.devices.commands import DeviceId

FLAP_WITHIN = timedelta(minutes=10)


@dataclass(slots=True)
class DeviceRecord:
    """A device under the lock of its status row."""

    id: DeviceId
    code: str
    state: str
    firmware: str
    epoch: int
    is_online: bool
    last_seen_at: datetime | None
    picture: str
    silence_after: timedelta
    skews_ms: tuple[int, ...]
    correction_ms: int
    numbering: Numbering
    readings: int
    open_alarms: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_new(self) -> bool:
        """True until its first reading."""
        return self.numbering == Numbering()


_LOCK = text("""
    SELECT d.id, d.code, d.state, d.firmware, s.epoch, s.is_online, s.last_seen_at, s.picture, s.clock_skews_ms,
           d.silence_after_s, s.correction_ms, s.highest_seq, s.oldest_seq, s.gaps, s.readings
      FROM device d JOIN device_status s ON s.device_id = d.id
     WHERE d.mall_id = :mall_id AND d.code = ANY(CAST(:codes AS text[]))
     ORDER BY d.id FOR NO KEY UPDATE OF s
""")

_OPEN_ALARMS = text("""
    SELECT device_id, kind FROM device_alarm
     WHERE mall_id = :mall_id AND device_id = ANY(CAST(:ids AS bigint[])) AND cleared_at IS NULL
""")

_SAVE = text("""
    UPDATE device_status s
       SET epoch = n.epoch, is_online = n.is_online, last_seen_at = n.last_seen_at, picture = n.picture,
           clock_skews_ms = CAST(n.skews AS integer[]), correction_ms = n.correction_ms,
           highest_seq = n.highest, oldest_seq = n.oldest,
           gaps = CAST(n.gaps AS bigint[]), readings = n.readings
      FROM unnest(CAST(:ids AS bigint[]), CAST(:epochs AS bigint[]), CAST(:online AS boolean[]),
                  CAST(:seen AS timestamptz[]), CAST(:pictures AS text[]), CAST(:skews AS text[]),
                  CAST(:corrections AS integer[]), CAST(:highest AS bigint[]), CAST(:oldest AS bigint[]),
                  CAST(:gaps AS text[]), CAST(:readings AS bigint[]))
           AS n(id, epoch, is_online, last_seen_at, picture, skews, correction_ms, highest, oldest, gaps, readings)
     WHERE s.device_id = n.id
""")

_REOPEN = text("""
    UPDATE device_alarm a
       SET cleared_at = NULL, occurrences = occurrences + 1, acknowledged_at = NULL, acknowledged_by = NULL
     WHERE a.mall_id = :mall_id AND a.kind = :kind AND a.device_id = ANY(CAST(:ids AS bigint[]))
       AND a.cleared_at > :since
       AND a.id = (SELECT max(b.id) FROM device_alarm b WHERE b.device_id = a.device_id AND b.kind = a.kind)
       AND NOT EXISTS (SELECT FROM device_alarm o
                        WHERE o.device_id = a.device_id AND o.kind = a.kind AND o.cleared_at IS NULL)
    RETURNING a.device_id
""")

_OPEN = text("""
    INSERT INTO device_alarm (mall_id, device_id, kind, started_at, opened_at, detail)
    SELECT :mall_id, s.device_id, :kind, coalesce(s.last_seen_at, :now), :now, :detail
      FROM device_status s WHERE s.device_id = ANY(CAST(:ids AS bigint[]))
    ON CONFLICT (mall_id, device_id, kind) WHERE cleared_at IS NULL DO NOTHING
    RETURNING device_id
""")

_CLEAR = text("""
    UPDATE device_alarm SET cleared_at = :now
     WHERE mall_id = :mall_id AND device_id = :id AND kind = ANY(CAST(:kinds AS text[])) AND cleared_at IS NULL
""")


def lock_devices(session: Session, mall_id: int, codes: Collection[str]) -> dict[str, DeviceRecord]:
    """Load devices by code and lock their status, in one order for everybody."""
    rows = session.execute(_LOCK, {'mall_id': mall_id, 'codes': sorted(codes)}).all()
    records = {
        row.code: DeviceRecord(
            id=DeviceId(row.id),
            code=row.code,
            state=row.state,
            firmware=row.firmware,
            epoch=row.epoch,
            is_online=row.is_online,
            last_seen_at=row.last_seen_at,
            picture=row.picture,
            silence_after=timedelta(seconds=row.silence_after_s),
            skews_ms=tuple(row.clock_skews_ms),
            correction_ms=row.correction_ms,
            numbering=Numbering(
                row.highest_seq, row.oldest_seq, tuple(zip(row.gaps[::2], row.gaps[1::2], strict=True))
            ),
            readings=row.readings,
        )
        for row in rows
    }
    _add_open_alarms(session, mall_id, records)
    return records


def _add_open_alarms(session: Session, mall_id: int, records: dict[str, DeviceRecord]) -> None:
    """Read them after the lock: only then is what the watch opened meanwhile to be seen."""
    by_id = {record.id: record for record in records.values()}
    for device_id, kind in session.execute(_OPEN_ALARMS, {'mall_id': mall_id, 'ids': list(by_id)}):
        by_id[device_id].open_alarms |= {kind}


def save_devices(session: Session, records: Sequence[DeviceRecord]) -> None:
    """Write the status of a batch of devices back in one statement."""
    if not records:
        return
    session.execute(
        _SAVE,
        {
            'ids': [record.id for record in records],
            'epochs': [record.epoch for record in records],
            'online': [record.is_online for record in records],
            'seen': [record.last_seen_at for record in records],
            'pictures': [record.picture for record in records],
            'skews': [_array(record.skews_ms) for record in records],
            'corrections': [record.correction_ms for record in records],
            'highest': [record.numbering.highest for record in records],
            'oldest': [record.numbering.oldest for record in records],
            'gaps': [_array([end for gap in record.numbering.gaps for end in gap]) for record in records],
            'readings': [record.readings for record in records],
        },
    )


def _array(numbers: Sequence[int]) -> str:
    """Write an array as text: arrays of arrays of unequal length cannot be unnested."""
    return f'{{{",".join(map(str, numbers))}}}'


def open_alarms(
    session: Session, mall_id: int, kind: str, ids: Sequence[DeviceId], *, detail: str, now: datetime
) -> set[int]:
    """Open an alarm of one kind for devices, or wake the one that was cleared minutes ago (rule DV-R3)."""
    values = {'mall_id': mall_id, 'kind': kind, 'ids': list(ids), 'now': now, 'detail': detail}
    woken = set(session.execute(_REOPEN, values | {'since': now - FLAP_WITHIN}).scalars())
    fresh = set(session.execute(_OPEN, values | {'ids': [i for i in ids if i not in woken]}).scalars())
    return woken | fresh


def clear_alarms(session: Session, mall_id: int, device_id: DeviceId, kinds: Collection[str], *, now: datetime) -> None:
    """Clear what is right again; the row remains as history."""
    session.execute(_CLEAR, {'mall_id': mall_id, 'id': device_id, 'kinds': sorted(kinds), 'now': now})


def log_correction(session: Session, mall_id: int, device_id: DeviceId, skew_ms: int, *, since: datetime) -> None:
    """Record by how much a device's readings are corrected from now on."""
    session.execute(
        text(
            'INSERT INTO clock_correction (mall_id, device_id, since, skew_ms)'
            ' VALUES (:mall_id, :device_id, :since, :skew_ms)'
        ),
        {'mall_id': mall_id, 'device_id': device_id, 'since': since, 'skew_ms': skew_ms},
    )


def set_firmware(session: Session, device_id: DeviceId, firmware: str) -> None:
    """Note what a device says it runs."""
    session.execute(
        text('UPDATE device SET firmware = :firmware WHERE id = :id'), {'id': device_id, 'firmware': firmware}
    )
