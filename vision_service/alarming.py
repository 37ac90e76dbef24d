"""Looks through a clip for hazards, for `atrium vision hazards`, for tests and for measurements."""

from dataclasses import dataclass, field
from typing import Any

from vision_service.cameras import CameraConfig
from vision_service.contracts import HazardKind
from vision_service.hazards import WITHOUT_ZONES, HazardConfig, HazardEvent, HazardMonitor
from vision_service.models.detections import Detector
from vision_service.pipeline import Pipeline
from vision_service.sources.choosing import choose_source
from vision_service.sources.frames import Source


@dataclass(slots=True)
class Alarms:
    """What a clip came to."""

    frames: int = 0
    seconds: float = 0.0
    events: list[HazardEvent] = field(default_factory=list)

    def raised(self, kind: HazardKind | None = None) -> list[HazardEvent]:
        return [each for each in self.events if each.edge == 'raised' and kind in (None, each.kind)]

    def summary(self) -> dict[str, Any]:
        """Every alarm with its beginning and end, in seconds of the clip."""
        ends = {each.alarm: each.at for each in self.events if each.edge == 'cleared'}
        alarms = [
            {
                'kind': each.kind.value,
                'code': each.code,
                'raised_at': round(each.at, 2),
                'cleared_at': round(ends[each.alarm], 2) if each.alarm in ends else None,
                'value': each.value,
                'box': [round(share, 3) for share in each.box] if each.box else None,
            }
            for each in self.raised()
        ]
        return {'frames': self.frames, 'seconds': round(self.seconds, 3), 'alarms': alarms}


def usual_hazards(kinds: tuple[HazardKind, ...] = WITHOUT_ZONES) -> tuple[HazardConfig, ...]:
    """What any camera may watch for in its whole picture."""
    return tuple(HazardConfig(code=kind.value, kind=kind) for kind in kinds)


def alarm_clip(
    camera: CameraConfig, *, source: Source | None = None, detector: Detector | None = None, work_width: int = 480
) -> Alarms:
    """Watches for the camera's hazards, or for the usual ones where it names none.

    :raises SourceUnavailable: when the source cannot be read
    :raises ConfigurationInvalid: when a hazard cannot be watched for by this camera
    """
    found, pipeline, monitor = Alarms(), None, None
    for frame in (source or choose_source(camera.source)).frames():
        height, width = frame.image.shape[:2]
        if pipeline is None or monitor is None:
            pipeline = Pipeline(camera, width, height, work_width=work_width, detector=detector)
            floor = camera.calibration.placed(width, height) if camera.calibration else None
            monitor = HazardMonitor(camera.code, camera.hazards or usual_hazards(), (width, height), floor)
        seen = pipeline.see(frame)
        found.events += monitor.see(frame.image, seen.tracks, frame.seconds)
        found.frames, found.seconds = found.frames + 1, frame.seconds
    return found
