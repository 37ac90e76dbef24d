"""Who may say and hear what at the broker: one rule, for the embedded broker and for Mosquitto alike.

A device's user name is ``{mall_code}/{device_code}``: so it may speak on its own topics and on no other's.
The ingest hears every device and answers; a gateway (the vision service, the simulator) speaks for many
devices. ``mosquitto.acl`` says the same; a test puts the same questions to both brokers.
"""

import re
from enum import StrEnum

CHANNELS = ('crossings', 'visits', 'presence', 'health', 'hazards', 'meters', 'status')

_DEVICE_USER = re.compile(r'[a-z0-9-]{1,64}/[a-z0-9-]{1,64}')
_SPOKEN = re.compile(rf'atrium/v1/[^/]+/[^/]+/({"|".join(CHANNELS)})')
_ACK = re.compile(r'atrium/v1/[^/]+/[^/]+/ack')


class Role(StrEnum):
    """What kind of client a user name stands for."""

    INGEST = 'ingest'
    GATEWAY = 'gateway'
    DEVICE = 'device'


INGEST_USER = 'atrium-ingest'
GATEWAY_USER = 'atrium-gateway'
_ROLES = {INGEST_USER: Role.INGEST, GATEWAY_USER: Role.GATEWAY}


def role_of(username: str) -> Role | None:
    """Tell what a user name stands for; None where it stands for nothing."""
    if username in _ROLES:
        return _ROLES[username]
    return Role.DEVICE if _DEVICE_USER.fullmatch(username) else None


def may_publish(username: str, topic: str) -> bool:
    """Say whether a user may speak on a topic."""
    match role_of(username):
        case Role.INGEST:
            return _ACK.fullmatch(topic) is not None
        case Role.GATEWAY:
            return _SPOKEN.fullmatch(topic) is not None
        case Role.DEVICE:
            return _SPOKEN.fullmatch(topic) is not None and topic.startswith(f'atrium/v1/{username}/')
    return False


def may_hear(username: str, topic: str) -> bool:
    """Say whether a user may subscribe to a filter, or receive what was said on a topic."""
    match role_of(username):
        case Role.INGEST:
            return _SPOKEN.fullmatch(topic) is not None
        case Role.GATEWAY:
            return _ACK.fullmatch(topic) is not None
        case Role.DEVICE:
            return topic == f'atrium/v1/{username}/ack'
    return False
