"""Synthetic people cut out once and put into many scenes: drawing one takes long, pasting one does not."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.training.doll import Array, Pose, Rng
from vision_service.training.painting import View, paint
from vision_service.training.wardrobe import Person

Plane = NDArray[np.float32]
TALL = (130.0, 130.0, 240.0)
"""Heights in pixels at which people are drawn; the tall ones stand near the camera."""


@dataclass(frozen=True, slots=True)
class Sprite:
    """One person in one pose: RGB multiplied by `cover`, cut tight to the body; `metres` is its height."""

    colours: Plane
    cover: Plane
    metres: float
    pitch: float

    def sized(self, height: int) -> tuple[Plane, Plane]:
        """Colours and cover, `height` pixels tall."""
        width = max(round(self.cover.shape[1] * height / self.cover.shape[0]), 2)
        shrinks = height < self.cover.shape[0]
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        return cv2.resize(self.colours, (width, height), interpolation=how), cv2.resize(
            self.cover, (width, height), interpolation=how
        )


def sprite(rng: Rng, pitch: float) -> Sprite:
    """Somebody new, looked down upon by `pitch` radians."""
    person = Person.drawn(rng)
    tall = float(rng.choice(TALL))
    height, width = int(tall * 1.4), int(tall * 1.3)
    colours, cover = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    drawn = View.drawn(rng)
    view = View(drawn.yaw, pitch, drawn.distance, drawn.light, drawn.ambient)
    foot = np.array([width / 2, height - tall * 0.2])
    paint(colours, cover, person, Pose.drawn(rng), view, foot, tall / person.build.height)
    left, top, right, bottom = _filled(cover)
    return Sprite(
        np.clip(colours[top:bottom, left:right], 0, 255), cover[top:bottom, left:right], person.build.height, pitch
    )


def _filled(cover: Plane) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(cover.max(axis=1) > 0.5), np.flatnonzero(cover.max(axis=0) > 0.5)
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


class Crowd:
    """People ordered by how steeply they are looked down upon, so that a scene takes those of its own camera."""

    def __init__(self, rng: Rng, count: int) -> None:
        self._pitches: Array = np.sort(np.clip(rng.normal(0.28, 0.18, count), -0.05, 0.9))
        self._people = [sprite(rng, float(pitch)) for pitch in self._pitches]

    def __len__(self) -> int:
        return len(self._people)

    def renew(self, rng: Rng) -> None:
        """Lets one person go and another come."""
        place = int(rng.integers(len(self._people)))
        self._people[place] = sprite(rng, float(self._pitches[place]))

    def of_one_camera(self, rng: Rng, count: int) -> list[Sprite]:
        reach = max(len(self._people) // 8, 1)
        middle = int(rng.integers(len(self._people)))
        places = np.clip(middle + rng.integers(-reach, reach + 1, count), 0, len(self._people) - 1)
        return [self._people[place] for place in places.tolist()]
