"""Drawn scenes: a room with edges and sensor noise, in which a flame burns, smoke spreads, people and things appear."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from vision_service.sources.frames import Frame

WIDTH, HEIGHT, RATE = 320, 240, 10.0
Picture = np.ndarray
Painter = Callable[[Picture, float], None]


def room(seed: int = 3) -> Picture:
    """Shelves, tiles and posters: everything that has edges."""
    rng = np.random.default_rng(seed)
    picture = np.full((HEIGHT, WIDTH, 3), 120, dtype=np.uint8)
    for x in range(0, WIDTH, 16):
        for y in range(0, HEIGHT, 12):
            shade = int(rng.integers(60, 190))
            cv2.rectangle(picture, (x, y), (x + 14, y + 10), (shade, shade, shade), -1)
    return picture


class Clip:
    """A source of drawn pictures."""

    dropped, is_live, hurries_by_s = 0, False, 0.0

    def __init__(self, seconds: float, *painters: Painter, seed: int = 3) -> None:
        self._seconds, self._painters, self._seed = seconds, painters, seed

    def frames(self) -> Iterator[Frame]:
        rng = np.random.default_rng(self._seed)
        empty = room(self._seed)
        for index in range(int(self._seconds * RATE)):
            picture = empty.copy()
            for paint in self._painters:
                paint(picture, index / RATE)
            noisy = picture.astype(np.int16) + rng.normal(0, 2, picture.shape).astype(np.int16)
            yield Frame(index, index / RATE, np.clip(noisy, 0, 255).astype(np.uint8))

    def close(self) -> None:
        """Nothing is open."""


def flame(start: float, end: float, *, at: tuple[int, int] = (200, 180), size: int = 40, seed: int = 5) -> Painter:
    """Tongues that leap, with a white core and red edges."""
    rng = np.random.default_rng(seed)

    def paint(picture: Picture, now: float) -> None:
        if not start <= now < end:
            return
        layer = np.zeros_like(picture)
        grown = min((now - start + 0.5) / 2, 1.0) * size
        for colour, share in (((30, 70, 220), 1.0), ((40, 150, 250), 0.7), ((170, 235, 255), 0.35)):
            for _ in range(7):
                x = at[0] + rng.normal(0, grown * 0.25)
                tall = grown * share * rng.uniform(0.6, 1.6)
                wide = max(grown * share * 0.3, 1)
                cv2.ellipse(
                    layer, (int(x), int(at[1] - tall / 2)), (int(wide), int(max(tall, 1))), 0, 0, 360, colour, -1
                )
        layer = cv2.GaussianBlur(layer, (5, 5), 0)
        np.maximum(picture, layer, out=picture)

    return paint


def coat(colour: tuple[int, int, int], *, sways: float = 6.0, start: float = 0.0, stay: float = 1e9) -> Painter:
    """A person who stands and sways; blue, green, red of the coat."""

    def paint(picture: Picture, now: float) -> None:
        if not start <= now < start + stay:
            return
        x = int(160 + sways * np.sin(now * 2.3))
        _figure(picture, x, 220, colour, 110)

    return paint


def walker(colour: tuple[int, int, int] = (60, 60, 70), *, start: float = 0.0, speed: float = 60.0, foot: int = 220):
    def paint(picture: Picture, now: float) -> None:
        x = int(speed * (now - start) - 20)
        if -40 < x < WIDTH + 40:
            _figure(picture, x, foot, colour, 110)

    return paint


def _figure(picture: Picture, x: int, foot: int, colour: tuple[int, int, int], tall: int) -> None:
    cv2.rectangle(picture, (x - 12, foot - tall // 2), (x + 12, foot), (35, 30, 30), -1)
    cv2.ellipse(picture, (x, foot - int(tall * 0.6)), (18, tall // 4), 0, 0, 360, colour, -1)
    cv2.circle(picture, (x, foot - tall + 8), 10, (140, 160, 200), -1)
    for side in (-4, 4):
        cv2.circle(picture, (x + side, foot - tall + 6), 2, (10, 150, 10), -1)


def plume(start: float, *, spread: float, most: float, dark: int = 195, seed: int = 8) -> Painter:
    """A veil of puffs that drift; it spreads by `spread` pixels a second up to a radius of `most`."""
    rng = np.random.default_rng(seed)
    puffs = rng.normal(0, 0.5, (60, 2))

    def paint(picture: Picture, now: float) -> None:
        if now < start:
            return
        radius = min(spread * (now - start) + 8, most)
        veil = np.zeros(picture.shape[:2], dtype=np.float32)
        for index, (dx, dy) in enumerate(puffs):
            x = 160 + dx * radius + 4 * np.sin(now * 3 + index)
            y = 150 + dy * radius - 0.4 * radius + 4 * np.cos(now * 2 + index * 2)
            cv2.circle(veil, (int(x), int(y)), int(max(radius * 0.35, 4)), 1.0, -1)
        veil = cv2.GaussianBlur(veil, (0, 0), max(radius * 0.12, 2))[..., None] * 0.92
        shade = dark + 14 * np.sin(now * 4 + np.arange(picture.shape[1]) / 25)[None, :, None]
        picture[:] = np.clip(picture * (1 - veil) + shade * veil, 0, 255).astype(np.uint8)

    return paint


def bag(start: float, *, end: float = 1e9) -> Painter:
    def paint(picture: Picture, now: float) -> None:
        if start <= now < end:
            cv2.rectangle(picture, (230, 190), (256, 212), (30, 40, 160), -1)

    return paint


def faller(fall_at: float) -> Painter:
    """Walks in, falls, lies and does not move."""

    def paint(picture: Picture, now: float) -> None:
        if now < 5.0:
            return
        if now < fall_at:
            _figure(picture, int(40 + 30 * (now - 5.0)), 200, (160, 60, 60), 100)
            return
        x = int(40 + 30 * (fall_at - 5.0))
        cv2.ellipse(picture, (x, 190), (28, 14), 0, 0, 360, (160, 60, 60), -1)
        cv2.rectangle(picture, (x + 10, 180), (x + 60, 200), (35, 30, 30), -1)
        cv2.circle(picture, (x - 36, 190), 10, (140, 160, 200), -1)

    return paint
