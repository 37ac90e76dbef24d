"""Groups, heights and staff: what the pipeline tells of who crosses, never by a face."""

import numpy as np
import pytest

from vision_service.analytics.bands import HeightBands
from vision_service.analytics.geometry import Point
from vision_service.analytics.groups import GroupWatch
from vision_service.analytics.lines import Line, LineCounter, LineCrossing
from vision_service.analytics.staff import StaffWatch
from vision_service.models.scale import FloorHeight
from vision_service.tracking.projection import FloorProjection
from vision_service.tracking.tracker import Tracks

HALL = np.zeros((240, 320, 3), dtype=np.uint8)
OVERHEAD = FloorProjection.from_points([(0, 0), (320, 0), (320, 240), (0, 240)], [(0, 0), (8, 0), (8, 6), (0, 6)])


def seen(*people: tuple[int, float, float], height: float = 68.0, metres: bool = False) -> Tracks:
    ids = np.array([number for number, _, _ in people], dtype=np.int64)
    feet = np.array([(x, y) for _, x, y in people], dtype=np.float64).reshape(-1, 2)
    half = np.array([height * 0.17, 0.0])
    boxes = np.column_stack((feet - half - [0, height], feet + half))
    floor = feet / 40.0 if metres else None
    return Tracks(ids, boxes, feet, np.ones(len(ids)), np.ones(len(ids), dtype=np.bool_), floor)


def crossing(track: int, at: float, direction: str = 'in') -> LineCrossing:
    return LineCrossing('door', direction, track, at, Point(160, 100))


@pytest.mark.parametrize('metres', [False, True])
def test_two_who_walk_side_by_side_cross_as_one_group(metres: bool) -> None:
    watch = GroupWatch()
    for picture in range(30):
        x = 60.0 + picture * 4
        watch.observe(seen((1, x, 100), (2, x - 6, 122), (3, x - 6, 215), metres=metres), picture / 10)

    assert watch.groups([crossing(1, 2.6), crossing(3, 2.8), crossing(2, 2.9)]) == [1, 3, 1]


def test_two_who_pass_one_another_are_no_group() -> None:
    watch = GroupWatch()
    for picture in range(30):
        watch.observe(seen((1, 40.0 + picture * 8, 100), (2, 280.0 - picture * 8, 110)), picture / 10)

    assert watch.groups([crossing(1, 1.5), crossing(2, 1.5, 'out')]) == [1, 2]


def test_who_follows_much_later_is_no_group() -> None:
    watch = GroupWatch()
    for picture in range(30):
        watch.observe(seen((1, 100, 100), (2, 110, 110)), picture / 10)

    assert watch.groups([crossing(1, 3.0)]) == [1]
    assert watch.groups([crossing(2, 9.0)]) == [2]


def test_nothing_is_remembered_of_who_is_gone() -> None:
    watch = GroupWatch()
    for picture in range(50):
        watch.observe(seen((2 * picture, 100, 100), (2 * picture + 1, 110, 110)), picture * 1.0)

    assert len(watch._together) <= 4


@pytest.mark.parametrize(('metres', 'band'), [(1.10, 'child'), (1.72, 'adult'), (1.38, None)])
def test_height_tells_adults_from_children_and_says_nothing_between(metres: float, band: str | None) -> None:
    bands = HeightBands(FloorHeight(OVERHEAD))
    pixels = metres / 1.72 * float(FloorHeight(OVERHEAD).heights(np.array([(160.0, 120.0)]))[0])
    for picture in range(8):
        bands.observe(seen((7, 100.0 + picture, 120), height=pixels))

    assert bands.band(7) == band
    assert bands.band(8) is None


def test_a_shape_that_changes_its_height_tells_nothing() -> None:
    bands = HeightBands(FloorHeight(OVERHEAD))
    for picture in range(12):
        bands.observe(seen((7, 100.0, 120), height=30.0 if picture % 2 else 70.0))

    assert bands.band(7) is None
    bands.forget(set())
    assert bands._heights == {}


def test_who_comes_out_of_the_staff_door_is_staff() -> None:
    door = Line(code='staff-door', start=Point(100, 0), end=Point(100, 240))
    watch = StaffWatch([door], [], [])
    for x in (80, 95, 110, 130):
        watch.observe(HALL, seen((1, x, 100), (2, x + 100, 100)))

    assert watch.marks(1) == ['area']
    assert watch.marks(2) == []


def test_one_picture_in_the_staff_zone_is_a_slip_and_three_are_not() -> None:
    behind = np.array([(0.0, 0.0), (50.0, 0.0), (50.0, 240.0), (0.0, 240.0)])
    watch = StaffWatch([], [behind], [])
    for x in (40, 60, 60, 60):
        watch.observe(HALL, seen((1, x, 100), (2, 30, 180)))

    assert (watch.marks(1), watch.marks(2)) == ([], ['area'])


def test_the_uniform_is_known_by_its_colour_and_a_like_coat_of_another_is_not() -> None:
    watch = StaffWatch([], [], [(40, 40, 170)])
    picture = HALL.copy()
    picture[20:140, 60:120] = (50, 48, 165)
    picture[20:140, 200:260] = (160, 60, 40)
    for _ in range(30):
        watch.observe(picture, seen((1, 90, 120), (2, 230, 120)))

    assert (watch.marks(1), watch.marks(2)) == (['uniform'], [])
    watch.forget(set())
    assert watch.marks(1) == []


def test_two_ways_of_knowing_are_both_told() -> None:
    door = Line(code='staff-door', start=Point(100, 0), end=Point(100, 240))
    watch = StaffWatch([door], [], [(40, 40, 170)])
    picture = np.full_like(HALL, (40, 40, 170))
    for number in range(30):
        watch.observe(picture, seen((1, 80.0 + number * 2, 120)))

    assert watch.marks(1) == ['area', 'uniform']


def test_a_child_s_hand_in_hand_crossing_is_two_people_and_one_group() -> None:
    counter = LineCounter(Line(code='door', start=Point(160, 0), end=Point(160, 240)))
    watch, told = GroupWatch(), []
    for picture in range(40):
        tracks = seen((1, 80.0 + picture * 4, 100), (2, 76.0 + picture * 4, 112))
        watch.observe(tracks, picture / 10)
        crossings = counter.observe(tracks, picture / 10)
        told += zip(crossings, watch.groups(crossings), strict=True)

    assert len(told) == 2
    assert len({group for _, group in told}) == 1
