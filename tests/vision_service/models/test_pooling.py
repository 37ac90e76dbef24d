"""Many cameras, one network: each gets its own answer, together they make batches, and a failure is nobody else's."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from vision_service.models.detections import Detections, Image
from vision_service.models.pooling import PooledDetector


class Telling:
    """Answers a box as wide as the picture's first grey level; a black picture is too much for it."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.may_go = threading.Event()

    def detect(self, image: Image) -> Detections:
        return self.detect_all([image])[0]

    def detect_all(self, images: Sequence[Image]) -> list[Detections]:
        self.may_go.wait(10)
        self.batches.append(len(images))
        if any(image[0, 0, 0] == 0 for image in images):
            raise ValueError('black')
        return [Detections.of([[0, 0, float(image[0, 0, 0]), 9]]) for image in images]


def grey(level: int) -> Image:
    return np.full((20, 20, 3), level, np.uint8)


def test_every_camera_gets_the_answer_to_its_own_picture_in_batches() -> None:
    inner = Telling()
    pool = PooledDetector(inner, most=8)

    with ThreadPoolExecutor(12) as cameras:
        asked = {level: cameras.submit(pool.detect, grey(level)) for level in range(1, 25)}
        inner.may_go.set()
        widths = {level: float(each.result(10).boxes[0, 2]) for level, each in asked.items()}

    assert widths == {level: float(level) for level in range(1, 25)}
    assert max(inner.batches) > 1
    assert max(inner.batches) <= 8


def test_a_failure_is_told_and_the_next_picture_is_looked_at() -> None:
    inner = Telling()
    inner.may_go.set()
    pool = PooledDetector(inner, wait_s=0)

    with pytest.raises(ValueError, match='black'):
        pool.detect(grey(0))

    assert pool.detect(grey(7)).boxes[0, 2] == 7
