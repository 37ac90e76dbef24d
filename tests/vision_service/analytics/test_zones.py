"""Stays in a zone: hysteresis, grace, the end of the stream."""

import numpy as np
import pytest

from tests.vision_service.walks import tracks_at, walk
from vision_service.analytics.geometry import inside
from vision_service.analytics.zones import Stay, Zone, ZoneWatcher
from vision_service.tracking.tracker import Tracks

SQUARE = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]])


def watch(pictures: list[Tracks], **settings: float) -> list[Stay]:
    watcher = ZoneWatcher(Zone(code='f1-shop', polygon=SQUARE, **settings))
    stays = [stay for at, tracks in enumerate(pictures) for stay in watcher.observe(tracks, float(at))]
    return stays + watcher.finish()


def test_a_stay_lasts_from_the_first_to_the_last_picture_inside() -> None:
    stays = watch(walk([150, 150, 50, 50, 50, 50, 50, 150, 150, 150, 150, 150, 150]))

    assert stays == [Stay('f1-shop', 1, 2.0, 6.0)]


@pytest.mark.parametrize(
    ('where', 'expected'),
    [
        pytest.param('..i....', 0, id='one picture inside is nobody'),
        pytest.param('iiii.iiii', 1, id='one picture outside does not end it'),
        pytest.param('iiii......iiii', 2, id='away for longer than the grace: two stays'),
        pytest.param('iiii', 1, id='the end of the stream ends the stay'),
        pytest.param('', 0, id='nobody came'),
    ],
)
def test_hysteresis(where: str, expected: int) -> None:
    assert len(watch(walk([50 if side == 'i' else 150 for side in where]))) == expected


def test_short_stays_are_passers_by() -> None:
    assert watch(walk([50] * 5), least_s=10.0) == []


def test_unconfirmed_tracks_stay_nowhere() -> None:
    assert watch(walk([50] * 10, confirmed=False)) == []


def test_occupancy_counts_those_who_hold() -> None:
    watcher = ZoneWatcher(Zone(code='f1-shop', polygon=SQUARE))
    for at in range(3):
        watcher.observe(tracks_at((1, 50, 50), (2, 60, 50)), float(at))
    watcher.observe(tracks_at((3, 70, 50)), 3.0)

    assert watcher.occupancy == 2


@pytest.mark.parametrize(('x', 'y', 'expected'), [(50, 50, True), (150, 50, False), (-1, 50, False), (50, 101, False)])
def test_points_are_inside_or_not(x: float, y: float, expected: bool) -> None:
    assert bool(inside(SQUARE, np.array([[float(x), float(y)]]))[0]) is expected


def test_a_dent_is_outside() -> None:
    dented = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [50.0, 20.0], [0.0, 100.0]])

    assert inside(dented, np.array([[50.0, 60.0], [50.0, 10.0], [10.0, 50.0]])).tolist() == [False, True, True]
