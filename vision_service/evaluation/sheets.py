"""Pictures of mistakes on empty canvas: boxes, trails and lines, and no pixel of anybody's footage."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array

TRUE, OURS, WRONG, INK, FAINT = (60, 140, 40), (190, 95, 30), (40, 40, 215), (90, 90, 90), (225, 225, 225)
"""Blue, green, red: what was annotated, what the service says, the mistake, lines and words, frames."""
WIDTH, HEIGHT, HEAD = 300, 220, 20
FONT = cv2.FONT_HERSHEY_SIMPLEX


class Tile:
    """A window of the scene around `middle`, `scale` canvas pixels a unit of the scene."""

    def __init__(self, title: str, middle: Sequence[float], scale: float) -> None:
        self.canvas: NDArray[np.uint8] = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
        self._title = title
        self._middle, self._scale = np.asarray(middle, float), scale

    def line(self, start: Sequence[float], end: Sequence[float]) -> None:
        cv2.line(self.canvas, self._at(start), self._at(end), INK, 2, cv2.LINE_AA)

    def trail(self, points: Array, colour: tuple[int, int, int]) -> None:
        """Where somebody walked, the last point the thickest."""
        if len(points):
            places = np.array([self._at(point) for point in points], np.int32).reshape(-1, 1, 2)
            cv2.polylines(self.canvas, [places], isClosed=False, color=colour, thickness=1, lineType=cv2.LINE_AA)
            cv2.circle(self.canvas, self._at(points[-1]), 3, colour, -1, cv2.LINE_AA)

    def box(self, corners: Sequence[float], colour: tuple[int, int, int], name: str = '') -> None:
        start, end = self._at(corners[:2]), self._at(corners[2:])
        cv2.rectangle(self.canvas, start, end, colour, 1, cv2.LINE_AA)
        if name:
            cv2.putText(self.canvas, name, (start[0] + 2, start[1] + 11), FONT, 0.36, colour, 1, cv2.LINE_AA)

    def dot(self, point: Sequence[float], colour: tuple[int, int, int], *, size: int = 3) -> None:
        cv2.circle(self.canvas, self._at(point), size, colour, 1, cv2.LINE_AA)

    def cross(self, point: Sequence[float]) -> None:
        cv2.drawMarker(self.canvas, self._at(point), WRONG, cv2.MARKER_TILTED_CROSS, 16, 2, cv2.LINE_AA)

    def finished(self) -> NDArray[np.uint8]:
        """With its title and a frame."""
        self.canvas[:HEAD] = 245
        cv2.putText(self.canvas, self._title[:52], (4, 14), FONT, 0.36, INK, 1, cv2.LINE_AA)
        cv2.rectangle(self.canvas, (0, 0), (WIDTH - 1, HEIGHT - 1), FAINT, 1)
        return self.canvas

    def _at(self, point: Sequence[float]) -> tuple[int, int]:
        x, y = (np.asarray(point, float) - self._middle) * self._scale + (WIDTH / 2, (HEIGHT + HEAD) / 2)
        return int(np.clip(x, -2_000, 2_000)), int(np.clip(y, -2_000, 2_000))


def write_sheet(path: Path, tiles: Sequence[Tile], *, columns: int = 3) -> bool:
    """One small PNG of all tiles; false and no file where nothing went wrong."""
    if not tiles:
        path.unlink(missing_ok=True)
        return False
    pictures = [each.finished() for each in tiles]
    columns = min(columns, len(pictures))
    blank = np.full_like(pictures[0], 255)
    pictures += [blank] * (-len(pictures) % columns)
    rows = [np.hstack(pictures[start : start + columns]) for start in range(0, len(pictures), columns)]
    path.parent.mkdir(parents=True, exist_ok=True)
    good, packed = cv2.imencode('.png', np.vstack(rows), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if good:
        path.write_bytes(packed.tobytes())
    return bool(good)
