"""A bank of drawn people, cut out and kept on the disk: drawn once, shown before any ground by any camera afterwards.

Drawing a doll takes longer than learning from it; so the dolls come from a file that the system maps into memory.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.training.backgrounds import background
from vision_service.training.doll import Pose, Rng
from vision_service.training.painting import View, paint
from vision_service.training.wardrobe import Person, cloth

HEIGHT, WIDTH = 160, 80  # the figure's box is the middle 128 x 64; an eighth of it is left free on every side
CANVAS = 184, 136
PIXELS = 118.0


@dataclass(frozen=True, slots=True)
class Bank:
    """Cut-out figures RGBA `(people, views, 160, 80, 4)` and grounds RGB `(n, 160, 80, 3)`."""

    figures: NDArray[np.uint8]
    grounds: NDArray[np.uint8]


def bank(folder: Path, people: int, views: int, seed: int, *, grounds: int = 1500) -> Bank:
    """The bank of this size and seed: read where it was drawn before, else drawn and written."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f'figures-{people}x{views}-{seed}.npy'
    if not file.is_file():
        begun = file.with_suffix('.begun')
        shape = people, views, HEIGHT, WIDTH, 4
        figures = np.lib.format.open_memmap(begun, mode='w+', dtype=np.uint8, shape=shape)
        fill(figures, seed)
        figures.flush()
        begun.rename(file)
    return Bank(np.load(file, mmap_mode='r'), drawn_grounds(grounds, seed))


def fill(figures: NDArray[np.uint8], seed: int) -> None:
    """Draws everybody from all round; a seed gives the same people everywhere."""
    rng = np.random.default_rng(seed)
    people, views = figures.shape[:2]
    for each in range(people):
        person = dressed(rng)
        turns = rng.uniform(0, 2 * np.pi) + np.arange(views) * 2 * np.pi / views
        for view, yaw in enumerate(turns):
            figures[each, view] = figure(rng, person, float(yaw))


def drawn_grounds(count: int, seed: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng((seed, 1))
    return np.array([background(rng, WIDTH, HEIGHT).astype(np.uint8) for _ in range(count)])


def dressed(rng: Rng) -> Person:
    """Somebody as most people dress: seldom patterned, often in an open jacket that looks another from the front."""
    person = Person.drawn(rng, patterned=float(rng.choice([0.15, 0.5])))
    if rng.random() < 0.3:
        person = replace(person, covers={**person.covers, 'inner': cloth(rng, 0.25)})
    if rng.random() < 0.12:
        person = replace(person, coat=float(rng.uniform(0.4, 0.9)))
    return person


def figure(rng: Rng, person: Person, yaw: float) -> NDArray[np.uint8]:
    """RGBA `(160, 80, 4)` of the person, whose box fills the middle."""
    height, width = CANVAS
    picture, mask = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    foot = np.array([width / 2, 158.0])
    box = paint(picture, mask, person, Pose.drawn(rng), View.drawn(rng, yaw), foot, PIXELS / person.build.height)
    picture *= _folds(rng, width, height)
    left, top, right, bottom = box
    free_x, free_y = (right - left) / 8, (bottom - top) / 8
    shift = np.array(
        [
            [WIDTH / (right - left + 2 * free_x), 0, -(left - free_x) * WIDTH / (right - left + 2 * free_x)],
            [0, HEIGHT / (bottom - top + 2 * free_y), -(top - free_y) * HEIGHT / (bottom - top + 2 * free_y)],
        ]
    )
    layers = np.dstack((np.clip(picture, 0, 255), mask * 255))
    return np.asarray(cv2.warpAffine(layers, shift, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR), np.uint8)


def _folds(rng: Rng, width: int, height: int) -> NDArray[np.float32]:
    """Cloth is never evenly lit."""
    light = np.ones((height, width), np.float32)
    for cells, strength in ((6, 0.1), (20, 0.08), (60, 0.05)):
        coarse = rng.normal(0, strength, (cells, cells * 3 // 4)).astype(np.float32)
        light += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return light[..., None]
