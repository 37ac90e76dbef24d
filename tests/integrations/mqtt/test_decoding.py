"""Every bad message has a reason; no good reading is lost beside a bad one."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.mqtt.decoding import decode
from integrations.mqtt.payloads import MAX_MESSAGE_BYTES, MAX_READINGS
from integrations.mqtt.topics import Channel, ack_topic, device_topic, parse_topic, subscriptions

TOPIC = device_topic('yunji', 'door-f1-east', Channel.CROSSINGS)


def crossing(seq: object = 7, **changes: Any) -> dict[str, Any]:
    return {'seq': seq, 'at': '2026-11-22T04:59:58Z', 'line': 'door-f1-east', 'direction': 'in'} | changes


def message(*readings: object, **changes: Any) -> bytes:
    envelope = {'v': 1, 'epoch': 8, 'sent_at': '2026-11-22T05:00:00.123Z', 'readings': readings or [crossing()]}
    return orjson.dumps(envelope | changes)


def test_a_good_message_becomes_its_readings() -> None:
    decoded = decode(TOPIC, message(crossing(7), crossing(8, direction='out', staff=['badge'])))
    assert decoded.rejections == ()
    assert decoded.envelope is not None
    assert [reading.seq for reading in decoded.envelope.readings] == [7, 8]
    assert decoded.envelope.epoch == 8


def test_unknown_fields_are_ignored_so_that_the_contract_may_grow() -> None:
    decoded = decode(TOPIC, message(crossing(mood='good'), colour='blue'))
    assert decoded.envelope is not None


@pytest.mark.parametrize(
    ('payload', 'reason', 'seqs'),
    [
        (b'', 'json_invalid', ()),
        (b'{"v":1', 'json_invalid', ()),
        (b'\xff\xfe', 'json_invalid', ()),
        (b'[' * 100_000, 'json_invalid', ()),
        (b'[]', 'payload_invalid', ()),
        (b'null', 'payload_invalid', ()),
        (message(v=2), 'version_unsupported', (7,)),
        (message(v='1.0'), 'version_unsupported', (7,)),
        (message(sent_at='yesterday'), 'payload_invalid', (7,)),
        (message(sent_at='2026-11-22T05:00:00'), 'payload_invalid', (7,)),
        (message(epoch=-1), 'payload_invalid', (7,)),
        (message(readings='many'), 'payload_invalid', ()),
        (message(*[crossing(seq) for seq in range(1, MAX_READINGS + 2)]), 'too_many_readings', None),
        (b' ' * (MAX_MESSAGE_BYTES + 1), 'oversize', ()),
    ],
)
def test_a_bad_message_is_rejected_whole_with_its_reason(payload: bytes, reason: str, seqs: tuple[int, ...]) -> None:
    decoded = decode(TOPIC, payload)
    (rejection,) = decoded.rejections
    assert (rejection.reason, rejection.payload) == (reason, payload)
    assert decoded.envelope is None
    assert rejection.detail
    assert seqs is None or rejection.seqs == seqs


@pytest.mark.parametrize(
    'bad',
    [
        crossing(9, direction='sideways'),
        crossing(9, line='Door 1'),
        crossing(9, track='a\x00b'),
        crossing(9, at='2026-11-22'),
        crossing(9, at='2026-11-22T04:59:58'),
        crossing(9, staff=['uniform'] * 9),
    ],
)
def test_one_bad_reading_spoils_no_other(bad: dict[str, Any]) -> None:
    decoded = decode(TOPIC, message(crossing(7), bad, crossing(8)))
    assert decoded.envelope is not None
    assert [reading.seq for reading in decoded.envelope.readings] == [7, 8]
    (rejection,) = decoded.rejections
    assert (rejection.reason, rejection.seqs) == ('reading_invalid', (9,))
    assert orjson.loads(rejection.payload)['readings'] == [bad]


@pytest.mark.parametrize('seq', [0, -1, '7', 7.5, None, 2**63, True])
def test_a_number_that_is_none_never_counts_as_received(seq: object) -> None:
    decoded = decode(TOPIC, message(crossing(seq)))
    assert [(rejection.reason, rejection.seqs) for rejection in decoded.rejections] == [('reading_invalid', ())]
    assert decoded.envelope is not None
    assert decoded.envelope.readings == []


def test_a_stay_must_not_end_before_it_began() -> None:
    stay = {'seq': 3, 'at': '2026-11-22T05:00:00Z', 'zone': 'a101', 'track': 't1'}
    times = {'entered_at': '2026-11-22T05:00:00Z', 'left_at': '2026-11-22T04:00:00Z'}
    decoded = decode(device_topic('yunji', 'cam-1', Channel.VISITS), message(stay | times))
    assert decoded.rejections[0].reason == 'reading_invalid'


def test_a_status_is_no_reading() -> None:
    topic = device_topic('yunji', 'cam-1', Channel.STATUS)
    good = decode(topic, b'{"v":1,"epoch":8,"online":true,"at":"2026-11-22T05:00:00Z","firmware":"2.1"}')
    assert good.status is not None
    assert good.status.online
    assert decode(topic, b'{"v":1,"epoch":8}').rejections[0].reason == 'payload_invalid'


@pytest.mark.parametrize(
    'topic',
    [
        'atrium/v1/yunji/door/ack',
        'atrium/v1/yunji/door/weather',
        'atrium/v2/yunji/door/crossings',
        'atrium/v1/Yunji/door/crossings',
        'atrium/v1/yunji/door/crossings/extra',
        f'atrium/v1/yunji/{"d" * 65}/crossings',
    ],
)
def test_a_topic_that_is_none_of_the_tree_is_rejected(topic: str) -> None:
    assert parse_topic(topic) is None
    assert decode(topic, message()).rejections[0].reason == 'topic_invalid'


def test_the_worker_never_subscribes_to_its_own_acknowledgements() -> None:
    assert [f for f in subscriptions() if f.endswith(('#', '/+', '/ack'))] == []
    assert subscriptions(('yunji',))[0] == 'atrium/v1/yunji/+/crossings'
    assert parse_topic(ack_topic('yunji', 'door')) is None


@given(st.binary(max_size=400))
def test_no_bytes_ever_raise(payload: bytes) -> None:
    decoded = decode(TOPIC, payload)
    assert decoded.envelope is not None or decoded.rejections


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.fixed_dictionaries({'v': st.just(1), 'readings': st.lists(json_values, max_size=5)}, optional={
    'epoch': json_values, 'sent_at': json_values, 'oldest': json_values,
}))  # fmt: skip
def test_no_json_ever_raises_and_each_reading_is_kept_or_rejected(raw: dict[str, Any]) -> None:
    payload = _dumps(raw)
    decoded = decode(TOPIC, payload)
    kept = len(decoded.envelope.readings) if decoded.envelope else 0
    rejected = sum(len(_loads(rejection.payload).get('readings', [])) for rejection in decoded.rejections)
    assert kept + rejected == len(raw['readings'])


def _dumps(raw: dict[str, Any]) -> bytes:
    import json

    return json.dumps(raw).encode()


def _loads(payload: bytes) -> dict[str, Any]:
    import json

    loaded: dict[str, Any] = json.loads(payload)
    return loaded
