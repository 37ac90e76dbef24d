"""`make bench-vision`, the whole pipeline: how many cameras at ten pictures a second, and how memory fares.

Pictures of the simulated mall are rendered beforehand and shown to each camera in turn, forwards and backwards, with
the clock: what comes too late is dropped and counted, as a live camera's is. Detection, tracking, lines, zones, groups,
presence and the queue on disk are all at work. ATRIUM_BENCH_MINUTES=30 watches the memory for half an hour.
"""

import gc
import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vision_service.camera import Camera
from vision_service.cameras import CalibrationConfig, CameraConfig, LineConfig
from vision_service.models.detections import Image
from vision_service.sources.frames import Frame
from vision_service.sources.rendering import Figure, PinholeCamera, Renderer
from vision_service.store.queue import ReadingQueue
from vision_service.trajectories.owner import IdentityOwner

RATE = 10.0
WARM_UP_S = 2.0  # the scene and its stands are learned first
TRIED = (2, 4, 6, 8, 12, 16, 24)
MOST_DROPPED = 0.01
PEOPLE = 6
VIEW = PinholeCamera(x_m=0, y_m=5, z_m=3.6, yaw=0, pitch=27, width=640, height=360)


def rendered(pictures: int = 150) -> list[Image]:
    renderer, rng = Renderer(VIEW), np.random.default_rng(5)
    starts, paces = rng.uniform([3, 1], [14, 9], (PEOPLE, 2)), rng.normal(0, 0.9, (PEOPLE, 2))
    return [
        renderer.picture([Figure(n, *(starts[n] + paces[n] * tick / RATE)) for n in range(PEOPLE)], tick)
        for tick in range(pictures)
    ]


class Clocked:
    """A live camera that shows the pictures back and forth; who is too slow for one has it dropped."""

    is_live = True
    hurries_by_s = 0.0

    def __init__(self, pictures: list[Image], until: float) -> None:
        self._pictures = pictures
        self._until = until
        self._closed = threading.Event()
        self.dropped = 0

    def close(self) -> None:
        self._closed.set()

    def frames(self) -> Iterator[Frame]:
        began, last, index = time.monotonic(), -1, 0
        while not self._closed.is_set() and time.monotonic() < self._until:
            number = int((time.monotonic() - began) * RATE)
            if number <= last:
                self._closed.wait(began + (last + 1) / RATE - time.monotonic())
                continue
            if number > WARM_UP_S * RATE:
                self.dropped += number - last - 1
            last = number
            yield Frame(index, number / RATE, self._pictures[_back_and_forth(number, len(self._pictures))])
            index += 1


def _back_and_forth(number: int, count: int) -> int:
    place = number % (2 * count - 2)
    return place if place < count else 2 * count - 2 - place


def watched(count: int, pictures: list[Image], seconds: float, folder: Path) -> dict[str, Any]:
    """Runs so many cameras for so long."""
    cv2.setNumThreads(max(1, (os.cpu_count() or 1) // count))  # as the service does
    queue = ReadingQueue(folder / f'{count}-{time.monotonic_ns()}.sqlite3')
    owner = IdentityOwner([])
    until = time.monotonic() + seconds
    cameras = [_camera(number, queue, owner, Clocked(pictures, until)) for number in range(count)]
    cpu = time.process_time()
    began, start_kib = time.monotonic(), 0
    for camera in cameras:
        camera.start()
    while any(camera.is_running for camera in cameras):
        time.sleep(0.5)
        owner.tick(time.time())
        if not start_kib and time.monotonic() - began > seconds / 4:
            start_kib = resident_kib()
    frames = sum(camera.view().frames for camera in cameras)
    dropped = sum(camera.view().frames_dropped for camera in cameras)
    gc.collect()
    end_kib = resident_kib()
    queue.close()
    cpu_ms = 1000 * (time.process_time() - cpu) / max(frames, 1)
    return {
        'cameras': count,
        'seconds': round(time.monotonic() - began, 1),
        'pictures': frames,
        'dropped': dropped,
        'cpu_ms_per_picture': round(cpu_ms, 2),
        'cameras_by_cpu_time': round(1000 * (os.cpu_count() or 1) / (cpu_ms * RATE), 1),
        'resident_mib_after_a_quarter': round(start_kib / 1024),
        'resident_mib_at_the_end': round(end_kib / 1024),
    }


def _camera(number: int, queue: ReadingQueue, owner: IdentityOwner, source: Clocked) -> Camera:
    marks = VIEW.marks()
    config = CameraConfig(
        code=f'cam-{number}',
        source='clocked',
        floor='F1',
        calibration=CalibrationConfig(points=[p for p, _ in marks], metres=[m for _, m in marks]),
        lines=(LineConfig(code='door', points=((0.0, 0.5), (1.0, 0.5))),),
    )
    return Camera(config, queue, source=source, observer=owner.observe)


def resident_kib() -> int:
    """NOTE: Linux tells pages; elsewhere the greatest so far must do."""
    try:
        return int(Path('/proc/self/statm').read_text().split()[1]) * resource.getpagesize() // 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def tell_pipeline(tell: Callable[..., None]) -> None:
    pictures, sustained = rendered(), 0
    seconds = float(os.environ.get('ATRIUM_BENCH_SECONDS', '12'))
    minutes = float(os.environ.get('ATRIUM_BENCH_MINUTES', '0'))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in TRIED:
            figures = watched(count, pictures, seconds, folder)
            tell('pipeline', **figures)
            if figures['dropped'] > MOST_DROPPED * (figures['pictures'] + figures['dropped']):
                break
            sustained = count
        tell('pipeline.sustained', cameras=sustained, pictures_per_second=RATE, cores=os.cpu_count())
        if minutes:
            tell('pipeline.long', **watched(max(sustained // 2, 1), pictures, 60 * minutes, folder))
