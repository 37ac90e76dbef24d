"""One camera at work, with a source of our own making: frozen and blind pictures, the clock, a full disk."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from vision_service.camera import Camera
from vision_service.cameras import CameraConfig, LineConfig
from vision_service.contracts import CameraState, Channel
from vision_service.errors import QueueUnwritable
from vision_service.models.choosing import Detectors, DetectorSettings
from vision_service.sources.frames import Frame
from vision_service.store.queue import ReadingQueue

START = 1_800_000_000.0  # a full minute
SCENE = np.random.default_rng(2).integers(60, 200, (60, 80, 3), dtype=np.uint8)


class Pictures:
    """A source of given pictures, one a second."""

    is_live = False
    dropped = 0
    hurries_by_s = 0.0

    def __init__(self, images: Iterable[np.ndarray]) -> None:
        self._images = images

    def frames(self) -> Iterator[Frame]:
        for index, image in enumerate(self._images):
            yield Frame(index, float(index), image)

    def close(self) -> None:
        """Ends by itself."""


def living(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(4)
    return [(SCENE ^ rng.integers(0, 3, SCENE.shape, dtype=np.uint8)).astype(np.uint8) for _ in range(count)]


def watched(tmp_path: Path, images: Iterable[np.ndarray]) -> tuple[Camera, ReadingQueue]:
    queue = ReadingQueue(tmp_path / 'q.sqlite3')
    line = LineConfig(code='door', points=((0.5, 0.0), (0.5, 1.0)))
    config = CameraConfig(code='cam-1', source='given', lines=(line,))
    camera = Camera(config, queue, source=Pictures(images), clock=lambda: START)
    return camera, queue


def test_a_camera_without_its_network_s_weights_says_so_and_the_others_go_on(tmp_path: Path) -> None:
    queue = ReadingQueue(tmp_path / 'q.sqlite3')
    detectors = Detectors(DetectorSettings(own_weights=tmp_path / 'none.onnx'))
    cameras = [
        Camera(
            CameraConfig(code=name, source='given', detector=name), queue, source=Pictures(living(4)), detectors=each
        )
        for name, each in (('own', detectors), ('torchvision', detectors), ('motion', detectors))
    ]

    for camera in cameras:
        camera.run()

    own, torchvision, motion = (camera.view() for camera in cameras)
    assert (own.state, torchvision.state, motion.state) == (CameraState.FAILED, CameraState.FAILED, CameraState.ENDED)
    assert 'none.onnx is missing' in own.detail
    assert 'make train-detector' in own.detail
    assert 'ATRIUM_VISION_TORCHVISION_WEIGHTS' in torchvision.detail
    assert motion.frames == 4


def health(queue: ReadingQueue) -> list[tuple[float, str]]:
    bodies = [json.loads(r.body) for r in queue.pending('cam-1', after=0, limit=100) if r.channel is Channel.HEALTH]
    return [(body['observed_s'], body['state']) for body in bodies]


def test_FT_R12_a_frozen_camera_says_so_and_observes_nothing_while_it_lasts(tmp_path: Path) -> None:
    states: list[CameraState] = []

    def pictures() -> Iterator[np.ndarray]:
        yield from living(30)
        for _ in range(149):
            states.append(camera.view().state)
            yield SCENE
        states.append(camera.view().state)

    camera, queue = watched(tmp_path, pictures())
    camera.run()

    assert states[10] is CameraState.WATCHING
    assert states[-1] is CameraState.FROZEN
    assert health(queue) == [(60.0, 'ok'), (30.0, 'frozen'), (0.0, 'frozen')]


def test_a_day_of_health_has_the_minutes_of_the_stream(tmp_path: Path) -> None:
    camera, queue = watched(tmp_path, living(150))

    camera.run()

    assert health(queue) == [(60.0, 'ok'), (60.0, 'ok'), (30.0, 'ok')]
    assert camera.view().state is CameraState.ENDED


def test_pictures_that_change_their_size_go_on(tmp_path: Path) -> None:
    camera, _ = watched(tmp_path, living(5) + [np.repeat(image, 2, axis=0) for image in living(5)])

    camera.run()

    assert camera.view().state is CameraState.ENDED
    assert camera.view().frames == 10


def test_a_full_disk_stops_the_camera_and_says_why(tmp_path: Path) -> None:
    camera, queue = watched(tmp_path, living(70))

    def refuse(*_: object) -> list[int]:
        raise QueueUnwritable('The queue on disk refuses: full.', 'Free some space or repair the disk.')

    queue.append = refuse  # type: ignore[method-assign]
    camera.run()

    assert camera.view().state is CameraState.FAILED
    assert 'Free some space' in camera.view().detail


def test_a_decoder_s_rubbish_is_dropped_and_the_camera_goes_on(tmp_path: Path) -> None:
    rubbish = [
        np.empty((0, 0, 3), dtype=np.uint8),
        np.zeros((60, 80), dtype=np.uint8),
        np.zeros((60, 80, 4), dtype=np.uint8),
        np.zeros((60, 80, 3), dtype=np.float32),
        np.zeros((4, 4, 3), dtype=np.uint8),
    ]
    pictures = [*living(20), *rubbish, *living(35)]

    camera, queue = watched(tmp_path, pictures)
    camera.run()

    view = camera.view()
    assert view.state is CameraState.ENDED
    assert (view.frames, view.frames_dropped) == (55, 5)
    assert health(queue) == [(55.0, 'blind')]


def test_a_picture_of_another_size_begins_anew_and_loses_no_stay(tmp_path: Path) -> None:
    small = [np.ascontiguousarray(image[:, ::2]) for image in living(10)]

    camera, _ = watched(tmp_path, [*living(10), *small, *living(10)])
    camera.run()

    assert camera.view().state is CameraState.ENDED
    assert camera.size == (80, 60)
    assert camera.view().frames == 30


def test_a_clock_set_back_counts_no_minute_twice(tmp_path: Path) -> None:
    """A live camera's pictures are dated by this machine's clock, which somebody sets back by two minutes."""
    moments = iter([START + second - (120 if second > 90 else 0) for second in range(240)])
    queue = ReadingQueue(tmp_path / 'q.sqlite3')
    source = Pictures(living(240))
    source.is_live = True
    camera = Camera(CameraConfig(code='cam-1', source='given'), queue, source=source, clock=lambda: next(moments))
    camera.run()

    bodies = [json.loads(r.body) for r in queue.pending('cam-1', after=0, limit=100) if r.channel is Channel.HEALTH]
    assert camera.view().state is CameraState.ENDED
    assert len({body['at'] for body in bodies}) == len(bodies)
