"""Looks are taken of whole, lone, large enough people, now and then, and only where an embedder is configured."""

from pathlib import Path

import numpy as np
import pytest

from vision_service.camera import Camera
from vision_service.cameras import CalibrationConfig, CameraConfig
from vision_service.contracts import Observation
from vision_service.looking import Eye, LookWatch, Sight, presentable
from vision_service.models.detections import Detections
from vision_service.models.embedder import MODELS
from vision_service.settings import VisionSettings
from vision_service.sources.frames import Frame
from vision_service.store.queue import ReadingQueue
from vision_service.tracking.tracker import Tracks

IMAGE = np.zeros((240, 320, 3), np.uint8)


class Counting:
    """An embedder that answers the place of each box and remembers how many it was shown."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def of_picture(self, image: np.ndarray, people: Detections) -> np.ndarray:
        self.asked.append(len(people))
        return people.boxes.astype(np.float32)


def tracks(*boxes: tuple[float, float, float, float], confirmed: bool = True) -> Tracks:
    rows = np.array(boxes, float).reshape(-1, 4)
    count = len(rows)
    feet = np.column_stack(((rows[:, 0] + rows[:, 2]) / 2, rows[:, 3]))
    return Tracks(np.arange(1, count + 1), rows, feet, np.ones(count), np.full(count, confirmed))


def beside(count: int) -> Tracks:
    return tracks(*((5 + 15 * place, 50, 15 + 15 * place, 120) for place in range(count)))


def test_small_cut_and_covered_people_are_not_looked_at() -> None:
    boxes = [(10, 20, 40, 100), (60, 20, 80, 60), (-3, 130, 30, 210), (200, 20, 240, 120), (210, 20, 250, 120)]

    assert presentable(np.array(boxes, float), IMAGE).tolist() == [True, False, False, False, False]
    assert presentable(np.empty((0, 4)), IMAGE).tolist() == []


def test_everybody_is_looked_at_once_a_second() -> None:
    embedder = Counting()
    watch = LookWatch(Eye(embedder), every_s=1.0)

    found = [watch.of(IMAGE, beside(3), at) for at in (10.0, 10.4, 10.9, 11.0, 11.5)]

    assert [len(each) for each in found] == [3, 0, 0, 3, 0]
    assert found[0][2] == (20.0, 50.0, 30.0, 120.0)
    assert embedder.asked == [3, 3]


def test_of_many_those_who_waited_longest_come_first() -> None:
    watch = LookWatch(Eye(Counting()), every_s=1.0, at_once=4)

    first, second = watch.of(IMAGE, beside(10), 5.0), watch.of(IMAGE, beside(10), 5.1)

    assert len(first) == len(second) == 4
    assert set(first).isdisjoint(second)


def test_nobody_unconfirmed_is_looked_at() -> None:
    assert LookWatch(Eye(Counting())).of(IMAGE, tracks((10, 20, 40, 100), confirmed=False), 5.0) == {}


def test_a_clock_that_jumps_back_looks_again() -> None:
    watch = LookWatch(Eye(Counting()))
    watch.of(IMAGE, beside(1), 100.0)

    assert len(watch.of(IMAGE, beside(1), 3.0)) == 1


class Walking:
    """A source of pictures with one person who crosses them."""

    is_live = False
    dropped = 0
    hurries_by_s = 0.0

    def frames(self):
        ground = np.random.default_rng(1).integers(60, 100, (240, 320, 3)).astype(np.uint8)
        for number in range(60):
            image = ground.copy()
            if number > 10:
                left = 20 + 4 * number
                image[126:190, left : left + 22] = 220
            yield Frame(number, number / 10, image)

    def close(self) -> None:
        """Ends by itself."""


@pytest.mark.parametrize('has_eye', [True, False])
def test_a_calibrated_camera_gives_looks_with_its_observations(tmp_path: Path, has_eye: bool) -> None:
    observations: list[Observation] = []
    floor = CalibrationConfig(points=((0, 0.4), (1, 0.4), (1, 1), (0, 1)), metres=((0, 8), (8, 8), (8, 0), (0, 0)))
    camera = Camera(
        CameraConfig(code='c', source='given', calibration=floor),
        ReadingQueue(tmp_path / 'q.sqlite3'),
        source=Walking(),
        observer=observations.extend,
        eye=Eye(Counting()) if has_eye else None,
        clock=lambda: 1_800_000_000.0,
    )

    camera.run()

    given = [each for each in observations if each.embedding]
    assert len(observations) > 20
    assert (0 < len(given) <= 6) if has_eye else not given


def test_by_default_nobody_s_looks_are_taken() -> None:
    sight = Sight(VisionSettings(_env_file=None))

    assert (sight.eye, sight.parts) == (None, [])


def test_the_geometry_setting_shuts_the_eye() -> None:
    settings = VisionSettings(_env_file=None, association='geometry', embedder_weights=MODELS / 'person-embedder.onnx')

    assert Sight(settings).eye is None


def test_a_configured_embedder_is_opened_and_says_its_engine() -> None:
    settings = VisionSettings(
        _env_file=None, embedder_weights=MODELS / 'person-embedder.onnx', embedder_engine='onnxruntime'
    )

    sight = Sight(settings)

    assert sight.eye is not None
    assert sight.eye.vectors(IMAGE, np.array([[10.0, 20, 40, 100]])).shape == (1, 256)
    assert [(part.name, part.ready, part.detail) for part in sight.parts] == [('looks', True, 'onnxruntime float32')]


def test_a_missing_embedder_is_told_and_costs_nothing_else(tmp_path: Path) -> None:
    sight = Sight(VisionSettings(_env_file=None, embedder_weights=tmp_path / 'none.onnx'))

    assert sight.eye is None
    assert not sight.parts[0].ready
    assert 'none.onnx is missing' in sight.parts[0].detail
