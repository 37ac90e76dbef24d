"""Walks between two cameras: the walk is as ordered, the judgement counts right, looks that tell people apart join."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision_service.evaluation.handovers import BEGIN, END, WAYS, Outcome, judged, measured, walked, write
from vision_service.evaluation.reid import Crops

PEOPLE = 24


@pytest.fixture(scope='module')
def crops() -> tuple[np.ndarray, Crops]:
    """Looks of their own for everybody, two a camera, hardly disturbed."""
    rng = np.random.default_rng(7)
    people = np.repeat(np.arange(PEOPLE), 4)
    cameras = np.tile([1, 1, 2, 2], PEOPLE)
    looks = np.linalg.qr(rng.normal(size=(32, 32)))[0][:PEOPLE][people] + rng.normal(0, 0.02, (len(people), 32))
    looks /= np.linalg.norm(looks, axis=1, keepdims=True)
    return looks.astype(np.float32), Crops([], people, cameras)


def test_everybody_crosses_both_views_and_nobody_is_in_both_at_once(crops: tuple[np.ndarray, Crops]) -> None:
    vectors, pictures = crops
    walk = walked(vectors, pictures, np.arange(PEOPLE), a_minute=20, seed=1)
    for person in range(PEOPLE):
        rows = [one for one, whose in zip(walk.observations, walk.people, strict=True) if whose == person]
        first = [one for one in rows if one.camera == walk.first[person]]
        second = [one for one in rows if one.camera != walk.first[person]]
        assert first
        assert second
        assert max(one.t for one in first) < min(one.t for one in second)


def test_the_judgement_tells_kept_from_taken_and_new(crops: tuple[np.ndarray, Crops]) -> None:
    vectors, pictures = crops
    walk = walked(vectors, pictures, np.arange(3), a_minute=6, seed=2)
    told = []
    for one, person in zip(walk.observations, walk.people, strict=True):
        is_first = one.camera == walk.first[person]
        told.append({0: 10, 1: 11 if is_first else 10, 2: 12 if is_first else 99}[person])
    assert judged(walk, told) == Outcome(kept=1, mistaken=1, new=1)
    assert judged(walk, [0] * len(told)) == Outcome(kept=0, mistaken=0, new=3)


@given(st.integers(0, 50), st.sampled_from([6, 20, 60]))
def test_the_truth_is_always_judged_as_kept(seed: int, crowd: int) -> None:
    people = np.repeat(np.arange(6), 2)
    pictures = Crops([], people, np.tile([1, 2], 6))
    walk = walked(np.eye(12, dtype=np.float32), pictures, np.arange(6), a_minute=crowd, seed=seed)
    assert judged(walk, [person + 1 for person in walk.people]) == Outcome(6, 0, 0)


def test_looks_that_tell_people_apart_bridge_what_place_and_time_cannot(crops: tuple[np.ndarray, Crops]) -> None:
    vectors, pictures = crops
    plain = measured(vectors, pictures, a_minute=6, way=WAYS[0], seeds=1)
    looked = measured(vectors, pictures, a_minute=6, way=WAYS[1], seeds=1)
    assert plain.kept <= 1
    assert looked.kept >= 0.7 * looked.walked
    assert looked.mistaken <= 2


def test_the_table_replaces_what_stood_between_the_markers(tmp_path: Path) -> None:
    page = tmp_path / 'page.md'
    page.write_text(f'before\n{BEGIN}\nold\n{END}\nafter\n', encoding='utf-8')
    write(page, ['| 6 | x |'])
    text = page.read_text(encoding='utf-8')
    assert '| 6 | x |' in text
    assert 'old' not in text
    assert text.startswith('before')
    assert text.endswith('after\n')
