"""Batches over cameras: each asks for its own picture, and those who ask at the same time are answered together."""

import queue
import threading
import time
from concurrent.futures import Future

from vision_service.models.detections import BatchDetector, Detections, Image

Asked = tuple[Image, 'Future[Detections]']


class PooledDetector:
    """One network for many cameras' threads; it waits a few milliseconds for company, never longer.

    What goes wrong in a batch is told to those whose pictures were in it, and the next batch begins afresh.
    """

    def __init__(self, inner: BatchDetector, *, most: int = 8, wait_s: float = 0.004) -> None:
        self._inner = inner
        self._most = most
        self._wait_s = wait_s
        self._asked: queue.SimpleQueue[Asked] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name='detector', daemon=True)
        self._started = threading.Lock()

    def detect(self, image: Image) -> Detections:
        with self._started:
            if not self._thread.is_alive():
                self._thread.start()
        answer: Future[Detections] = Future()
        self._asked.put((image, answer))
        return answer.result()

    def _work(self) -> None:
        while True:
            batch = self._gathered()
            try:
                found = self._inner.detect_all([image for image, _ in batch])
            except Exception as error:  # belongs to those who asked, each in a thread of its own
                for _, answer in batch:
                    answer.set_exception(error)
                continue
            for (_, answer), people in zip(batch, found, strict=True):
                answer.set_result(people)

    def _gathered(self) -> list[Asked]:
        batch = [self._asked.get()]
        until = time.monotonic() + self._wait_s
        while len(batch) < self._most:
            try:
                batch.append(self._asked.get(timeout=max(until - time.monotonic(), 0)))
            except queue.Empty:
                break
        return batch
