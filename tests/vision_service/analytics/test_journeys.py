"""Ways through the view."""

from tests.vision_service.walks import tracks_at
from vision_service.analytics.geometry import Point
from vision_service.analytics.journeys import Journey, JourneyLog


def test_a_way_is_told_once_its_track_is_over() -> None:
    log = JourneyLog()
    for at in range(5):
        log.observe(tracks_at((1, 10.0 * at, 50), (2, 5, 5)), float(at))

    assert log.finish({1, 2}) == []
    assert log.finish({2}) == [Journey(1, 0.0, 4.0, 5, Point(0, 50), Point(40, 50))]
    assert log.finish({2}) == []


def test_unconfirmed_tracks_have_no_way() -> None:
    log = JourneyLog()
    log.observe(tracks_at((1, 10, 50), confirmed=False), 0.0)

    assert log.finish(set()) == []
