"""MOTChallenge text: detections in, tracks out. One line each: frame, id, left, top, width, height, score, …"""

from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

import numpy as np

from vision_service.errors import ConfigurationInvalid
from vision_service.models.detections import Array, Detections
from vision_service.tracking.tracker import Tracker, Tracks


def read_table(path: Path) -> Array:
    """The numbers of a MOTChallenge file, one row a line.

    :raises ConfigurationInvalid: when the file is missing, empty or not of this form
    """
    try:
        text = path.read_text(encoding='utf-8')
        table = np.loadtxt(StringIO(text), delimiter=',', ndmin=2) if text.strip() else np.empty((0, 7))
    except (OSError, ValueError) as error:
        raise ConfigurationInvalid(
            f'{path} is no MOTChallenge file: {error}.', 'Expected: frame,id,x,y,w,h,score.'
        ) from error
    if table.shape[1] < 6:
        raise ConfigurationInvalid(f'{path} has {table.shape[1]} columns.', 'Expected: frame,id,x,y,w,h,score.')
    return table


def read_detections(path: Path) -> dict[int, Detections]:
    """By frame; a file without scores means certain ones."""
    return group_detections(read_table(path))


def group_detections(table: Array) -> dict[int, Detections]:
    scores = table[:, 6] if table.shape[1] > 6 else np.ones(len(table))
    corners = np.concatenate((table[:, 2:4], table[:, 2:4] + table[:, 4:6]), axis=1)
    frames = table[:, 0].astype(int)
    return {
        frame: Detections(corners[frames == frame], np.clip(scores[frames == frame], 0.0, 1.0))
        for frame in np.unique(frames).tolist()
    }


def follow(detections: dict[int, Detections], tracker: Tracker, *, fps: float) -> Iterator[tuple[int, Tracks]]:
    """Every frame from the first to the last, those without anyone included."""
    if not detections:
        return
    for frame in range(min(detections), max(detections) + 1):
        yield frame, tracker.update(detections.get(frame, Detections.none()), frame / fps)


def write_tracks(path: Path, followed: Iterable[tuple[int, Tracks]]) -> int:
    """Confirmed tracks, their first pictures included; answers how many lines."""
    with path.open('w', encoding='ascii') as file:
        lines = 0
        for row in confirmed_rows(followed):
            file.write('{:.0f},{:.0f},{:.2f},{:.2f},{:.2f},{:.2f},{:.4f},-1,-1,-1\n'.format(*row))
            lines += 1
    return lines


def confirmed_rows(followed: Iterable[tuple[int, Tracks]]) -> list[list[float]]:
    """frame, id, x, y, w, h, score in order of frames.

    A track is told from its first picture on once it is confirmed: the file is written at the end, so nobody waits.
    """
    rows: list[list[float]] = []
    sure: set[int] = set()
    for frame, tracks in followed:
        sure.update(tracks.ids[tracks.confirmed].tolist())
        for number, box, score in zip(tracks.ids.tolist(), tracks.boxes.tolist(), tracks.scores.tolist(), strict=True):
            rows.append([frame, number, box[0], box[1], box[2] - box[0], box[3] - box[1], score])
    return [row for row in rows if int(row[1]) in sure]
