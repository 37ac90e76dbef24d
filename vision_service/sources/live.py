"""A camera that never stops: the newest picture counts, what we were too slow for is dropped and counted."""

import logging
import threading
import time
from collections.abc import Iterator

from vision_service.errors import SourceUnavailable
from vision_service.models.detections import Image
from vision_service.sources.frames import Frame
from vision_service.sources.opening import open_capture, without_password

log = logging.getLogger(__name__)


class LiveSource:
    """Reads in a thread of its own and reconnects with growing pauses; times are this machine's monotonic clock.

    NOTE: a stream's own stamps restart with every reconnection and drift between cameras, so they only order
    pictures within a connection, which reading in order does already.
    """

    is_live = True
    hurries_by_s = 0.0

    def __init__(self, address: str, *, first_pause_s: float = 1.0, longest_pause_s: float = 30.0) -> None:
        self._address = address
        self._first_pause_s = first_pause_s
        self._longest_pause_s = longest_pause_s
        self._closed = threading.Event()
        self._arrived = threading.Condition()
        self._newest: tuple[float, Image] | None = None
        self._reconnected = False
        self._thread: threading.Thread | None = None
        self.dropped = 0
        self.trouble: SourceUnavailable | None = None

    def close(self) -> None:
        self._closed.set()
        with self._arrived:
            self._arrived.notify_all()

    def frames(self) -> Iterator[Frame]:
        self._thread = threading.Thread(target=self._read_for_ever, name='live-source', daemon=True)
        self._thread.start()
        began, index = time.monotonic(), 0
        while True:
            taken = self._take()
            if taken is None:
                return
            moment, image, restarted = taken
            yield Frame(index, moment - began, image, restarted and index > 0)
            index += 1

    def _take(self) -> tuple[float, Image, bool] | None:
        with self._arrived:
            self._arrived.wait_for(lambda: self._newest is not None or self._closed.is_set())
            if self._newest is None or self._closed.is_set():
                return None
            (moment, image), self._newest = self._newest, None
            restarted, self._reconnected = self._reconnected, False
            return moment, image, restarted

    def _read_for_ever(self) -> None:
        pause = self._first_pause_s
        while not self._closed.is_set():
            read = self._read_until_it_breaks()
            pause = self._first_pause_s if read else min(pause * 2, self._longest_pause_s)
            self._closed.wait(pause)

    def _read_until_it_breaks(self) -> int:
        try:
            capture = open_capture(self._address)
        except SourceUnavailable as error:
            self._tell(error)
            return 0
        count = 0
        try:
            while not self._closed.is_set():
                good, image = capture.read()
                if not good:
                    break
                count += 1
                self._put(image, first=count == 1)
        finally:
            capture.release()
        if not self._closed.is_set():
            name = without_password(self._address)
            self._tell(SourceUnavailable(f'The stream {name} broke off.', 'It is being opened again.'))
        return count

    def _put(self, image: Image, *, first: bool) -> None:
        with self._arrived:
            self.dropped += self._newest is not None
            self._newest = (time.monotonic(), image)
            self._reconnected = self._reconnected or first
            if self.trouble:
                log.info('stream is back', extra={'source': without_password(self._address)})
            self.trouble = None
            self._arrived.notify()

    def _tell(self, error: SourceUnavailable) -> None:
        """Said once per outage, not once per attempt."""
        if self.trouble is None:
            log.warning('stream is away', extra={'source': without_password(self._address), 'reason': str(error)})
        self.trouble = error
