"""What safety is told: frozen, validated."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from pydantic import BaseModel, ConfigDict, Field

HazardId = NewType('HazardId', int)
Box = tuple[float, float, float, float]


class HazardKind(StrEnum):
    """What a camera can hint at."""

    DENSITY = 'density'
    INFLOW = 'inflow'
    COUNTERFLOW = 'counterflow'
    LOITERING = 'loitering'
    INTRUSION = 'intrusion'
    ABANDONED = 'abandoned'
    FALL = 'fall'
    FLAME = 'flame'
    SMOKE = 'smoke'


class HazardState(StrEnum):
    OPEN = 'open'
    CONFIRMED = 'confirmed'
    DISMISSED = 'dismissed'


class Priority(StrEnum):
    """How urgently a person is asked; `linked`: the fire system itself has acted, we follow it."""

    NORMAL = 'normal'
    HIGH = 'high'
    LINKED = 'linked'


class Reason(StrEnum):
    """Why it was confirmed or dismissed: the feedback from which the watch is set anew."""

    REAL = 'real'
    EXERCISE = 'exercise'
    CLOTHING = 'clothing'
    STEAM = 'steam'
    LIGHT = 'light'
    STAFF = 'staff'
    OWNED = 'owned'
    SHORT = 'short'
    OTHER = 'other'


CONFIRMING = frozenset({Reason.REAL, Reason.EXERCISE})


class Watched(StrEnum):
    """What somebody looked at."""

    CLIP = 'clip'
    LIVE = 'live'


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardReading:
    """One word of a camera about an alarm; (device, seq) names it."""

    device_id: int
    seq: int
    occurred_at: datetime
    received_at: datetime
    hazard: str
    kind: HazardKind
    edge: Literal['raised', 'cleared']
    alarm: str
    value: float
    limit: float
    box: Box | None = None
    clip: str | None = None


class Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra='forbid')


class ReviewHazard(Command):
    hazard_id: HazardId
    verdict: Literal['confirmed', 'dismissed']
    reason: Reason
    note: str = Field(default='', max_length=500)


class OpenClip(Command):
    hazard_id: HazardId


class WatchCameras(Command):
    device_codes: tuple[str, ...] = Field(min_length=1, max_length=500)


class NoteLayout(Command):
    """A camera's layout was drawn anew at the vision service, in this version."""

    device_code: str = Field(min_length=1, max_length=64)
    version: int = Field(ge=1)


class RecordFireSignal(Command):
    """What the fire panel says, read only."""

    source: Literal['detector', 'manual_call_point']
    code: str = Field(min_length=1, max_length=64)
    floor_id: int | None = None
    occurred_at: datetime
