"""A picture with its time, and the protocol of what gives pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from vision_service.models.detections import Image


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture. `seconds` is the stream's clock from its start, rising; `restarted` after a gap or a loop."""

    index: int
    seconds: float
    image: Image
    restarted: bool = False


class Source(Protocol):
    """Gives pictures in order; ends by itself or when closed."""

    @property
    def dropped(self) -> int: ...
    @property
    def is_live(self) -> bool: ...
    @property
    def hurries_by_s(self) -> float:
        """How long before now a recording must have begun so that nothing in it lies in the future."""
        ...

    def frames(self) -> Iterator[Frame]:
        """:raises SourceUnavailable: when the source cannot be opened or breaks for good"""
        ...

    def close(self) -> None: ...
