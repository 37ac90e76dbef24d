"""The tracker: identities kept, confirmed only, bounded memory, clocks that misbehave."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision_service.models.detections import Detections
from vision_service.tracking.motion import FloorMotion, Motion, PictureMotion
from vision_service.tracking.projection import FloorProjection
from vision_service.tracking.tracker import Tracker, TrackerSettings

# A camera 4 m up that looks down a hall: the far end is the upper edge of the picture.
HALL = FloorProjection.from_points(
    [[100, 100], [220, 100], [310, 230], [10, 230]], [[-3, 20], [3, 20], [2, 4], [-2, 4]]
)


def box(x: float, foot: float, height: float = 60.0) -> list[float]:
    return [x - height / 6, foot - height, x + height / 6, foot]


def motions() -> list[object]:
    return [pytest.param(PictureMotion, id='picture'), pytest.param(lambda: FloorMotion(HALL), id='floor')]


@pytest.mark.parametrize('motion', motions())
def test_one_person_keeps_one_number(motion: type[Motion]) -> None:
    tracker = Tracker(motion())

    numbers = [tracker.update(Detections.of([box(50 + 4 * k, 150)]), k / 10).ids.tolist() for k in range(40)]

    assert numbers == [[1]] * 40


@pytest.mark.parametrize('motion', motions())
def test_two_people_who_pass_one_another_keep_their_numbers(motion: type[Motion]) -> None:
    tracker = Tracker(motion())
    for k in range(41):
        here, there = box(60 + 5 * k, 150), box(260 - 5 * k, 168)
        tracks = tracker.update(Detections.of([here, there]), k / 10)

    order = np.argsort(tracks.feet[:, 0])
    assert tracks.ids[order].tolist() == [2, 1]


@pytest.mark.parametrize('motion', motions())
def test_someone_hidden_for_a_second_is_the_same_person_after(motion: type[Motion]) -> None:
    tracker = Tracker(motion())
    seen = [k for k in range(60) if not 25 <= k < 34]
    for k in range(60):
        tracks = tracker.update(Detections.of([box(40 + 3 * k, 150)] if k in seen else []), k / 10)

    assert tracks.ids.tolist() == [1]


def test_a_glimpse_is_never_confirmed() -> None:
    tracker = Tracker(settings=TrackerSettings(confirmations=3))
    boxes = [[box(50, 150)], [box(51, 150)], [], [], [], []]

    confirmed = [tracker.update(Detections.of(each), k / 10).confirmed.any() for k, each in enumerate(boxes)]

    assert not any(confirmed)


def test_numbers_are_never_used_twice() -> None:
    tracker = Tracker(settings=TrackerSettings(memory_s=0.5))
    numbers: list[int] = []
    for visit in range(20):
        for k in range(5):
            tracks = tracker.update(Detections.of([box(50 + k, 150)]), visit * 10 + k / 10)
        numbers += tracks.ids.tolist()

    assert len(set(numbers)) == 20


def test_memory_is_bounded_by_time() -> None:
    tracker = Tracker()
    rng = np.random.default_rng(1)
    for k in range(500):
        places = rng.uniform(0, 2000, (20, 2))
        tracker.update(Detections.of([box(x, y) for x, y in places]), k / 10)

    assert len(tracker.alive) < 20 * 40


def test_memory_is_bounded_by_number() -> None:
    tracker = Tracker(settings=TrackerSettings(most_tracks=50))

    tracks = tracker.update(Detections.of([box(30 * k, 150) for k in range(200)]), 0.0)

    assert len(tracks) == 50


def test_doubtful_detections_go_on_with_a_track_but_start_none() -> None:
    tracker = Tracker()
    for k in range(10):
        tracker.update(Detections.of([box(50 + 2 * k, 150)], [0.9]), k / 10)

    tracks = tracker.update(Detections.of([box(70, 150), box(200, 150)], [0.5, 0.5]), 1.0)

    assert tracks.ids.tolist() == [1]


@pytest.mark.parametrize('at', [0.9, 0.0, -50.0])
def test_a_clock_that_stands_or_jumps_back_makes_no_second_person(at: float) -> None:
    tracker = Tracker()
    for k in range(10):
        tracker.update(Detections.of([box(50, 150)]), k / 10)

    assert tracker.update(Detections.of([box(50, 150)]), at).ids.tolist() == [1]


def test_the_foot_is_filtered_the_box_is_not() -> None:
    tracker = Tracker()
    jitter = [0, 6, -6, 6, -6, 6, -6, 6, -6, 6]
    feet = []
    for k, shift in enumerate(jitter):
        tracks = tracker.update(Detections.of([box(100, 150 + shift)]), k / 10)
        feet.append(float(tracks.feet[0, 1]))

    assert tracks.boxes[0, 3] == 156
    assert np.std(feet[3:]) < np.std(jitter[3:])


def test_floor_tracks_know_their_metres() -> None:
    tracker = Tracker(FloorMotion(HALL))
    for k in range(5):
        tracks = tracker.update(Detections.of([box(160, 230)]), k / 10)

    assert tracks.metres is not None
    assert np.allclose(tracks.metres[0], [0, 4], atol=0.2)


@settings(max_examples=30)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(0, 300), st.floats(60, 230), st.floats(0, 1)), max_size=8), min_size=1, max_size=15
    )
)
def test_every_detection_has_at_most_one_track_and_every_track_one_detection(
    pictures: list[list[tuple[float, float, float]]],
) -> None:
    tracker = Tracker()
    for k, people in enumerate(pictures):
        boxes = [box(x, y) for x, y, _ in people]
        tracks = tracker.update(Detections.of(boxes, [score for _, _, score in people]), k / 10)
        assert len(set(tracks.ids.tolist())) == len(tracks) <= len(people)
        assert set(tracks.ids.tolist()) <= set(tracker.alive.tolist())


def test_nothing_to_see_is_no_error() -> None:
    assert len(Tracker().update(Detections.none(), 0.0)) == 0
