"""Rank-1 and mean average precision on cases worked out by hand."""

import numpy as np
import pytest

from vision_service.evaluation.looks import BEGIN, END, write
from vision_service.evaluation.reid import (
    Crops,
    adapted,
    adapted_apart,
    adapted_to_itself,
    known_again,
    known_in,
    tracklets,
)

CROPS = Crops([], np.array([0, 1, 0, 1]), np.array([1, 1, 2, 2]))


def test_everybody_known_again() -> None:
    known = known_again(np.eye(2, dtype=np.float32)[CROPS.people], CROPS)

    assert (known.rank_1, known.mean_precision, known.queries) == (100, 100, 4)


def test_half_of_the_first_answers_right() -> None:
    vectors = np.array([[1, 0], [1, 0.1], [1, 0.05], [0, 1]], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    known = known_again(vectors, CROPS)

    # person 0 finds herself first both ways but once; person 1 is taken for 0 on camera 2, and finds himself back
    assert known.queries == 4
    assert known.rank_1 == pytest.approx(50)
    assert known.mean_precision == pytest.approx(75)


def test_a_tracklet_is_the_mean_of_its_pictures() -> None:
    crops = Crops([], np.array([0, 0, 0]), np.array([1, 1, 2]))

    means, whose = tracklets(np.array([[1, 0], [0, 1], [0, 1]], np.float32), crops)

    np.testing.assert_allclose(means, [[0.7071, 0.7071], [0, 1]], atol=1e-3)
    assert whose.cameras.tolist() == [1, 2]


def test_the_page_s_words_stay(tmp_path) -> None:
    page = tmp_path / 'page.md'
    page.write_text(f'before\n{BEGIN}\nold\n{END}\nafter\n')

    write(page, ['| onnxruntime | 1 | 2 | 3 |'])

    text = page.read_text()
    assert text.startswith('before')
    assert text.endswith('after\n')
    assert '| onnxruntime | 1 | 2 | 3 |' in text
    assert 'old' not in text


def crowd() -> tuple[np.ndarray, Crops]:
    """A hundred people, two pictures each on two cameras, of which the second moves all looks aside."""
    rng = np.random.default_rng(1)
    people, cameras = np.repeat(np.arange(100), 4), np.tile([1, 1, 2, 2], 100)
    vectors = rng.normal(size=(100, 6))[people] + rng.normal(0, 0.1, (400, 6))
    vectors[cameras == 2] = vectors[cameras == 2] * (1, 4, 1, 0.3, 1, 1) + (5, 0, 0, -5, 0, 0)
    return np.float32(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)), Crops([], people, cameras)


@pytest.mark.parametrize('adapt', [adapted, adapted_apart, adapted_to_itself])
def test_adaptation_without_names_brings_cameras_together(adapt) -> None:
    vectors, crops = crowd()

    before, after = known_again(vectors, crops), known_in(adapt(vectors, crops), crops)

    assert after.rank_1 > before.rank_1 + 20


def test_nobody_is_adapted_with_pictures_of_himself() -> None:
    """Held out is held out: another look of one person changes nothing in the tones by which he is asked for."""
    vectors, crops = crowd()
    changed = vectors.copy()
    mine = crops.people == 7
    changed[mine & (crops.cameras == 1)] *= -1
    others = ~mine & (crops.cameras == 1)

    for before, after in zip(adapted(vectors, crops, seeds=2), adapted(changed, crops, seeds=2), strict=True):
        is_asked = 7 in before.people
        assert np.array_equal(before.vectors[others], after.vectors[others]) == is_asked


@pytest.mark.parametrize('adapt', [adapted, adapted_apart])
def test_who_is_asked_for_and_among_whom_are_treated_alike(adapt) -> None:
    """Two people with one look stay as like each other, whichever folds they are in."""
    vectors, crops = crowd()
    vectors[crops.people == 1] = vectors[crops.people == 0]

    for trial in adapt(vectors, crops, seeds=2):
        np.testing.assert_array_equal(trial.vectors[crops.people == 1], trial.vectors[crops.people == 0])


def test_everybody_is_asked_for_once_in_each_division() -> None:
    vectors, crops = crowd()
    trials = adapted(vectors, crops, seeds=3)

    asked = np.concatenate([trial.people for trial in trials])
    assert np.array_equal(np.sort(asked), np.repeat(np.arange(100), 3))
    assert known_in(trials, crops).queries == len(vectors)
