"""Short clips of alarms (片段): some seconds before and after, people masked, kept for a while and then gone."""

import logging
import re
import threading
import time
from collections import deque
from pathlib import Path

import cv2

from vision_service.models.detections import Image

log = logging.getLogger(__name__)

PICTURES_PER_S = 4.0
BEFORE_S, AFTER_S = 5.0, 5.0
WIDTH = 480
QUALITY = 60
KEPT_FOR_S = 72 * 3600.0
MOST = 500
NAME = re.compile(r'[0-9a-f]{8,40}')


class ClipStore:
    """A folder of animated WebP files, oldest thrown away first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path | None:
        """Where a clip lies; None where there is none of that name."""
        if not NAME.fullmatch(name):
            return None
        path = self._folder / f'{name}.webp'
        return path if path.is_file() else None

    def write(self, name: str, pictures: list[Image]) -> None:
        """A full disk costs the clip, never the alarm."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._prune()
            animation = cv2.Animation()
            animation.frames = [cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA) for picture in pictures]
            animation.durations = [int(1000 / PICTURES_PER_S)] * len(pictures)
            unfinished = self._folder / f'.{name}.webp'
            if not cv2.imwriteanimation(str(unfinished), animation, [cv2.IMWRITE_WEBP_QUALITY, QUALITY]):
                raise OSError('this OpenCV writes no animations')
            unfinished.rename(self._folder / f'{name}.webp')
        except (OSError, cv2.error) as error:
            log.warning('clip could not be kept', extra={'clip': name, 'reason': str(error)})

    def _prune(self) -> None:
        clips = sorted(self._folder.glob('*.webp'), key=lambda path: path.stat().st_mtime)
        old = time.time() - KEPT_FOR_S
        for index, path in enumerate(clips):
            if index <= len(clips) - MOST or path.stat().st_mtime < old:
                path.unlink(missing_ok=True)


class ClipRecorder:
    """Remembers the last seconds of one camera; `begin` keeps them and what follows."""

    def __init__(self, store: ClipStore) -> None:
        self._store = store
        self._recent: deque[tuple[float, Image]] = deque()
        self._open: dict[str, tuple[float, list[Image]]] = {}
        self._last_at: float | None = None

    def is_due(self, at: float) -> bool:
        """Whether a picture is wanted: masking one for nothing costs time."""
        return self._last_at is None or not 0 <= at - self._last_at < 0.9 / PICTURES_PER_S

    def add(self, picture: Image, at: float) -> None:
        """Takes a masked picture."""
        small = cv2.resize(
            picture, (WIDTH, round(picture.shape[0] * WIDTH / picture.shape[1])), interpolation=cv2.INTER_AREA
        )
        self._last_at = at
        self._recent.append((at, small))
        while self._recent and not 0 <= at - self._recent[0][0] <= BEFORE_S:
            self._recent.popleft()
        for name, (begun, pictures) in list(self._open.items()):
            pictures.append(small)
            if not 0 <= at - begun < AFTER_S:
                self._finish(name)

    def begin(self, name: str, at: float) -> None:
        self._open[name] = (at, [picture for _, picture in self._recent])

    def flush(self) -> None:
        """The source is over: what was recorded is kept."""
        for name in list(self._open):
            self._finish(name)

    def _finish(self, name: str) -> None:
        _, pictures = self._open.pop(name)
        if pictures:
            threading.Thread(target=self._store.write, args=(name, pictures), name=f'clip-{name}').start()
