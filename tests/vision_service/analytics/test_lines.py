"""The counting line: FT-R1 and FT-R2 from the camera's side, finite lines, lines at the picture's edge."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vision_service.walks import tracks_at, walk
from vision_service.analytics.geometry import Point
from vision_service.analytics.lines import Line, LineCounter, LineCrossing
from vision_service.tracking.tracker import Tracks

VERTICAL = Line(code='door', start=Point(100, 0), end=Point(100, 100), hold=2)  # in: from right to left


def watch(counter: LineCounter, pictures: list[Tracks]) -> list[LineCrossing]:
    return [crossing for at, tracks in enumerate(pictures) for crossing in counter.observe(tracks, float(at))]


def test_a_walk_over_the_line_counts_once_at_the_moment_of_the_step() -> None:
    crossings = watch(LineCounter(VERTICAL), walk([130, 120, 110, 90, 80, 70, 60]))

    assert [(crossing.direction, crossing.at) for crossing in crossings] == [('in', 3.0)]


def test_the_way_back_is_out() -> None:
    crossings = watch(LineCounter(VERTICAL), walk([120, 110, 90, 80, 90, 110, 120]))

    assert [crossing.direction for crossing in crossings] == ['in', 'out']


@pytest.mark.parametrize(
    ('sides', 'expected'),
    [
        pytest.param('AAABAAA', 0, id='one bad picture'),
        pytest.param('AAABAAABAAABAAA', 0, id='three bad pictures'),
        pytest.param('AAABBAA', 2, id='held for two: there and back'),
        pytest.param('AAABABB', 1, id='dithers, then goes'),
        pytest.param('ABB', 0, id='origin not held'),
        pytest.param('ABABABAB', 0, id='never holds any side'),
    ],
)
def test_FT_R1_flicker_needs_both_sides_held(sides: str, expected: int) -> None:
    crossings = watch(LineCounter(VERTICAL), walk([120 if side == 'A' else 80 for side in sides]))

    assert len(crossings) == expected


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 5))
def test_FT_R1_ins_and_outs_alternate_whatever_the_flicker(left: list[bool], hold: int) -> None:
    line = Line(code='door', start=VERTICAL.start, end=VERTICAL.end, hold=hold)

    directions = [c.direction for c in watch(LineCounter(line), walk([80 if side else 120 for side in left]))]

    assert all(first != second for first, second in pairwise(directions))
    runs = [
        len(run)
        for run in ''.join('L' if side else 'R' for side in left).replace('LR', 'L R').replace('RL', 'R L').split()
    ]
    assert len(directions) <= max(sum(run >= hold for run in runs) - 1, 0)


@pytest.mark.parametrize('number', [-1, 0])
def test_FT_R2_boxes_without_identity_count_nobody(number: int) -> None:
    pictures = [tracks_at((number, 80, 50), (number, 120, 50)) for _ in range(6)]

    assert watch(LineCounter(VERTICAL), pictures) == []


def test_FT_R2_a_track_counts_only_once_it_is_confirmed() -> None:
    doubtful = walk([130, 120, 90, 80, 70], confirmed=False)

    assert watch(LineCounter(VERTICAL), doubtful) == []


@given(st.floats(1, 99), st.floats(-40, 40), st.floats(-80, 80))
def test_only_steps_through_the_finite_line_count(length: float, far: float, angle: float) -> None:
    end = Point(100 + length * math.sin(math.radians(angle)), length * math.cos(math.radians(angle)))
    counter = LineCounter(Line(code='door', start=Point(100, 0), end=end, hold=2))
    beyond = Point(end.x + (end.x - 100) * (0.1 + abs(far)), end.y * (1.1 + abs(far)))

    around = [tracks_at((1, beyond.x + step, beyond.y)) for step in (60, 40, 20, -20, -40, -60)]

    assert watch(counter, around) == []


def test_a_line_near_the_picture_s_edge_counts_by_the_foot_alone() -> None:
    edge = Line(code='door', start=Point(0, 236), end=Point(320, 236), hold=2)
    pictures = [tracks_at((1, 100, y)) for y in (225, 230, 234, 238, 239, 239)]

    assert len(watch(LineCounter(edge), pictures)) == 1


def test_two_people_at_once_are_two() -> None:
    pictures = [tracks_at((1, x, 30), (2, 200 - x, 70)) for x in (130, 120, 110, 90, 80, 70)]

    assert sorted((c.track, c.direction) for c in watch(LineCounter(VERTICAL), pictures)) == [(1, 'in'), (2, 'out')]


def test_forgets_those_who_are_gone() -> None:
    counter = LineCounter(VERTICAL)
    for number in range(1, 1001):
        counter.observe(tracks_at((number, 120, 50)), float(number))
        counter.forget({number})

    assert counter.remembered == 1


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(0, 120)), min_size=1, max_size=40), st.integers(1, 4))
def test_reversing_the_line_swaps_in_and_out(path: list[tuple[float, float]], hold: int) -> None:
    pictures = [tracks_at((1, x, y)) for x, y in path]
    there = Line(code='door', start=Point(100, 0), end=Point(100.5, 100), hold=hold)
    back = Line(code='door', start=there.end, end=there.start, hold=hold)

    forward, backward = watch(LineCounter(there), pictures), watch(LineCounter(back), pictures)

    assert [(c.at, c.direction) for c in forward] == [(c.at, 'out' if c.direction == 'in' else 'in') for c in backward]
