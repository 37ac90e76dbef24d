"""Meters over MQTT: whatever the order, the repetition and the delay, a register counts once or is set aside."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from domain.devices.commands import RegisterDevice
from domain.devices.operations import register_device
from domain.mall.queries import list_malls
from domain.shared.actor import system_actor
from domain.shared.operations import ask, perform
from domain.utilities.commands import MeterId, RegisterMeter, UsageWindow
from domain.utilities.operations import register_meter
from domain.utilities.queries import hourly_usage, list_held_readings
from domain.utilities.recording import nearest_minute
from integrations.mqtt.backlog import Backlog
from integrations.mqtt.inbox import Incoming
from integrations.mqtt.recording import Outcome, read_batch, record_batch
from integrations.mqtt.topics import Channel, device_topic
from tests.integrations.brokers import BrokerProcess
from tests.integrations.mqtt.conftest import Site, device_at, ingesting, settings_of, until

NOW = datetime.now(UTC)
HOUR = NOW.replace(minute=0, second=0, microsecond=0)
BEGINS = HOUR - timedelta(hours=30)


@pytest.fixture
def meter(site: Site) -> MeterId:
    perform(register_device, actor=site.actor, command=RegisterDevice(code='meters-f1', kind='gateway'))
    command = RegisterMeter(code='E-F1-01', utility='electricity', digits=6, multiplier=40)
    return perform(register_meter, actor=site.actor, command=command).id


def reading(hour: int, value: float | None = None, *, meter: str = 'E-F1-01', offset_s: float = 0.0) -> dict[str, Any]:
    at = BEGINS + timedelta(hours=hour, seconds=offset_s)
    return {'seq': hour + 1, 'at': at, 'meter': meter, 'value': 1_000 + hour if value is None else value}


def record(site: Site, messages: Sequence[Sequence[dict[str, Any]]], sent_at: datetime = NOW) -> Outcome:
    malls = {mall.code: mall.id for mall in ask(list_malls, actor=system_actor('test'))}
    topic = device_topic(site.mall_code, 'meters-f1', Channel.METERS)
    envelopes = [{'v': 1, 'epoch': 1, 'sent_at': sent_at, 'oldest': 1, 'readings': one} for one in messages]
    incoming = [Incoming(topic, orjson.dumps(one), NOW, False, 1, 1) for one in envelopes]
    return record_batch(read_batch(incoming, Backlog()), malls, NOW)


def used(site: Site, meter: MeterId) -> list[int]:
    """Thousandths of a kWh by the hour."""
    window = UsageWindow(starts_at=BEGINS, ends_at=NOW)
    return [hour.usage_milli for hour in ask(hourly_usage, actor=site.actor, meter_id=meter, window=window)]


async def test_registers_come_through_the_broker_and_become_hourly_usage(
    broker: BrokerProcess, site: Site, meter: MeterId
) -> None:
    async with ingesting(settings_of(broker, site)), device_at(broker, site, code='meters-f1') as device:
        for hour in range(4):
            body = {'at': (BEGINS + timedelta(hours=hour)).isoformat(), 'meter': 'E-F1-01', 'value': 1_000 + hour / 8}
            device.record(Channel.METERS, **body)
        device.record(Channel.METERS, at=BEGINS.isoformat(), meter='E-NOBODY', value=5)
        await device.drained()
        await until(lambda: len(site.quarantined()) == 1)
    assert used(site, meter) == [5_000] * 3  # an eighth of a unit, with a ratio of 40
    [held] = site.quarantined()
    assert (held.reason, held.device_code) == ('utilities.meter_unknown', 'meters-f1')
    assert b'E-NOBODY' in held.payload
    assert b'E-F1-01' not in held.payload


def test_disorder_and_repetition_change_nothing(site: Site, meter: MeterId) -> None:
    source = random.Random(5)
    messages = [[reading(hour)] for hour in range(30)]
    messages += source.choices(messages, k=20)
    source.shuffle(messages)
    outcome = record(site, messages[:25]).plus(record(site, messages[25:]))
    assert (outcome.recorded, outcome.quarantined) == (30, 0)
    assert used(site, meter) == [40_000] * 29
    assert ask(list_held_readings, actor=site.actor) == []


def test_a_gap_filled_days_later_splits_the_usage_that_stood_in_one_piece(site: Site, meter: MeterId) -> None:
    record(site, [[reading(0), reading(3)]])
    assert used(site, meter) == [120_000]
    record(site, [[reading(2), reading(1)]])
    assert used(site, meter) == [40_000] * 3


def test_a_clock_that_is_corrected_keeps_readings_on_the_hour(site: Site, meter: MeterId) -> None:
    late = [reading(hour, offset_s=20) for hour in range(3)]
    record(site, [late], sent_at=NOW + timedelta(seconds=20))
    assert used(site, meter) == [40_000] * 2
    assert nearest_minute(HOUR + timedelta(seconds=30)) == HOUR + timedelta(minutes=1)
    assert nearest_minute(HOUR + timedelta(seconds=29)) == HOUR


def test_a_register_that_fell_is_held_and_so_is_a_late_one_above_its_successor(site: Site, meter: MeterId) -> None:
    record(site, [[reading(0), reading(1, 900), reading(2)]])
    [fallen] = ask(list_held_readings, actor=site.actor)
    assert (fallen.register_milli, fallen.source) == (900_000, 'mqtt')
    record(site, [[reading(5)]])
    record(site, [[reading(4, 5_000)]])
    assert [one.register_milli for one in ask(list_held_readings, actor=site.actor)] == [900_000, 5_000_000]


@pytest.mark.parametrize(
    ('said', 'reason'),
    [
        (reading(1, meter='W-UNKNOWN'), 'utilities.meter_unknown'),
        (reading(1, 1_000_000), 'utilities.reading_beyond_register'),
        (reading(0, 999) | {'seq': 2}, 'utilities.reading_conflict'),
        (reading(1, 1.0005), 'reading_invalid'),
        (reading(1, -1), 'reading_invalid'),
        (reading(1, meter='a b'), 'reading_invalid'),
    ],
)
def test_what_cannot_be_recorded_is_set_aside_with_its_reason(
    site: Site, meter: MeterId, said: dict[str, Any], reason: str
) -> None:
    outcome = record(site, [[reading(0)], [said]])
    assert (outcome.recorded, outcome.quarantined) == (1, 1)
    assert [held.reason for held in site.quarantined()] == [reason]
    assert outcome.acknowledged == {(site.mall_code, 'meters-f1'): 2}
