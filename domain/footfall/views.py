"""What footfall answers: frozen views. Every figure is a `Measure` or stands beside a coverage and a freshness.

Names of floors, units and doors belong to the mall; views carry their ids.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.footfall._views_of_work import (
    AnnotationView,
    AuditView,
    ClosedDay,
    CoverageDay,
    DayClose,
    Forgotten,
    GapView,
    ImputationView,
    Imputed,
    MaskView,
    NextCell,
    NextMatrix,
    Partitions,
    Rebuilt,
    Recorded,
    Rejected,
    StaffRemoved,
    VersionView,
    Way,
    Ways,
)
from domain.footfall.commands import (
    EntranceKind,
    LineId,
    LineRole,
    LineVersionId,
    Point,
    Window,
    ZoneId,
    ZoneKind,
    ZoneVersionId,
)
from domain.shared.measure import Measure, Ratio

__all__ = [
    'AnnotationView',
    'AuditView',
    'CaptureRate',
    'ClosedDay',
    'CockpitSummary',
    'Comparability',
    'ComparisonView',
    'Conversion',
    'CoverageDay',
    'Curve',
    'CurvePoint',
    'DayClose',
    'DoorRank',
    'ExportRow',
    'FloorOccupancy',
    'Flow',
    'FlowMatrix',
    'Forgotten',
    'GapView',
    'Grain',
    'HeatCell',
    'HeatMap',
    'ImputationView',
    'Imputed',
    'LineView',
    'MaskView',
    'Mode',
    'NextCell',
    'NextMatrix',
    'Partitions',
    'Rebuilt',
    'Recorded',
    'Rejected',
    'Series',
    'SeriesPoint',
    'StaffRemoved',
    'Verification',
    'VersionView',
    'Way',
    'Ways',
    'ZoneDwell',
    'ZoneView',
]


class Grain(StrEnum):
    """The roll-ups that exist; `minutes` is how the tables name them."""

    MINUTE = 'minute'
    QUARTER = 'quarter'
    HOUR = 'hour'
    DAY = 'day'  # the business day

    @property
    def minutes(self) -> int:
        return {'minute': 1, 'quarter': 15, 'hour': 60, 'day': 1440}[self.value]


class Mode(StrEnum):
    """What a figure is compared with."""

    PREVIOUS_DAY = 'previous_day'  # 环比: the day before
    PREVIOUS_WEEK = 'previous_week'  # 环比: seven days before
    SAME_WEEKDAY = 'same_weekday'  # 同比: 364 days before (CK-R2)
    HOLIDAY_ALIGNED = 'holiday_aligned'  # 同比: the same day of the lunar or public holiday (CK-R1)
    CALENDAR_YEAR = 'calendar_year'  # 同比: the same date of last year


class Verification(StrEnum):
    """The badge of a line: what its last accuracy audit said."""

    UNAUDITED = 'unaudited'
    VERIFIED = 'verified'
    UNVERIFIED = 'unverified'


class Comparability(StrEnum):
    """Whether two figures may be held against each other."""

    COMPARABLE = 'comparable'
    REDRAWN = 'redrawn'  # a line or zone changed in between: "not comparable" (FT-R15)
    NO_BASE = 'no_base'  # nothing was observed then
    INCOMPLETE = 'incomplete'  # too little of one side was observed: a change would be one of coverage, not of people
    ZERO_BASE = 'zero_base'  # shown as 新增 / new, never ∞ (CK-R9)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A counting line in its present version."""

    id: LineId
    version_id: LineVersionId
    version: int
    code: str
    name_zh: str
    name_en: str
    role: LineRole
    entrance_kind: EntranceKind | None
    floor_id: int
    outer_floor_id: int | None
    door_id: int | None
    unit_id: int | None
    device_id: int | None
    start: Point
    end: Point
    valid_from: datetime
    retired_at: datetime | None
    verification: Verification
    precision: float | None = None
    recall: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneView:
    """A counting zone in its present version."""

    id: ZoneId
    version_id: ZoneVersionId
    version: int
    code: str
    name_zh: str
    name_en: str
    kind: ZoneKind
    floor_id: int
    unit_id: int | None
    device_id: int | None
    polygon: tuple[Point, ...]
    min_stay_s: int
    valid_from: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    """A figure against its base, with the base named, as 环比 or 同比 must."""

    mode: Mode
    window: Window
    base_window: Window
    base_on: date
    current: Measure
    base: Measure
    change: float | None  # None where it would be ∞ or meaningless: see comparability
    comparability: Comparability
    note_zh: str = ''  # e.g. 春节错位
    note_en: str = ''
    redrawn_lines: tuple[LineId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CockpitSummary:
    """The head of the cockpit: today until now, at the mall's external doors alone (FT-R7)."""

    business_on: date
    as_of: datetime
    fresh_at: datetime | None  # the latest instant any line was observed
    footfall: Measure
    leavings: Measure
    children: Measure
    groups: Measure  # buying units
    staff_removed: int
    occupancy: int
    comparisons: tuple[ComparisonView, ...]  # previous week, same weekday last year, holiday-aligned last year
    shop_entries: Measure
    shops_per_visit: Ratio
    silent_lines: int  # lines without a sign of life at fresh_at
    line_count: int
    unverified_lines: int
    annotations: tuple[AnnotationView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """One bucket of a curve, with the aligned bucket of its base where there is one."""

    bucket_at: datetime
    current: Measure
    base: Measure | None = None
    is_masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A day's curve against the aligned day's. Buckets to come are there with a base and a missing current."""

    grain: Grain
    business_on: date
    base_on: date
    fresh_at: datetime | None
    coverage: float
    comparability: Comparability
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRank:
    """One entrance, busiest first."""

    line_id: LineId
    door_id: int | None
    code: str
    name_zh: str
    name_en: str
    entrance_kind: EntranceKind | None
    floor_id: int
    ins: Measure
    outs: Measure
    share: float | None  # of all entrances' ins
    change: float | None  # against the same time last week
    comparability: Comparability
    verification: Verification
    fresh_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorOccupancy:
    """People on one floor now; `floor_id` None is the whole mall. Never below zero (FT-R8)."""

    floor_id: int | None
    people: int
    uncorrected: int
    out_scale: float  # the drift correction at work
    peak: int
    peak_at: datetime | None
    coverage: float
    fresh_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRate:
    """进店率 of one unit: entries over passers-by, as the ratio of the sums (X-R7)."""

    unit_id: int
    entries: Measure
    pass_by: Measure
    rate: Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneDwell:
    """How long visits of one zone lasted, staff excluded (FT-R5)."""

    zone_id: ZoneId
    unit_id: int | None
    floor_id: int
    name_zh: str
    name_en: str
    visits: Measure
    mean_s: float | None
    median_s: float | None
    p90_s: float | None
    staff_visits: int
    short_stays: int  # stays too short to be visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """People who went from one zone straight to another; `persons` None is suppressed as too few (FT-R14)."""

    from_zone_id: ZoneId
    to_zone_id: ZoneId
    persons: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowMatrix:
    """Flows of a window. Totals of rows and columns are withheld where they would undo a suppression."""

    window: Window
    threshold: int
    flows: tuple[Flow, ...]
    suppressed: int
    totals_by_origin: dict[ZoneId, int | None]
    totals_by_target: dict[ZoneId, int | None]
    coverage: float
    fresh_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """A square of the floor, lower left corner in floor metres."""

    x_m: float
    y_m: float
    person_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """Where people spent their time on one floor."""

    floor_id: int
    window: Window
    cell_m: float
    cells: tuple[HeatCell, ...]
    hottest: float  # person-seconds of the hottest cell
    fresh_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPoint:
    """One bucket of a series. `version` changes where the line was redrawn: do not draw a line across."""

    bucket_at: datetime
    ins: Measure
    outs: Measure
    version: int
    staff_removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line, one door, one floor or the mall over time."""

    subject: str  # line:7, door:3, floor:2, mall
    grain: Grain
    window: Window
    coverage: float
    fresh_at: datetime | None
    points: tuple[SeriesPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """Receipts over people and over buying units; both are published, both are named (FT-R6)."""

    per_head: Ratio
    per_buying_unit: Ratio

    @property
    def headline(self) -> Ratio:
        """Where only one number fits it is that of groups; without group counting everybody is a group of one."""
        return self.per_buying_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One row of the CSV of aggregates. No identities exist in it."""

    bucket_at: datetime
    business_on: date
    line_code: str
    line_version: int
    role: LineRole
    ins: float | None
    outs: float | None
    adults_in: int
    children_in: int
    groups_in: int
    staff_removed: int
    imputed_in: float
    coverage: float
    status: str
