"""SE-R2 and SE-R3 at the camera, and the rules of people: flow, loitering, intrusion."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision_service.analytics.crowd import CounterFlowWatch, InflowWatch
from vision_service.analytics.guarding import IntrusionWatch, LoiteringWatch
from vision_service.analytics.hysteresis import Hysteresis
from vision_service.contracts import HazardKind
from vision_service.errors import ConfigurationInvalid
from vision_service.hazards import USUAL, HazardConfig, HazardMonitor
from vision_service.tracking.projection import FloorProjection
from vision_service.tracking.tracker import Tracks

SQUARE = np.array([(0, 0), (100, 0), (100, 100), (0, 100)], dtype=float)
PICTURE = np.zeros((100, 100, 3), dtype=np.uint8)


def tracks(*feet: tuple[float, float], first: int = 1) -> Tracks:
    points = np.array(feet, dtype=float).reshape(-1, 2)
    boxes = np.hstack((points - np.array((4, 20)), points + np.array((4, 0))))
    count = len(points)
    return Tracks(np.arange(first, first + count), boxes, points, np.ones(count), np.ones(count, dtype=bool))


def edges(series: list[tuple[float, float]], step: float = 1.0) -> list[tuple[str, float]]:
    """Judges a series of (value, seconds)."""
    judge, found, at = Hysteresis(USUAL[HazardKind.DENSITY]), [], 0.0
    for value, seconds in series:
        for _ in range(round(seconds / step)):
            edge = judge.judge(value, at)
            found += [(edge, at)] if edge else []
            at += step
    return found


def test_SE_R2_a_value_that_flickers_raises_once_and_stays_open() -> None:
    assert [edge for edge, _ in edges([(4.1, 20), (3.9, 5), (4.2, 35), (3.5, 300)])] == ['raised']


def test_SE_R2_with_other_numbers() -> None:
    calm_after = [(5.0, 40), (2.9, 50), (3.1, 5), (2.0, 70)]
    found = edges(calm_after)
    assert [edge for edge, _ in found] == ['raised', 'cleared']
    assert found[1][1] >= 39 + 50 + 5 + 60


@given(st.lists(st.tuples(st.floats(0, 8), st.integers(1, 90)), max_size=30))
def test_SE_R2_raising_and_clearing_take_turns_and_never_storm(series: list[tuple[float, int]]) -> None:
    found = edges([(value, float(seconds)) for value, seconds in series])
    assert all(edge == ('raised', 'cleared')[index % 2] for index, (edge, _) in enumerate(found))
    assert len(found) <= 1 + sum(seconds for _, seconds in series) / 30


def test_a_gap_in_the_stream_is_no_time_of_crowding() -> None:
    judge = Hysteresis(USUAL[HazardKind.DENSITY])
    assert [judge.judge(5.0, at) for at in (0.0, 1.0, 2.0, 600.0, 601.0)] == [None] * 5


@pytest.mark.parametrize(('metres', 'area', 'is_raised'), [(np.sqrt(10), 10, True), (np.sqrt(200), 200, False)])
def test_SE_R3_forty_people_are_a_crowd_in_an_alcove_and_none_in_an_atrium(
    metres: float, area: float, is_raised: bool
) -> None:
    corners = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0))
    floor = FloorProjection.from_points(corners, [(x * metres / 100, y * metres / 100) for x, y in corners])
    monitor = HazardMonitor('cam', (HazardConfig(code='alcove', kind='density'),), (100, 100), floor)
    crowd = tracks(*[(10 + index % 8 * 10, 10 + index // 8 * 10) for index in range(40)])
    events = [event for at in range(40) for event in monitor.see(PICTURE, crowd, float(at))]
    assert [event.value for event in events] == ([pytest.approx(40 / area, abs=0.01)] if is_raised else [])


def test_SE_R3_density_without_a_calibrated_floor_is_refused() -> None:
    with pytest.raises(ConfigurationInvalid, match='Calibrate'):
        HazardMonitor('cam', (HazardConfig(code='alcove', kind='density'),), (100, 100))


def test_inflow_counts_who_came_in_and_not_who_was_there() -> None:
    watch = InflowWatch(SQUARE)
    assert watch.measure(tracks((50, 50), (150, 50)), 0.0) == 0
    assert watch.measure(tracks((50, 50), (60, 50)), 1.0) == 1
    assert watch.measure(tracks((50, 50), (60, 50)), 70.0) == 0


def test_counterflow_sees_who_walks_against_the_arrow_only() -> None:
    watch = CounterFlowWatch(SQUARE, (1, 0))
    values = [
        watch.measure(tracks((20 + 10 * at, 50), (90 - 10 * at, 60), (50 + at % 2, 70)), at * 0.5) for at in range(5)
    ]
    assert values[-1] == 1


def test_loitering_goes_on_over_a_short_absence() -> None:
    watch = LoiteringWatch(SQUARE)
    places = [(50.0, 50.0)] * 20 + [(150.0, 50.0)] * 5 + [(50.0, 50.0)] * 20
    assert [watch.measure(tracks(place), float(at)) for at, place in enumerate(places)][-1] == 44
    assert watch.measure(tracks((150, 50)), 80.0) == 0


def test_intrusion_counts_within_its_hours_only() -> None:
    closed = HazardConfig(code='stockroom', kind='intrusion', hours=(22, 8))
    monitor = HazardMonitor('cam', (closed,), (100, 100))
    noon, night = 1_795_752_000.0, 1_795_791_600.0  # 12:00 and 23:00 in Shanghai
    assert IntrusionWatch(SQUARE).measure(tracks((50, 50)), 0.0) == 1
    assert [monitor.see(PICTURE, tracks((50, 50)), float(at), wall_time=noon + at) for at in range(3)] == [[], [], []]
    raised = [
        event for at in range(3, 6) for event in monitor.see(PICTURE, tracks((50, 50)), float(at), wall_time=night)
    ]
    assert [event.edge for event in raised] == ['raised']


def test_the_same_clip_gives_the_same_alarm_names() -> None:
    def names() -> list[str]:
        monitor = HazardMonitor('cam', (HazardConfig(code='z', kind='intrusion'),), (100, 100))
        return [event.alarm for at in range(5) for event in monitor.see(PICTURE, tracks((50, 50)), float(at))]

    assert names() == names() != []
