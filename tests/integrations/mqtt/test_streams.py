"""The same stream in any order, with duplicates and rubbish in between: the same tables, the same roll-ups."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from domain.mall.queries import list_malls
from domain.shared.actor import system_actor
from domain.shared.operations import ask
from integrations.mqtt import recording
from integrations.mqtt.backlog import FRESH, Backlog
from integrations.mqtt.committer import Committer
from integrations.mqtt.health import IngestHealth
from integrations.mqtt.inbox import Inbox, Incoming
from integrations.mqtt.recording import Outcome, read_batch, record_batch
from integrations.mqtt.settings import MqttSettings
from integrations.mqtt.topics import Channel, device_topic
from tests.integrations.mqtt.conftest import Site, crossing

NOW = datetime.now(UTC)
REORDERED_WITHIN = 5_000


def stream(site: Site, count: int) -> list[Incoming]:
    """Messages of two doors with one to three crossings each, over the last three hours."""
    source, seqs = random.Random(7), {'door-1': 0, 'door-2': 0}
    messages = []
    for index in range(count):
        code = source.choice(['door-1', 'door-2'])
        at = NOW - timedelta(hours=3) + timedelta(hours=3) * index / count
        readings = []
        for _ in range(source.randint(1, 3)):
            seqs[code] += 1
            line = source.choice(['door-east', 'door-west', 'shop-a'])
            readings.append({'seq': seqs[code]} | crossing(seqs[code], line=line, at=at))
        messages.append(incoming(site, code, readings))
    return messages


def incoming(site: Site, code: str, readings: Sequence[dict[str, Any]], **changes: Any) -> Incoming:
    envelope = {'v': 1, 'epoch': 1, 'sent_at': NOW, 'oldest': 1, 'readings': readings} | changes
    return Incoming(device_topic(site.mall_code, code, Channel.CROSSINGS), orjson.dumps(envelope), NOW, False, 1, 1)


def record(messages: Sequence[Incoming], size: int) -> Outcome:
    malls = {mall.code: mall.id for mall in ask(list_malls, actor=system_actor('test'))}
    outcome, backlog = Outcome(), Backlog()
    for start in range(0, len(messages), size):
        outcome = outcome.plus(record_batch(read_batch(messages[start : start + size], backlog), malls, NOW))
    return outcome


def test_duplicates_and_disorder_within_5000_change_no_table_and_no_roll_up(make_site: Callable[[], Site]) -> None:
    orderly, wild = make_site(), make_site()
    clean = record(stream(orderly, 6_000), 2_000)
    messages, source = stream(wild, 6_000), random.Random(11)
    messages += source.choices(messages, k=len(messages) // 20)
    places = [(index + source.uniform(0, REORDERED_WITHIN), message) for index, message in enumerate(messages)]
    mixed = [message for _, message in sorted(places, key=lambda place: place[0])]
    outcome = record(mixed, 777)
    assert outcome.recorded == clean.recorded
    assert outcome.duplicates > 0
    assert wild.tables() == orderly.tables()
    assert len(wild.tables()['crossings']) == clean.recorded
    assert {code: (device.missing, device.committed_through) for code, device in wild.devices().items()} == {
        code: (device.missing, device.committed_through) for code, device in orderly.devices().items()
    }


def test_rubbish_in_between_changes_no_table(make_site: Callable[[], Site]) -> None:
    orderly, littered = make_site(), make_site()
    record(stream(orderly, 300), 100)
    messages, source = stream(littered, 300), random.Random(3)
    topic = device_topic(littered.mall_code, 'door-1', Channel.CROSSINGS)
    for number in range(60):
        rubbish = source.choice([b'{', b'[]', b'\xff', orjson.dumps({'v': 9}), bytes([number])])
        messages.insert(source.randrange(len(messages)), Incoming(topic, rubbish, NOW, False, 1, 1))
    record(messages, 64)
    assert littered.tables() == orderly.tables()
    assert sum(held.occurrences for held in littered.quarantined()) == 60


def test_a_skewed_device_counts_at_the_corrected_time(site: Site) -> None:
    told = NOW + timedelta(seconds=100)
    record([incoming(site, 'door-1', [{'seq': 1} | crossing(at=told)], sent_at=told)], 10)
    (row,) = site.tables()['crossings']
    assert row[2] == NOW


def test_the_same_reading_sent_again_under_another_skew_counts_once(site: Site) -> None:
    told = NOW + timedelta(seconds=100)
    reading = {'seq': 1} | crossing(at=told)
    record([incoming(site, 'door-1', [reading], sent_at=told)], 10)
    outcome = record([incoming(site, 'door-1', [reading], sent_at=told + timedelta(seconds=30))], 10)
    assert (outcome.recorded, outcome.duplicates, site.counted()) == (0, 1, 1)


def test_a_message_of_no_mall_of_ours_is_kept_as_a_stray(site: Site) -> None:
    topic = device_topic('no-such-mall', 'door-1', Channel.CROSSINGS)
    outcome = record([Incoming(topic, b'{}', NOW, False, 1, 1)], 10)
    assert (outcome.quarantined, outcome.acknowledged) == (1, {})
    assert site.quarantined() == []


async def test_a_message_that_breaks_the_recording_is_set_aside_alone(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    record_crossings = recording._RECORD[Channel.CROSSINGS]

    def fails_on_13(session: Any, *, mall_id: int, readings: Sequence[Any]) -> Any:
        if any(reading.seq == 13 for reading in readings):
            raise ArithmeticError('thirteen')
        return record_crossings(session, mall_id=mall_id, readings=readings)

    monkeypatch.setitem(recording._RECORD, Channel.CROSSINGS, fails_on_13)
    committer = Committer(MqttSettings(), asyncio.Event(), IngestHealth())
    batch = [incoming(site, 'door-1', [{'seq': seq} | crossing(seq, at=NOW)]) for seq in range(1, 31)]
    outcome = await committer.commit(batch, Backlog())
    assert outcome is not None
    assert (outcome.recorded, outcome.quarantined, site.counted()) == (29, 1, 29)
    (held,) = site.quarantined()
    assert (held.reason, held.detail) == ('record_failed', 'ArithmeticError: thirteen')
    assert outcome.acknowledged == {(site.mall_code, 'door-1'): 30}


def test_the_first_fresh_message_ends_the_backlog() -> None:
    backlog = Backlog()
    assert backlog.may_have_waited(NOW - timedelta(hours=1), NOW)
    assert backlog.may_have_waited(NOW + timedelta(hours=1), NOW)
    assert not backlog.may_have_waited(NOW - FRESH, NOW)
    assert not backlog.may_have_waited(NOW - timedelta(hours=1), NOW)
    backlog.fell_behind()
    assert backlog.may_have_waited(NOW - timedelta(hours=1), NOW)
    backlog.caught_up()
    assert not backlog.may_have_waited(NOW - timedelta(hours=1), NOW)


def test_the_inbox_is_bounded_and_says_so() -> None:
    class Told:
        topic, payload, retain, mid, qos = 'atrium/v1/m/d/health', b'1234', False, 1, 1

    inbox = Inbox(bound=3)
    for _ in range(5):
        inbox.receive(None, None, Told())  # type: ignore[arg-type]
    assert (len(inbox), inbox.has_overflowed) == (3, True)
    assert inbox.is_ripe(messages=3, size=100)
    assert inbox.is_ripe(messages=9, size=12)
    assert len(inbox.take(messages=9, size=5)) == 2
    assert not inbox.is_ripe(messages=3, size=12)
    assert len(inbox.take(messages=9, size=5)) == 1
