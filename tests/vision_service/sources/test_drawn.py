"""The camera that does not exist: alike every time, calibrated exactly, and able to raise an alarm."""

import numpy as np

from vision_service.alarming import alarm_clip, usual_hazards
from vision_service.cameras import CameraConfig, LineConfig
from vision_service.contracts import HazardKind
from vision_service.counting import count_clip
from vision_service.sources.choosing import choose_source
from vision_service.sources.drawn import RATE, DrawnSource, calibration
from vision_service.sources.frames import Frame
from vision_service.tracking.projection import FloorProjection


class Part:
    """Some seconds of a drawn camera, at once."""

    dropped, is_live, hurries_by_s = 0, False, 0.0

    def __init__(self, text: str, seconds: float, begin: float = 0.0) -> None:
        self._source, self._seconds, self._begin = DrawnSource(text, paced=False), seconds, begin

    def frames(self):
        for index in range(int(self._seconds * RATE)):
            yield Frame(index, index / RATE, self._source.picture(self._begin + index / RATE))

    def close(self) -> None:
        """Nothing is open."""


def test_the_same_name_draws_the_same_street_and_another_another() -> None:
    first, again, other = (DrawnSource(f'drawn:{name}').picture(3.0) for name in ('a', 'a', 'b'))
    assert (first == again).all()
    assert (first != other).any()


def test_its_people_can_be_counted() -> None:
    line = LineConfig(code='middle', points=((0.05, 0.62), (0.95, 0.62)))
    count = count_clip(CameraConfig(code='c', source='drawn', lines=(line,)), source=Part('drawn:hall?people=6', 40))
    assert len(count.crossings) >= 4


def test_its_floor_is_known_to_the_pixel() -> None:
    points, metres = calibration((100.0, 50.0))
    floor = FloorProjection.from_points(points, metres)
    assert floor.error_m < 1e-6
    assert np.allclose(floor.project(np.array(points[:1])), [(96.0, 42.0)])


def test_a_burning_bin_is_raised_and_an_ordinary_day_is_not() -> None:
    camera = CameraConfig(code='c', source='drawn', hazards=usual_hazards((HazardKind.FLAME, HazardKind.SMOKE)))
    assert [each.kind for each in alarm_clip(camera, source=Part('drawn:hall?flame=600', 40, begin=45)).raised()] == [
        HazardKind.FLAME
    ]
    assert alarm_clip(camera, source=Part('drawn:hall', 40)).raised() == []


def test_it_is_opened_by_its_name_and_ends_when_closed() -> None:
    source = choose_source('drawn:hall', paced=True)
    pictures = source.frames()
    assert next(pictures).index == 0
    source.close()
    assert list(pictures) == []
