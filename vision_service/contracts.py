"""What the vision service says and serves: MQTT messages (version 1) and HTTP schemas. Imports nothing heavy.

The service counts as one device per camera. It numbers its readings for ever and keeps them until the platform's
acknowledgement; (device, seq) names a reading.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from vision_service.hazard_kinds import HazardKind

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
    HAZARDS = 'hazards'
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


class Hazard(Reading):
    """An alarm began or is over; `alarm` names it in both. A hint for a person: it drives nothing.

    `value` is people per m², people per minute, people, or seconds of evidence, as the kind has it; `limit` is where it
    was raised or cleared; `box` left, top, right, bottom as shares of the picture; `clip` is fetched by its name from
    `GET /api/v1/clips/{clip}` and shows people masked.
    """

    hazard: Code
    kind: HazardKind
    edge: Literal['raised', 'cleared']
    alarm: Token
    value: float
    limit: float
    box: tuple[float, float, float, float] | None = None
    clip: Token | None = None


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
    Channel.HAZARDS: Hazard,
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
    floor: Floor | None = None
    is_calibrated: bool = False
    layout_version: int = 1
    width: int | None = None
    height: int | None = None


class PartView(Payload):
    """One part the service leans on."""

    name: Literal['broker', 'database', 'cameras', 'looks']
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


Share = tuple[float, float]
"""A point of the picture as shares of its width and height, so that another resolution does not move it."""
Metres = tuple[float, float]
"""A point of the floor plan: x to the right and y down the plan, in metres."""


class LineShape(Payload):
    """A counting line in a picture: walking from the first point to the second, `in` is from left to right."""

    code: Code
    points: tuple[Share, Share]
    hold: Annotated[int, Field(ge=1, le=50)] = 3
    kind: Literal['door', 'staff'] = 'door'


class ZoneShape(Payload):
    """A polygon in a picture; in a `staff` zone nobody but staff goes."""

    code: Code
    points: Annotated[tuple[Share, ...], Field(min_length=3, max_length=64)]
    grace_s: Annotated[float, Field(ge=0, le=600)] = 3.0
    least_s: Annotated[float, Field(ge=0, le=3600)] = 2.0
    kind: Literal['zone', 'staff'] = 'zone'


class CalibrationShape(Payload):
    """Four clicks or more and where they lie on the plan; `distortion` is the lens's k1, None lets the fit find it."""

    points: Annotated[tuple[Share, ...], Field(min_length=4, max_length=64)]
    metres: Annotated[tuple[Metres, ...], Field(min_length=4, max_length=64)]
    distortion: Annotated[float, Field(ge=-0.6, le=0.6)] | None = 0.0


class CalibrationFit(Payload):
    """How well a calibration fits: answers `POST /api/v1/cameras/{code}/calibration/fit`; nothing is stored by it.

    `errors_m` and `errors_px` are point by point, in the order of the clicks; `error_m` and `error_px` their root mean
    squares. With four points and a given lens the fit is exact, so `is_checked` is false: mark a fifth to know.
    """

    error_m: float
    error_px: float
    errors_m: tuple[float, ...]
    errors_px: tuple[float, ...]
    distortion: float
    is_checked: bool
    outline: tuple[Metres, ...] = ()


class LayoutChange(Payload):
    """Body of `PUT /api/v1/cameras/{code}/layout`: the whole new layout, on top of the version it was drawn over."""

    based_on: Annotated[int, Field(ge=1)]
    lines: Annotated[tuple[LineShape, ...], Field(max_length=64)] = ()
    zones: Annotated[tuple[ZoneShape, ...], Field(max_length=64)] = ()
    calibration: CalibrationShape | None = None
    changed_by: Annotated[str, Field(max_length=80)] = ''


class LayoutView(Payload):
    """Lines, zones and calibration of a camera, and since when (FT-R15); an old version is never changed."""

    camera: Code
    version: int
    valid_from: datetime
    changed_by: str
    lines: tuple[LineShape, ...]
    zones: tuple[ZoneShape, ...]
    calibration: CalibrationShape | None = None
    fit: CalibrationFit | None = None


class FloorZoneShape(Payload):
    """A zone on the floor plan, in metres: where several cameras' people go in and out of."""

    code: Code
    floor: Floor
    polygon: Annotated[tuple[Metres, ...], Field(min_length=3, max_length=64)]
    kind: Literal['shop', 'till', 'passage', 'door'] = 'passage'


Real = Annotated[float, Field(allow_inf_nan=False)]


class Observation(Payload):
    """One camera saw one of its tracks at a place of the plan: what association over cameras works on.

    A negative track is none. `spread` is the doubt about the place as its covariance (xx, xy, yy) in square metres,
    where the camera knows it.
    """

    camera: Annotated[str, Field(min_length=1, max_length=64)] | int
    t: Real
    track: int | None = None
    x_m: Real
    y_m: Real
    floor: Floor | None = None
    embedding: Annotated[tuple[Real, ...], Field(max_length=4096)] | None = None
    spread: tuple[Real, Real, Real] | None = None


class Association(Payload):
    """The observation's person, from 1; 0 is nobody, seen too briefly to be a person (a false alarm, mostly)."""

    camera: str | int
    t: float
    track: int | None
    x_m: float
    y_m: float
    floor: Floor | None = None
    global_id: int


class Correction(Payload):
    """Two numbers turned out to be one person: whoever kept `old` since `since` should read `new`."""

    old: int
    new: int
    since: float
    t: float


class LivePosition(Payload):
    """Somebody is here now: a place without a name."""

    floor: Floor
    x_m: float
    y_m: float
    cameras: int


class LivePositions(Payload):
    """Answers `GET /api/v1/floor/{floor}/positions`: everyone seen in the last seconds, each once."""

    at: datetime
    people: tuple[LivePosition, ...]


class FlowCell(Payload):
    """People who went from one zone to the next; `people` is None where it is suppressed (FT-R14)."""

    origin: Code
    target: Code
    people: int | None


class FlowsView(Payload):
    """Answers `GET /api/v1/flows?since=…&until=…&kind=zones|shops`: zone to zone, or from shop to next shop.

    Cells under `least` people are hidden, and others with them where they could be found by subtraction.
    """

    since: datetime
    until: datetime
    kind: Literal['zones', 'shops']
    least: int
    cells: tuple[FlowCell, ...]
    people: int | None


class PathCell(Payload):
    """One order of zones that people went through before they reached the target."""

    zones: tuple[Code, ...]
    people: int


class PathsView(Payload):
    """Answers `GET /api/v1/paths?target=…`: ways before a purchase (a stay at the till `target`), commonest first.

    Ways of fewer than `least` people are added up in `hidden_people`, or in None where even those are too few.
    """

    target: Code
    least: int
    paths: tuple[PathCell, ...]
    hidden_people: int | None


class AssociationView(Payload):
    """Answers `GET /api/v1/association`: how identities are kept together, and what it came to today."""

    mode: Literal['appearance', 'geometry']
    business_day: str
    people_today: int
    alive: int
    corrections: int
    late: int = 0
    delay_s: float
    toned: tuple[str, ...] = ()
