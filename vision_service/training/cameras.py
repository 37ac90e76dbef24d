"""Cameras that are not there: each has colours, contrast, sharpness and a place of its own, and keeps them.

Who is the same person on two cameras must be told through what the cameras do to colours; so a batch shows everybody
through several cameras, and everybody else through the same ones.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.training.bank import HEIGHT, WIDTH, Bank
from vision_service.training.doll import Rng

OUT_HEIGHT, OUT_WIDTH = 128, 64
FREE_Y, FREE_X = HEIGHT // 10, WIDTH // 10
GREY = np.array([0.299, 0.587, 0.114])
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Camera:
    """What one camera does to every picture; `grounds` are rows of the bank's grounds."""

    gains: NDArray[np.float64]
    black: NDArray[np.float64]
    gamma: float
    colourful: float
    blur: float
    sharpen: float
    small: float
    noise: float
    quality: int
    grounds: NDArray[np.int64]

    @classmethod
    def drawn(cls, rng: Rng, grounds: int) -> 'Camera':
        hazy = rng.random() < 0.4
        return cls(
            np.exp(rng.normal(0, 0.12, 3)) * rng.uniform(0.7, 1.35),
            np.clip((rng.uniform(10, 70) if hazy else 0) + rng.normal(0, 10, 3), -15, 90),
            float(np.exp(rng.normal(0, 0.3))),
            float(rng.uniform(0.5, 1.5)),
            float(rng.uniform(0.3, 1.6)) if rng.random() < 0.5 else 0.0,
            float(rng.uniform(0.5, 2.0)) if rng.random() < 0.3 else 0.0,
            float(rng.uniform(0.3, 1.0)),
            float(rng.uniform(0, 8)),
            int(rng.integers(30, 95)) if rng.random() < 0.6 else 0,
            rng.integers(0, grounds, 3),
        )

    def takes(self, rng: Rng, figure: Pixels, bank: Bank) -> Pixels:
        """An RGB picture `(128, 64, 3)` of the figure, cut too wide or too tight, perhaps with somebody in front."""
        ground = bank.grounds[rng.choice(self.grounds)]
        picture = before(ground if rng.random() < 0.5 else ground[:, ::-1], figure)
        if rng.random() < 0.12:
            picture = _passed(rng, picture, bank)
        if rng.random() < 0.15:
            _hide(rng, picture)
        picture = self._coloured(rng, _cut(rng, picture))
        return self._blurred(rng, picture)

    def _coloured(self, rng: Rng, picture: Pixels) -> Pixels:
        mixed = cv2.transform(picture, np.eye(3) * self.colourful + (1 - self.colourful) * GREY[None])
        exposed = float(np.exp(rng.normal(0, 0.12)))
        steps = np.linspace(0, 1, 256)[:, None] ** self.gamma * 255 * self.gains * exposed
        table = np.clip(self.black + steps * (255 - self.black) / 255, 0, 255).astype(np.uint8)
        return np.asarray(cv2.LUT(mixed, table[None]), np.uint8)

    def _blurred(self, rng: Rng, picture: Pixels) -> Pixels:
        if self.small < 0.9:
            size = max(12, int(OUT_WIDTH * self.small)), max(24, int(OUT_HEIGHT * self.small))
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        if self.blur:
            picture = cv2.GaussianBlur(picture, (0, 0), self.blur * self.small)
        if self.sharpen:
            soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
            picture = cv2.addWeighted(picture, 1 + self.sharpen, soft, -self.sharpen, 0)
        if self.noise > 1:
            dirt = rng.standard_normal(picture.shape, np.float32) * np.float32(self.noise)
            picture = np.clip(picture + dirt, 0, 255).astype(np.uint8)
        if self.quality:
            _, packed = cv2.imencode('.jpg', picture, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
            picture = cv2.imdecode(packed, cv2.IMREAD_COLOR)
        return np.asarray(cv2.resize(picture, (OUT_WIDTH, OUT_HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)


def before(ground: Pixels, figure: Pixels) -> Pixels:
    """The figure before the ground."""
    share = figure[..., 3:].astype(np.uint16)
    mixed = figure[..., :3].astype(np.uint16) * share + ground.astype(np.uint16) * (255 - share)
    return np.asarray(mixed // 255, np.uint8)


def _cut(rng: Rng, picture: Pixels) -> Pixels:
    """The box of a detector that is right to a tenth."""
    off = np.clip(rng.normal(0, 0.05, 4) * (OUT_WIDTH, OUT_HEIGHT, OUT_WIDTH, OUT_HEIGHT), -15, 15).astype(int)
    left, top = max(0, WIDTH // 10 + off[0]), max(0, HEIGHT // 10 + off[1])
    right, bottom = min(WIDTH, WIDTH - FREE_X + off[2]), min(HEIGHT, HEIGHT - FREE_Y + off[3])
    return np.asarray(cv2.resize(picture[top:bottom, left:right], (OUT_WIDTH, OUT_HEIGHT)), np.uint8)


def _passed(rng: Rng, picture: Pixels, bank: Bank) -> Pixels:
    """Somebody else, partly in front."""
    people, views = bank.figures.shape[:2]
    other = bank.figures[rng.integers(people), rng.integers(views)]
    aside = int(rng.uniform(0.45, 0.85) * WIDTH) * (1 if rng.random() < 0.5 else -1)
    move = np.array([[1.0, 0, aside], [0, 1, rng.uniform(-10, 25)]])
    return before(picture, np.asarray(cv2.warpAffine(other, move, (WIDTH, HEIGHT)), np.uint8))


def _hide(rng: Rng, picture: Pixels) -> None:
    """A counter or a pillar in front."""
    if rng.random() < 0.6:
        picture[int(rng.uniform(0.6, 0.92) * HEIGHT) :] = rng.uniform(20, 230, 3)
    else:
        left = int(rng.uniform(0, 0.8) * WIDTH)
        picture[:, left : left + int(rng.uniform(4, 20))] = rng.uniform(20, 230, 3)
