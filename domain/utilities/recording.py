"""Recording what meters say of themselves: called by the ingest inside its transaction; each reading exactly once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from domain.footfall.views import Recorded, Rejected
from domain.shared.errors import DomainError
from domain.shared.live import notify
from domain.utilities._keeping import known, record
from domain.utilities.commands import MeterReport, NewReading
from domain.utilities.errors import MeterUnknown
from domain.utilities.models import Meter

TOPIC = 'utilities'
SOURCE = 'mqtt'
MINUTE = timedelta(minutes=1)


def record_meter_reports(session: Session, *, mall_id: int, readings: Sequence[MeterReport]) -> Recorded:
    """Records registers in any order, with duplicates, late by days. A register that went backwards is kept and held
    (rule UT-R3); one of an unknown meter, one with too many digits, and one that differs from what the meter showed at
    the same minute are given back with the reason.
    """
    if not readings:
        return Recorded(inserted=0, duplicates=0)
    meters = known(session, {one.meter for one in readings})
    fresh, duplicates, rejected = 0, 0, list[Rejected]()
    for one in sorted(readings, key=lambda report: (report.meter, report.occurred_at, report.seq)):
        try:
            is_new = _record(session, meters, one)
        except DomainError as refusal:
            rejected.append(
                Rejected(device_id=one.device_id, seq=one.seq, code=refusal.code, reason=refusal.sentence('en'))
            )
            continue
        fresh, duplicates = fresh + is_new, duplicates + (not is_new)
    if fresh:
        notify(session, TOPIC, mall_id)
    return Recorded(inserted=fresh, duplicates=duplicates, rejected=tuple(rejected))


def _record(session: Session, meters: dict[str, Meter], report: MeterReport) -> bool:
    meter = meters.get(report.meter)
    if meter is None:
        raise MeterUnknown(meter=report.meter)
    new = NewReading(
        meter_code=meter.code, read_at=nearest_minute(report.occurred_at), register_milli=report.register_milli
    )
    _, is_new = record(session, meter, new, SOURCE, f'device:{report.device_id}', report.received_at)
    return is_new


def nearest_minute(at: datetime) -> datetime:
    """Meters are read by the minute: a clock that is corrected by some seconds does not move a reading."""
    begins = at.replace(second=0, microsecond=0)
    return begins + MINUTE if at - begins >= MINUTE / 2 else begins
