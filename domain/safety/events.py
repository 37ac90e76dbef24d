"""What safety tells the others."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class HazardRaised(Event):
    """A person is asked to look; nothing else happens by it (SE-R1)."""

    name: ClassVar[str] = 'safety.hazard_raised'

    hazard_id: int
    kind: str
    device_id: int


@dataclass(frozen=True, kw_only=True)
class HazardReviewed(Event):
    name: ClassVar[str] = 'safety.hazard_reviewed'

    hazard_id: int
    kind: str
    verdict: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FireSystemActed(Event):
    """Two devices of the fire system agreed, so it has linked by itself; listeners do what informs people."""

    name: ClassVar[str] = 'safety.fire_system_acted'

    floor_id: int | None
