"""Rank-1 and mean average precision on cases worked out by hand."""

import numpy as np
import pytest

from vision_service.evaluation.looks import BEGIN, END, write
from vision_service.evaluation.reid import Crops, known_again, tracklets

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
