"""What safety answers: frozen views."""

from dataclasses import dataclass
from datetime import datetime

from domain.safety.commands import Box, HazardId, HazardKind, HazardState, Priority, Reason, Watched


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardView:
    """One hazard as the queue shows it; the clip is opened by `open_clip`, never from here."""

    id: HazardId
    device_code: str
    device_name: str
    floor_id: int | None
    code: str
    kind: HazardKind
    raised_at: datetime
    cleared_at: datetime | None
    value: float
    limit: float
    box: Box | None
    has_clip: bool
    occurrences: int
    priority: Priority
    state: HazardState
    reason: Reason | None
    note: str
    reviewed_at: datetime | None
    reviewed_by: str | None


@dataclass(frozen=True, slots=True)
class HazardPage:
    rows: tuple[HazardView, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRecord:
    """How often a camera was right, among what people looked at."""

    device_code: str
    confirmed: int
    dismissed: int
    waiting: int
    median_seconds_to_verify: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraView:
    """A camera of the mall as the platform knows it, whether or not a vision service looks through it."""

    id: int
    code: str
    name: str
    floor_id: int | None
    at: tuple[float, float] | None
    is_online: bool
    last_seen_at: datetime | None
    open_hazards: int


@dataclass(frozen=True, slots=True)
class ClipReference:
    """Where a clip is to be fetched; whoever holds it has been put on record."""

    device_code: str
    clip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewingView:
    what: Watched
    device_code: str
    hazard_id: HazardId | None
    viewed_at: datetime
    viewed_by: str


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """A label for whoever sets the watch anew: what was seen, and what it was."""

    device_code: str
    kind: HazardKind
    code: str
    clip: str | None
    raised_at: datetime
    verdict: HazardState
    reason: Reason | None
