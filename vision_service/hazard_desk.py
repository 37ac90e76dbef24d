"""One camera's hazards at work: watches, records clips and writes the readings."""

from typing import Any

import cv2
import numpy as np

from vision_service.analytics.flame import Patch
from vision_service.cameras import CameraConfig
from vision_service.clips import ClipRecorder, ClipStore
from vision_service.contracts import Channel, HazardKind
from vision_service.hazards import HazardConfig, HazardEvent, HazardMonitor
from vision_service.models.detections import Image
from vision_service.pipeline import Pipeline, Seen
from vision_service.privacy import scene_without_people
from vision_service.readings import instant
from vision_service.sources.frames import Frame
from vision_service.store.queue import Draft

INK = (30, 60, 230)
SHOWN = frozenset({HazardKind.FLAME, HazardKind.SMOKE})


class HazardDesk:
    """Built for one camera; a change of the picture's size begins anew."""

    def __init__(self, config: CameraConfig, store: ClipStore | None, *, timezone: str) -> None:
        self._config = config
        self._timezone = timezone
        self._recorder = ClipRecorder(store) if store else None
        self._monitor: HazardMonitor | None = None
        self._size = (0, 0)
        self._boxes: dict[str, HazardEvent] = {}

    @property
    def raised(self) -> list[HazardEvent]:
        """Alarms that are on."""
        return list(self._boxes.values())

    def see(self, frame: Frame, seen: Seen, pipeline: Pipeline, began_at: float) -> list[Draft]:
        """:raises ConfigurationInvalid: when a hazard cannot be watched for by this camera"""
        if not self._config.hazards:
            return []
        monitor = self._monitored(pipeline.size)
        at = began_at + frame.seconds
        events = monitor.see(frame.image, seen.tracks, frame.seconds, wall_time=at)
        for event in events:
            self._note(event)
        self._record(frame, seen, pipeline, events)
        return [self._draft(event, began_at) for event in events]

    def finish(self) -> None:
        if self._recorder:
            self._recorder.flush()

    def _monitored(self, size: tuple[int, int]) -> HazardMonitor:
        if self._monitor is None or self._size != size:
            calibration = self._config.calibration
            floor = calibration.placed(*size) if calibration else None
            self._monitor = HazardMonitor(self._config.code, self._config.hazards, size, floor, timezone=self._timezone)
            self._size = size
        return self._monitor

    def _note(self, event: HazardEvent) -> None:
        if event.edge == 'raised':
            self._boxes[event.alarm] = event
        else:
            self._boxes.pop(event.alarm, None)

    def _record(self, frame: Frame, seen: Seen, pipeline: Pipeline, events: list[HazardEvent]) -> None:
        if self._recorder is None:
            return
        for event in events:
            if event.edge == 'raised':
                self._recorder.begin(event.alarm, frame.seconds)
        if self._recorder.is_due(frame.seconds):
            self._recorder.add(self.picture(frame.image, seen, pipeline), frame.seconds)

    def picture(self, image: Image, seen: Seen, pipeline: Pipeline) -> Image:
        """The scene with people masked; flames, smoke and left things as they are, for somebody must judge them."""
        scene = scene_without_people(image, seen, pipeline)
        if self._monitor is None:
            return scene
        for config in self._config.hazards:
            patch = self._monitor.evidence(config.code)
            if patch is not None:
                _show(scene, image, patch)
        for event in self._boxes.values():
            _frame(scene, image, event)
        return scene

    def _draft(self, event: HazardEvent, began_at: float) -> Draft:
        config = next(each for each in self._config.hazards if each.code == event.code)
        body: dict[str, Any] = {
            'at': instant(began_at + event.at),
            'hazard': event.code,
            'kind': event.kind.value,
            'edge': event.edge,
            'alarm': event.alarm,
            'value': event.value,
            'limit': _limit(config, event),
            'box': [round(share, 4) for share in event.box] if event.box else None,
            'clip': event.alarm if self._recorder else None,
        }
        return Channel.HAZARDS, body


def _limit(config: HazardConfig, event: HazardEvent) -> float:
    return config.limits().raise_at if event.edge == 'raised' else config.limits().clear_at


def _show(scene: Image, image: Image, patch: Patch) -> None:
    """Only the cells that are evidence; nobody's face is made of flame."""
    size = (image.shape[1], image.shape[0])
    cells = cv2.resize(patch.cells.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    scene[cells] = image[cells]


def _frame(scene: Image, image: Image, event: HazardEvent) -> None:
    if event.box is None:
        return
    rows, columns = image.shape[:2]
    left, top, right, bottom = (
        int(share * size) for share, size in zip(event.box, (columns, rows, columns, rows), strict=True)
    )
    if event.kind is HazardKind.ABANDONED:
        scene[top:bottom, left:right] = image[top:bottom, left:right]
    cv2.rectangle(scene, (left, top), (right, bottom), INK, 2)
