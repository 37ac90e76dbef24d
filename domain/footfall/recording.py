"""Recording what devices say: the hot path of footfall, called by the ingest inside its transaction.

Each function takes a batch of any size (2,000 is good), in any order, with duplicates, late by days. It copies the
batch into a temporary table, inserts what is new and updates every roll-up from the newly inserted rows only, in the
same transaction: exactly once, and the same roll-ups whatever the order.

The functions may be called in any order and together in one transaction. From its first write until its commit a
transaction holds its mall's recording lock, so concurrent ingest workers of one mall wait for each other and never
deadlock; their readings meet in the same hour and day of the same lines anyway. Malls do not wait for each other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session

from domain.footfall import _line_rollups as lines
from domain.footfall import _zone_statements as zones
from domain.footfall import _zone_writing
from domain.footfall._copying import copy_rows
from domain.footfall._imports import ImportedRows, encode_lines, encode_zones
from domain.footfall._incoming import Batch, CrossingEncoder, Days, HealthEncoder, PresenceEncoder, StayEncoder, encode
from domain.footfall._mall import clock_of, floors_of
from domain.footfall._places import lines_by_code, masks_over, window_of, zones_by_code
from domain.footfall._statements import statement
from domain.footfall._temporary import prepare
from domain.footfall._zone_rollups import Contribution
from domain.footfall.commands import (
    AggregateReading,
    CrossingReading,
    HealthReading,
    PresenceReading,
    VisitReading,
    ZoneAggregateReading,
)
from domain.footfall.views import Recorded
from domain.shared.live import notify

TOPIC = 'footfall'
RECORDING_LOCK = 0x0F007FA1  # the first key of the advisory lock; the second is the mall

NOTHING = Recorded(inserted=0, duplicates=0)


def record_crossings(session: Session, *, mall_id: int, readings: Sequence[CrossingReading]) -> Recorded:
    """Records crossings of counting lines. Readings of unknown lines come back as rejected."""
    if not readings:
        return NOTHING
    days = Days(clock_of(session, mall_id), mall_id)
    masks = masks_over(session, mall_id, window_of(reading.occurred_at for reading in readings))
    batch = encode(readings, CrossingEncoder(days, lines_by_code(session, mall_id), masks))
    _copy(session, 'incoming_crossing', lines.INCOMING_CROSSING, batch.rows)
    return _recorded(session, mall_id, batch, _run(session, mall_id, lines.RECORD_CROSSINGS))


def record_visits(session: Session, *, mall_id: int, readings: Sequence[VisitReading]) -> Recorded:
    """Records stays in zones and makes them into visits, dwell and flows."""
    if not readings:
        return NOTHING
    clock, known_zones = clock_of(session, mall_id), zones_by_code(session, mall_id)
    batch = encode(readings, StayEncoder(Days(clock, mall_id), known_zones))
    _copy(session, 'incoming_stay', zones.INCOMING_STAY, batch.rows)
    lock(session, mall_id)
    found = session.execute(statement(zones.RECORD_STAYS), {'mall': mall_id})
    fresh = [_zone_writing.known_stay(row) for row in found]
    contribution = Contribution(clock, _zone_writing.by_version(known_zones))
    _zone_writing.add_fresh_stays(session, mall_id, fresh, contribution)
    return _recorded(session, mall_id, batch, len(fresh))


def record_presence(session: Session, *, mall_id: int, readings: Sequence[PresenceReading]) -> Recorded:
    """Records where people were, for heat maps."""
    if not readings:
        return NOTHING
    floors = {floor.code: floor.id for floor in floors_of(session, mall_id)}
    batch = encode(readings, PresenceEncoder(Days(clock_of(session, mall_id), mall_id), floors))
    _copy(session, 'incoming_presence', zones.INCOMING_PRESENCE, batch.rows)
    return _recorded(session, mall_id, batch, _run(session, mall_id, zones.RECORD_PRESENCE))


def record_health(session: Session, *, mall_id: int, readings: Sequence[HealthReading]) -> Recorded:
    """Records how much of each minute a device observed: the coverage of its lines and zones."""
    if not readings:
        return NOTHING
    batch = encode(readings, HealthEncoder(Days(clock_of(session, mall_id), mall_id)))
    _copy(session, 'incoming_health', lines.INCOMING_HEALTH, batch.rows)
    return _recorded(session, mall_id, batch, _run(session, mall_id, zones.RECORD_HEALTH))


def import_minutes(session: Session, *, mall_id: int, source: str, readings: Sequence[AggregateReading]) -> Recorded:
    """Loads history of lines as aggregates, with `source` as its provenance.

    A (line, bucket, source) loads once. `seq` of a rejected reading is its index in the batch.
    """
    if not readings:
        return NOTHING
    batch = encode_lines(readings, Days(clock_of(session, mall_id), mall_id), lines_by_code(session, mall_id))
    _copy(session, 'incoming_import', lines.INCOMING_IMPORT, batch.rows)
    return _recorded(session, mall_id, batch, _run(session, mall_id, lines.IMPORT_LINES, source=source))


def import_zone_hours(
    session: Session, *, mall_id: int, source: str, readings: Sequence[ZoneAggregateReading]
) -> Recorded:
    """Loads history of zones as visits per hour, with `source` as its provenance."""
    if not readings:
        return NOTHING
    clock, known_zones = clock_of(session, mall_id), zones_by_code(session, mall_id)
    batch = encode_zones(readings, clock, known_zones)
    lock(session, mall_id)
    parameters = {'mall': mall_id, 'source': source, 'rows': orjson.dumps(batch.rows).decode()}
    fresh = session.execute(statement(zones.IMPORT_ZONES), parameters).all()
    contribution = Contribution(clock, _zone_writing.by_version(known_zones))
    for row in fresh:
        contribution.add_imported(row.business_on, row.zone_version_id, row.bucket_at, row.dwells, row.observed_ms)
    _zone_writing.write(session, mall_id, contribution)
    return _recorded(session, mall_id, batch, len(fresh))


def lock(session: Session, mall_id: int) -> None:
    """Takes the mall's recording lock until the transaction ends."""
    session.execute(statement('SELECT pg_advisory_xact_lock(:lock, :mall)'), {'lock': RECORDING_LOCK, 'mall': mall_id})


def span_parameters(session: Session, mall_id: int) -> dict[str, Any]:
    """What every roll-up statement wants to know of the mall."""
    clock = clock_of(session, mall_id)
    return {'mall': mall_id, 'cutoff': clock.cutoff, 'zone': clock.zone, 'finest': 1}


def _copy(session: Session, table: str, columns: str, rows: list[bytes]) -> None:
    prepare(session, table)
    copy_rows(session, f'pg_temp.{table}', columns, rows)


def _run(session: Session, mall_id: int, sql: str, **more: str | datetime) -> int:
    lock(session, mall_id)
    row = session.execute(statement(sql), {**span_parameters(session, mall_id), **more}).one()
    fresh: int = row.fresh
    return fresh


def _recorded(session: Session, mall_id: int, batch: 'Batch[Any] | ImportedRows', inserted: int) -> Recorded:
    if inserted:
        notify(session, TOPIC, mall_id)
    return Recorded(inserted=inserted, duplicates=len(batch.rows) - inserted, rejected=tuple(batch.rejected))
