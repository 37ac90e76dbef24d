"""Drawn clips: a textured floor with sensor noise and people whose crossings are known."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT, RATE = 320, 240, 10.0

Picture = np.ndarray


@dataclass(frozen=True)
class Walker:
    """Walks a straight way between two pictures of the clip; coat is a BGR colour."""

    start: int
    end: int
    way: tuple[tuple[float, float], tuple[float, float]]
    coat: tuple[int, int, int] = (40, 40, 160)

    def foot(self, picture: int) -> tuple[float, float] | None:
        if not self.start <= picture < self.end:
            return None
        share = (picture - self.start) / max(self.end - self.start - 1, 1)
        (x0, y0), (x1, y1) = self.way
        return x0 + share * (x1 - x0), y0 + share * (y1 - y0)


def draw_clip(path: Path, walkers: list[Walker], *, pictures: int, still: bool = False, seed: int = 7) -> Path:
    """Writes a lossless clip, so that every replay decodes the same."""
    rng = np.random.default_rng(seed)
    floor = rng.integers(90, 150, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    floor = cv2.GaussianBlur(floor, (5, 5), 0)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'FFV1'), RATE, (WIDTH, HEIGHT))
    assert writer.isOpened(), 'this OpenCV cannot write FFV1'
    for index in range(pictures):
        noise = 0 if still else rng.normal(0, 2, floor.shape)
        image = np.clip(floor + noise, 0, 255).astype(np.uint8)
        for walker in walkers:
            _draw(image, walker.foot(index), walker.coat, index)
        writer.write(image)
    writer.release()
    return path


def _draw(image: Picture, foot: tuple[float, float] | None, coat: tuple[int, int, int], index: int) -> None:
    if foot is None:
        return
    x, y = round(foot[0]), round(foot[1])
    swing = 4 if index % 2 else -4
    cv2.line(image, (x, y - 30), (x - swing, y), (30, 30, 30), 6)
    cv2.line(image, (x, y - 30), (x + swing, y), (30, 30, 30), 6)
    cv2.ellipse(image, (x, y - 40), (10, 17), 0, 0, 360, coat, -1)
    cv2.circle(image, (x, y - 62), 6, (120, 150, 200), -1)


def two_in_one_out(path: Path) -> Path:
    """Over the vertical line in the middle: two walk to the left (in), one to the right (out)."""
    return draw_clip(
        path,
        [
            Walker(15, 75, ((300, 120), (20, 120))),
            Walker(40, 100, ((20, 200), (300, 200)), (160, 60, 30)),
            Walker(80, 140, ((300, 150), (20, 160)), (30, 120, 40)),
        ],
        pictures=150,
    )


MIDDLE = ((160.0, 10.0), (160.0, 230.0))

Clock = Callable[[], float]
