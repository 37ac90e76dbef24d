"""Wide views in overlapping tiles: small people become large enough for a detector, at the price of a look a tile."""

from collections.abc import Sequence

import numpy as np

from vision_service.models.detections import BatchDetector, Detections, Image
from vision_service.models.finding import surest

Corner = tuple[int, int, int, int]


class TiledDetector:
    """Any detector, asked for the whole picture and for `columns × rows` tiles of it, all in one batch.

    A box cut by an inner edge of its tile is left out: the neighbouring tile or the whole picture shows it whole.
    """

    def __init__(
        self,
        inner: BatchDetector,
        columns: int,
        rows: int,
        *,
        overlap: float = 0.2,
        most_overlap: float = 0.5,
        swallowed: float = 0.8,
    ) -> None:
        self._inner = inner
        self._columns, self._rows = columns, rows
        self._overlap = overlap
        self._most_overlap = most_overlap
        self._swallowed = swallowed

    def detect(self, image: Image) -> Detections:
        return self.detect_all([image])[0]

    def detect_all(self, images: Sequence[Image]) -> list[Detections]:
        """All tiles of all pictures together."""
        corners = [self._corners(each) for each in images]
        pieces = [
            image[top:bottom, left:right]
            for image, places in zip(images, corners, strict=True)
            for left, top, right, bottom in places
        ]
        answers = iter(self._inner.detect_all(pieces))
        return [
            self._merged([_moved(next(answers), corner, image) for corner in places])
            for image, places in zip(images, corners, strict=True)
        ]

    def _corners(self, image: Image) -> list[Corner]:
        height, width = image.shape[:2]
        whole = [(0, 0, width, height)]
        if self._columns * self._rows == 1:
            return whole
        across, down = spans(width, self._columns, self._overlap), spans(height, self._rows, self._overlap)
        return whole + [(left, top, right, bottom) for top, bottom in down for left, right in across]

    def _merged(self, parts: list[Detections]) -> Detections:
        boxes = np.concatenate([each.boxes for each in parts])
        scores = np.concatenate([each.scores for each in parts])
        kept = surest(Detections(boxes, scores), self._most_overlap)
        return kept.chosen(~_swallowed(kept, self._swallowed))


def spans(length: int, count: int, overlap: float) -> list[tuple[int, int]]:
    """`count` stretches that cover `length`, neighbours sharing `overlap` of one."""
    size = length / (count - (count - 1) * overlap)
    starts = [round(number * size * (1 - overlap)) for number in range(count)]
    return [(start, min(start + round(size), length) if count > 1 else length) for start in starts]


def _moved(found: Detections, corner: Corner, image: Image) -> Detections:
    """In pixels of the whole picture, without bodies cut by an edge that is not the picture's own."""
    left, top, right, bottom = corner
    height, width = image.shape[:2]
    near = 2.0
    boxes = found.boxes
    cut = (
        ((boxes[:, 0] < near) & (left > 0))
        | ((boxes[:, 1] < near) & (top > 0))
        | ((boxes[:, 2] > right - left - near) & (right < width))
        | ((boxes[:, 3] > bottom - top - near) & (bottom < height))
    )
    whole = found.chosen(~cut)
    return Detections(whole.boxes + np.array([left, top, left, top]), whole.scores)


def _swallowed(people: Detections, share: float) -> np.ndarray:
    """Boxes that lie within a surer, larger one: half a person whom another look showed whole."""
    boxes = people.boxes
    low, high = np.maximum(boxes[:, None, :2], boxes[None, :, :2]), np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    within = (shared > share * area[:, None]) & (area[None] > area[:, None])
    surer = people.scores[None] >= people.scores[:, None]
    return np.asarray((within & surer).any(axis=1))
