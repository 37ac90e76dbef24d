"""Looks of people as vectors: pictures of one person lie close. No faces: 64 pixels across a whole body."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.engines.choosing import Choice, choose
from vision_service.engines.protocol import Batch, Engine, Network
from vision_service.errors import WeightsMissing
from vision_service.models.detections import Detections, Image

HEIGHT, WIDTH = 128, 64
MODELS = Path(__file__).parents[2] / 'assets' / 'models'


def shipped(folder: Path = MODELS) -> Network:
    """The embedder that comes with the product.

    :raises WeightsMissing: its file is not there.
    """
    plain, int8 = folder / 'person-embedder.onnx', folder / 'person-embedder.int8.onnx'
    if not plain.is_file():
        raise WeightsMissing(f'{plain} is missing.', 'Restore it from the repository, or run make train-embedder.')
    return Network(plain, int8 if int8.is_file() else None)


class PersonEmbedder:
    """Crops in, unit vectors `(n, size)` out, whichever engine runs the network."""

    def __init__(self, engine: Engine, *, batch: int = 32) -> None:
        self._engine = engine
        self._batch = batch

    def embed(self, crops: Sequence[Image]) -> Batch:
        planes = as_planes(crops)
        pieces = [self._engine.run(planes[at : at + self._batch])[0] for at in range(0, len(planes), self._batch)]
        vectors = np.concatenate(pieces) if pieces else self._engine.run(planes)[0]
        return np.asarray(unit(vectors), np.float32)

    def of_picture(self, image: Image, people: Detections) -> Batch:
        """Vectors of the people in one picture, in the order of their boxes."""
        return self.embed(cut_out(image, people))


def chosen_embedder(
    wanted: str = 'auto', network: Network | None = None, *, batch: int = 16
) -> tuple['PersonEmbedder', Choice]:
    """The shipped embedder on the engine that is fastest here, and how the engines did."""
    sample = np.random.default_rng(0).random((batch, 3, HEIGHT, WIDTH), dtype=np.float32)
    choice = choose(network or shipped(), sample, wanted=wanted)
    return PersonEmbedder(choice.engine, batch=batch), choice


def cut_out(image: Image, people: Detections) -> list[Image]:
    """The boxes' pictures; a box outside the picture is a black one, so that the order stays."""
    height, width = image.shape[:2]
    crops = []
    for x1, y1, x2, y2 in people.boxes:
        left, top = int(np.clip(x1, 0, width)), int(np.clip(y1, 0, height))
        right, bottom = int(np.clip(np.ceil(x2), 0, width)), int(np.clip(np.ceil(y2), 0, height))
        seen = image[top:bottom, left:right]
        crops.append(seen if seen.size else np.zeros((2, 2, 3), np.uint8))
    return crops


def as_planes(crops: Sequence[Image]) -> Batch:
    """BGR pictures of any size as RGB planes `(n, 3, 128, 64)` in 0..1."""
    planes = np.empty((len(crops), 3, HEIGHT, WIDTH), np.float32)
    for row, each in enumerate(crops):
        sized = cv2.resize(each, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
        planes[row] = sized[..., ::-1].transpose(2, 0, 1)
    return planes / np.float32(255)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))
