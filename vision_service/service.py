"""Several cameras, their publishers and the API in one process; what fails, fails alone."""

import asyncio
import hashlib
import logging
import os
import ssl
import time
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import cv2
import uvicorn

from vision_service.api import create_api
from vision_service.camera import Camera
from vision_service.cameras import CameraConfig, PlanConfig
from vision_service.clips import ClipStore
from vision_service.contracts import (
    CalibrationFit,
    CalibrationShape,
    CameraState,
    CameraView,
    HealthView,
    LayoutChange,
    LayoutView,
    PartView,
)
from vision_service.errors import ConfigurationInvalid
from vision_service.layouts import Layouts
from vision_service.looking import Sight
from vision_service.metrics import create_registry
from vision_service.models.choosing import Detectors, DetectorSettings
from vision_service.publisher import BrokerAddress, Publisher
from vision_service.settings import VisionSettings
from vision_service.store.archive import Archive
from vision_service.store.layouts import LayoutStore
from vision_service.store.queue import ReadingQueue
from vision_service.tracking.association.tone_learning import ToneLearner
from vision_service.tracking.association.tones import Tones
from vision_service.trajectories.forwarding import Forwarding
from vision_service.trajectories.owner import IdentityOwner

log = logging.getLogger(__name__)

TICK_S = 1.0
VERSION = '0.1.0'
LAST_WORDS_S = 10.0
API_CLOSES_WITHIN_S = 5.0
AT_WORK = frozenset({CameraState.WATCHING, CameraState.STARTING, CameraState.ENDED})


class VisionService:
    """Build it, `await run()`; `stop()` ends it in order: cameras, last readings, status, API."""

    def __init__(
        self, settings: VisionSettings, cameras: tuple[CameraConfig, ...], plan: PlanConfig | None = None
    ) -> None:
        self._settings = settings
        self._store = LayoutStore(settings.state_dir / 'layouts.sqlite3')
        self._layouts = Layouts(self._store)
        self._queue = ReadingQueue(settings.state_dir / 'readings.sqlite3')
        self._clips = ClipStore(settings.state_dir / 'clips')
        self._sight = Sight(settings)
        self._detectors = Detectors(DetectorSettings.of(settings))
        self._owner = self._identity_owner(plan or PlanConfig())
        token = settings.http_token.get_secret_value() if settings.http_token else None
        self._forwarding = Forwarding(settings.owner_url, token) if settings.owner_url else None
        self._cameras = {config.code: self._camera(config) for config in cameras}
        self._publishers = {config.code: self._publisher(config) for config in cameras}
        if settings.floor_device:
            epoch = self._queue.begin_session(settings.floor_device)
            self._publishers[settings.floor_device] = self._voice(settings.floor_device, epoch, None)
        self._archive = Archive(settings.database_url.get_secret_value() if settings.database_url else None)
        self._stopping = asyncio.Event()
        self._server: uvicorn.Server | None = None
        self._api_closed = asyncio.Event()

    @property
    def http_port(self) -> int | None:
        """The port the API listens on, once it does."""
        if self._server is None or not self._server.started:
            return None
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    def stop(self) -> None:
        self._stopping.set()

    async def run(self, *, until_ended: bool = False) -> None:
        """Runs until stopped; with `until_ended` also until every source ended and all readings left."""
        self._wire()
        tasks = [asyncio.create_task(self._guarded(name, work)) for name, work in self._works()]
        try:
            await self._watch(until_ended=until_ended)
        finally:
            await self._wind_down(tasks)

    def health(self) -> HealthView:
        views = self.cameras()
        watching = sum(view.state is CameraState.WATCHING for view in views)
        parts = [self._broker_part(), self._archive.part(), _cameras_part(views), *self._sight.parts]
        return HealthView(
            status='ok' if all(part.ready for part in parts) else 'degraded',
            version=VERSION,
            cameras=len(views),
            watching=watching,
            readings_waiting=self._queue.waiting(),
            parts=parts,
        )

    def cameras(self) -> list[CameraView]:
        return [camera.view() for camera in self._cameras.values()]

    def snapshot(self, code: str) -> bytes | None:
        return self._cameras[code].snapshot()

    def live(self, code: str) -> bytes | None:
        return self._cameras[code].live()

    def layout(self, code: str) -> LayoutView:
        return self._layouts.view(self._cameras[code])

    def layouts(self, code: str) -> list[LayoutView]:
        return self._layouts.history(self._cameras[code])

    def change_layout(self, code: str, change: LayoutChange) -> LayoutView:
        return self._layouts.change(self._cameras[code], change)

    def fit(self, code: str, shape: CalibrationShape) -> CalibrationFit:
        return self._layouts.fit(self._cameras[code], shape)

    def clip(self, name: str) -> Path | None:
        return self._clips.path(name)

    def _wire(self) -> None:
        loop = asyncio.get_running_loop()
        cv2.setNumThreads(max(1, (os.cpu_count() or 1) // max(len(self._cameras), 1)))  # one each is best for many
        self._queue.on_append(lambda device: loop.call_soon_threadsafe(self._publishers[device].wake))
        for camera in self._cameras.values():
            camera.start()

    def _works(self) -> list[tuple[str, Any]]:
        works: list[tuple[str, Any]] = [(f'publisher {code}', each.run) for code, each in self._publishers.items()]
        return [*works, ('api', self._serve), ('archive', lambda: self._archive.run(list(self._cameras.values())))]

    async def _guarded(self, name: str, work: Any) -> None:
        """One part's failure is told and tried again; it never takes the others down."""
        while not self._stopping.is_set():
            try:
                await work()
                return
            except Exception:
                log.exception('part failed, starting it again', extra={'part': name})
                await asyncio.sleep(5.0)

    async def _watch(self, *, until_ended: bool) -> None:
        while not self._stopping.is_set():
            now = time.time()
            for camera in self._cameras.values():
                camera.tick(now)
            await asyncio.to_thread(self._owner.tick, now)
            if self._forwarding:
                await asyncio.to_thread(self._forwarding.tick)
            if until_ended and self._is_done():
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), TICK_S)

    def _is_done(self) -> bool:
        over = {CameraState.ENDED, CameraState.FAILED, CameraState.UNREACHABLE}
        ended = all(camera.view().state in over and not camera.is_running for camera in self._cameras.values())
        return ended and self._queue.waiting() == 0

    async def _wind_down(self, tasks: list[asyncio.Task[None]]) -> None:
        self._stopping.set()
        await asyncio.gather(*(asyncio.to_thread(camera.stop) for camera in self._cameras.values()))
        await asyncio.to_thread(self._owner.finish)
        await self._last_words()
        await self._close_api()
        await _end(tasks)
        await self._archive.close()
        if self._forwarding:
            self._forwarding.close()
        self._queue.close()
        self._store.close()

    async def _close_api(self) -> None:
        if self._server is None:
            return
        self._server.should_exit = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._api_closed.wait(), API_CLOSES_WITHIN_S)

    async def _last_words(self) -> None:
        """Gives the last readings a moment to leave where the broker is there; else they wait on disk."""
        deadline = time.monotonic() + LAST_WORDS_S
        while self._queue.waiting() and time.monotonic() < deadline:
            if not any(publisher.connected for publisher in self._publishers.values()):
                return
            await asyncio.sleep(0.1)

    async def _serve(self) -> None:
        token = self._settings.http_token.get_secret_value() if self._settings.http_token else None
        api = create_api(self, self._owner, create_registry(self.cameras), token)
        config = uvicorn.Config(
            api,
            host=self._settings.http_host,
            port=self._settings.http_port,
            log_config=None,
            access_log=False,
            lifespan='off',
            timeout_graceful_shutdown=3,
        )
        self._server = _Server(config)
        try:
            await self._server.serve()
        finally:
            self._api_closed.set()

    def _camera(self, config: CameraConfig) -> Camera:
        config, version = self._layouts.begin(config)
        return Camera(
            config,
            self._queue,
            observer=self._forwarding.observe if self._forwarding else self._owner.observe,
            layout_version=version,
            timezone=self._settings.timezone,
            cutoff_hour=self._settings.cutoff_hour,
            detectors=self._detectors,
            eye=self._sight.eye,
            clips=self._clips,
        )

    def _identity_owner(self, plan: PlanConfig) -> IdentityOwner:
        settings, device = self._settings, self._settings.floor_device
        tones, kept = tones_of(settings)
        return IdentityOwner(
            plan.zones,
            ways=plan.ways(),
            mode=settings.association,
            tones=tones,
            learner=ToneLearner(tones or Tones({})) if kept else None,
            keep_tones=lambda learned: learned.save(kept) if kept else None,
            timezone=settings.timezone,
            cutoff_hour=settings.cutoff_hour,
            publish=(lambda drafts: self._queue.append(device, drafts) and None) if device else (lambda drafts: None),
        )

    def _publisher(self, config: CameraConfig) -> Publisher:
        return self._voice(config.code, self._cameras[config.code].epoch, config)

    def _voice(self, device: str, epoch: int, config: CameraConfig | None) -> Publisher:
        return Publisher(
            self._queue,
            mall=self._settings.mall,
            device=device,
            epoch=epoch,
            broker=broker_address(self._settings, config),
            resend_after_s=self._settings.resend_after_s,
        )

    def _broker_part(self) -> PartView:
        away = [publisher.trouble for publisher in self._publishers.values() if not publisher.connected]
        return PartView(name='broker', ready=not away, detail=away[0] if away else 'connected')


def tones_of(settings: VisionSettings) -> tuple[Tones | None, Path | None]:
    """What is known of the cameras' tones, and where the service keeps what it learns itself; None: it does not.

    What was learned belongs to the embedder that saw it, so its file bears the fingerprint of the weights.

    :raises ConfigurationInvalid: when the file that the settings name is none
    """
    if settings.embedder_tones:
        return Tones.load(settings.embedder_tones), None
    weights = settings.embedder_weights
    if weights is None or not settings.embedder_learns or settings.association == 'geometry':
        return None, None
    mark = hashlib.sha256(weights.read_bytes()).hexdigest()[:12] if weights.exists() else 'none'
    kept = settings.state_dir / f'tones-{mark}.npz'
    try:
        return (Tones.load(kept) if kept.exists() else None), kept
    except ConfigurationInvalid as error:
        log.warning('learning the tones of cameras anew: %s', error)
        return None, kept


class _Server(uvicorn.Server):
    """NOTE: signals belong to the process's own handler, which also stops the cameras."""

    def capture_signals(self) -> Any:
        return nullcontext()


def broker_address(settings: VisionSettings, camera: CameraConfig | None) -> BrokerAddress:
    """The camera's own name and secret where it has them, else the service's.

    :raises ConfigurationInvalid: when the authority's file cannot be read
    """
    secret = (camera.secret if camera else None) or settings.mqtt_password
    return BrokerAddress(
        host=settings.mqtt_host,
        port=settings.mqtt_port,
        username=(camera.username if camera else None) or settings.mqtt_username,
        password=secret.get_secret_value() if secret else None,
        tls=_tls(settings) if settings.mqtt_tls else None,
    )


def _tls(settings: VisionSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(settings.mqtt_ca_file) if settings.mqtt_ca_file else None)
    except OSError as error:
        cause = f'The certificate authority {settings.mqtt_ca_file} cannot be read: {error}.'
        raise ConfigurationInvalid(cause, 'Give a PEM file in ATRIUM_VISION_MQTT_CA_FILE.') from error


def _cameras_part(views: list[CameraView]) -> PartView:
    troubled = [f'{view.code}: {view.detail}' for view in views if view.state not in AT_WORK]
    detail = '; '.join(troubled[:5]) if troubled else f'{len(views)} at work'
    return PartView(name='cameras', ready=not troubled, detail=detail)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancels until all have ended: aiomqtt waits by `wait_for`, which in Python 3.11 may drop a cancellation."""
    while pending := {task for task in tasks if not task.done()}:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=1.0)
    await asyncio.gather(*tasks, return_exceptions=True)
