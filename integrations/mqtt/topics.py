"""The topic tree: ``atrium/v1/{mall_code}/{device_code}/{channel}``."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

ROOT = 'atrium/v1'

_CODE = r'[a-z0-9-]{1,64}'
_TOPIC = re.compile(rf'atrium/v1/({_CODE})/({_CODE})/([a-z]{{1,32}})')


class Channel(StrEnum):
    """What a device may speak of; ``ack`` is the one channel on which the platform answers."""

    CROSSINGS = 'crossings'
    VISITS = 'visits'
    PRESENCE = 'presence'
    HEALTH = 'health'
    HAZARDS = 'hazards'
    METERS = 'meters'
    STATUS = 'status'


class DeviceTopic(NamedTuple):
    """A topic taken apart."""

    mall_code: str
    device_code: str
    channel: Channel


_CHANNELS = frozenset(Channel)


@lru_cache(maxsize=65_536)
def parse_topic(topic: str) -> DeviceTopic | None:
    """Give the parts of a device's topic, or None where it is none of the tree's."""
    match = _TOPIC.fullmatch(topic)
    if match is None or match[3] not in _CHANNELS:
        return None
    return DeviceTopic(match[1], match[2], Channel(match[3]))


def device_topic(mall_code: str, device_code: str, channel: Channel) -> str:
    """Name the topic on which a device speaks."""
    return f'{ROOT}/{mall_code}/{device_code}/{channel}'


def ack_topic(mall_code: str, device_code: str) -> str:
    """Name the topic on which the platform tells a device what is committed."""
    return f'{ROOT}/{mall_code}/{device_code}/ack'


def subscriptions(mall_codes: tuple[str, ...] = ()) -> list[str]:
    """List the filters of an ingest: every channel of the given malls, or of all.

    NOTE: one filter per channel, never ``#``: MQTT 3.1.1 has no "no local", so a wildcard would send
    the worker every acknowledgement that it publishes itself.
    """
    return [f'{ROOT}/{mall}/+/{channel}' for mall in mall_codes or ('+',) for channel in Channel]
