"""Two copies of one contract: the platform's and the service's must say the same."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from integrations.mqtt import payloads, topics
from vision_service import contracts

PAIRS = [
    pytest.param(contracts.READING_TYPES[channel], payloads.READING_TYPES[topics.Channel(channel.value)], id=channel)
    for channel in contracts.READING_TYPES
]


def shape(model: type) -> dict[str, Any]:
    """The JSON schema without its words."""

    def bare(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: bare(value) for key, value in node.items() if key not in {'description', 'title'}}
        return [bare(item) for item in node] if isinstance(node, list) else node

    return dict(bare(TypeAdapter(model).json_schema()))


@pytest.mark.parametrize(('ours', 'theirs'), PAIRS)
def test_readings_agree(ours: type, theirs: type) -> None:
    assert shape(ours) == shape(theirs)


@pytest.mark.parametrize(('ours', 'theirs'), PAIRS)
def test_envelopes_agree(ours: Any, theirs: Any) -> None:
    assert shape(contracts.Envelope[ours])['properties'].keys() == shape(payloads.Envelope[theirs])['properties'].keys()
    mine, platform = shape(contracts.Envelope[ours])['properties'], shape(payloads.Envelope[theirs])['properties']
    assert {key: mine[key] for key in mine if key != 'readings'} == {
        key: platform[key] for key in mine if key != 'readings'
    }


def test_status_and_acknowledgement_agree() -> None:
    ours, theirs = shape(contracts.StatusMessage)['properties'], shape(payloads.StatusMessage)['properties']

    assert {key: ours[key] for key in ours if key != 'v'} == {key: theirs[key] for key in theirs if key != 'v'}
    assert shape(contracts.Ack)['properties'] == shape(payloads.Ack)['properties']


def test_topics_and_limits_agree() -> None:
    for channel in contracts.READING_TYPES:
        platform = topics.device_topic('yunji', 'cam-1', topics.Channel(channel.value))
        assert contracts.topic('yunji', 'cam-1', channel) == platform
    assert contracts.topic('yunji', 'cam-1', contracts.Channel.ACK) == topics.ack_topic('yunji', 'cam-1')
    assert (contracts.MAX_MESSAGE_BYTES, contracts.MAX_READINGS) == (payloads.MAX_MESSAGE_BYTES, payloads.MAX_READINGS)
