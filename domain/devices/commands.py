"""What people and devices ask of the registry: validated, frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType, Protocol

from pydantic import BaseModel, ConfigDict, Field

DeviceId = NewType('DeviceId', int)
AlarmId = NewType('AlarmId', int)
QuarantineId = NewType('QuarantineId', int)

Code = Annotated[str, Field(pattern=r'^[a-z0-9-]{1,64}$')]


class DeviceKind(StrEnum):
    """What a device is for."""

    COUNTER = 'counter'
    CAMERA = 'camera'
    SENSOR = 'sensor'
    GATEWAY = 'gateway'
    KIOSK = 'kiosk'
    DISPLAY = 'display'
    LOCKER = 'locker'
    CHARGER = 'charger'
    PRINTER = 'printer'
    OTHER = 'other'


class DeviceState(StrEnum):
    """Whether a device is meant to work."""

    ACTIVE = 'active'
    MAINTENANCE = 'maintenance'
    RETIRED = 'retired'


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra='forbid')


class RegisterDevice(_Command):
    """Make a device known, so that its readings are taken."""

    code: Code
    kind: DeviceKind
    name: Annotated[str, Field(max_length=80)] = ''
    model: Annotated[str, Field(max_length=80)] = ''
    floor_id: int | None = None
    x_m: float | None = None
    y_m: float | None = None
    parent_id: DeviceId | None = None
    silence_after_s: Annotated[int, Field(ge=10, le=604_800)] = 180


class ReviseDevice(_Command):
    """Say anew what a device is and where it hangs."""

    device_id: DeviceId
    name: Annotated[str, Field(max_length=80)] = ''
    model: Annotated[str, Field(max_length=80)] = ''
    floor_id: int | None = None
    x_m: float | None = None
    y_m: float | None = None
    parent_id: DeviceId | None = None
    state: DeviceState = DeviceState.ACTIVE
    silence_after_s: Annotated[int, Field(ge=10, le=604_800)] = 180


class RenewSecret(_Command):
    """Give a device a new secret; the old one is void once the broker has reloaded its password file."""

    device_id: DeviceId


class WaiveMissing(_Command):
    """Wait no longer for numbers that a device skipped, where it cannot say so itself by `oldest`."""

    device_id: DeviceId


class AcknowledgeAlarm(_Command):
    """A person has seen the alarm and cares for it."""

    alarm_id: AlarmId


class RetryQuarantined(_Command):
    """Let the ingest try again, after the cause was put right (the device registered, say)."""

    ids: tuple[QuarantineId, ...]


class PurgeQuarantined(_Command):
    """Forget messages for good."""

    ids: tuple[QuarantineId, ...]


class NumberedReading(Protocol):
    """Whatever carries a number and an instant."""

    @property
    def seq(self) -> int: ...

    @property
    def at(self) -> datetime: ...


# NOTE: not frozen, unlike what people command: one is made for every message, and freezing costs half of that.
@dataclass(slots=True, kw_only=True)
class SentReadings:
    """A message of readings as it arrived. `key` is the caller's, to find the message again.

    `tells_picture`: its readings have a `state`, how the device finds its own picture.
    """

    device_code: str
    epoch: int
    sent_at: datetime
    received_at: datetime
    readings: Sequence[NumberedReading]
    key: int
    oldest: int | None = None
    may_be_delayed: bool = False
    tells_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentStatus:
    """A session began or ended."""

    device_code: str
    epoch: int
    is_online: bool
    said_at: datetime
    received_at: datetime
    is_retained: bool
    firmware: str | None
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SentGarbage:
    """A message, or a part of one, that could not be read; `seqs` are the numbers found in it all the same."""

    device_code: str
    seqs: Sequence[int]
    key: int


Sent = SentReadings | SentStatus | SentGarbage
