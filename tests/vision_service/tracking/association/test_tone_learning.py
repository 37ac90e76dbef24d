"""A day teaches what the cameras do to looks, the next is seen by it, and nobody's looks outlive their day."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision_service.contracts import Observation
from vision_service.models.detections import Array
from vision_service.service import tones_of
from vision_service.settings import VisionSettings
from vision_service.tracking.association.plane import TONED_LIKENESS
from vision_service.tracking.association.tone_learning import LEAST_A_DAY, PATIENCE_S, ToneLearner
from vision_service.tracking.association.tones import Tones
from vision_service.trajectories.owner import IdentityOwner

SIZE, DAY_S = 8, 86_400.0
MORNING = 1_780_000_000.0


def looks_of(people: int, seed: int = 1) -> Array:
    looks = np.random.default_rng(seed).normal(2.0, 1.0, size=(people, SIZE))
    return looks / np.linalg.norm(looks, axis=1, keepdims=True)


def seen(camera: str, track: int, at: float, look: Array) -> Observation:
    return Observation(camera=camera, t=at, track=track, x_m=2.0 * track, y_m=0.0, embedding=tuple(look.tolist()))


def teach(learner: ToneLearner, looks: Array, camera: str = 'a', times: int = 2) -> None:
    for track, look in enumerate(looks):
        for step in range(times):
            at = track + step / 2
            learner.see(at, [seen(camera, track, at, look)])


def test_a_day_of_tracks_teaches_what_a_recording_of_them_would() -> None:
    looks = looks_of(LEAST_A_DAY + 5)
    learner = ToneLearner(Tones({}))
    teach(learner, looks)
    recorded = Tones.learned([seen('a', track, 0.0, look) for track, look in enumerate(looks)])

    names = ['a'] * len(looks)
    np.testing.assert_allclose(learner.end_day().without(names, looks), recorded.without(names, looks), atol=1e-6)


@given(st.lists(st.integers(1, 30), min_size=LEAST_A_DAY, max_size=LEAST_A_DAY + 20))
def test_every_track_counts_the_same_however_long_it_lasts(lengths: list[int]) -> None:
    looks = looks_of(len(lengths))
    even, uneven = ToneLearner(Tones({})), ToneLearner(Tones({}))
    teach(even, looks, times=1)
    for track, (look, length) in enumerate(zip(looks, lengths, strict=True)):
        for step in range(length):
            uneven.see(track + step / 100, [seen('a', track, 0.0, look)])
    names = ['a'] * len(looks)
    np.testing.assert_allclose(even.end_day().without(names, looks), uneven.end_day().without(names, looks), atol=1e-6)


def test_FT_R13_too_few_tracks_teach_nothing_and_are_forgotten_with_the_day() -> None:
    learner = ToneLearner(Tones({}))
    teach(learner, looks_of(LEAST_A_DAY - 1))
    assert learner.end_day().cameras == frozenset()
    teach(learner, looks_of(2, seed=2))
    assert learner.end_day().cameras == frozenset()
    assert learner.tracks == {}


def test_FT_R13_a_tracks_own_looks_go_with_it() -> None:
    learner = ToneLearner(Tones({}))
    learner.see(0.0, [seen('a', 1, 0.0, looks_of(1)[0])])
    assert len(learner._open) == 1
    learner.see(PATIENCE_S + 1, [])
    assert learner._open == {}
    assert learner.tracks == {'a': 1}


def test_a_quiet_day_leaves_what_a_busy_one_taught() -> None:
    learner = ToneLearner(Tones({}))
    teach(learner, looks_of(LEAST_A_DAY), camera='door')
    learner.end_day()
    teach(learner, looks_of(LEAST_A_DAY), camera='hall')
    teach(learner, looks_of(3), camera='door')
    assert learner.end_day().cameras == {'door', 'hall'}


def test_vectors_of_another_size_begin_anew() -> None:
    learner = ToneLearner(Tones({}))
    learner.see(0.0, [seen('a', 1, 0.0, np.ones(4))])
    learner.see(100.0, [])
    learner.see(200.0, [seen('a', 2, 200.0, np.ones(SIZE))])
    learner.see(300.0, [])
    assert learner.tracks == {'a': 1}


def day_of_visitors(owner: IdentityOwner, since: float, people: int) -> None:
    for track, look in enumerate(looks_of(people)):
        for step in range(4):
            at = since + 5.0 * track + 0.5 * step
            owner.observe([seen('door', track, at, look)])
            owner.tick(at)
    owner.tick(since + 5.0 * people + 60)


def test_the_owner_sees_the_next_day_by_what_the_first_one_taught(tmp_path: Path) -> None:
    kept: list[Tones] = []
    owner = IdentityOwner([], learner=ToneLearner(Tones({})), keep_tones=kept.append)
    day_of_visitors(owner, MORNING, LEAST_A_DAY + 5)
    assert owner.view().toned == ()

    day_of_visitors(owner, MORNING + DAY_S, 3)

    assert owner.view().toned == ('door',)
    assert owner._associator.settings.usual_likeness == TONED_LIKENESS
    assert owner.view().people_today == 3
    assert [tones.cameras for tones in kept] == [{'door'}]


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / 'embedder.onnx'
    path.write_bytes(b'weights of one embedder')
    return path


def test_what_was_learned_is_kept_for_the_embedder_that_saw_it(tmp_path: Path, weights: Path) -> None:
    settings = VisionSettings(mall='m', state_dir=tmp_path, embedder_weights=weights)
    tones, kept = tones_of(settings)
    assert tones is None
    assert kept is not None
    learner = ToneLearner(Tones({}))
    teach(learner, looks_of(LEAST_A_DAY))
    learner.end_day().save(kept)

    again, _ = tones_of(settings)
    assert again is not None
    assert again.cameras == {'a'}
    weights.write_bytes(b'weights of another')
    assert tones_of(settings)[0] is None


def test_a_broken_file_of_its_own_is_learned_anew(tmp_path: Path, weights: Path) -> None:
    settings = VisionSettings(mall='m', state_dir=tmp_path, embedder_weights=weights)
    _, kept = tones_of(settings)
    assert kept is not None
    kept.write_bytes(b'half a file')
    assert tones_of(settings) == (None, kept)


@pytest.mark.parametrize('more', [{'embedder_learns': False}, {'association': 'geometry'}, {'embedder_weights': None}])
def test_it_learns_only_where_looks_are_used_and_asked_for(
    tmp_path: Path, weights: Path, more: dict[str, object]
) -> None:
    settings = VisionSettings(**{'mall': 'm', 'state_dir': tmp_path, 'embedder_weights': weights} | more)
    assert tones_of(settings) == (None, None)
