"""A fall (跌倒), assistive: a figure that stood upright and now lies, and does not get up."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.analytics.scene import SceneLook
from vision_service.models.detections import Array

LEAST = 0.004  # of the picture: smaller figures have no shape
UPRIGHT, LYING = 1.5, 0.75  # height by width
WITHIN_S = 3.0  # from upright to lying
SAME_PLACE = 1.2  # of its own size
FULLEST, EMPTIEST = 1.6, 0.6  # of the upright figure's area: who falls stays as large as he was
SOLID = 0.4  # of its box is filled, at least
SEEN_UPRIGHT = 2  # looks


@dataclass(frozen=True, slots=True)
class _Figure:
    left: int
    top: int
    width: int
    height: int
    area: int

    @property
    def centre(self) -> Array:
        return np.array((self.left + self.width / 2, self.top + self.height / 2))

    @property
    def feet(self) -> Array:
        return np.array((self.left + self.width / 2, self.top + self.height))

    def became(self, lying: '_Figure') -> bool:
        """Whether it may be the same figure that lies there now."""
        near = float(np.hypot(*(self.feet - lying.centre))) < SAME_PLACE * self.height
        as_long = 0.6 * self.height < lying.width < 1.6 * self.height
        return near and as_long and EMPTIEST < lying.area / self.area < FULLEST


class FallWatch:
    """Seconds that the figure which lies longest has lain since it fell."""

    def __init__(self) -> None:
        self._upright: list[tuple[float, _Figure]] = []
        self._lying: list[tuple[float, float, _Figure]] = []  # since, last seen
        self.box: tuple[float, float, float, float] | None = None

    def measure(self, look: SceneLook) -> float:
        figures = _figures(look.different)
        self._upright = [each for each in self._upright if look.at - each[0] <= WITHIN_S]
        self._upright += [(look.at, figure) for figure in figures if figure.height >= UPRIGHT * figure.width]
        self._lying = [each for each in self._lying if look.at - each[1] <= 1.5]
        for figure in figures:
            if figure.height <= LYING * figure.width:
                self._follow(figure, look.at)
        return self._longest(look.different.shape)

    def _follow(self, figure: _Figure, at: float) -> None:
        for index, (since, _, before) in enumerate(self._lying):
            if float(np.hypot(*(before.centre - figure.centre))) < 0.5 * figure.width:
                self._lying[index] = (since, at, figure)
                return
        if sum(upright.became(figure) for _, upright in self._upright) >= SEEN_UPRIGHT:
            self._lying.append((at, at, figure))

    def _longest(self, shape: tuple[int, ...]) -> float:
        self.box = None
        if not self._lying:
            return 0.0
        since, last, figure = min(self._lying, key=lambda each: each[0])
        right, bottom = figure.left + figure.width, figure.top + figure.height
        self.box = (figure.left / shape[1], figure.top / shape[0], right / shape[1], bottom / shape[0])
        return last - since


def _figures(different: NDArray[np.bool_]) -> list[_Figure]:
    closed = cv2.morphologyEx(different.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, _, blobs, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    found = (_Figure(*(int(number) for number in blob)) for blob in blobs[1:])
    return [each for each in found if each.area >= max(LEAST * different.size, SOLID * each.width * each.height)]
