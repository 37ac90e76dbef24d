"""Pictures for people's eyes, without people in them (隐私遮挡)."""

import cv2
import numpy as np

from vision_service.models.detections import Array, Image
from vision_service.pipeline import Pipeline, Seen

MARGIN = 0.25
TILES = 8  # of a masked person's height: too coarse for any face or gait
INK = (200, 120, 20)
FOOT = (60, 170, 40)


def jpeg(picture: Image) -> bytes:
    good, encoded = cv2.imencode('.jpg', picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return encoded.tobytes() if good else b''


def scene_without_people(image: Image, seen: Seen, pipeline: Pipeline) -> Image:
    """The empty background where the detector knows it, and tiles where anyone may be."""
    background = getattr(pipeline.detector, 'background', lambda: None)()
    if background is not None:
        scene = cv2.resize(background, (image.shape[1], image.shape[0]))
    else:
        scene = _tiled(image, max(image.shape[0] // 24, 4))  # nobody vouches for what the detector missed
    for box in np.concatenate((seen.detections.boxes, seen.tracks.boxes)):
        _hide(scene, image, box)
    for counter in pipeline.lines:
        start, end = counter.line.start, counter.line.end
        cv2.line(scene, (int(start.x), int(start.y)), (int(end.x), int(end.y)), INK, 2, cv2.LINE_AA)
    return scene


def annotated(scene: Image, seen: Seen, pipeline: Pipeline) -> Image:
    """Zones, and a mark where each confirmed person's feet are: no box, no number, nobody's shape."""
    for watcher in pipeline.zones:
        corners = watcher.zone.polygon.astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(scene, [corners], isClosed=True, color=INK, thickness=1, lineType=cv2.LINE_AA)
    for x, y in seen.tracks.feet[seen.tracks.confirmed].tolist():
        cv2.circle(scene, (int(x), int(y)), 5, FOOT, -1, cv2.LINE_AA)
    return scene


def _hide(scene: Image, image: Image, box: Array) -> None:
    margin = (box[2:] - box[:2]) * MARGIN
    rows, columns = image.shape[:2]
    left, top = np.clip(box[:2] - margin, 0, [columns, rows]).astype(int)
    right, bottom = np.clip(box[2:] + margin, 0, [columns, rows]).astype(int)
    if right - left < 2 or bottom - top < 2:
        return
    part = image[top:bottom, left:right]
    scene[top:bottom, left:right] = _tiled(part, max(int(box[3] - box[1]) // TILES, 2))


def _tiled(part: Image, tile: int) -> Image:
    rows, columns = part.shape[:2]
    small = cv2.resize(part, (max(columns // tile, 1), max(rows // tile, 1)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (columns, rows), interpolation=cv2.INTER_NEAREST)
