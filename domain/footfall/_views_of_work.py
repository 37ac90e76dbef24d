"""What recording, upkeep and checking answer. Public through `views`."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.footfall.commands import AnnotationId, AuditId, LineId, MaskId, MaskKind, Point, Window, ZoneId


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCell:
    """People who went from one shop or trade to the next; None where they are too few to be told."""

    origin: str
    target: str
    persons: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextMatrix:
    """Where people went next on one business day."""

    cells: tuple[NextCell, ...]
    threshold: int
    suppressed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Shops in the order in which people had been to them before they came; empty: they came straight."""

    zones: tuple[ZoneId, ...]
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The common ways to one shop; `hidden` are the people on all others, None where even those are too few."""

    ways: tuple[Way, ...]
    threshold: int
    hidden: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A reading that cannot be recorded; the caller puts it where a person will see it."""

    device_id: int
    seq: int
    code: str  # footfall.line_unknown, footfall.zone_unknown, footfall.floor_unknown, footfall.reading_invalid
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a batch. `inserted + duplicates + len(rejected)` is its length."""

    inserted: int
    duplicates: int
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """One version of a line or zone: the span of a comparable series."""

    version_id: int
    version: int
    valid_from: datetime
    valid_until: datetime | None
    device_id: int | None
    points: tuple[Point, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageDay:
    """One line on one business day."""

    line_id: LineId
    business_on: date
    coverage: float
    has_redraw: bool
    is_imputed: bool
    is_final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GapView:
    """A stretch in which a line saw nothing although it should have."""

    line_id: LineId
    window: Window
    cause: str  # device, frozen, blind, silence
    tolerance_min: float | None  # what silence was still normal then (FT-R9)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImputationView:
    """One estimated hour with its method (FT-R10)."""

    line_id: LineId
    bucket_at: datetime
    observed: float
    imputed: float
    coverage: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRemoved:
    """How many crossings were taken out as staff, by each method; a crossing may be recognised by several."""

    window: Window
    crossings: int
    by_uniform: int
    by_badge: int
    by_area: int
    by_stay: int
    by_frequency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """One accuracy audit of a line."""

    id: AuditId
    line_id: LineId
    window: Window
    hand_in: int
    hand_out: int
    system_in: int
    system_out: int
    precision: float | None
    recall: float | None
    mape: float | None
    has_passed: bool
    is_best_case: bool
    audited_at: datetime
    audited_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskView:
    id: MaskId
    kind: MaskKind
    window: Window
    floor_id: int | None
    line_id: LineId | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationView:
    id: AnnotationId
    window: Window
    note_zh: str
    note_en: str
    floor_id: int | None
    line_id: LineId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClose:
    """What closing a business day found, for the mall (`floor_id` None) or one floor."""

    floor_id: int | None
    business_on: date
    ins: int
    outs: int
    residual: int
    out_scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    business_on: date
    closes: tuple[DayClose, ...]
    imputed_hours: int
    repeat_entrants: int  # tracks taken out as staff by frequency


@dataclass(frozen=True, slots=True, kw_only=True)
class Imputed:
    gaps: int
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    days: int
    rollups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    tokens: int
    partitions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partitions:
    created: tuple[str, ...]
