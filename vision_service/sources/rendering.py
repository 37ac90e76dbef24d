"""A pinhole camera in the simulated mall: a floor with a pattern, people as shaded bodies, nearest in front."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from vision_service.models.detections import Array, Image
from vision_service.tracking.projection import FloorProjection

COATS = ((60, 60, 170), (150, 90, 40), (50, 120, 60), (40, 40, 40), (170, 170, 160), (30, 130, 190), (120, 60, 120))
SKIN, TROUSERS = (120, 150, 200), (50, 45, 40)
NEAREST_M = 0.5
TILE_M = 1.2


@dataclass(frozen=True, slots=True)
class Figure:
    """Someone to draw: feet on the plan, height, and a number that chooses the coat."""

    number: int
    x_m: float
    y_m: float
    height_m: float = 1.7


@dataclass(frozen=True, kw_only=True)
class PinholeCamera:
    """Hangs over (x, y) of the plan at `z_m`, looks towards `yaw` (0 is along x, 90 along y) and down by `pitch`."""

    x_m: float
    y_m: float
    z_m: float = 3.2
    yaw: float = 0.0
    pitch: float = 30.0
    view: float = 75.0
    width: int = 640
    height: int = 360

    @cached_property
    def matrix(self) -> Array:
        """Homogeneous metres (x, y, z, 1) to homogeneous pixels, `(3, 4)`."""
        yaw, pitch = np.radians(self.yaw), np.radians(self.pitch)
        ahead = np.array([np.cos(yaw) * np.cos(pitch), np.sin(yaw) * np.cos(pitch), -np.sin(pitch)])
        right = np.array([-np.sin(yaw), np.cos(yaw), 0.0])
        down = np.cross(right, ahead)  # x to the right and y down the plan, z up: looking along x, y is to the right
        turned = np.stack((right, down, ahead))
        focal = self.width / 2 / np.tan(np.radians(self.view) / 2)
        inner = np.array([[focal, 0, self.width / 2], [0, focal, self.height / 2], [0, 0, 1.0]])
        place = np.array([self.x_m, self.y_m, self.z_m])
        return np.asarray(inner @ np.column_stack((turned, -turned @ place)))

    @property
    def projection(self) -> FloorProjection:
        """Exactly how its pixels lie on the floor."""
        return FloorProjection(np.linalg.inv(self.matrix[:, [0, 1, 3]]))

    def marks(self) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """Five points of the picture and their metres, as somebody would click them for a calibration."""
        shares = np.array([(0.1, 0.95), (0.9, 0.95), (0.8, 0.5), (0.2, 0.5), (0.5, 0.7)])
        metres = self.projection.project(shares * [self.width, self.height])
        return [((x, y), (u, v)) for (x, y), (u, v) in zip(shares.tolist(), metres.tolist(), strict=True)]

    def pixels(self, points: Array) -> tuple[Array, Array]:
        """Pixels `(n, 2)` and depth in metres `(n,)` of points `(n, 3)`; behind the camera depth is negative."""
        homogeneous = np.column_stack((points, np.ones(len(points)))) @ self.matrix.T
        depth = homogeneous[:, 2]
        return homogeneous[:, :2] / np.where(np.abs(depth) < 1e-9, 1e-9, depth)[:, None], depth


class Renderer:
    """Draws what one camera sees of the figures; sensor noise makes no two pictures alike."""

    def __init__(self, camera: PinholeCamera, *, seed: int = 1, noise: float = 2.0) -> None:
        self.camera = camera
        self._rng = np.random.default_rng(seed)
        self._noise = noise
        self._floor = self._draw_floor()
        self._grain = self._rng.normal(0, noise, (8, camera.height, camera.width, 1)).astype(np.float32)

    def picture(self, figures: list[Figure], tick: int = 0) -> Image:
        image = self._floor.copy()
        if figures:
            feet = np.array([(figure.x_m, figure.y_m, 0.0) for figure in figures])
            heads = feet + np.array([(0.0, 0.0, figure.height_m) for figure in figures])
            (low, depth), (high, _) = self.camera.pixels(feet), self.camera.pixels(heads)
            for place in np.argsort(-depth).tolist():
                if depth[place] > NEAREST_M:
                    _draw(image, low[place], high[place], figures[place].number, tick)
        grain = np.roll(self._grain[self._rng.integers(8)], int(self._rng.integers(self.camera.width)), axis=1)
        return np.clip(image + grain, 0, 255).astype(np.uint8)

    def _draw_floor(self) -> Image:
        """Tiles in perspective: a lens and a calibration have something to hold on to."""
        rows, columns = np.mgrid[0 : self.camera.height, 0 : self.camera.width]
        pixels = np.column_stack((columns.ravel(), rows.ravel())).astype(np.float64)
        to_floor = self.camera.projection.to_floor
        homogeneous = np.column_stack((pixels, np.ones(len(pixels)))) @ to_floor.T
        metres = homogeneous[:, :2] / np.where(np.abs(homogeneous[:, 2:]) < 1e-9, 1e-9, homogeneous[:, 2:])
        ahead = np.column_stack((metres, np.zeros(len(metres)), np.ones(len(metres)))) @ self.camera.matrix[2]
        tiles = np.floor(metres / TILE_M).sum(axis=1) % 2
        light = np.where(tiles == 0, 165.0, 150.0) - np.clip(np.abs(ahead) * 1.5, 0, 40)
        light = np.where(ahead > 0, light, 105.0)  # above the horizon there is wall
        grey = light.reshape(self.camera.height, self.camera.width, 1)
        return np.repeat(grey, 3, axis=2).astype(np.float32)


def _draw(image: Image, foot: Array, head: Array, number: int, tick: int) -> None:
    x, y = foot.tolist()
    tall = float(np.linalg.norm(head - foot))
    if (
        not 4 <= tall <= 2 * image.shape[0]
        or not (-tall < x < image.shape[1] + tall)
        or not (-tall < head[1] < image.shape[0] + tall)
    ):
        return
    swing = 0.09 * tall * (1 if (tick + number) % 4 < 2 else -1)
    lean = float(head[0] - x)

    def at(share: float, aside: float = 0.0) -> tuple[int, int]:
        return round(x + share * lean + aside), round(y + share * float(head[1] - y))

    thick = max(round(0.1 * tall), 1)
    for side in (swing, -swing):
        cv2.line(image, at(0.48), at(0.0, side), TROUSERS, thick, cv2.LINE_AA)
    axes = (max(round(0.14 * tall), 1), max(round(0.22 * tall), 2))
    cv2.ellipse(image, at(0.64), axes, 0, 0, 360, COATS[number % len(COATS)], -1, cv2.LINE_AA)
    cv2.circle(image, at(0.92), max(round(0.075 * tall), 1), SKIN, -1, cv2.LINE_AA)
