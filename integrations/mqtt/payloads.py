"""Version 1 of what devices send and receive; unknown fields are ignored, so that 1.x may add some.

``docs/mqtt.md`` explains each with an example; a test validates those examples against these models.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from domain.safety.commands import HazardKind
from integrations.mqtt.topics import Channel

VERSION = 1
MAX_MESSAGE_BYTES = 256 * 1024
MAX_READINGS = 2_000
MAX_SEQ = 2**62

Code = Annotated[str, Field(pattern=r'^[a-z0-9-]{1,64}$')]
# NOTE: printable ASCII alone: PostgreSQL's text holds no NUL, and one such token would fail a whole batch.
Token = Annotated[str, Field(pattern=r'^[\x21-\x7e]{1,64}$')]
Floor = Annotated[str, Field(pattern=r'^[A-Za-z0-9-]{1,16}$')]
Firmware = Annotated[str, Field(pattern=r'^[\x20-\x7e]{0,64}$')]
Seq = Annotated[int, Field(strict=True, ge=1, le=MAX_SEQ)]
Epoch = Annotated[int, Field(strict=True, ge=0, le=MAX_SEQ)]
MeterCode = Annotated[str, Field(pattern=r'^[A-Za-z0-9._-]{1,64}$')]
Register = Annotated[Decimal, Field(ge=0, lt=10**9, decimal_places=3)]
StaffMarks = Annotated[list[Token], Field(max_length=8)]
Cell = tuple[int, int, Annotated[float, Field(ge=0)]]


class Payload(BaseModel):
    """What every part of a message has in common."""

    model_config = ConfigDict(frozen=True, extra='ignore')


class Reading(Payload):
    """One numbered fact of a device; (device, seq) names it for ever."""

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
    """One finished stay in a zone or a shop; ``at`` is when it ended."""

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
    """Person-seconds per cell of a floor during the minute that began at ``at``."""

    floor: Floor
    cell_m: Annotated[float, Field(gt=0, le=100)]
    cells: list[Cell]


class Health(Reading):
    """How much of the minute that began at ``at`` the device observed."""

    observed_s: Annotated[float, Field(ge=0, le=60)]
    frames: Annotated[int, Field(ge=0)] | None = None
    state: Literal['ok', 'frozen', 'blind']


class Hazard(Reading):
    """A camera's alarm began or is over: a hint for a person, it drives nothing."""

    hazard: Code
    kind: HazardKind
    edge: Literal['raised', 'cleared']
    alarm: Token
    value: float
    limit: float
    box: tuple[float, float, float, float] | None = None
    clip: Token | None = None


class Meter(Reading):
    """What the register of a meter showed at ``at``, in its own unit, before any transformer ratio."""

    meter: MeterCode
    value: Register


R = TypeVar('R', bound=Reading)


class Envelope(Payload, Generic[R]):
    """A message of readings.

    ``oldest`` is the lowest number that the device still keeps: below it nothing will ever come, so the
    platform need not wait for a number that was never used or was lost with the device's memory.
    """

    v: Literal[1]
    epoch: Epoch
    sent_at: AwareDatetime
    oldest: Seq | None = None
    readings: Annotated[list[R], Field(max_length=MAX_READINGS)]


class StatusMessage(Payload):
    """A device's session begins or ends; retained, and the last will of each session."""

    v: Literal[1]
    epoch: Epoch
    online: bool
    at: AwareDatetime
    firmware: Firmware | None = None


class Ack(Payload):
    """Everything up to and including ``seq`` is committed: the device may forget it."""

    v: Literal[1] = 1
    seq: Annotated[int, Field(ge=0, le=MAX_SEQ)]


READING_TYPES: dict[Channel, type[Reading]] = {
    Channel.CROSSINGS: Crossing,
    Channel.VISITS: Visit,
    Channel.PRESENCE: Presence,
    Channel.HEALTH: Health,
    Channel.HAZARDS: Hazard,
    Channel.METERS: Meter,
}

ENVELOPES: dict[Channel, TypeAdapter[Envelope[Reading]]] = {
    channel: TypeAdapter(Envelope[reading])  # type: ignore[valid-type]
    for channel, reading in READING_TYPES.items()
}
STATUS: TypeAdapter[StatusMessage] = TypeAdapter(StatusMessage)
ACK: TypeAdapter[Ack] = TypeAdapter(Ack)


def encode_ack(seq: int) -> bytes:
    """Write an acknowledgement; by hand, since one leaves for every device of every batch."""
    return b'{"v":1,"seq":%d}' % seq


def instant(value: datetime) -> str:
    """Write an instant as devices do."""
    return value.isoformat().replace('+00:00', 'Z')
