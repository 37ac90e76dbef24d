"""From a picture to what happened in it: detect, track, count. Pure over its pictures: a replay counts the same."""

from dataclasses import dataclass, field

from vision_service.analytics.bands import Band, HeightBands
from vision_service.analytics.groups import GroupWatch
from vision_service.analytics.journeys import Journey, JourneyLog
from vision_service.analytics.lines import LineCounter, LineCrossing
from vision_service.analytics.staff import StaffWatch
from vision_service.analytics.zones import Stay, ZoneWatcher
from vision_service.cameras import CameraConfig
from vision_service.models.choosing import NETWORKS, Detectors, DetectorSettings
from vision_service.models.detections import Detections, Detector
from vision_service.models.scale import FloorHeight
from vision_service.sources.frames import Frame
from vision_service.tracking.motion import FloorMotion, PictureMotion
from vision_service.tracking.projection import FloorProjection
from vision_service.tracking.tracker import Tracker, TrackerSettings, Tracks

FORGET_EVERY = 50  # pictures

# Motion detectors give a share of filled pixels, not a probability: what is there at all is meant.
BLOBS_ON_PICTURE = TrackerSettings(starting=0.2, certain=0.2, doubtful=0.05, confirmations=3)
BLOBS_ON_FLOOR = TrackerSettings(
    starting=0.2,
    certain=0.2,
    doubtful=0.05,
    confirmations=3,
    first_limit=1.0,
    second_limit=1.0,
    tentative_limit=1.0,
    memory_s=2.0,
)
# Networks give chances: half-sure ones keep somebody who is known, and start nobody.
CHANCES = TrackerSettings(starting=0.45, certain=0.45, doubtful=0.15, confirmations=3)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one picture brought; times are seconds of the stream."""

    detections: Detections
    tracks: Tracks
    crossings: list[LineCrossing]
    stays: list[Stay]
    journeys: list[Journey]
    groups: list[int] = field(default_factory=list)
    bands: list[Band | None] = field(default_factory=list)
    staff: dict[int, list[str]] = field(default_factory=dict)


class Pipeline:
    """Built for one camera and one picture size."""

    def __init__(
        self,
        camera: CameraConfig,
        width: int,
        height: int,
        *,
        work_width: int = 480,
        detectors: Detectors | None = None,
        detector: Detector | None = None,
    ) -> None:
        """:raises WeightsMissing, EngineUnavailable: the camera's detector is a network that cannot work here"""
        self.size = (width, height)
        self._detectors = detectors or Detectors(DetectorSettings(work_width=work_width))
        self.projection: FloorProjection | None = None
        self._draw(camera)
        self.detector = detector or self._chosen_detector()
        self._tracker = self._new_tracker()
        self._journeys = JourneyLog()
        self._groups = GroupWatch()
        self._pictures = 0

    def see(self, frame: Frame) -> Seen:
        """After a gap or a loop nobody is who they were before: tracks begin anew, the scene stays known."""
        stays, journeys = self.finish() if frame.restarted else ([], [])
        detections = self.detector.detect(frame.image)
        tracks = self._tracker.update(detections, frame.seconds)
        self._groups.observe(tracks, frame.seconds)
        self._staff.observe(frame.image, tracks)
        if self._bands:
            self._bands.observe(tracks)
        crossings = [crossing for line in self.lines for crossing in line.observe(tracks, frame.seconds)]
        stays += [stay for zone in self.zones for stay in zone.observe(tracks, frame.seconds)]
        self._journeys.observe(tracks, frame.seconds)
        journeys += self._forget()
        told = [each.track for each in crossings] + [stay.track for stay in stays]
        return Seen(
            detections,
            tracks,
            crossings,
            stays,
            journeys,
            groups=self._groups.groups(crossings),
            bands=[self._bands.band(each.track) if self._bands else None for each in crossings],
            staff={number: marks for number in told if (marks := self._staff.marks(number))},
        )

    def relayout(self, camera: CameraConfig) -> tuple[list[Stay], list[Journey]]:
        """New lines, zones or calibration; what was going on under the old ones ends, so that nobody counts twice.

        The scene stays known unless the calibration is another: it says how tall people look.
        """
        ended = self.finish()
        calibration = self._camera.calibration
        self._draw(camera)
        if camera.calibration != calibration:
            self.detector = self._chosen_detector()
        self._tracker = self._new_tracker(first_id=self._tracker.next_id)
        return ended

    def _draw(self, camera: CameraConfig) -> None:
        self._camera = camera
        self.projection = camera.calibration.placed(*self.size) if camera.calibration else None
        self.lines = [LineCounter(line.placed(*self.size)) for line in camera.lines if line.kind == 'door']
        self.zones = [ZoneWatcher(zone.placed(*self.size)) for zone in camera.zones if zone.kind == 'zone']
        self._bands = HeightBands(FloorHeight(self.projection)) if self.projection else None
        self._staff = StaffWatch(
            [line.placed(*self.size) for line in camera.lines if line.kind == 'staff'],
            [zone.placed(*self.size).polygon for zone in camera.zones if zone.kind == 'staff'],
            [(blue, green, red) for red, green, blue in camera.uniforms],
        )

    def finish(self) -> tuple[list[Stay], list[Journey]]:
        """Ends what is going on; track numbers go on rising."""
        self._tracker = self._new_tracker(first_id=self._tracker.next_id)
        for line in self.lines:
            line.forget(set())
        return [stay for zone in self.zones for stay in zone.finish()], self._journeys.finish(set())

    def _forget(self) -> list[Journey]:
        self._pictures += 1
        if self._pictures % FORGET_EVERY:
            return []
        alive = set(self._tracker.alive.tolist())
        for line in self.lines:
            line.forget(alive)
        self._staff.forget(alive.union(*(zone.people for zone in self.zones)))
        if self._bands:
            self._bands.forget(alive)
        return self._journeys.finish(alive)

    def _chosen_detector(self) -> Detector:
        return self._detectors.of_camera(self._camera.detector, self.projection, self._camera.tiles)

    def _new_tracker(self, *, first_id: int = 1) -> Tracker:
        if self._camera.detector in NETWORKS:
            motion = FloorMotion(self.projection) if self.projection else PictureMotion()
            return Tracker(motion, CHANCES, first_id=first_id)
        if self.projection is None:
            return Tracker(
                PictureMotion(grow=0.2, grow_per_s=0.0, weighs_scores=False), BLOBS_ON_PICTURE, first_id=first_id
            )
        return Tracker(FloorMotion(self.projection), BLOBS_ON_FLOOR, first_id=first_id)
