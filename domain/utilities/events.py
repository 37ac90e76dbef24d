"""What happened to meters."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class ReadingHeld(Event):
    name: ClassVar[str] = 'utilities.reading_held'

    meter_id: int
    reading_id: int


@dataclass(frozen=True, kw_only=True)
class MeterHandedOver(Event):
    name: ClassVar[str] = 'utilities.meter_handed_over'

    meter_id: int
    reading_id: int
    tenant_id: int | None
