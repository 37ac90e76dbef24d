"""Flames and smoke at a picture a second: what burns is raised, what merely is bright, red or misty is not."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest

from tests.vision_service.hazards import scenes
from vision_service.alarming import alarm_clip, usual_hazards
from vision_service.analytics.slow_flame import FlameAtAnyRate, SlowFlameWatch
from vision_service.cameras import CameraConfig
from vision_service.contracts import HazardKind
from vision_service.sources.frames import Frame


class Slow:
    """Every tenth picture of a clip."""

    dropped, is_live, hurries_by_s = 0, False, 0.0

    def __init__(self, seconds: float, *painters: scenes.Painter, every: int = 10) -> None:
        self._clip, self._every = scenes.Clip(seconds, *painters), every

    def frames(self) -> Iterator[Frame]:
        yield from (each for each in self._clip.frames() if each.index % self._every == 0)

    def close(self) -> None:
        """Nothing is open."""


def raised(source: Slow, kind: HazardKind = HazardKind.FLAME) -> list[float]:
    camera = CameraConfig(code='cam', source='drawn', hazards=usual_hazards((kind,)))
    return [each.at for each in alarm_clip(camera, source=source).raised()]


def lamp(picture: np.ndarray, now: float) -> None:
    cv2.circle(picture, (160, 80), 40, (60, 150, 250), -1)
    cv2.circle(picture, (160, 80), 22, (200, 240, 255), -1)


def lorry(picture: np.ndarray, now: float) -> None:
    """Orange with a white sign, and gone after a few seconds."""
    left = int(70 * now) - 100
    cv2.rectangle(picture, (left, 120), (left + 90, 190), (20, 110, 250), -1)
    cv2.rectangle(picture, (left + 30, 140), (left + 60, 170), (240, 250, 255), -1)


def test_a_flame_is_raised_within_ten_seconds_and_cleared_when_it_is_out() -> None:
    camera = CameraConfig(code='cam', source='drawn', hazards=usual_hazards((HazardKind.FLAME,)))

    on, off = alarm_clip(camera, source=Slow(60, scenes.flame(10, 35, size=60))).events

    assert 10 < on.at <= 20
    assert on.box is not None
    assert on.box[0] < 200 / 320 < on.box[2]
    assert (off.edge, off.at > 35) == ('cleared', True)


@pytest.mark.parametrize(
    'painter',
    [
        pytest.param(scenes.coat((40, 40, 220)), id='red jacket'),
        pytest.param(scenes.coat((60, 70, 250), sways=14), id='bright red jacket that sways'),
        pytest.param(scenes.coat((40, 140, 250), sways=10), id='orange waistcoat'),
        pytest.param(scenes.walker((30, 40, 220), start=4, speed=12), id='red jacket that walks slowly by'),
        pytest.param(lamp, id='lamp'),
        pytest.param(lorry, id='orange lorry'),
    ],
)
def test_what_is_red_or_bright_is_no_flame(painter: scenes.Painter) -> None:
    assert raised(Slow(40, painter)) == []


def test_a_person_who_stands_and_sways_is_no_smoke_and_a_plume_is() -> None:
    assert raised(Slow(60, scenes.coat((180, 180, 180), sways=12, start=6)), HazardKind.SMOKE) == []
    assert raised(Slow(40, scenes.plume(8, spread=14, most=120)), HazardKind.SMOKE)


def pictures(
    rate: float, seconds: float, paint: Callable[[np.ndarray, float], None]
) -> Iterator[tuple[float, np.ndarray]]:
    for number in range(int(rate * seconds)):
        picture = scenes.room()
        paint(picture, number / rate)
        yield number / rate, picture


@pytest.mark.parametrize(('rate', 'is_slow'), [(10.0, False), (5.0, False), (2.0, True), (1.0, True)])
def test_the_pictures_rate_decides_which_evidence_counts(rate: float, is_slow: bool) -> None:
    watch = FlameAtAnyRate()

    values = [watch.measure(picture, at) for at, picture in pictures(rate, 16, scenes.flame(0, 99, size=60))]

    assert watch.is_slow is is_slow
    assert max(values) >= 1.5
    assert watch.patch is not None


def test_a_long_pause_or_a_clock_that_jumps_back_begins_anew() -> None:
    watch = SlowFlameWatch()
    for at, picture in pictures(1.0, 12, scenes.flame(0, 99, size=60)):
        last = watch.measure(picture, at)
    assert last > 1

    assert watch.measure(scenes.room(), 100.0) == 0
    assert watch.measure(scenes.room(), 50.0) == 0
