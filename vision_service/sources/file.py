"""A recorded clip: every picture once, in order, never dropped, so that a replay counts the same."""

import threading
import time
from collections.abc import Iterator

import cv2

from vision_service.errors import SourceUnavailable
from vision_service.sources.frames import Frame
from vision_service.sources.opening import open_capture

USUAL_RATE = 25.0


class FileSource:
    """Plays a file at its own speed or as fast as it can be read; may begin again at its end."""

    is_live = False
    dropped = 0

    def __init__(self, path: str, *, paced: bool = False, loop: bool = False) -> None:
        self._path = path
        self._paced = paced
        self._loop = loop
        self._closed = threading.Event()

    def close(self) -> None:
        self._closed.set()

    @property
    def hurries_by_s(self) -> float:
        """By how much the clip's clock would run ahead of ours: its length, when it is read at full speed."""
        if self._paced:
            return 0.0
        capture = open_capture(self._path)
        try:
            return max(capture.get(cv2.CAP_PROP_FRAME_COUNT), 0.0) / _rate(capture)
        finally:
            capture.release()

    def frames(self) -> Iterator[Frame]:
        index, began, offset = 0, time.monotonic(), 0.0
        while not self._closed.is_set():
            seconds = offset
            for position, (seconds, image) in enumerate(self._once(offset)):
                if not self._wait_until(began + seconds):
                    return
                yield Frame(index, seconds, image, restarted=position == 0 and index > 0)
                index += 1
            if not self._loop:
                return
            offset = seconds + 1.0

    def _once(self, offset: float) -> Iterator[tuple[float, object]]:
        capture = open_capture(self._path)
        try:
            yield from self._read(capture, offset)
        finally:
            capture.release()

    def _read(self, capture: cv2.VideoCapture, offset: float) -> Iterator[tuple[float, object]]:
        step = 1.0 / _rate(capture)
        last = -step
        while True:
            good, image = capture.read()
            if not good:
                break
            stamped = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
            last = stamped if last < stamped < last + 10.0 else last + step  # clocks in files lie, too
            yield offset + last, image
        if last < 0:
            raise SourceUnavailable(f'The file {self._path} holds no picture.', 'Record or convert the video again.')

    def _wait_until(self, moment: float) -> bool:
        """False when closed meanwhile."""
        if not self._paced:
            return not self._closed.is_set()
        return not self._closed.wait(max(moment - time.monotonic(), 0.0))


def _rate(capture: cv2.VideoCapture) -> float:
    told = float(capture.get(cv2.CAP_PROP_FPS))
    return told if 1.0 <= told <= 240.0 else USUAL_RATE
