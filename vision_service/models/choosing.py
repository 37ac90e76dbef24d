"""Which detector a camera uses."""

from vision_service.models.detections import Detector
from vision_service.models.hog import HogDetector
from vision_service.models.motion import MotionDetector, MotionSettings
from vision_service.models.scale import FloorHeight
from vision_service.tracking.projection import FloorProjection


def choose_detector(name: str, projection: FloorProjection | None, work_width: int = 480) -> Detector:
    if name == 'hog':
        return HogDetector()
    scale = FloorHeight(projection) if projection else None
    return MotionDetector(scale, MotionSettings(work_width=work_width))
