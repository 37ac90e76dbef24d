"""A batch of messages into the database: one transaction per mall; plain synchronous code, run in a thread."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from domain.devices.commands import Sent, SentGarbage, SentReadings, SentStatus
from domain.devices.intake import admit
from domain.devices.quarantine import Held, hold, hold_strays
from domain.devices.views import Admission, Admitted, Refused
from domain.footfall.recording import record_crossings, record_health, record_presence, record_visits
from domain.footfall.views import Recorded
from domain.safety.recording import record_hazards
from domain.shared.actor import MallId
from domain.shared.database import NOWHERE, Scope, Session, transaction
from domain.utilities.recording import record_meter_reports
from integrations.mqtt.backlog import Backlog
from integrations.mqtt.decoding import Decoded, decode
from integrations.mqtt.inbox import Incoming
from integrations.mqtt.readings import TRANSLATORS
from integrations.mqtt.topics import Channel

ACTOR = 'ingest'

_RECORD: dict[Channel, Callable[..., Recorded]] = {
    # NOTE: this order is the order of locks: footfall's own, then safety's, then utilities'.
    Channel.CROSSINGS: record_crossings,
    Channel.VISITS: record_visits,
    Channel.PRESENCE: record_presence,
    Channel.HEALTH: record_health,
    Channel.HAZARDS: record_hazards,
    Channel.METERS: record_meter_reports,
}


@dataclass(slots=True)
class Read:
    """A message, decoded once however often its commit is tried."""

    incoming: Incoming
    decoded: Decoded
    may_be_delayed: bool = False


@dataclass(slots=True)
class Outcome:
    """What became of a batch; `acknowledged` maps (mall, device) to the number up to which all is committed."""

    recorded: int = 0
    duplicates: int = 0
    quarantined: int = 0
    acknowledged: dict[tuple[str, str], int] = field(default_factory=dict)

    def plus(self, other: 'Outcome') -> 'Outcome':
        """Join what became of two parts of a batch, the second being the later."""
        return Outcome(
            self.recorded + other.recorded,
            self.duplicates + other.duplicates,
            self.quarantined + other.quarantined,
            self.acknowledged | other.acknowledged,
        )


def read_batch(messages: Iterable[Incoming], backlog: Backlog) -> list[Read]:
    """Decode messages in their order of arrival."""
    batch = []
    for incoming in messages:
        decoded = decode(incoming.topic, incoming.payload)
        envelope = decoded.envelope
        delayed = envelope is not None and backlog.may_have_waited(envelope.sent_at, incoming.received_at)
        batch.append(Read(incoming, decoded, delayed))
    return batch


def record_batch(batch: Sequence[Read], malls: Mapping[str, MallId], now: datetime) -> Outcome:
    """Record a batch; when this returns, every message of it is committed: recorded, or in quarantine.

    :raises DatabaseUnavailable: when the database is away; nothing is known of the batch then, try it again.
    """
    outcome = Outcome()
    by_mall: dict[str, list[Read]] = defaultdict(list)
    for read in batch:
        by_mall[read.decoded.topic.mall_code if read.decoded.topic else ''].append(read)
    for mall_code, reads in by_mall.items():
        mall_id = malls.get(mall_code)
        if mall_id is None:
            _record_strays(outcome, mall_code, reads)
        else:
            with transaction(Scope(mall_id=mall_id, actor_name=ACTOR)) as session:
                done = _record_mall(session, mall_id, reads, now)
            _add(outcome, mall_code, done)
    return outcome


@dataclass(slots=True)
class _Done:
    admission: Admission
    recorded: int
    duplicates: int
    held: int


def _record_mall(session: Session, mall_id: MallId, reads: Sequence[Read], now: datetime) -> _Done:
    admission = admit(session, mall_id=mall_id, messages=list(_sent(reads)), now=now)
    results = record_admitted(session, mall_id, reads, admission.admitted)
    held = [
        *_unreadable(reads, admission.repeated),
        *(_held(reads[refused.key], refused) for refused in admission.refused),
        *_rejected(reads, admission.admitted, results),
    ]
    hold(session, mall_id=mall_id, messages=held)
    inserted = sum(result.inserted for result in results)
    duplicates = admission.duplicates + sum(result.duplicates for result in results)
    return _Done(admission, inserted, duplicates, len(held))


def _sent(reads: Sequence[Read]) -> Iterable[Sent]:
    """Tell the intake what came, in its own words; the key is the place in the batch."""
    for key, read in enumerate(reads):
        topic, envelope, status = read.decoded.topic, read.decoded.envelope, read.decoded.status
        assert topic is not None
        if envelope is not None:
            yield SentReadings(
                device_code=topic.device_code,
                epoch=envelope.epoch,
                sent_at=envelope.sent_at,
                received_at=read.incoming.received_at,
                readings=envelope.readings,
                key=key,
                oldest=envelope.oldest,
                may_be_delayed=read.may_be_delayed,
                tells_picture=topic.channel is Channel.HEALTH,
            )
        if status is not None:
            yield SentStatus(
                device_code=topic.device_code,
                epoch=status.epoch,
                is_online=status.online,
                said_at=status.at,
                received_at=read.incoming.received_at,
                is_retained=read.incoming.is_retained,
                firmware=status.firmware,
                key=key,
            )
        for rejection in read.decoded.rejections:
            yield SentGarbage(device_code=topic.device_code, seqs=rejection.seqs, key=key)


def record_admitted(
    session: Session, mall_id: MallId, reads: Sequence[Read], admitted: Iterable[Admitted]
) -> list[Recorded]:
    """Hand the admitted readings to the slice that keeps them, a channel at a time."""
    by_channel: dict[Channel, list[Any]] = {channel: [] for channel in _RECORD}
    for one in admitted:
        read = reads[one.key]
        channel = read.decoded.topic.channel  # type: ignore[union-attr]
        by_channel[channel].append(TRANSLATORS[channel](one, read.incoming.received_at))
    return [
        record(session, mall_id=mall_id, readings=by_channel[channel])
        for channel, record in _RECORD.items()
        if by_channel[channel]
    ]


def _unreadable(reads: Sequence[Read], repeated: frozenset[int]) -> Iterable[Held]:
    for key, read in enumerate(reads):
        for rejection in read.decoded.rejections if key not in repeated else ():
            yield Held(
                topic=read.incoming.topic,
                device_code=read.decoded.topic.device_code if read.decoded.topic else '',
                reason=rejection.reason,
                detail=rejection.detail,
                payload=rejection.payload,
                received_at=read.incoming.received_at,
                is_counted=bool(rejection.seqs),
            )


def _held(read: Read, refused: Refused) -> Held:
    return Held(
        topic=read.incoming.topic,
        device_code=read.decoded.topic.device_code if read.decoded.topic else '',
        reason=refused.reason,
        detail=refused.detail,
        payload=read.incoming.payload if refused.seqs is None else _part(read, refused.seqs),
        received_at=read.incoming.received_at,
        is_counted=refused.is_counted,
        skew=refused.skew,
    )


def _rejected(reads: Sequence[Read], admitted: Sequence[Admitted], results: Iterable[Recorded]) -> Iterable[Held]:
    """Find the messages of readings that the slice did not take: an unknown line, say."""
    rejected = [one for result in results for one in result.rejected]
    if not rejected:
        return
    keys = {(one.device_id, one.reading.seq): one.key for one in admitted}
    grouped: dict[tuple[int, str, str], set[int]] = defaultdict(set)
    for one in rejected:
        grouped[keys[one.device_id, one.seq], one.code, one.reason].add(one.seq)
    for (key, code, reason), seqs in grouped.items():
        yield _held(reads[key], Refused(key, code, reason, frozenset(seqs), is_counted=True))


def _part(read: Read, seqs: frozenset[int]) -> bytes:
    """Write a message anew with only these of its readings."""
    envelope = read.decoded.envelope
    assert envelope is not None
    kept = envelope.model_copy(update={'readings': [one for one in envelope.readings if one.seq in seqs]})
    return orjson.dumps(kept.model_dump(mode='json', serialize_as_any=True))


def set_aside(read: Read, malls: Mapping[str, MallId], now: datetime, detail: str) -> Outcome:
    """Quarantine a message that cannot be recorded for a reason nobody foresaw; its numbers count as received."""
    topic = read.decoded.topic
    if topic is None or topic.mall_code not in malls:
        outcome = Outcome()
        _record_strays(outcome, topic.mall_code if topic else '', [read])
        return outcome
    mall_id = malls[topic.mall_code]
    envelope = read.decoded.envelope
    seqs = tuple(reading.seq for reading in envelope.readings) if envelope else ()
    with transaction(Scope(mall_id=mall_id, actor_name=ACTOR)) as session:
        garbage = SentGarbage(device_code=topic.device_code, seqs=seqs, key=0)
        admission = admit(session, mall_id=mall_id, messages=[garbage], now=now)
        refused = Refused(0, 'record_failed', detail[:500].replace('\0', ''), None, is_counted=bool(seqs))
        hold(session, mall_id=mall_id, messages=[_held(read, refused)])
    acknowledged = {(topic.mall_code, code): seq for code, seq in admission.acknowledged.items()}
    return Outcome(quarantined=1, acknowledged=acknowledged)


def _record_strays(outcome: Outcome, mall_code: str, reads: Sequence[Read]) -> None:
    held = [
        Held(
            topic=read.incoming.topic,
            device_code='',
            reason='topic_invalid' if read.decoded.topic is None else 'mall_unknown',
            detail=f'there is no mall {mall_code!r}',
            payload=read.incoming.payload,
            received_at=read.incoming.received_at,
        )
        for read in reads
    ]
    with transaction(NOWHERE) as session:
        hold_strays(session, messages=held)
    outcome.quarantined += len(held)


def _add(outcome: Outcome, mall_code: str, done: _Done) -> None:
    outcome.recorded += done.recorded
    outcome.duplicates += done.duplicates
    outcome.quarantined += done.held
    for device_code, seq in done.admission.acknowledged.items():
        outcome.acknowledged[mall_code, device_code] = seq
