"""What the vision service says and serves: MQTT messages (version 1) and HTTP schemas. Imports nothing heavy.

The service counts as one device per camera. It numbers its readings for ever and keeps them until the platform's
acknowledgement; (device, seq) names a reading.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

VERSION = 1
MAX_MESSAGE_BYTES = 256 * 1024
MAX_READINGS = 2_000
MAX_SEQ = 2**62

Code = Annotated[str, Field(pattern=r'^[a-z0-9-]{1,64}$')]
Token = Annotated[str, Field(pattern=r'^[\x21-\x7e]{1,64}$')]
Floor = Annotated[str, Field(pattern=r'^[A-Za-z0-9-]{1,16}$')]
Firmware = Annotated[str, Field(pattern=r'^[\x20-\x7e]{0,64}$')]
Seq = Annotated[int, Field(strict=True, ge=1, le=MAX_SEQ)]
Epoch = Annotated[int, Field(strict=True, ge=0, le=MAX_SEQ)]
StaffMarks = Annotated[list[Token], Field(max_length=8)]
Cell = tuple[int, int, Annotated[float, Field(ge=0)]]
State = Literal['ok', 'frozen', 'blind']


class Channel(StrEnum):
    """What a camera speaks of; on `ack` it listens."""

    CROSSINGS = 'crossings'
    VISITS = 'visits'
    PRESENCE = 'presence'
    HEALTH = 'health'
    STATUS = 'status'
    ACK = 'ack'


class Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra='ignore')


class Reading(Payload):
    """One numbered fact; `seq` is given by the queue, once and for ever."""

    seq: Seq
    at: AwareDatetime


class Crossing(Reading):
    """One person stepped over a counting line."""

    line: Code
    direction: Literal['in', 'out']
    track: Token | None = None
    group: Token | None = None
    band: Literal['adult', 'child'] | None = None
    staff: StaffMarks = []


class Visit(Reading):
    """One finished stay in a zone or a shop; `at` is when it ended."""

    zone: Code
    track: Token
    entered_at: AwareDatetime
    left_at: AwareDatetime
    staff: StaffMarks = []

    @model_validator(mode='after')
    def _ends_after_it_began(self) -> Self:
        if self.left_at < self.entered_at:
            raise ValueError('left_at lies before entered_at')
        return self


class Presence(Reading):
    """Person-seconds per cell of a floor during the minute that began at `at`."""

    floor: Floor
    cell_m: Annotated[float, Field(gt=0, le=100)]
    cells: list[Cell]


class Health(Reading):
    """How much of the minute that began at `at` the camera observed."""

    observed_s: Annotated[float, Field(ge=0, le=60)]
    frames: Annotated[int, Field(ge=0)] | None = None
    state: State


R = TypeVar('R', bound=Reading)


class Envelope(Payload, Generic[R]):
    """A message of readings; `oldest` is the lowest number still kept, below it nothing will ever come."""

    v: Literal[1]
    epoch: Epoch
    sent_at: AwareDatetime
    oldest: Seq | None = None
    readings: Annotated[list[R], Field(max_length=MAX_READINGS)]


class StatusMessage(Payload):
    """A camera's session begins or ends; retained, and the last will of each session."""

    v: Literal[1] = 1
    epoch: Epoch
    online: bool
    at: AwareDatetime
    firmware: Firmware | None = None


class Ack(Payload):
    """The platform has committed everything up to and including `seq`."""

    v: Literal[1] = 1
    seq: Annotated[int, Field(ge=0, le=MAX_SEQ)]


READING_TYPES: dict[Channel, type[Reading]] = {
    Channel.CROSSINGS: Crossing,
    Channel.VISITS: Visit,
    Channel.PRESENCE: Presence,
    Channel.HEALTH: Health,
}


def topic(mall: str, device: str, channel: Channel) -> str:
    """`atrium/v1/{mall}/{device}/{channel}`."""
    return f'atrium/v1/{mall}/{device}/{channel.value}'


class CameraState(StrEnum):
    """What a camera is doing, as people and dashboards read it."""

    STARTING = 'starting'
    WATCHING = 'watching'
    FROZEN = 'frozen'
    BLIND = 'blind'
    UNREACHABLE = 'unreachable'
    FAILED = 'failed'
    ENDED = 'ended'


class CameraView(Payload):
    """One camera in the list."""

    code: Code
    state: CameraState
    detail: str
    frames: int
    frames_dropped: int
    pictures_per_second: float
    people: int
    counted_in: int
    counted_out: int
    readings_waiting: int
    last_frame_at: datetime | None


class PartView(Payload):
    """One part the service leans on."""

    name: Literal['broker', 'database', 'cameras']
    ready: bool
    detail: str


class HealthView(Payload):
    """Whether the service works, and what of it does not."""

    status: Literal['ok', 'degraded']
    version: str
    cameras: int
    watching: int
    readings_waiting: int
    parts: list[PartView]
