"""Floors, walls, shelves and noise by procedure: what may lie behind a person, without a photograph."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.training.doll import Rng

Picture = NDArray[np.float32]


def background(rng: Rng, width: int, height: int) -> Picture:
    """An RGB picture in 0..255 of cloudy ground, a horizon, and boxes and bars on it."""
    picture = _clouds(rng, width, height, rng.uniform(8, 45)) + _tone(rng)
    if rng.random() < 0.6:
        edge = int(rng.uniform(0.1, 0.7) * height)
        picture[edge:] += rng.normal(0, 40) + rng.normal(0, 12, 3).astype(np.float32)
    for _ in range(rng.integers(0, 7)):
        _thing(rng, picture)
    if rng.random() < 0.3:
        _tiles(rng, picture)
    return np.asarray(np.clip(picture, 0, 255), np.float32)


def _tone(rng: Rng) -> NDArray[np.float32]:
    """Buildings are mostly grey: a brightness, and a little colour of its own."""
    return np.asarray(rng.uniform(40, 215) + rng.normal(0, 18, 3), np.float32)


def _clouds(rng: Rng, width: int, height: int, strength: float) -> Picture:
    total = np.zeros((height, width, 3), np.float32)
    for cells in (3, 8, 24):
        grey = rng.normal(0, strength / cells**0.5, (cells * 2, cells, 1))
        coarse = (grey + rng.normal(0, strength / cells**0.5 / 4, (cells * 2, cells, 3))).astype(np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return total


def _thing(rng: Rng, picture: Picture) -> None:
    height, width = picture.shape[:2]
    corner = rng.uniform(-0.2, 1.0, 2) * (width, height)
    size = rng.uniform(0.05, 0.6, 2) * (width, height)
    colour = tuple(float(each) for each in np.clip(_tone(rng) + rng.normal(0, 25, 3), 5, 250))
    if rng.random() < 0.6:
        cv2.rectangle(picture, tuple(map(int, corner)), tuple(map(int, corner + size)), colour, -1)
    else:
        cv2.line(picture, tuple(map(int, corner)), tuple(map(int, corner + size)), colour, int(rng.integers(1, 8)))


def _tiles(rng: Rng, picture: Picture) -> None:
    step = int(rng.integers(8, 30))
    picture[::step] *= rng.uniform(0.6, 0.95)
    picture[:, ::step] *= rng.uniform(0.6, 0.95)
