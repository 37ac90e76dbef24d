"""What every detector returns, and the one verb it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Image = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Detections:
    """People in one picture: corner boxes `(n, 4)` in pixels of that picture, and scores `(n,)` in 0..1."""

    boxes: Array
    scores: Array

    def __post_init__(self) -> None:
        if self.boxes.ndim != 2 or self.boxes.shape[1:] != (4,) or self.scores.shape != (len(self.boxes),):
            raise ValueError(f'boxes {self.boxes.shape} and scores {self.scores.shape} do not fit together')

    def __len__(self) -> int:
        return len(self.boxes)

    @classmethod
    def of(cls, boxes: object, scores: object | None = None) -> 'Detections':
        rows = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
        marks = np.ones(len(rows)) if scores is None else np.asarray(scores, dtype=np.float64)
        return cls(rows, marks)

    @classmethod
    def none(cls) -> 'Detections':
        return cls(np.empty((0, 4)), np.empty(0))

    @property
    def feet(self) -> Array:
        """Where each person stands: the middle of the box's lower edge."""
        return np.column_stack(((self.boxes[:, 0] + self.boxes[:, 2]) / 2, self.boxes[:, 3]))

    def chosen(self, keep: NDArray[Any]) -> 'Detections':
        return Detections(self.boxes[keep], self.scores[keep])


class Detector(Protocol):
    """Finds people in a picture; may remember earlier pictures of the same camera."""

    def detect(self, image: Image) -> Detections: ...


class BatchDetector(Detector, Protocol):
    """A detector without memory: pictures of different cameras may be looked at together."""

    def detect_all(self, images: Sequence[Image]) -> list[Detections]: ...
