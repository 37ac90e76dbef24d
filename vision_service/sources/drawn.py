"""A camera that does not exist: a mall's way drawn by code, with dolls that walk in it (演示画面).

`drawn:NAME` gives every name its own street of dolls; `drawn:NAME?flame=1800` also lets a bin burn for some seconds
every so many seconds. Nobody real is in it, so it may be shown to anybody. Its floor is known exactly: `calibration()`
gives what a person would click.
"""

import math
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs

import cv2
import numpy as np

from vision_service.models.detections import Image
from vision_service.sources.frames import Frame

SCHEME = 'drawn:'
WIDTH, HEIGHT, RATE = 640, 360, 8.0
EYE_M, FOCAL, HORIZON = 4.2, 520.0, 0.16
NEAR_M, FAR_M, HALF_M = 5.5, 24.0, 5.0
FIRST_FLAME_S, FLAME_S = 60.0, 25.0
BIN = (4.3, 8.5)

Pixel = tuple[int, int]
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Doll:
    """Walks for ever up and down the way; `lane` metres from its middle."""

    lane: float
    speed: float
    start: float
    coat: Colour
    sways: float

    def at(self, seconds: float) -> tuple[float, float]:
        length = FAR_M + 4 - NEAR_M
        far = (self.start + abs(self.speed) * seconds) % (2 * length)
        along = far if far < length else 2 * length - far
        return self.lane + self.sways * math.sin(seconds * 0.4 + self.start), NEAR_M - 1.5 + along


class DrawnSource:
    """Plays at its own speed, as a live camera would, and never ends."""

    is_live = True
    dropped = 0
    hurries_by_s = 0.0

    def __init__(self, text: str, *, clock: Callable[[], float] = time.monotonic, paced: bool = True) -> None:
        name, _, options = text.removeprefix(SCHEME).partition('?')
        asked = {key: float(values[0]) for key, values in parse_qs(options).items()}
        self._flame_every_s = asked.get('flame', 0.0)
        self._rng = np.random.default_rng(zlib.crc32(name.encode()))
        self._dolls = [self._doll() for _ in range(int(asked.get('people', 9)))]
        self._street = _street(self._rng)
        self._clock, self._paced = clock, paced
        self._closed = threading.Event()

    def close(self) -> None:
        self._closed.set()

    def frames(self) -> Iterator[Frame]:
        began, index = self._clock(), 0
        while not self._closed.is_set():
            seconds = index / RATE
            late = self._clock() - began - seconds
            if self._paced and late < 0 and self._closed.wait(-late):
                return
            if self._paced and late > 1.0:  # a busy machine: what is late is left out, as by a real camera
                index += int(late * RATE)
                seconds = index / RATE
            yield Frame(index, seconds, self.picture(seconds))
            index += 1

    def picture(self, seconds: float) -> Image:
        """What the camera sees at a second of its life."""
        picture = self._street.copy()
        for x, z, doll in sorted(((*doll.at(seconds), doll) for doll in self._dolls), key=lambda each: -each[1]):
            _draw(picture, x, z, doll, seconds)
        if self._burns(seconds):
            _flame(picture, self._rng)
        noise = self._rng.normal(0, 1.6, (HEIGHT // 2, WIDTH // 2, 1)).astype(np.float32)
        grain = cv2.resize(noise, (WIDTH, HEIGHT))[..., None]
        return np.clip(picture + grain, 0, 255).astype(np.uint8)

    def _burns(self, seconds: float) -> bool:
        if not self._flame_every_s or seconds < FIRST_FLAME_S:
            return False
        return (seconds - FIRST_FLAME_S) % self._flame_every_s < FLAME_S

    def _doll(self) -> _Doll:
        rng = self._rng
        coat = tuple(int(part) for part in rng.integers(40, 170, 3))
        return _Doll(
            float(rng.uniform(-3.8, 3.8)),
            float(rng.uniform(0.7, 1.5)),
            float(rng.uniform(0, 40)),
            coat,  # type: ignore[arg-type]
            float(rng.uniform(0, 0.5)),
        )


def calibration(at: tuple[float, float] = (0.0, 0.0)) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Points of the floor as shares of the picture, and where they lie on a plan on which the camera hangs `at` and
    looks up the sheet."""
    metres = [(-4.0, 8.0), (4.0, 8.0), (4.0, 20.0), (-4.0, 20.0), (0.0, 12.0)]
    pixels = [_seen(x, 0.0, z) for x, z in metres]
    return [(u / WIDTH, v / HEIGHT) for u, v in pixels], [(at[0] + x, at[1] - z) for x, z in metres]


def _seen(x: float, y: float, z: float) -> tuple[float, float]:
    return WIDTH / 2 + FOCAL * x / z, HEIGHT * HORIZON + FOCAL * (EYE_M - y) / z


def _pixel(x: float, y: float, z: float) -> Pixel:
    u, v = _seen(x, y, z)
    return round(u), round(v)


def _street(rng: np.random.Generator) -> np.ndarray:
    """Floor tiles, shop fronts left and right, a bright end."""
    picture = np.full((HEIGHT, WIDTH, 3), (206, 202, 196), dtype=np.float32)
    _fill(picture, [(-HALF_M, 0, 3.0), (HALF_M, 0, 3.0), (HALF_M, 0, 60), (-HALF_M, 0, 60)], (188, 190, 192))
    for z in np.arange(4.0, 34.0, 1.5):
        for column in range(-3, 4):
            if (column + int(z / 1.5)) % 2:
                corners = [(column * 1.5 + dx, 0.0, z + dz) for dx, dz in ((0, 0), (1.5, 0), (1.5, 1.5), (0, 1.5))]
                if abs(column * 1.5 + 0.75) < HALF_M - 0.5:
                    _fill(picture, corners, (176, 178, 182))
    for side in (-HALF_M, HALF_M):
        for z in np.arange(4.0, 40.0, 4.0):
            shade = tuple(float(rng.integers(135, 205)) + part for part in rng.normal(0, 9, 3))
            _fill(picture, [(side, 0, z), (side, 0, z + 3.6), (side, 4.4, z + 3.6), (side, 4.4, z)], (120, 118, 116))
            _fill(
                picture, [(side, 0.2, z + 0.3), (side, 0.2, z + 3.3), (side, 2.8, z + 3.3), (side, 2.8, z + 0.3)], shade
            )
            _fill(
                picture,
                [(side, 3.1, z + 0.3), (side, 3.1, z + 3.3), (side, 3.9, z + 3.3), (side, 3.9, z + 0.3)],
                tuple(part * 0.72 for part in shade),
            )
    _fill(
        picture,
        [
            (BIN[0] - 0.35, 0, BIN[1]),
            (BIN[0] + 0.35, 0, BIN[1]),
            (BIN[0] + 0.3, 0.9, BIN[1]),
            (BIN[0] - 0.3, 0.9, BIN[1]),
        ],
        (70, 74, 78),
    )
    return picture


def _fill(picture: np.ndarray, corners: list[tuple[float, float, float]], colour: tuple[float, ...]) -> None:
    cv2.fillPoly(picture, [np.array([_pixel(*corner) for corner in corners])], colour, cv2.LINE_AA)


def _draw(picture: np.ndarray, x: float, z: float, doll: _Doll, seconds: float) -> None:
    if z < 4.6:
        return
    scale = FOCAL / z
    foot, hip, neck, head = (_pixel(x, height, z) for height in (0.0, 0.85, 1.45, 1.6))
    swing = 0.22 * math.sin(seconds * 6 * abs(doll.speed) + doll.start)
    cv2.ellipse(
        picture,
        (foot[0], foot[1]),
        (max(int(0.32 * scale), 1), max(int(0.09 * scale), 1)),
        0,
        0,
        360,
        (150, 152, 154),
        -1,
        cv2.LINE_AA,
    )
    for side in (-1, 1):
        step = _pixel(x + 0.09 * side + 0.35 * swing * side, 0.0, z)
        cv2.line(picture, hip, step, (52, 50, 56), max(int(0.16 * scale), 1), cv2.LINE_AA)
    cv2.line(picture, (hip[0], hip[1]), neck, doll.coat, max(int(0.42 * scale), 2), cv2.LINE_AA)
    cv2.circle(picture, head, max(int(0.13 * scale), 1), (164, 178, 206), -1, cv2.LINE_AA)


def _flame(picture: np.ndarray, rng: np.random.Generator) -> None:
    layer = np.zeros_like(picture)
    for colour, share in (((30, 70, 225), 1.0), ((40, 150, 250), 0.7), ((175, 235, 255), 0.35)):
        for _ in range(6):
            tall = share * rng.uniform(0.5, 1.5)
            centre = _pixel(BIN[0] + rng.normal(0, 0.16), 0.9 + tall / 2, BIN[1])
            axes = (max(int(FOCAL / BIN[1] * 0.2 * share), 1), max(int(FOCAL / BIN[1] * tall / 2), 1))
            cv2.ellipse(layer, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
    burning = layer.any(axis=2)
    picture[burning] = cv2.GaussianBlur(layer, (3, 3), 0)[burning]
