"""The intake (接收): which of a batch of messages may be recorded, and what they say of their devices.

Called by the ingest inside the transaction that records the readings. It locks the devices' status rows, decides
by the pure rules, and writes the status back; the caller records what is admitted and quarantines what is refused.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from domain.devices._alarms import Evidence, alarm_changes
from domain.devices._clock import LIMIT, judge_clock, judge_reading, keep_skews
from domain.devices._numbering import first_contact, receive
from domain.devices._repository import (
    DeviceRecord,
    clear_alarms,
    lock_devices,
    log_correction,
    open_alarms,
    save_devices,
    set_firmware,
)
from domain.devices._sessions import Session as DeviceSession
from domain.devices._sessions import StatusNotice, apply_readings, apply_status
from domain.devices.commands import DeviceState, NumberedReading, Sent, SentGarbage, SentReadings, SentStatus
from domain.devices.views import Admission, Admitted, Refused
from domain.shared.live import notify

ALARM_DETAILS = {
    'offline': 'the connection ended',
    'clock_skew': 'the clock is off by more than 5 min',
    'frozen': 'the picture does not change',
    'blind': 'there is no picture',
}
LOGGED_FROM_MS = 1_000


@dataclass(slots=True)
class _Progress:
    """One device's way through a batch."""

    record: DeviceRecord
    fresh: set[int] = field(default_factory=set)
    skews: list[timedelta] = field(default_factory=list)
    was_heard: bool = False
    is_online: bool | None = None
    is_clock_right: bool | None = None
    picture: tuple[datetime, str] | None = None
    correction: timedelta | None = None
    firmware: str | None = None


@dataclass(slots=True)
class _Tally:
    admitted: list[Admitted] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    repeated: set[int] = field(default_factory=set)
    duplicates: int = 0


def admit(session: Session, *, mall_id: int, messages: Sequence[Sent], now: datetime) -> Admission:
    """Judge a batch of one mall's messages, in their order of arrival, and keep its devices' status."""
    by_code: dict[str, list[Sent]] = defaultdict(list)
    for message in messages:
        by_code[message.device_code].append(message)
    records = lock_devices(session, mall_id, by_code)
    tally, progresses = _Tally(), list[_Progress]()
    for code, sent in by_code.items():
        record = records.get(code)
        if record is None or record.state == DeviceState.RETIRED:
            _refuse_all(tally, sent, 'device_unknown' if record is None else 'device_retired', code)
            continue
        progresses.append(_take_all(tally, record, sent))
    _settle(session, mall_id, progresses, now)
    acknowledged = {p.record.code: p.record.numbering.committed_through for p in progresses if not p.record.is_new}
    return Admission(
        admitted=tally.admitted,
        refused=tally.refused,
        repeated=frozenset(tally.repeated),
        duplicates=tally.duplicates,
        acknowledged=acknowledged,
    )


def _refuse_all(tally: _Tally, sent: Sequence[Sent], reason: str, code: str) -> None:
    for message in sent:
        if not isinstance(message, SentGarbage):
            tally.refused.append(Refused(message.key, reason, f'device {code!r}', None, is_counted=False))


def _take_all(tally: _Tally, record: DeviceRecord, sent: Sequence[Sent]) -> _Progress:
    """Take one device's messages. Its numbers are looked up once for all of them: they are the most of the work."""
    readings = [message for message in sent if isinstance(message, SentReadings)]
    seqs = [reading.seq for message in readings for reading in message.readings]
    oldest = max((message.oldest or 0 for message in readings), default=0)
    progress = _Progress(record, _number(record, seqs, oldest or None))
    tally.duplicates += len(seqs) - len(progress.fresh)
    for message in sent:
        match message:
            case SentReadings():
                _take_readings(tally, progress, message)
            case SentStatus():
                _take_status(progress, message)
            case SentGarbage(seqs=garbled) if garbled and not _number(record, garbled, 1):
                tally.repeated.add(message.key)
    record.skews_ms = keep_skews(record.skews_ms, progress.skews)
    return progress


def _take_status(progress: _Progress, message: SentStatus) -> None:
    record = progress.record
    notice = StatusNotice(
        epoch=message.epoch,
        is_online=message.is_online,
        said_at=message.said_at,
        received_at=message.received_at,
        is_retained=message.is_retained,
    )
    before = DeviceSession(record.epoch, record.is_online)
    after = apply_status(before, notice)
    if after == before and (message.epoch < record.epoch or message.is_retained):
        return
    record.epoch, record.is_online = after.epoch, after.is_online
    progress.is_online = after.is_online
    progress.firmware = message.firmware or progress.firmware
    if after.is_online and not message.is_retained:
        _hear(progress, message.received_at)


def _take_readings(tally: _Tally, progress: _Progress, message: SentReadings) -> None:
    skew = message.sent_at - message.received_at
    if progress.correction is None or message.may_be_delayed or abs(skew) > LIMIT:
        clock = judge_clock(skew, progress.record.skews_ms, may_be_delayed=message.may_be_delayed)
        if clock.is_beyond_limit:
            _refuse_clock(tally, progress, message, skew)
            return
        progress.correction = clock.correction
    if not message.may_be_delayed:
        progress.is_clock_right = True
        progress.skews.append(skew)
    _prove_alive(progress, message, progress.correction)
    _judge_readings(tally, progress, message, progress.correction)


def _refuse_clock(tally: _Tally, progress: _Progress, message: SentReadings, skew: timedelta) -> None:
    progress.is_clock_right = False
    fresh = progress.fresh.intersection(reading.seq for reading in message.readings)
    progress.fresh -= fresh
    if fresh:
        detail = f'the clock is off by {skew.total_seconds():+.0f} s'
        tally.refused.append(Refused(message.key, 'clock_skew', detail, frozenset(fresh), True, skew))


def _prove_alive(progress: _Progress, message: SentReadings, correction: timedelta) -> None:
    """Take a message as proof of life at the moment when it was sent: it may have waited since."""
    record = progress.record
    if (message.epoch, True) != (record.epoch, record.is_online) and not message.may_be_delayed:
        session = apply_readings(DeviceSession(record.epoch, record.is_online), message.epoch)
        progress.is_online = session.is_online if session.epoch == message.epoch else progress.is_online
        record.epoch, record.is_online = session.epoch, session.is_online
    _hear(progress, min(message.received_at, message.sent_at - correction))


def _judge_readings(tally: _Tally, progress: _Progress, message: SentReadings, correction: timedelta) -> None:
    wrong: dict[str, set[int]] = defaultdict(set)
    fresh = progress.fresh
    for reading in message.readings:
        seq = reading.seq
        if seq not in fresh:
            continue
        fresh.discard(seq)
        reason = judge_reading(reading.at - correction if correction else reading.at, message.received_at)
        if reason is not None:
            wrong[reason].add(seq)
            continue
        tally.admitted.append(Admitted(progress.record.id, message.key, reading, correction))
        progress.record.readings += 1
        if message.tells_picture:
            _look(progress, reading)
    for reason, seqs in wrong.items():
        detail = f'{len(seqs)} of {len(message.readings)} readings'
        tally.refused.append(Refused(message.key, reason, detail, frozenset(seqs), is_counted=True))


def _look(progress: _Progress, reading: NumberedReading) -> None:
    """Keep the newest word of a camera about its picture."""
    picture = getattr(reading, 'state', None)
    if picture is not None and (progress.picture is None or progress.picture[0] <= reading.at):
        progress.picture = (reading.at, picture)


def _number(record: DeviceRecord, seqs: Sequence[int], oldest: int | None) -> set[int]:
    """Take numbers in. NOTE: rubbish comes with oldest=1: it must never make us stop waiting for what it followed."""
    numbering = first_contact(seqs, oldest) if record.is_new and seqs else record.numbering
    record.numbering, fresh = receive(numbering, seqs, oldest)
    return fresh


def _hear(progress: _Progress, at: datetime) -> None:
    record = progress.record
    if record.last_seen_at is None or at > record.last_seen_at:
        record.last_seen_at = at
        progress.was_heard = True


def _settle(session: Session, mall_id: int, progresses: Sequence[_Progress], now: datetime) -> None:
    """Write what the batch said of its devices."""
    to_open: dict[str, list[_Progress]] = defaultdict(list)
    for progress in progresses:
        _settle_one(session, mall_id, progress, to_open, now)
    save_devices(session, [progress.record for progress in progresses])
    for kind, of_kind in to_open.items():
        ids = [progress.record.id for progress in of_kind]
        open_alarms(session, mall_id, kind, ids, detail=ALARM_DETAILS[kind], now=now)
    if to_open or any(progress.is_online is not None for progress in progresses):
        notify(session, 'devices', mall_id)


def _settle_one(
    session: Session, mall_id: int, progress: _Progress, to_open: dict[str, list[_Progress]], now: datetime
) -> None:
    record = progress.record
    if progress.picture is not None:
        record.picture = progress.picture[1]
    heard_at = record.last_seen_at if progress.was_heard else None
    evidence = Evidence(
        was_heard=heard_at is not None and heard_at > now - record.silence_after,
        is_online=progress.is_online,
        is_clock_right=progress.is_clock_right,
        picture=progress.picture[1] if progress.picture else None,
    )
    wrong, right = alarm_changes(record.open_alarms, evidence)
    for kind in wrong:
        to_open[kind].append(progress)
    if right:
        clear_alarms(session, mall_id, record.id, right, now=now)
        notify(session, 'devices', mall_id)
    _log_correction(session, mall_id, progress, now)
    if progress.firmware is not None and progress.firmware != record.firmware:
        set_firmware(session, record.id, progress.firmware)


def _log_correction(session: Session, mall_id: int, progress: _Progress, now: datetime) -> None:
    """Put a changed correction on record (rule DV-R5); what differs by less than a second is the same."""
    if progress.correction is None:
        return
    correction_ms = round(progress.correction / timedelta(milliseconds=1))
    if abs(correction_ms - progress.record.correction_ms) >= LOGGED_FROM_MS:
        progress.record.correction_ms = correction_ms
        log_correction(session, mall_id, progress.record.id, correction_ms, since=now)
