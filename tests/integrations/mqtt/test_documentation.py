"""Every promise of docs/mqtt.md that a machine can check."""

import re
from pathlib import Path

import pytest
import yaml

from domain.devices._clock import LIMIT, NEGLIGIBLE, OLDEST_READING, SAMPLES_KEPT
from domain.devices._sessions import RETAINED_TTL
from domain.devices.quarantine import MAX_KEPT_BYTES
from integrations.embedded import access
from integrations.mqtt import decoding, settings
from integrations.mqtt.payloads import ACK, MAX_MESSAGE_BYTES, MAX_READINGS
from integrations.mqtt.topics import Channel, device_topic

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / 'docs/mqtt.md').read_text(encoding='utf-8')
CONFIGURATION = (ROOT / 'integrations/embedded/mosquitto.conf').read_text(encoding='utf-8')
EXAMPLES = dict(re.findall(r'<!-- example: (\w+) -->\n```json\n(.*?)```', PAGE, flags=re.DOTALL))


@pytest.mark.parametrize('channel', list(Channel))
def test_the_example_of_each_channel_is_a_good_message(channel: Channel) -> None:
    decoded = decoding.decode(device_topic('yunji', 'door-f1-east', channel), EXAMPLES[channel].encode())
    assert decoded.rejections == ()
    assert decoded.envelope or decoded.status


def test_the_example_of_an_acknowledgement_is_one() -> None:
    assert ACK.validate_json(EXAMPLES['ack']).seq == 1238


def test_every_reason_that_the_decoding_gives_is_explained() -> None:
    given = set(re.findall(r"'([a-z_]{6,})', (?:f?'|str|detail|_explain)", Path(decoding.__file__).read_text()))
    assert given >= {'json_invalid', 'payload_invalid', 'version_unsupported', 'oversize', 'reading_invalid'}
    assert {reason for reason in given if f'`{reason}`' not in PAGE} - {'topic_invalid'} == set()


def test_the_limits_are_those_of_the_code() -> None:
    assert MAX_MESSAGE_BYTES == 256 * 1024
    assert MAX_READINGS == 2_000
    assert MAX_KEPT_BYTES == 64 * 1024
    assert (LIMIT.total_seconds(), NEGLIGIBLE.total_seconds(), SAMPLES_KEPT) == (300, 2, 15)
    assert (OLDEST_READING.days, RETAINED_TTL.total_seconds()) == (7, 600)


@pytest.mark.parametrize('name', ['autosave_interval', 'max_inflight_messages', 'max_queued_messages'])
def test_mosquitto_is_configured_as_the_page_says(name: str) -> None:
    (value,) = re.findall(rf'^{name} (\S+)$', CONFIGURATION, flags=re.MULTILINE)
    assert f'{name} {value}`' in PAGE


def test_every_setting_named_exists_with_its_default() -> None:
    named = set(re.findall(r'__([A-Z_]+)`', PAGE))
    fields = {name.upper() for name in settings.MqttSettings.model_fields}
    assert named - fields == set()
    assert {'FLUSH_AFTER_S', 'HELD_MESSAGES', 'MALLS'} <= named


def test_the_users_of_the_broker_are_named() -> None:
    assert f'`{access.INGEST_USER}`' in PAGE
    assert f'`{access.GATEWAY_USER}`' in PAGE


def test_every_quality_rule_is_done_or_has_a_reason() -> None:
    rules = yaml.safe_load((ROOT / 'integrations/mqtt/QUALITY.yaml').read_text(encoding='utf-8'))
    for name, rule in rules.items():
        assert rule['state'] in ('done', 'exempt'), name
        assert rule.get('where') or rule.get('reason'), name
