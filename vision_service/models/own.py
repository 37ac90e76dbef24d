"""The product's own detector: a small anchor-free network trained on synthetic people, on whichever engine is fastest.

Pictures are shrunk or grown to one width, padded to whole cells, and looked at together.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from vision_service.engines.choosing import Choice, choose
from vision_service.engines.protocol import Batch, Engine, Network
from vision_service.errors import WeightsMissing
from vision_service.models.detections import Detections, Image
from vision_service.models.embedder import MODELS
from vision_service.models.finding import found

MULTIPLE = 32
GREY = 114
USUAL_WIDTH = 480
"""A person who takes a fifth to a half of the picture's height is then as tall as those it learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSettings:
    """`width` is how wide the network sees a picture: wider finds smaller people and takes longer."""

    width: int = USUAL_WIDTH
    least_score: float = 0.2
    most_overlap: float = 0.5


def own_network(weights: Path | None = None) -> Network:
    """The given file, or the one that comes with the product; beside it perhaps its INT8 twin.

    :raises WeightsMissing: there is no such file.
    """
    plain = weights or MODELS / 'person-detector.onnx'
    if not plain.is_file():
        raise WeightsMissing(
            f'The person detector {plain} is missing.',
            'Run make train-detector and name its detector.onnx in ATRIUM_VISION_DETECTOR_WEIGHTS.',
        )
    int8 = plain.with_suffix('.int8.onnx')
    return Network(plain, int8 if int8.is_file() else None)


def chosen_engine(network: Network, wanted: str = 'auto') -> Choice:
    """The engine that runs this detector fastest here.

    :raises EngineUnavailable: none can.
    """
    sample = np.random.default_rng(0).random((1, 3, 288, USUAL_WIDTH), dtype=np.float32)
    return choose(network, sample, wanted=wanted, rounds=2)


class OwnDetector:
    """Remembers nothing of a camera, so that many may share it; one of them at a time."""

    def __init__(self, engine: Engine, settings: OwnSettings | None = None) -> None:
        self._engine = engine
        self._settings = settings or OwnSettings()
        self._lock = threading.Lock()

    def detect(self, image: Image) -> Detections:
        return self.detect_all([image])[0]

    def detect_all(self, images: Sequence[Image]) -> list[Detections]:
        """Pictures of one shape are one batch."""
        answers: list[Detections] = [Detections.none()] * len(images)
        for shape in {each.shape for each in images}:
            places = [place for place, each in enumerate(images) if each.shape == shape]
            for place, people in zip(places, self._of_one_shape([images[place] for place in places]), strict=True):
                answers[place] = people
        return answers

    def _of_one_shape(self, images: list[Image]) -> list[Detections]:
        scale = self._settings.width / images[0].shape[1]
        with self._lock:
            grids = self._engine.run(as_inputs(images, scale))[0]
        height, width = images[0].shape[:2]
        return [_within(self._found(grid), scale, width, height) for grid in grids]

    def _found(self, grid: np.ndarray) -> Detections:
        settings = self._settings
        return found(grid, least_score=settings.least_score, most_overlap=settings.most_overlap)


def as_inputs(images: Sequence[Image], scale: float) -> Batch:
    """BGR pictures of one shape as RGB planes in 0..1, padded with grey at the right and below."""
    height, width = images[0].shape[:2]
    tall, wide = max(round(height * scale), 1), max(round(width * scale), 1)
    rows, columns = (-(-edge // MULTIPLE) * MULTIPLE for edge in (tall, wide))
    planes = np.full((len(images), 3, rows, columns), GREY / 255, np.float32)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    for row, each in enumerate(images):
        sized = each if scale == 1 else cv2.resize(each, (wide, tall), interpolation=how)
        np.multiply(sized[..., ::-1].transpose(2, 0, 1), np.float32(1 / 255), out=planes[row, :, :tall, :wide])
    return planes


def _within(people: Detections, scale: float, width: int, height: int) -> Detections:
    """In pixels of the picture; whoever is said to be wholly in the padding is nobody."""
    boxes = np.clip(people.boxes / scale, 0, [width, height, width, height])
    real = (boxes[:, 2] - boxes[:, 0] > 1) & (boxes[:, 3] - boxes[:, 1] > 1)
    return Detections(boxes, people.scores).chosen(real)
