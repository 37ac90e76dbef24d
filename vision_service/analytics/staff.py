"""Who is staff (员工剔除): by where only staff go and by what they wear; each way is told, to be audited."""

import cv2
import numpy as np

from vision_service.analytics.geometry import Point, inside, meets
from vision_service.analytics.lines import Line
from vision_service.models.detections import Array, Image
from vision_service.tracking.tracker import Tracks

AREA, UNIFORM = 'area', 'uniform'

ENOUGH_IN_ZONE = 3
LIKE_UNIFORM = 16.0  # distance in CIELAB at which a coat is still the uniform's colour under this light
ENOUGH_LOOKS = 6
LOOK_EVERY = 3
MOST_LOOKS = 30
SHARE_LIKE = 0.6
LEAST_TORSO = 6  # pixels


class StaffWatch:
    """Remembers for as long as a track lives how it was known to be staff."""

    def __init__(self, lines: list[Line], zones: list[Array], uniforms: list[tuple[int, int, int]]) -> None:
        self._lines = lines
        self._zones = zones
        self._uniforms = [_lab(colour) for colour in uniforms]
        self._marks: dict[int, set[str]] = {}
        self._last: dict[int, Point] = {}
        self._in_zone: dict[int, int] = {}
        self._looks: dict[int, tuple[int, int]] = {}
        self._pictures = 0

    def observe(self, image: Image, tracks: Tracks) -> None:
        self._pictures += 1
        self._watch_lines(tracks)
        self._watch_zones(tracks)
        if self._uniforms and self._pictures % LOOK_EVERY == 0:
            self._watch_coats(image, tracks)

    def marks(self, track: int) -> list[str]:
        return sorted(self._marks.get(track, ()))

    def forget(self, alive: set[int]) -> None:
        for memory in (self._marks, self._last, self._in_zone, self._looks):
            for number in memory.keys() - alive:
                del memory[number]

    def _watch_lines(self, tracks: Tracks) -> None:
        if not self._lines:
            return
        for number, foot in zip(tracks.ids.tolist(), tracks.feet.tolist(), strict=True):
            here = Point(*foot)
            before = self._last.get(number, here)
            self._last[number] = here
            if any(meets(line.start, line.end, before, here) for line in self._lines):
                self._marks.setdefault(number, set()).add(AREA)

    def _watch_zones(self, tracks: Tracks) -> None:
        for polygon in self._zones:
            for number in tracks.ids[inside(polygon, tracks.feet) & tracks.confirmed].tolist():
                self._in_zone[number] = self._in_zone.get(number, 0) + 1
                if self._in_zone[number] >= ENOUGH_IN_ZONE:
                    self._marks.setdefault(number, set()).add(AREA)

    def _watch_coats(self, image: Image, tracks: Tracks) -> None:
        for number, box in zip(tracks.ids[tracks.confirmed].tolist(), tracks.boxes[tracks.confirmed], strict=True):
            alike, looks = self._looks.get(number, (0, 0))
            colour = _coat(image, box) if looks < MOST_LOOKS else None
            if colour is None:
                continue
            alike += any(float(np.linalg.norm(colour - uniform)) <= LIKE_UNIFORM for uniform in self._uniforms)
            self._looks[number] = alike, looks + 1
            if looks + 1 >= ENOUGH_LOOKS and alike >= SHARE_LIKE * (looks + 1):
                self._marks.setdefault(number, set()).add(UNIFORM)


def _coat(image: Image, box: Array) -> Array | None:
    """The middle colour of the chest, in CIELAB; None where too little of it is seen."""
    left, top, right, bottom = box.tolist()
    width, height = right - left, bottom - top
    rows = slice(max(int(top + 0.22 * height), 0), max(int(top + 0.5 * height), 0))
    columns = slice(max(int(left + 0.3 * width), 0), max(int(right - 0.3 * width), 0))
    chest = image[rows, columns]
    if chest.shape[0] < LEAST_TORSO or chest.shape[1] < LEAST_TORSO // 2:
        return None
    return _lab(tuple(np.median(chest.reshape(-1, 3), axis=0).tolist()))


def _lab(colour: tuple[float, ...]) -> Array:
    pixel = np.array([[colour]], dtype=np.float32) / 255.0
    return np.asarray(cv2.cvtColor(pixel, cv2.COLOR_BGR2Lab)[0, 0], dtype=np.float64)
