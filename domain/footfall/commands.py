"""Inputs of footfall: what devices say (readings) and what people decide (commands). All frozen.

Readings name lines, zones and floors by their *codes*, because that is what a device knows; `recording` finds the
version that held when the reading happened. `reported_at` is the device's own time stamp as sent, before any clock
correction: with (device, seq) it identifies the reading, so a resend is recognised even when its correction differs.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NewType

LineId = NewType('LineId', int)
LineVersionId = NewType('LineVersionId', int)
ZoneId = NewType('ZoneId', int)
ZoneVersionId = NewType('ZoneVersionId', int)
MaskId = NewType('MaskId', int)
AuditId = NewType('AuditId', int)
AnnotationId = NewType('AnnotationId', int)

Direction = Literal['in', 'out']
Band = Literal['adult', 'child']
Point = tuple[float, float]


class LineRole(StrEnum):
    """What crossing a line means."""

    ENTRANCE = 'entrance'  # between the mall and the world: these alone make the mall's footfall (FT-R7)
    PASSAGE = 'passage'  # between two floors: escalators, lifts, stairs
    SHOP = 'shop'  # between a mall way and a unit
    PASSING = 'pass_by'  # across the way in front of a unit; both directions pass by


class EntranceKind(StrEnum):
    """Where an entrance leads to."""

    STREET = 'street'
    METRO = 'metro'
    CAR_PARK = 'car_park'
    BRIDGE = 'bridge'
    INTERNAL = 'internal'


class ZoneKind(StrEnum):
    """What staying in a zone means; the kind gives the shortest stay that counts."""

    SHOP = 'shop'
    SECTION = 'section'
    PASSING = 'pass_by'
    WAY = 'way'


class StaffMethod(StrEnum):
    """How somebody was recognised as staff. The first three are seen by devices, the last two by the platform."""

    UNIFORM = 'uniform'
    BADGE = 'badge'
    AREA = 'area'  # came out of a staff-only area
    STAY = 'stay'  # stayed far longer than shoppers do
    FREQUENCY = 'frequency'  # entered far more often than shoppers do


class DeviceState(StrEnum):
    """What a device says of its own picture; only `ok` minutes are observed (FT-R12)."""

    OK = 'ok'
    FROZEN = 'frozen'
    BLIND = 'blind'


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of time with an exclusive end."""

    started_at: datetime
    ended_at: datetime

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None or self.ended_at.tzinfo is None:
            raise ValueError('a window needs time zones')
        if self.ended_at < self.started_at:
            raise ValueError('a window ends after it starts')


# --- what devices say ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingReading:
    """One person crossed one line once."""

    device_id: int
    seq: int
    occurred_at: datetime
    received_at: datetime
    line: str
    direction: Direction
    track: str | None = None
    group: str | None = None
    band: Band | None = None
    staff: tuple[str, ...] = ()
    reported_at: datetime | None = None  # None: the same as occurred_at


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReading:
    """One person stayed in one zone without a break. `occurred_at` of the envelope is `left_at`."""

    device_id: int
    seq: int
    received_at: datetime
    zone: str
    track: str
    entered_at: datetime
    left_at: datetime
    staff: tuple[str, ...] = ()
    reported_at: datetime | None = None  # None: the same as left_at


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceReading:
    """Where people were during one minute: person-seconds per square cell of the floor, in floor metres."""

    device_id: int
    seq: int
    occurred_at: datetime  # the minute's start
    received_at: datetime
    floor: str
    cells: tuple[tuple[int, int, float], ...]  # (ix, iy, person-seconds)
    cell_m: float = 1.0
    reported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReading:
    """How much of one minute a device really observed."""

    device_id: int
    seq: int
    occurred_at: datetime  # the minute's start
    received_at: datetime
    observed_s: float
    state: DeviceState = DeviceState.OK
    reported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateReading:
    """History of one line as a count over a short span, from an older system, a file or a simulation.

    `span_min` is 1, 15 or 60; the finest roll-ups that exist for the bucket are those of the span and coarser.
    """

    line: str
    bucket_at: datetime
    ins: int
    outs: int
    adults_in: int = 0
    children_in: int = 0
    groups_in: int = 0
    staff_in: int = 0
    staff_out: int = 0
    observed_s: float = 60.0
    span_min: Literal[1, 15, 60] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneAggregateReading:
    """History of one zone over one hour. `dwells` pairs a dwell in seconds with how many visits lasted so long."""

    zone: str
    bucket_at: datetime
    dwells: tuple[tuple[int, int], ...]
    observed_s: float = 3600.0


# --- what people decide ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineLine:
    """A new counting line with its first geometry. Points are floor metres; *in* is to the left of start→end."""

    code: str
    name_zh: str
    name_en: str
    role: LineRole
    floor_id: int  # the inner side's floor
    outer_floor_id: int | None = None  # passages: the floor on the outer side
    door_id: int | None = None
    unit_id: int | None = None
    entrance_kind: EntranceKind | None = None
    device_id: int | None = None
    start: Point = (0.0, 0.0)
    end: Point = (0.0, 0.0)
    valid_from: datetime | None = None  # None: now; earlier, to load history


@dataclass(frozen=True, slots=True, kw_only=True)
class RedrawLine:
    """A changed geometry or camera: from now on a new series that is not comparable with the old one (FT-R15)."""

    line_id: LineId
    start: Point
    end: Point
    device_id: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineZone:
    """A new counting zone with its first polygon, in floor metres."""

    code: str
    name_zh: str
    name_en: str
    kind: ZoneKind
    floor_id: int
    polygon: tuple[Point, ...]
    unit_id: int | None = None
    device_id: int | None = None
    min_stay_s: int | None = None  # None: what its kind says
    valid_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedrawZone:
    """A changed polygon or camera: a new series (FT-R15)."""

    zone_id: ZoneId
    polygon: tuple[Point, ...]
    device_id: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireLine:
    """The line counts no more. Its history stays."""

    line_id: LineId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireZone:
    zone_id: ZoneId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAudit:
    """A hand count of a recorded stretch (usually 15 minutes) of one line.

    `matched_*` are the system's crossings that a person confirmed one by one; without them the best case is assumed.
    """

    line_id: LineId
    window: Window
    hand_in: int
    hand_out: int
    matched_in: int | None = None
    matched_out: int | None = None
    note: str = ''


class MaskKind(StrEnum):
    """Why a stretch of time does not count as footfall."""

    CLOSED = 'closed'
    CLEANING = 'cleaning'
    EVENT = 'event'


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMask:
    """Keeps a stretch out of the published counts (not out of the raw ones): of one line, one floor, or the mall."""

    kind: MaskKind
    window: Window
    floor_id: int | None = None
    line_id: LineId | None = None
    reason: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskClosedHours:
    """Keeps what happens outside the mall's opening hours out of the published counts, day by day."""

    first_on: date
    until_on: date  # exclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftMask:
    mask_id: MaskId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotate:
    """A remark on the time axis: an event, the weather, a closed metro exit."""

    window: Window
    note_zh: str
    note_en: str = ''
    floor_id: int | None = None
    line_id: LineId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsurePartitions:
    """Makes the monthly partitions of the raw tables around today."""

    months_back: int = 1
    months_ahead: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ImputeGaps:
    """Finds gaps in the window and estimates what they hid. Safe to repeat: late data replaces estimates."""

    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBusinessDay:
    """Finalises one business day: repeated entrants out, gaps filled, drift measured, status final."""

    business_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildRollups:
    """Makes the roll-ups of whole business days anew from what was recorded; the numbers must not change."""

    first_on: date
    until_on: date  # exclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetTokens:
    """Removes what could link the movements of one person, and raw rows past their retention."""

    keep_days: int = 8
