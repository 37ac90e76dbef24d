"""Identities over cameras: physics before looks, one place at a time, bounded delay, corrections."""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

import numpy as np
import pytest

from vision_service.contracts import Observation
from vision_service.tracking.association.associator import Associator
from vision_service.tracking.association.files import associate
from vision_service.tracking.association.plane import AssociationSettings

RED, BLUE = (1.0, 0.0, 0.1, 0.0), (0.0, 1.0, 0.0, 0.1)


def seen(camera: str, t: float, x: float, y: float = 0.0, track: int | None = 1, **more: object) -> Observation:
    return Observation(camera=camera, t=t, track=track, x_m=x, y_m=y, **more)


def walk(
    camera: str, since: float, until: float, start: float, pace: float = 1.25, **more: object
) -> list[Observation]:
    times = np.arange(since, until, 0.2)
    return [seen(camera, float(t), start + pace * (float(t) - since), **more) for t in times]


def test_two_cameras_that_see_one_person_give_one_number() -> None:
    numbers, _ = associate(walk('a', 0, 8, 0.0) + walk('b', 0, 8, 0.1, track=9))

    assert len(set(numbers)) == 1
    assert numbers[0] > 0


def test_two_people_side_by_side_in_one_camera_stay_two() -> None:
    beside = [seen('a', o.t, o.x_m, 0.5, track=2) for o in walk('a', 0, 8, 0.0)]

    numbers, _ = associate(walk('a', 0, 8, 0.0) + beside)

    assert len(set(numbers)) == 2


def test_nobody_is_in_two_places_however_alike() -> None:
    """FT-R11: the same number in two cameras that do not overlap, in one instant, is impossible."""
    here, there = walk('east', 0, 8, 0.0, embedding=RED), walk('west', 0, 8, 60.0, embedding=RED)

    numbers, _ = associate(here + there)

    assert set(numbers[: len(here)]).isdisjoint(numbers[len(here) :])


@pytest.mark.parametrize(('gap', 'people'), [(10.0, 2), (50.0, 1)])
def test_looks_alone_do_not_outrun_a_walker(gap: float, people: int) -> None:
    """FT-R11: 60 m away ten seconds later it is somebody else; fifty seconds later it may be him."""
    here = walk('east', 0, 4, 0.0, embedding=RED)
    there = walk('west', 4 + gap, 8 + gap, 60.0, embedding=RED)

    numbers, _ = associate(here + there)

    assert len(set(numbers)) == people


def test_looks_tell_apart_who_could_have_walked() -> None:
    here = walk('east', 0, 4, 0.0, embedding=RED)
    there = walk('west', 20, 24, 20.0, embedding=BLUE)

    numbers, _ = associate(here + there)

    assert len(set(numbers)) == 2


def crossed(**looks: tuple[float, ...] | None) -> tuple[list[Observation], list[Observation], list[Observation]]:
    """Two walk side by side, are unseen for four seconds and come out having changed sides: who is who?"""
    one, other = looks.get('one'), looks.get('other')
    before = walk('a', 0, 4, 0.0, y=0.5, embedding=one) + walk('a', 0, 4, 0.0, y=-0.5, track=2, embedding=other)
    left = walk('b', 8, 12, 10.0, y=0.5, track=7, embedding=other)
    right = walk('b', 8, 12, 10.0, y=-0.5, track=8, embedding=one)
    return before, left, right


def numbers_of(mode: Literal['appearance', 'geometry'], **looks: tuple[float, ...] | None) -> list[set[int]]:
    """Of the first, the second, and those who come out left and right."""
    before, left, right = crossed(**looks)
    numbers, _ = associate(before + left + right, mode=mode)
    named = list(zip(before + left + right, numbers, strict=True))
    return [
        {number for each, number in named if (each.camera, each.track) == who}
        for who in (('a', 1), ('a', 2), ('b', 7), ('b', 8))
    ]


def test_looks_break_a_tie_that_place_and_time_cannot() -> None:
    one, other, left, right = numbers_of('appearance', one=RED, other=BLUE)

    assert left == other != one == right
    assert len(one | other) == 2


@pytest.mark.parametrize(('mode', 'looks'), [('geometry', {'one': RED, 'other': BLUE}), ('appearance', {})])
def test_without_looks_a_tie_stays_open(mode: Literal['appearance', 'geometry'], looks: dict) -> None:
    one, other, left, right = numbers_of(mode, **looks)

    assert len(one | other | left | right) == 4


def test_geometry_mode_knows_a_short_gap_again_and_keeps_no_looks() -> None:
    associator = Associator(mode='geometry')
    observations = walk('a', 0, 4, 0.0, embedding=RED) + walk('b', 6.5, 10, 8.2, embedding=BLUE)
    numbers = {number for _, number in taken(associator, observations)}

    assert len(numbers) == 1
    assert all(plane.people.looks is None for plane in associator._planes.values())


def test_without_looks_nobody_walks_out_and_in_again_the_other_way() -> None:
    out, back = walk('a', 0, 4, 0.0), walk('a', 6, 10, 5.0, -1.25, track=2)

    numbers, _ = associate(out + back, mode='geometry')

    assert set(numbers[: len(out)]).isdisjoint(numbers[len(out) :])


def test_without_looks_a_corner_does_not_make_a_new_person() -> None:
    out = walk('a', 0, 4, 0.0)
    on = [seen('b', float(t), 7.5, 1.25 * (float(t) - 6.0), track=7) for t in np.arange(8.0, 12.0, 0.2)]

    numbers, _ = associate(out + on, mode='geometry')

    assert len(set(numbers)) == 1


def test_numbers_come_after_the_delay_and_not_before() -> None:
    associator = Associator(AssociationSettings(delay_s=2.0))

    for each in walk('a', 0, 6, 0.0):
        told = associator.take(each.t, [each])
        for observation, _ in told.numbers:
            assert each.t - observation.t >= 2.0 - 1e-9


def test_a_double_is_merged_and_the_correction_said() -> None:
    """Two cameras disagree by a metre and a half; slowly one of them is set right."""
    settings = AssociationSettings(delay_s=0.5, usual_doubt_m=0.15)
    associator = Associator(settings)
    off = [seen('b', o.t, o.x_m, min(max(1.6 - 0.4 * (o.t - 2), 0.1), 1.6), track=5) for o in walk('a', 0, 9, 0.0)]
    corrections = []
    for at, some in by_tick(walk('a', 0, 9, 0.0) + off):
        corrections += associator.take(at, some).corrections

    assert len(corrections) == 1
    assert associator.person(corrections[0].old) == corrections[0].new
    assert associator.people_today == 1


def test_a_false_alarm_is_nobody() -> None:
    numbers, _ = associate([*walk('a', 0, 6, 0.0), seen('a', 3.0, 30.0, 12.0, track=99)])

    assert numbers[-1] == 0


def test_own_tracks_that_mean_nothing_weigh_nothing() -> None:
    rng = np.random.default_rng(3)
    two = [
        o.model_copy(update={'track': int(track)})
        for t in np.arange(0, 60, 0.2)
        for o, track in zip(
            (seen('a', float(t), math.sin(t / 9) * 8, 0.0), seen('a', float(t), math.sin(t / 9) * 8, 2.0)),
            rng.permutation(2),
            strict=True,
        )
    ]

    numbers, _ = associate(two)

    assert len(set(numbers)) == 2
    assert len(set(numbers[::2])) == 1


def test_the_day_ends_and_everybody_is_a_stranger() -> None:
    """FT-R13: nothing of yesterday's vectors or numbers is left to compare with."""
    associator = Associator(day_of=lambda at: 'Mon' if at < 5 else 'Tue')
    numbers = taken(associator, walk('a', 0, 10, 0.0, embedding=RED))

    before = {number for observation, number in numbers if observation.t < 5}
    after = {number for observation, number in numbers if observation.t >= 5}

    assert before.isdisjoint(after - {0})
    assert associator.people_today == 1


def test_floors_are_apart() -> None:
    up = [o.model_copy(update={'floor': 'F2', 'camera': 'b'}) for o in walk('a', 0, 6, 0.0)]
    down = [o.model_copy(update={'floor': 'F1'}) for o in walk('a', 0, 6, 0.0)]

    numbers, _ = associate(down + up)

    assert len(set(numbers)) == 2


def taken(associator: Associator, observations: list[Observation]) -> list[tuple[Observation, int]]:
    numbers = []
    for at, some in by_tick(observations):
        numbers += associator.take(at, some).numbers
    return [(each, number) for each, number in numbers + associator.finish().numbers]


def by_tick(observations: list[Observation]) -> Iterator[tuple[float, list[Observation]]]:
    ticks: defaultdict[float, list[Observation]] = defaultdict(list)
    for each in observations:
        ticks[round(each.t, 3)].append(each)
    yield from sorted(ticks.items())


def test_after_a_lull_whoever_comes_is_not_who_left() -> None:
    """Nobody is seen for three quarters of a minute: no tick passes, yet time does."""
    numbers, _ = associate(walk('a', 0, 4, 0.0) + walk('a', 49, 53, 0.0, track=2))

    assert len(set(numbers)) == 2
