"""From a device through a broker into the tables, with both brokers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from domain.devices.alarms import list_alarms
from domain.devices.commands import RegisterDevice, RetryQuarantined
from domain.devices.operations import register_device
from domain.devices.quarantine import retry_quarantined
from domain.shared.operations import ask, perform
from integrations.mqtt.topics import Channel, device_topic
from tests.integrations.brokers import BrokerProcess
from tests.integrations.mqtt.conftest import Site, crossing, device_at, ingesting, settings_of, speaking, until


def message(*readings: dict[str, Any], sent_at: datetime | None = None, **changes: Any) -> bytes:
    moment = sent_at or datetime.now(UTC)
    return orjson.dumps({'v': 1, 'epoch': 1, 'sent_at': moment, 'oldest': 1, 'readings': readings} | changes)


def topic(site: Site, channel: Channel = Channel.CROSSINGS, device: str = 'door-1') -> str:
    return device_topic(site.mall_code, device, channel)


async def test_what_a_device_records_is_committed_and_acknowledged(broker: BrokerProcess, site: Site) -> None:
    async with ingesting(settings_of(broker, site)), device_at(broker, site) as device:
        device.record_many(Channel.CROSSINGS, [crossing(index) for index in range(250)])
        device.record(Channel.HEALTH, at=datetime.now(UTC).replace(second=0), observed_s=60, state='ok')
        await device.drained()
        assert site.counted() == 250
        seen = site.devices()['door-1']
        assert (seen.committed_through, seen.missing, seen.is_online, seen.readings) == (251, 0, True, 251)
        assert site.quarantined() == []


async def test_readings_recorded_while_the_ingest_is_away_arrive_later(broker: BrokerProcess, site: Site) -> None:
    async with ingesting(settings_of(broker, site)):
        pass
    async with device_at(broker, site) as device:
        device.record_many(Channel.CROSSINGS, [crossing(index) for index in range(50)])
        async with ingesting(settings_of(broker, site)):
            await device.drained()
    assert site.counted() == 50


async def test_a_dying_device_goes_offline_by_its_last_will(broker: BrokerProcess, site: Site) -> None:
    async with ingesting(settings_of(broker, site)):
        async with device_at(broker, site):
            await until(lambda: site.devices()['door-1'].is_online)
        # The reference device leaves without a good-bye when its task is cancelled: the broker sends the will.
        async with speaking(broker) as client:
            will = {'v': 1, 'epoch': 1, 'online': False, 'at': datetime.now(UTC)}
            await client.publish(topic(site, Channel.STATUS), orjson.dumps(will), qos=1)
        await until(lambda: not site.devices()['door-1'].is_online)
        await until(lambda: [alarm.kind for alarm in ask(list_alarms, actor=site.actor)] == ['offline'])


async def test_every_bad_message_is_quarantined_with_its_reason(broker: BrokerProcess, site: Site) -> None:
    now = datetime.now(UTC)
    bad = {
        'json_invalid': (topic(site), b'{'),
        'version_unsupported': (topic(site), message({'seq': 11} | crossing(), v=2)),
        'oversize': (topic(site), b' ' * (256 * 1024 + 1)),
        'payload_invalid': (topic(site), message({'seq': 12} | crossing(), epoch='x')),
        'reading_invalid': (topic(site), message({'seq': 13} | crossing(line='NO SUCH FORM'))),
        'footfall.line_unknown': (topic(site), message({'seq': 14} | crossing(line='no-such-line'))),
        'device_unknown': (topic(site, device='stranger'), message({'seq': 1} | crossing())),
        'clock_skew': (topic(site), message({'seq': 15} | crossing(), sent_at=now + timedelta(hours=2))),
        'reading_too_old': (topic(site), message({'seq': 16} | crossing(at=now - timedelta(days=8)))),
        'reading_in_future': (topic(site), message({'seq': 17} | crossing(at=now + timedelta(hours=1)))),
    }
    async with ingesting(settings_of(broker, site)), speaking(broker) as client:
        for name, payload in bad.values():
            await client.publish(name, payload, qos=1)
            await client.publish(name, payload, qos=1)
        await client.publish(topic(site), message({'seq': 18} | crossing()), qos=1)
        await until(lambda: site.counted() == 1)
        await until(lambda: {held.reason for held in site.quarantined()} == set(bad))
    held = {held.reason: held for held in site.quarantined()}
    assert held['json_invalid'].payload == b'{'
    assert held['json_invalid'].occurrences == 2
    assert held['oversize'].is_truncated
    assert held['oversize'].payload_bytes == 256 * 1024 + 1
    assert all(one.detail and one.device_code in ('door-1', 'stranger') for one in held.values())


async def test_a_quarantined_message_is_recorded_after_its_cause_is_put_right(
    broker: BrokerProcess, site: Site
) -> None:
    async with ingesting(settings_of(broker, site)), speaking(broker) as client:
        payload = message({'seq': 1} | crossing())
        await client.publish(topic(site, device='newcomer'), payload, qos=1)
        await until(site.quarantined)
        perform(register_device, actor=site.actor, command=RegisterDevice(code='newcomer', kind='counter'))
        ids = tuple(held.id for held in site.quarantined())
        perform(retry_quarantined, actor=site.actor, command=RetryQuarantined(ids=ids))
        await until(lambda: site.counted() == 1)
        await until(lambda: site.quarantined() == [])
        await client.publish(topic(site, device='newcomer'), payload, qos=1)
        await until(lambda: site.devices()['newcomer'].committed_through == 1)
    assert site.counted() == 1
