"""Readings as tests write them, and the roll-ups as tests compare them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import text

from domain.footfall.commands import (
    Band,
    CrossingReading,
    DeviceState,
    Direction,
    HealthReading,
    PresenceReading,
    VisitReading,
)
from tests.domain.footfall.conftest import House

_seq = count(1)

ROLLUPS = (
    'footfall_line_rollup',
    'footfall_zone_rollup',
    'footfall_dwell_rollup',
    'footfall_transition_rollup',
    'footfall_heat_rollup',
)


def crossing(
    at: datetime,
    line: str = 'door-east',
    direction: Direction = 'in',
    *,
    device_id: int = 1,
    seq: int | None = None,
    track: str | None = None,
    group: str | None = None,
    band: Band | None = None,
    staff: tuple[str, ...] = (),
) -> CrossingReading:
    return CrossingReading(
        device_id=device_id, seq=seq or next(_seq), occurred_at=at, received_at=at + timedelta(seconds=1), line=line,
        direction=direction, track=track, group=group, band=band, staff=staff,
    )  # fmt: skip


def stay(
    entered_at: datetime,
    minutes: float,
    zone: str = 'zone-a',
    track: str = 't1',
    *,
    device_id: int = 1,
    seq: int | None = None,
    staff: tuple[str, ...] = (),
) -> VisitReading:
    left_at = entered_at + timedelta(minutes=minutes)
    return VisitReading(
        device_id=device_id, seq=seq or next(_seq), received_at=left_at, zone=zone, track=track,
        entered_at=entered_at, left_at=left_at, staff=staff,
    )  # fmt: skip


def presence(at: datetime, cells: tuple[tuple[int, int, float], ...], *, cell_m: float = 1.0) -> PresenceReading:
    return PresenceReading(
        device_id=1, seq=next(_seq), occurred_at=at, received_at=at, floor='F1', cells=cells, cell_m=cell_m
    )


def health(
    at: datetime,
    device_id: int,
    *,
    observed_s: float = 60.0,
    state: DeviceState = DeviceState.OK,
    seq: int | None = None,
) -> HealthReading:
    return HealthReading(
        device_id=device_id, seq=seq or next(_seq), occurred_at=at, received_at=at, observed_s=observed_s, state=state
    )


def healthy(house: House, device: str, start: datetime, minutes: int) -> list[HealthReading]:
    """A device that observed every minute of a stretch."""
    return [health(start + timedelta(minutes=n), house.devices[device]) for n in range(minutes)]


KEYS = {
    'mall_id', 'grain', 'line_version_id', 'zone_version_id', 'bucket_at', 'business_on', 'bin', 'from_zone_id',
    'to_zone_id', 'floor_id', 'ix', 'iy',
}  # fmt: skip


def rollups(house: House) -> dict[str, list[dict[str, str]]]:
    """Every roll-up of a mall that holds anything, its places named by code, so that malls can be compared.

    `seen_at` is left out: it says when a line was last heard of, and readings that change no figure may move it.
    """
    versions = {view.version_id: code for code, view in house.lines.items()}
    zone_versions = {view.version_id: code for code, view in house.zones.items()}
    zones = {view.id: code for code, view in house.zones.items()}
    names: dict[str, dict[Any, str]] = {
        'line_version_id': versions, 'zone_version_id': zone_versions, 'from_zone_id': zones, 'to_zone_id': zones,
        'floor_id': {floor_id: code for code, floor_id in house.floors.items()},
    }  # fmt: skip
    found = {}
    with house.transaction() as session:
        for table in ROLLUPS:
            rows = session.execute(text(f'SELECT * FROM {table} WHERE mall_id = :m'), {'m': house.mall_id}).mappings()
            named = [
                {
                    key: str(names.get(key, {}).get(value, value))
                    for key, value in row.items()
                    if key not in ('mall_id', 'seen_at')
                }
                for row in rows
                if any(value for key, value in row.items() if key not in KEYS and key != 'seen_at')
            ]
            found[table] = sorted(named, key=lambda row: list(row.values()))
    return found


def line_row(house: House, line: str, grain: int, bucket_at: datetime) -> dict[str, Any]:
    """One roll-up of a line, zeros where there is none."""
    with house.transaction() as session:
        row = session.execute(
            text(
                'SELECT r.* FROM footfall_line_rollup r JOIN footfall_line_version v ON v.id = r.line_version_id'
                ' WHERE r.mall_id = :m AND r.grain = :g AND v.line_id = :l AND r.bucket_at = :b'
            ),
            {'m': house.mall_id, 'g': grain, 'l': house.lines[line].id, 'b': bucket_at},
        ).one_or_none()
        return dict(row._mapping) if row else {}
