"""Counts a clip from its first picture to its last, for `atrium vision count`, for tests and for measurements."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vision_service.analytics.lines import LineCrossing
from vision_service.cameras import CameraConfig
from vision_service.models.choosing import Detectors
from vision_service.models.detections import Detector
from vision_service.pipeline import Pipeline, Seen
from vision_service.sources.choosing import choose_source
from vision_service.sources.frames import Source


@dataclass(slots=True)
class Count:
    """What a clip came to."""

    frames: int = 0
    seconds: float = 0.0
    crossings: list[LineCrossing] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """In, out and per minute, by line."""
        lines: dict[str, Any] = {}
        for code in sorted({crossing.line for crossing in self.crossings}):
            mine = [crossing for crossing in self.crossings if crossing.line == code]
            lines[code] = {'in': _directed(mine, 'in'), 'out': _directed(mine, 'out'), 'per_minute': _minutes(mine)}
        return {'frames': self.frames, 'seconds': round(self.seconds, 3), 'lines': lines}


def count_clip(
    camera: CameraConfig,
    *,
    source: Source | None = None,
    detector: Detector | None = None,
    work_width: int = 480,
    detectors: Detectors | None = None,
    on_frame: Callable[[int], None] | None = None,
    on_seen: Callable[[Seen], None] | None = None,
) -> Count:
    """:raises SourceUnavailable, WeightsMissing: no picture can be read, or the detector has no weights"""
    count, pipeline = Count(), None
    for frame in (source or choose_source(camera.source)).frames():
        height, width = frame.image.shape[:2]
        pipeline = pipeline or Pipeline(
            camera, width, height, work_width=work_width, detectors=detectors, detector=detector
        )
        seen = pipeline.see(frame)
        count.crossings += seen.crossings
        count.frames, count.seconds = count.frames + 1, frame.seconds
        if on_seen:
            on_seen(seen)
        if on_frame:
            on_frame(count.frames)
    return count


def _directed(crossings: list[LineCrossing], direction: str) -> int:
    return sum(crossing.direction == direction for crossing in crossings)


def _minutes(crossings: list[LineCrossing]) -> list[dict[str, int]]:
    entries = Counter((int(crossing.at // 60), crossing.direction) for crossing in crossings)
    minutes = sorted({minute for minute, _ in entries})
    return [{'minute': minute, 'in': entries[minute, 'in'], 'out': entries[minute, 'out']} for minute in minutes]
