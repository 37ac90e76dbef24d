"""A camera that watches for hazards: readings in the queue, a masked clip on disk, a picture with the alarm in it."""

import json
import os
import threading
import time
from pathlib import Path

import cv2
import numpy as np

from tests.vision_service.hazards import scenes
from vision_service.camera import Camera
from vision_service.cameras import CameraConfig
from vision_service.clips import KEPT_FOR_S, ClipRecorder, ClipStore
from vision_service.contracts import CameraState, Channel, Hazard
from vision_service.hazards import HazardConfig
from vision_service.store.queue import ReadingQueue

COAT = (200, 60, 200)


def _written() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith('clip-'):
            thread.join(20)


def test_an_alarm_goes_out_with_a_masked_clip(tmp_path: Path) -> None:
    queue, store = ReadingQueue(tmp_path / 'q.sqlite3'), ClipStore(tmp_path / 'clips')
    clip = scenes.Clip(
        28, scenes.flame(12, 20, at=(250, 190)), scenes.walker(COAT, start=2), scenes.walker(COAT, start=11)
    )
    config = CameraConfig(
        code='cam-1', source='drawn', hazards=(HazardConfig(code='hall', kind='flame', clear_after_s=2),)
    )
    camera = Camera(config, queue, source=clip, clips=store, clock=lambda: 1_800_000_000.0)

    camera.run()
    _written()

    bodies = [each.body for each in queue.pending('cam-1', after=0, limit=1000) if each.channel is Channel.HAZARDS]
    raised, cleared = (Hazard.model_validate({**json.loads(body), 'seq': 1}) for body in bodies)
    assert (raised.edge, cleared.edge, raised.alarm) == ('raised', 'cleared', cleared.alarm)
    assert (raised.hazard, raised.limit, raised.clip) == ('hall', 1.5, raised.alarm)
    assert camera.view().state is CameraState.ENDED
    path = store.path(raised.clip or '')
    assert path is not None
    pictures = frames_of(path)
    assert 20 <= len(pictures) <= 45
    assert max(_eyes(picture) for picture in pictures) == 0, 'who it was can be seen'
    assert max(int((picture[..., 2] > 200).sum()) for picture in pictures) > 100, 'the flame must be seen'


def test_names_that_are_no_clips_open_nothing(tmp_path: Path) -> None:
    (tmp_path / 'secret.webp').write_bytes(b'x')
    store = ClipStore(tmp_path / 'clips')
    assert [store.path(name) for name in ('../secret', 'abcdef0123', '', 'ABCDEF0123')] == [None] * 4


def test_old_clips_are_thrown_away_and_a_full_disk_costs_the_clip_only(tmp_path: Path) -> None:
    store = ClipStore(tmp_path / 'clips')
    picture = np.full((48, 64, 3), 90, dtype=np.uint8)
    store.write('aaaaaaaa', [picture, picture])
    old = store.path('aaaaaaaa')
    assert old is not None
    os.utime(old, (time.time() - KEPT_FOR_S - 60,) * 2)
    store.write('bbbbbbbb', [picture, picture])
    assert (store.path('aaaaaaaa'), store.path('bbbbbbbb') is not None) == (None, True)
    blocked = tmp_path / 'file'
    blocked.touch()
    ClipStore(blocked / 'clips').write('cccccccc', [picture])


def test_a_stream_of_months_keeps_seconds(tmp_path: Path) -> None:
    recorder = ClipRecorder(ClipStore(tmp_path))
    for index in range(400):
        recorder.add(np.zeros((9, 16, 3), dtype=np.uint8), index * 0.25)
    assert len(recorder._recent) <= 22


def frames_of(path: Path) -> list[np.ndarray]:
    read, animation = cv2.imreadanimation(str(path))
    assert read
    return [frame[..., :3] for frame in animation.frames]


def _eyes(picture: np.ndarray) -> int:
    """Pixels of the small dark green marks that every drawn head bears, and nothing else in the room."""
    blue, green, red = (picture[..., channel].astype(int) for channel in range(3))
    return int(((green - blue > 60) & (green - red > 60)).sum())
