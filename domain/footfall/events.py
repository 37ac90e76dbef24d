"""What happened in footfall that others may want to know. Readings are not events: they are far too many."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class LineRedrawn(Event):
    """A counting line starts a new series (FT-R15)."""

    name: ClassVar[str] = 'footfall.line_redrawn'

    line_id: int
    series: int


@dataclass(frozen=True, kw_only=True)
class ZoneRedrawn(Event):
    """A counting zone starts a new series (FT-R15)."""

    name: ClassVar[str] = 'footfall.zone_redrawn'

    zone_id: int
    series: int


@dataclass(frozen=True, kw_only=True)
class AuditFailed(Event):
    """A hand count says that a line's figures are not to be relied on."""

    name: ClassVar[str] = 'footfall.audit_failed'

    line_id: int
    started_at: datetime


@dataclass(frozen=True, kw_only=True)
class BusinessDayClosed(Event):
    """A day's footfall is final."""

    name: ClassVar[str] = 'footfall.business_day_closed'

    business_on: str  # ISO
    footfall: int
