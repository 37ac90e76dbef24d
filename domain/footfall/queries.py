"""The questions one may ask of footfall. All read roll-ups; none reads raw crossings, stays or presence.

`now` is the instant the answer is for: figures of the running business day end there, and so do those they are
compared with (CK-R5). Windows have an exclusive end and are cut to whole buckets of the grain.
"""

from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session

from domain.footfall.commands import LineId, LineRole, Window, ZoneId
from domain.footfall.permissions import EXPORT, VIEW
from domain.footfall.views import (
    AnnotationView,
    AuditView,
    CaptureRate,
    CockpitSummary,
    ComparisonView,
    Conversion,
    CoverageDay,
    Curve,
    DoorRank,
    ExportRow,
    FloorOccupancy,
    FlowMatrix,
    GapView,
    Grain,
    HeatMap,
    ImputationView,
    LineView,
    MaskView,
    Mode,
    Series,
    StaffRemoved,
    VersionView,
    ZoneDwell,
    ZoneView,
)
from domain.shared.actor import Actor
from domain.shared.operations import query


@query(VIEW)
def cockpit_summary(session: Session, *, actor: Actor, now: datetime) -> CockpitSummary:
    """Today until now at the external doors, with occupancy, and against last week and last year at the same time."""
    raise NotImplementedError


@query(VIEW)
def curve_15min(
    session: Session, *, actor: Actor, now: datetime, on: date | None = None, mode: Mode = Mode.PREVIOUS_WEEK
) -> Curve:
    """A day's (today's) footfall by quarter of an hour beside that of its aligned day."""
    raise NotImplementedError


@query(VIEW)
def door_ranking(session: Session, *, actor: Actor, now: datetime, limit: int = 50) -> tuple[DoorRank, ...]:
    """Today's entrances, busiest first, each against the same time last week."""
    raise NotImplementedError


@query(VIEW)
def occupancy_by_floor(session: Session, *, actor: Actor, now: datetime) -> tuple[FloorOccupancy, ...]:
    """People inside now: the mall first (`floor_id` None), then each floor."""
    raise NotImplementedError


@query(VIEW)
def capture_rates(session: Session, *, actor: Actor, now: datetime, window: Window) -> tuple[CaptureRate, ...]:
    """进店率 of each unit with a shop line or zone and somebody counted passing by."""
    raise NotImplementedError


@query(VIEW)
def dwell_by_zone(
    session: Session, *, actor: Actor, now: datetime, window: Window, floor_id: int | None = None
) -> tuple[ZoneDwell, ...]:
    """Visits and their mean, median and 90th percentile dwell, longest median first."""
    raise NotImplementedError


@query(VIEW)
def flows(session: Session, *, actor: Actor, now: datetime, window: Window, floor_id: int | None = None) -> FlowMatrix:
    """Zone to zone, small cells suppressed and so that no subtraction finds them (FT-R14)."""
    raise NotImplementedError


@query(VIEW)
def heat_map(session: Session, *, actor: Actor, now: datetime, floor_id: int, window: Window) -> HeatMap:
    """Person-seconds per square metre of one floor, by whole hours (or days, for longer windows)."""
    raise NotImplementedError


@query(VIEW)
def coverage_calendar(
    session: Session, *, actor: Actor, now: datetime, first_on: date, until_on: date
) -> tuple[CoverageDay, ...]:
    """Each line's coverage on each business day of [first_on, until_on)."""
    raise NotImplementedError


@query(VIEW)
def list_gaps(session: Session, *, actor: Actor, now: datetime, window: Window) -> tuple[GapView, ...]:
    """Gaps that touch the window, newest first."""
    raise NotImplementedError


@query(VIEW)
def list_imputations(session: Session, *, actor: Actor, now: datetime, window: Window) -> tuple[ImputationView, ...]:
    """Each estimated hour of the window with its method."""
    raise NotImplementedError


@query(VIEW)
def series(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    grain: Grain,
    window: Window,
    line_id: LineId | None = None,
    door_id: int | None = None,
    floor_id: int | None = None,
) -> Series:
    """Ins and outs over time of one line, one door, one floor's outer lines, or (nothing given) the mall."""
    raise NotImplementedError


@query(VIEW)
def compare(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    window: Window,
    mode: Mode,
    line_id: LineId | None = None,
    floor_id: int | None = None,
) -> ComparisonView:
    """A window of whole business days (the last may still run) against its aligned base; see `Mode`.

    Month to date compares with the same days of the base, never with the whole month (CK-R6).
    """
    raise NotImplementedError


@query(VIEW)
def conversion(
    session: Session, *, actor: Actor, now: datetime, window: Window, receipts: int, unit_id: int | None = None
) -> Conversion:
    """Receipts per head and per buying unit, of the mall or of one unit (FT-R6)."""
    raise NotImplementedError


@query(VIEW)
def staff_removed(session: Session, *, actor: Actor, now: datetime, window: Window) -> StaffRemoved:
    """How many crossings were taken out as staff, by method."""
    raise NotImplementedError


@query(EXPORT, is_audited=True)
def export_rows(
    session: Session, *, actor: Actor, now: datetime, grain: Grain, window: Window, role: LineRole | None = None
) -> Iterator[ExportRow]:
    """Aggregates for a CSV file, streamed in order of time and line; consume it inside the transaction."""
    raise NotImplementedError


@query(VIEW)
def list_lines(session: Session, *, actor: Actor, floor_id: int | None = None) -> tuple[LineView, ...]:
    """Counting lines in their present version with the badge of their last audit."""
    raise NotImplementedError


@query(VIEW)
def list_zones(session: Session, *, actor: Actor, floor_id: int | None = None) -> tuple[ZoneView, ...]:
    """Counting zones in their present version."""
    raise NotImplementedError


@query(VIEW)
def line_versions(session: Session, *, actor: Actor, line_id: LineId) -> tuple[VersionView, ...]:
    """All versions of a line, newest first."""
    raise NotImplementedError


@query(VIEW)
def zone_versions(session: Session, *, actor: Actor, zone_id: ZoneId) -> tuple[VersionView, ...]:
    """All versions of a zone, newest first."""
    raise NotImplementedError


@query(VIEW)
def list_audits(session: Session, *, actor: Actor, line_id: LineId | None = None) -> tuple[AuditView, ...]:
    """Accuracy audits, newest first."""
    raise NotImplementedError


@query(VIEW)
def list_masks(session: Session, *, actor: Actor, window: Window) -> tuple[MaskView, ...]:
    """Masks that touch the window."""
    raise NotImplementedError


@query(VIEW)
def list_annotations(session: Session, *, actor: Actor, window: Window) -> tuple[AnnotationView, ...]:
    """Remarks that touch the window."""
    raise NotImplementedError
