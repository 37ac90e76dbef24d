"""Who looks like whom, taken now and then: vectors of people whom one camera shows whole and alone."""

import logging
import threading
from pathlib import Path

import numpy as np

from vision_service.contracts import PartView
from vision_service.engines.protocol import Network
from vision_service.errors import VisionError, WeightsMissing
from vision_service.models.detections import Array, Detections, Image
from vision_service.models.embedder import PersonEmbedder, chosen_embedder
from vision_service.settings import VisionSettings
from vision_service.tracking.overlap import overlaps
from vision_service.tracking.tracker import Tracks

log = logging.getLogger(__name__)

EVERY_S = 1.0
LEAST_HEIGHT = 48.0
"""Pixels: of anybody smaller little but the light would be compared."""
MOST_COVERED = 0.2
AT_ONCE = 8

Looks = dict[int, tuple[float, ...]]


class Eye:
    """The one embedder of a process, for all its cameras; None of its pictures or vectors stay here."""

    def __init__(self, embedder: PersonEmbedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()

    def vectors(self, image: Image, boxes: Array) -> np.ndarray:
        with self._lock:
            return self._embedder.of_picture(image, Detections.of(boxes))


class Sight:
    """The configured embedder and its state; without one people are known by place and time alone.

    A file that is missing or cannot be run costs the looks, never the counting.
    """

    def __init__(self, settings: VisionSettings) -> None:
        wanted = settings.embedder_weights if settings.association == 'appearance' else None
        self.eye: Eye | None = None
        self.parts: list[PartView] = []
        if wanted is not None:
            self._open(wanted, settings.embedder_engine)

    def _open(self, weights: Path, engine: str) -> None:
        try:
            if not weights.is_file():
                raise WeightsMissing(f'The embedder {weights} is missing.', 'Check ATRIUM_VISION_EMBEDDER_WEIGHTS.')
            embedder, choice = chosen_embedder(engine, Network(weights))
        except VisionError as error:
            log.warning('looks are not used', extra={'reason': str(error)})
            self.parts = [PartView(name='looks', ready=False, detail=str(error))]
            return
        self.eye = Eye(embedder)
        self.parts = [PartView(name='looks', ready=True, detail=f'{choice.engine.name} {choice.precision}')]


class LookWatch:
    """Of one camera: everybody about once a second, whoever waited longest first, a few in a picture."""

    def __init__(self, eye: Eye, *, every_s: float = EVERY_S, at_once: int = AT_ONCE) -> None:
        self._eye = eye
        self._every_s = every_s
        self._at_once = at_once
        self._looked_at: dict[int, float] = {}

    def of(self, image: Image, tracks: Tracks, at: float) -> Looks:
        """Vectors by track; nobody whom others cover, whom the picture cuts, or who is too small."""
        rows = np.flatnonzero(tracks.confirmed & presentable(tracks.boxes, image))
        ids = tracks.ids[rows].tolist()
        due = [place for place, track in enumerate(ids) if not 0 <= at - self._last(track) < self._every_s]
        due = sorted(due, key=lambda place: self._last(ids[place]))[: self._at_once]
        self._looked_at = {track: self._last(track) for track in tracks.ids.tolist() if track in self._looked_at}
        if not due:
            return {}
        vectors = self._eye.vectors(image, tracks.boxes[rows[due]])
        self._looked_at.update({ids[place]: at for place in due})
        return {ids[place]: tuple(vector) for place, vector in zip(due, vectors.tolist(), strict=True)}

    def _last(self, track: int) -> float:
        return self._looked_at.get(track, -np.inf)


def presentable(boxes: Array, image: Image) -> np.ndarray:
    """Whether each body is whole, alone and large enough to be compared."""
    height, width = image.shape[:2]
    within = (boxes[:, :2] > 0).all(axis=1) & (boxes[:, 2] < width) & (boxes[:, 3] < height)
    shared = overlaps(boxes, boxes)
    np.fill_diagonal(shared, 0.0)
    alone = shared.max(axis=1, initial=0.0) <= MOST_COVERED
    return np.asarray(within & alone & (boxes[:, 3] - boxes[:, 1] >= LEAST_HEIGHT))
