"""History as rows to load: resolved to the versions that held then."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from domain.footfall import _copying as wire
from domain.footfall._incoming import Days
from domain.footfall._places import LineVersionFact, Timeline, ZoneVersionFact
from domain.footfall.commands import AggregateReading, ZoneAggregateReading
from domain.footfall.views import Rejected
from domain.shared.business_time import BusinessClock

T = TypeVar('T')


@dataclass(slots=True)
class ImportedRows:
    """What became of encoding history."""

    rows: list[Any] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def reject(self, index: int, code: str, reason: str) -> None:
        self.rejected.append(Rejected(device_id=0, seq=index, code=code, reason=reason))


def encode_lines(
    readings: Sequence[AggregateReading], days: Days, lines: dict[str, Timeline[LineVersionFact]]
) -> ImportedRows:
    """Aggregates of lines as rows of `INCOMING_IMPORT`."""
    batch = ImportedRows()
    for index, reading in enumerate(readings):
        line = _at(lines, reading.line, reading.bucket_at)
        if line is None:
            batch.reject(index, 'footfall.line_unknown', f'no counting line {reading.line!r} at {reading.bucket_at}')
        elif not _is_whole(reading):
            batch.reject(index, 'footfall.reading_invalid', f'{reading} is not a whole bucket of counts')
        else:
            batch.rows.append(_line_row(reading, line.id, days))
    return batch


def encode_zones(
    readings: Sequence[ZoneAggregateReading], clock: BusinessClock, zones: dict[str, Timeline[ZoneVersionFact]]
) -> ImportedRows:
    """Hours of zones as JSON rows."""
    batch = ImportedRows()
    for index, reading in enumerate(readings):
        zone = _at(zones, reading.zone, reading.bucket_at)
        if zone is None:
            batch.reject(index, 'footfall.zone_unknown', f'no counting zone {reading.zone!r} at {reading.bucket_at}')
            continue
        batch.rows.append(
            {
                'zone_version_id': zone.id,
                'bucket_at': reading.bucket_at.isoformat(),
                'business_on': clock.business_on(reading.bucket_at).isoformat(),
                'dwells': [list(pair) for pair in reading.dwells],
                'observed_ms': round(reading.observed_s * 1000),
            }
        )
    return batch


def _at(timelines: dict[str, Timeline[T]], code: str, moment: datetime) -> T | None:
    timeline = timelines.get(code)
    return timeline.at(wire.microseconds(moment)) if timeline else None


def _is_whole(reading: AggregateReading) -> bool:
    minute = wire.microseconds(reading.bucket_at) // 60_000_000
    counts = (reading.ins, reading.outs, reading.adults_in, reading.children_in, reading.groups_in)
    is_aligned = wire.microseconds(reading.bucket_at) % 60_000_000 == 0 and minute % min(reading.span_min, 15) == 0
    return is_aligned and min(counts) >= 0 and 0 <= reading.observed_s <= reading.span_min * 60


def _line_row(reading: AggregateReading, line_version_id: int, days: Days) -> bytes:
    moment = wire.microseconds(reading.bucket_at)
    days.enter(moment)
    counts = (
        reading.ins,
        reading.outs,
        reading.adults_in,
        reading.children_in,
        reading.groups_in,
        reading.staff_in,
        reading.staff_out,
    )
    return wire.row(
        wire.int8(line_version_id),
        wire.int8(moment),
        wire.int2(reading.span_min),
        days.encoded,
        *(wire.int4(count) for count in counts),
        wire.int8(round(reading.observed_s * 1000)),
    )
