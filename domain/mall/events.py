"""What happened to the property."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class PlanImported(Event):
    name: ClassVar[str] = 'mall.plan_imported'

    floors: int
    units: int
    retired: int


@dataclass(frozen=True, kw_only=True)
class OpeningHoursChanged(Event):
    name: ClassVar[str] = 'mall.opening_hours_changed'

    from_on: date
    unit_id: int | None = None
