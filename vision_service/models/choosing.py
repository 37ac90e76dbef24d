"""Which detector a camera uses, and the networks that cameras share."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vision_service.models.detections import BatchDetector, Detector
from vision_service.models.hog import HogDetector
from vision_service.models.motion import MotionDetector, MotionSettings
from vision_service.models.own import OwnDetector, OwnSettings, chosen_engine, own_network
from vision_service.models.pooling import PooledDetector
from vision_service.models.pretrained import pretrained_detector
from vision_service.models.scale import FloorHeight
from vision_service.models.tiling import TiledDetector
from vision_service.tracking.projection import FloorProjection

if TYPE_CHECKING:
    from vision_service.settings import VisionSettings

DetectorName = Literal['motion', 'hog', 'own', 'torchvision']
NETWORKS = frozenset({'own', 'torchvision'})
"""Detectors whose scores are chances and which remember nothing of a camera."""
USUAL_TORCHVISION = 'fasterrcnn_mobilenet_v3_large_320_fpn'


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorSettings:
    """Where weights come from and how the networks look; the same for all cameras of a process."""

    work_width: int = 480
    own_weights: Path | None = None
    own_engine: str = 'auto'
    own_width: int = OwnSettings().width
    torchvision_name: str = USUAL_TORCHVISION
    torchvision_weights: Path | None = None
    may_download: bool = False

    @classmethod
    def of(cls, settings: 'VisionSettings') -> 'DetectorSettings':
        return cls(
            work_width=settings.work_width,
            own_weights=settings.detector_weights,
            own_engine=settings.detector_engine,
            own_width=settings.detector_width,
            torchvision_name=settings.torchvision_model,
            torchvision_weights=settings.torchvision_weights,
            may_download=settings.torchvision_download,
        )


class Detectors:
    """Hands every camera its detector. Networks are loaded once, when the first camera asks, and shared in batches."""

    def __init__(self, settings: DetectorSettings | None = None) -> None:
        self.settings = settings or DetectorSettings()
        self._lock = threading.Lock()
        self._networks: dict[str, BatchDetector] = {}
        self._pools: dict[tuple[str, tuple[int, int]], PooledDetector] = {}

    def of_camera(
        self, name: DetectorName, projection: FloorProjection | None, tiles: tuple[int, int] = (1, 1)
    ) -> Detector:
        """:raises WeightsMissing: the camera wants a network whose weights are not here; other cameras go on

        :raises EngineUnavailable: nothing here can run it
        """
        if name == 'motion':
            scale = FloorHeight(projection) if projection else None
            return MotionDetector(scale, MotionSettings(work_width=self.settings.work_width))
        if name == 'hog':
            return _tiled(HogDetector(), tiles)  # nothing is won by a batch of these
        with self._lock:
            if (name, tiles) not in self._pools:
                self._pools[name, tiles] = PooledDetector(_tiled(self._network(name), tiles))
            return self._pools[name, tiles]

    def alone(self, name: DetectorName, tiles: tuple[int, int] = (1, 1)) -> BatchDetector:
        """For still pictures: a detector that needs to remember nothing, and no thread of its own.

        :raises WeightsMissing, EngineUnavailable: as `of_camera`
        """
        with self._lock:
            return _tiled(self._network(name), tiles)

    def _network(self, name: str) -> BatchDetector:
        if name not in self._networks:
            self._networks[name] = self._made(name)
        return self._networks[name]

    def _made(self, name: str) -> BatchDetector:
        settings = self.settings
        makers: dict[str, Callable[[], BatchDetector]] = {
            'hog': HogDetector,
            'own': lambda: OwnDetector(
                chosen_engine(own_network(settings.own_weights), settings.own_engine).engine,
                OwnSettings(width=settings.own_width),
            ),
            'torchvision': lambda: pretrained_detector(
                settings.torchvision_name, settings.torchvision_weights, may_download=settings.may_download
            ),
        }
        return makers[name]()


def _tiled(inner: BatchDetector, tiles: tuple[int, int]) -> BatchDetector:
    return inner if tiles == (1, 1) else TiledDetector(inner, *tiles)
