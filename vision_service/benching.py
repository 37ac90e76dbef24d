"""`atrium vision bench`: every engine and model on this machine."""

from dataclasses import asdict
from typing import Any

import numpy as np

from vision_service.engines.choosing import choose, measured
from vision_service.errors import VisionError
from vision_service.models.choosing import DetectorName, Detectors
from vision_service.models.embedder import HEIGHT, WIDTH, shipped

BATCHES = (1, 8, 32)
DETECTORS: tuple[DetectorName, ...] = ('motion', 'hog', 'own', 'torchvision')


def bench() -> dict[str, Any]:
    """Milliseconds of each engine on the embedder by batch, and of each weight-free detector a picture."""
    return {'embedder': {str(size): _embedder(size) for size in BATCHES}, 'detectors': _detectors()}


def _embedder(size: int) -> list[dict[str, Any]]:
    sample = np.random.default_rng(size).random((size, 3, HEIGHT, WIDTH), dtype=np.float32)
    return [
        asdict(trial) | {'crops_per_second': round(size / trial.ms * 1000) if trial.ms else None}
        for trial in choose(shipped(), sample).trials
    ]


class _Detecting:
    """A detector as something that runs, so that one clock measures all."""

    def __init__(self, name: DetectorName) -> None:
        self.name = name
        self._detector = Detectors().of_camera(name, None)

    def run(self, batch: np.ndarray) -> list[np.ndarray]:
        return [self._detector.detect(picture).boxes for picture in batch]


def _detectors() -> dict[str, dict[str, float | str]]:
    """The networks among them only where their weights are."""
    scene = np.random.default_rng(1).integers(0, 255, (24, 32, 3), np.uint8).repeat(20, 0).repeat(20, 1)
    pictures = np.stack([np.roll(scene, shift, axis=1) for shift in range(2)])
    return {name: _detector(name, pictures) for name in DETECTORS}


def _detector(name: DetectorName, pictures: np.ndarray) -> dict[str, float | str]:
    try:
        ms = measured(_Detecting(name), pictures, 2) / len(pictures)
    except VisionError as error:
        return {'reason': str(error)}
    return {'ms': round(ms, 2), 'pictures_per_second': round(1000 / ms, 1)}
