"""Crops of synthetic people as a re-identification network sees them: several pictures of each identity."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.training.backgrounds import background
from vision_service.training.doll import Pose, Rng
from vision_service.training.painting import View, degraded, paint
from vision_service.training.wardrobe import Person

HEIGHT, WIDTH = 128, 64


def crop(rng: Rng, person: Person, yaw: float | None = None) -> NDArray[np.uint8]:
    """One RGB picture `(128, 64, 3)` of the person: cut a little too wide or too tight, perhaps partly hidden."""
    height, width = 160, 96
    picture = background(rng, width, height)
    mask = np.zeros((height, width), np.float32)
    scale = 118 / person.build.height
    box = paint(picture, mask, person, Pose.drawn(rng), View.drawn(rng, yaw), np.array([width / 2, 140.0]), scale)
    if rng.random() < 0.25:
        _hide(rng, picture)
    size = box[2:] - box[:2]
    low = np.clip(box[:2] + size * rng.normal(0, 0.05, 2), 0, (width - 20, height - 40))
    high = np.clip(box[2:] + size * rng.normal(0, 0.05, 2), low + 16, (width, height))
    left, top, right, bottom = (*low.astype(int), *np.ceil(high).astype(int))
    cut = degraded(rng, picture[top:bottom, left:right])
    if rng.random() < 0.5:
        small = rng.uniform(0.35, 0.8)
        cut = cv2.resize(cut, None, fx=small, fy=small, interpolation=cv2.INTER_AREA)
    return np.clip(cv2.resize(cut, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), 0, 255).astype(np.uint8)


def _hide(rng: Rng, picture: NDArray[np.float32]) -> None:
    """A counter, a passer-by or a pillar in front."""
    height, width = picture.shape[:2]
    if rng.random() < 0.5:
        picture[int(rng.uniform(0.65, 0.95) * height) :] = rng.uniform(20, 230, 3)
    else:
        left = int(rng.uniform(0, 0.8) * width)
        picture[:, left : left + int(rng.uniform(4, 22))] = rng.uniform(20, 230, 3)


def identities(count: int, views: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """`count × views` crops and their labels; a seed gives the same pictures everywhere."""
    rng = np.random.default_rng(seed)
    pictures = np.empty((count * views, HEIGHT, WIDTH, 3), np.uint8)
    for each in range(count):
        person = Person.drawn(rng)
        turns = rng.uniform(0, 2 * np.pi) + np.arange(views) * 2 * np.pi / views
        for view, yaw in enumerate(turns):
            pictures[each * views + view] = crop(rng, person, float(yaw))
    return pictures, np.repeat(np.arange(count), views)
