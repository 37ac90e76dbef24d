"""One camera at work: reads, counts and queues in a thread of its own; its troubles stay its own."""

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from vision_service.analytics.health import HealthMeter, Liveness, ObservedMinute
from vision_service.analytics.journeys import Journey
from vision_service.analytics.lines import LineCrossing
from vision_service.analytics.presence import PresenceMap
from vision_service.cameras import CameraConfig
from vision_service.clips import ClipStore
from vision_service.contracts import CameraState, CameraView, Observation
from vision_service.errors import QueueUnwritable, SourceUnavailable, VisionError
from vision_service.hazard_desk import HazardDesk
from vision_service.looking import Eye, LookWatch
from vision_service.models.choosing import Detectors, DetectorSettings
from vision_service.models.detections import Image
from vision_service.observing import observed
from vision_service.pipeline import Pipeline, Seen
from vision_service.privacy import annotated, jpeg
from vision_service.readings import ReadingWriter
from vision_service.sources.choosing import choose_source
from vision_service.sources.frames import Frame, Source
from vision_service.sources.live import LiveSource
from vision_service.store.queue import Draft, ReadingQueue
from vision_service.store.summary import Summary

log = logging.getLogger(__name__)

Observer = Callable[[list[Observation]], None]

SILENT_AFTER_S = 5.0
SMALLEST = 16  # pixels


class Camera:
    """Start it, ask it, stop it. Everything it found is in the queue before it is shown."""

    def __init__(
        self,
        config: CameraConfig,
        queue: ReadingQueue,
        *,
        timezone: str = 'Asia/Shanghai',
        cutoff_hour: int = 4,
        work_width: int = 480,
        detectors: Detectors | None = None,
        source: Source | None = None,
        clips: ClipStore | None = None,
        observer: Observer | None = None,
        eye: Eye | None = None,
        layout_version: int = 1,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.config = config
        self.code = config.code
        self.epoch = queue.begin_session(config.code)
        self.counted: Counter[tuple[str, str]] = Counter()
        self.summary = Summary(config.code)
        self._queue = queue
        self._source = source or choose_source(config.source, paced=config.paced, loop=config.loop)
        self._clock = clock
        self._detectors = detectors or Detectors(DetectorSettings(work_width=work_width))
        self._clips, self._timezone = clips, timezone
        self._hazards = HazardDesk(config, clips, timezone=timezone)
        self._observer = observer
        self._looks = LookWatch(eye) if eye else None
        self.layout_version = layout_version
        self._next_config: CameraConfig | None = None
        self._writer = ReadingWriter(config.code, timezone=timezone, cutoff_hour=cutoff_hour)
        self._liveness = Liveness()
        self._health = HealthMeter()
        self._presence = PresenceMap()
        self._health_lock = threading.Lock()
        self._pipeline: Pipeline | None = None
        self._latest: tuple[Frame, Seen] | None = None
        self._recent: deque[float] = deque(maxlen=50)
        self._began_at = 0.0
        self._last_at: float | None = None
        self._frames = 0
        self._spoiled = 0
        self._state, self._detail = CameraState.STARTING, 'opening the source'
        self._thread = threading.Thread(target=self.run, name=f'camera-{config.code}', daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        self._source.close()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def run(self) -> None:
        """Watches until the source ends, breaks or is closed; never raises."""
        try:
            for frame in self._source.frames():
                self._take(frame)
            self._end(CameraState.ENDED, 'the source ended')
        except VisionError as error:
            state = CameraState.UNREACHABLE if isinstance(error, SourceUnavailable) else CameraState.FAILED
            self._end(state, str(error))
        except Exception as error:
            log.exception('camera failed', extra={'camera': self.code})
            self._end(CameraState.FAILED, f'{type(error).__name__}: {error}')

    def tick(self, now: float) -> None:
        """Time passes without pictures: minutes of blindness are told, too. Only live sources run by our clock."""
        if not self._source.is_live or self._state in (CameraState.ENDED, CameraState.FAILED):
            return
        with self._health_lock:
            finished = self._health.tick(now)
        self._keep(self._writer.health(finished))
        if self._last_at is None or now - self._last_at > SILENT_AFTER_S:
            trouble = self._source.trouble if isinstance(self._source, LiveSource) else None
            self._state, self._detail = CameraState.UNREACHABLE, str(trouble or 'no picture comes')

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def view(self) -> CameraView:
        directions = Counter[str]()
        for (_, direction), count in self.counted.items():
            directions[direction] += count
        return CameraView(
            code=self.code,
            state=self._state,
            detail=self._detail,
            frames=self._frames,
            frames_dropped=self._source.dropped + self._spoiled,
            pictures_per_second=round(self._rate(), 1),
            people=int(self._latest[1].tracks.confirmed.sum()) if self._latest else 0,
            counted_in=directions['in'],
            counted_out=directions['out'],
            readings_waiting=self._queue.waiting(self.code),
            last_frame_at=datetime.fromtimestamp(self._last_at, UTC) if self._last_at else None,
            floor=self.config.floor,
            is_calibrated=self.config.calibration is not None,
            layout_version=self.layout_version,
            width=self.size[0] if self.size else None,
            height=self.size[1] if self.size else None,
        )

    def snapshot(self) -> bytes | None:
        """The newest picture as JPEG with every person masked; None before there is one."""
        latest, pipeline = self._latest, self._pipeline
        return jpeg(self._hazards.picture(latest[0].image, latest[1], pipeline)) if latest and pipeline else None

    def live(self) -> bytes | None:
        """The snapshot with zones, lines and where people's feet are; None before there is one."""
        latest, pipeline = self._latest, self._pipeline
        if latest is None or pipeline is None:
            return None
        return jpeg(annotated(self._hazards.picture(latest[0].image, latest[1], pipeline), latest[1], pipeline))

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of its pictures, once it has shown one."""
        return self._pipeline.size if self._pipeline else None

    def relayout(self, config: CameraConfig, version: int) -> None:
        """At work from the next picture on."""
        self._next_config, self.layout_version = config, version

    def _take(self, frame: Frame) -> None:
        if not self._frames or self._source.is_live:
            self._began_at = self._clock() - frame.seconds - self._source.hurries_by_s
        at = self._began_at + frame.seconds
        if not is_picture(frame.image):
            self._spoil(at)
            return
        alive = self._liveness.judge(frame.image, frame.seconds)
        with self._health_lock:
            minutes = self._health.see(at, alive)
        drafts = self._writer.health(minutes)
        if alive == 'ok':
            drafts += self._count(frame, at)
        self._keep(drafts)
        self._frames += 1
        self._last_at = at
        self._recent.append(time.monotonic())
        self._tell(alive)

    def _spoil(self, at: float) -> None:
        """A decoder's rubbish is nothing seen: it is dropped, and the minute says so."""
        self._spoiled += 1
        with self._health_lock:
            minutes = self._health.see(at, 'blind')
        self._keep(self._writer.health(minutes))
        self._last_at = at
        self._tell('blind')

    def _count(self, frame: Frame, at: float) -> list[Draft]:
        height, width = frame.image.shape[:2]
        drafts: list[Draft] = []
        if self._pipeline is None or self._pipeline.size != (width, height):
            drafts += self._ended()
            self._pipeline = Pipeline(self.config, width, height, detectors=self._detectors)
        drafts += self._redrawn(self._pipeline)
        seen = self._pipeline.see(frame)
        self._latest = (frame, seen)
        for crossing in seen.crossings:
            self.counted[crossing.line, crossing.direction] += 1
        self._sum_up(seen.crossings, seen.journeys)
        drafts += self._writer.seen(seen, self._began_at)
        drafts += self._hazards.see(frame, seen, self._pipeline, self._began_at)
        self._observe(frame.image, seen, self._pipeline, at)
        return drafts + self._place(seen, at)

    def _redrawn(self, pipeline: Pipeline) -> list[Draft]:
        """Puts a new layout to use: one picture belongs to one version."""
        config, self._next_config = self._next_config, None
        if config is None:
            return []
        self._hazards.finish()
        self.config = config
        self._hazards = HazardDesk(config, self._clips, timezone=self._timezone)
        stays, journeys = pipeline.relayout(config)
        self._sum_up([], journeys)
        return self._writer.stays(stays, self._began_at)

    def _observe(self, image: Image, seen: Seen, pipeline: Pipeline, at: float) -> None:
        if self._observer is not None and pipeline.projection is not None:
            looks = self._looks.of(image, seen.tracks, at) if self._looks else None
            place = (self.code, self.config.floor, seen, pipeline.projection, pipeline.size[1], at)
            self._observer(observed(*place, looks))

    def _sum_up(self, crossings: list[LineCrossing], journeys: list[Journey]) -> None:
        if self._pipeline is None:
            return
        for journey in journeys:
            self.summary.add_journey(self._writer.journey(journey, self._began_at, self._pipeline.size))
        for crossing in crossings:
            self.summary.add_crossing(crossing.line, crossing.direction, self._began_at + crossing.at)

    def _place(self, seen: Seen, at: float) -> list[Draft]:
        if self.config.floor is None or seen.tracks.metres is None:
            return []
        minutes = self._presence.observe(seen.tracks.metres[seen.tracks.confirmed], at)
        return self._writer.presence(minutes, self.config.floor, self._presence.cell_m)

    def _end(self, state: CameraState, detail: str) -> None:
        level = logging.INFO if state is CameraState.ENDED else logging.WARNING
        log.log(level, 'camera stopped', extra={'camera': self.code, 'state': state.value, 'reason': detail})
        self._state, self._detail = state, detail
        try:
            self._keep(self._rest())
        except QueueUnwritable as error:
            self._state, self._detail = CameraState.FAILED, str(error)

    def _ended(self) -> list[Draft]:
        """What was going on in a pipeline that sees no more: the stays so far count."""
        if self._pipeline is None:
            return []
        stays, journeys = self._pipeline.finish()
        self._sum_up([], journeys)
        return self._writer.stays(stays, self._began_at)

    def _rest(self) -> list[Draft]:
        """What was going on when the source ended."""
        self._hazards.finish()
        drafts = self._ended()
        if self.config.floor:
            drafts += self._writer.presence(self._presence.flush(), self.config.floor, self._presence.cell_m)
        with self._health_lock:
            last: list[ObservedMinute] = self._health.flush()
        return drafts + self._writer.health(last)

    def _keep(self, drafts: list[Draft]) -> None:
        self._queue.append(self.code, drafts)

    def _tell(self, alive: str) -> None:
        if alive == 'frozen':
            self._state, self._detail = CameraState.FROZEN, 'the same picture for a minute: restart the camera'
        elif alive == 'blind':
            self._state, self._detail = CameraState.BLIND, 'the picture shows nothing: is the lens covered?'
        else:
            self._state, self._detail = CameraState.WATCHING, 'counting'

    def _rate(self) -> float:
        recent = list(self._recent)
        if len(recent) < 2 or recent[-1] <= recent[0]:
            return 0.0
        return (len(recent) - 1) / (recent[-1] - recent[0])


def is_picture(image: Image) -> bool:
    """Whether there is anything to look at: decoders of broken streams hand out empty and misshapen arrays."""
    return image.ndim == 3 and image.shape[2] == 3 and min(image.shape[:2]) >= SMALLEST and image.dtype == np.uint8
