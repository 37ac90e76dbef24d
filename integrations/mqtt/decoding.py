"""From bytes to readings, or to a reason why not: pure, so that every bad message is a line in a test table.

A good message takes one pass of pydantic's JSON validator. Only where that fails is the message looked at
again, to say what is wrong and to save the readings that are good: one bad reading spoils no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from integrations.mqtt.payloads import (
    ENVELOPES,
    MAX_MESSAGE_BYTES,
    MAX_READINGS,
    MAX_SEQ,
    READING_TYPES,
    STATUS,
    VERSION,
    Envelope,
    Reading,
    StatusMessage,
)
from integrations.mqtt.topics import Channel, DeviceTopic, parse_topic

DETAIL_CHARACTERS = 500

_READINGS = {channel: TypeAdapter(reading) for channel, reading in READING_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a message, or the part of it in ``payload``, cannot be recorded."""

    reason: str
    detail: str
    payload: bytes
    seqs: tuple[int, ...] = ()


@dataclass(slots=True, kw_only=True)
class Decoded:
    """What a message came to: an envelope of good readings or a status, and what had to be rejected."""

    topic: DeviceTopic | None
    envelope: Envelope[Reading] | None = None
    status: StatusMessage | None = None
    rejections: tuple[Rejection, ...] = ()


def decode(topic: str, payload: bytes) -> Decoded:
    """Read a message; never raises, whatever the bytes are."""
    parsed = parse_topic(topic)
    if parsed is None:
        return Decoded(topic=None, rejections=(Rejection('topic_invalid', 'not a topic of the tree', payload),))
    if len(payload) > MAX_MESSAGE_BYTES:
        return _rejected(parsed, 'oversize', f'{len(payload)} bytes, {MAX_MESSAGE_BYTES} are allowed', payload)
    try:
        if parsed.channel is Channel.STATUS:
            return Decoded(topic=parsed, status=STATUS.validate_json(payload))
        return Decoded(topic=parsed, envelope=ENVELOPES[parsed.channel].validate_json(payload))
    except ValidationError as error:
        return _examine(parsed, payload, error)


def _examine(topic: DeviceTopic, payload: bytes, error: ValidationError) -> Decoded:
    """Say what is wrong with a message that did not validate, and save what is good in it."""
    try:
        raw = orjson.loads(payload)
    except orjson.JSONDecodeError as broken:
        return _rejected(topic, 'json_invalid', str(broken), payload)
    if not isinstance(raw, dict):
        return _rejected(topic, 'payload_invalid', 'a message is a JSON object', payload)
    seqs = _seqs(raw)
    if raw.get('v') != VERSION:
        return _rejected(
            topic, 'version_unsupported', f'v is {raw.get("v")!r}, {VERSION} is spoken here', payload, seqs
        )
    if topic.channel is Channel.STATUS or not isinstance(raw.get('readings'), list):
        return _rejected(topic, 'payload_invalid', _explain(error), payload)
    if len(_readings(raw)) > MAX_READINGS:
        return _rejected(
            topic, 'too_many_readings', f'{len(_readings(raw))}, {MAX_READINGS} are allowed', payload, seqs
        )
    return _salvage(topic, raw, payload, error)


def _salvage(topic: DeviceTopic, raw: dict[str, Any], payload: bytes, error: ValidationError) -> Decoded:
    """Keep the good readings of a message whose envelope is sound."""
    try:
        envelope = ENVELOPES[topic.channel].validate_json(orjson.dumps({**raw, 'readings': []}))
    except ValidationError as of_envelope:
        return _rejected(topic, 'payload_invalid', _explain(of_envelope), payload, _seqs(raw))
    good: list[Reading] = []
    bad: list[Any] = []
    for reading in _readings(raw):
        try:
            good.append(_READINGS[topic.channel].validate_json(orjson.dumps(reading)))
        except ValidationError:
            bad.append(reading)
    part = orjson.dumps({**raw, 'readings': bad})
    rejection = Rejection('reading_invalid', _explain(error), part, _seqs({'readings': bad}))
    return Decoded(topic=topic, envelope=envelope.model_copy(update={'readings': good}), rejections=(rejection,))


def _rejected(topic: DeviceTopic, reason: str, detail: str, payload: bytes, seqs: Sequence[int] = ()) -> Decoded:
    return Decoded(topic=topic, rejections=(Rejection(reason, detail[:DETAIL_CHARACTERS], payload, tuple(seqs)),))


def _readings(raw: dict[str, Any]) -> list[Any]:
    readings = raw.get('readings')
    return readings if isinstance(readings, list) else []


def _seqs(raw: dict[str, Any]) -> tuple[int, ...]:
    """Find the numbers of readings, as far as they are numbers: kept in quarantine, they count as received."""
    numbers = (reading.get('seq') for reading in _readings(raw) if isinstance(reading, dict))
    return tuple(seq for seq in numbers if type(seq) is int and 1 <= seq <= MAX_SEQ)


def _explain(error: ValidationError) -> str:
    """Name the first faults in a person's words."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    told = '; '.join(f'{".".join(map(str, fault["loc"])) or "message"}: {fault["msg"]}' for fault in faults[:3])
    more = f' (and {len(faults) - 3} more)' if len(faults) > 3 else ''
    return (told + more)[:DETAIL_CHARACTERS]
