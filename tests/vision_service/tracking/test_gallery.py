"""The gallery finds exactly what comparing with everybody finds, stays bounded, and forgets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision_service.tracking import gallery as module
from vision_service.tracking.gallery import Gallery


def unit(rng: np.random.Generator, count: int, size: int = 8) -> np.ndarray:
    vectors = rng.normal(size=(count, size)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 90), st.integers(1, 12), st.integers(0, 10_000))
def test_it_finds_what_comparing_with_everybody_finds(held: int, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, queries = unit(rng, held), unit(rng, 5)
    gallery = Gallery(8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, 'PIECE', 16)
        for part in np.array_split(np.arange(held), 3):
            gallery.add(part, vectors[part])

        people, likeness = gallery.search(queries, count)

    everybody = queries @ vectors.T
    expected = -np.sort(-everybody, axis=1)[:, :count]
    np.testing.assert_allclose(likeness, expected, atol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(everybody, people, axis=1), expected, atol=1e-5)


def test_the_oldest_give_way_when_it_is_full() -> None:
    rng = np.random.default_rng(1)
    vectors, gallery = unit(rng, 50), Gallery(8, capacity=20)

    for number in range(50):
        gallery.add(np.array([number]), vectors[number : number + 1])

    people, _ = gallery.search(vectors[:1], 20)
    assert len(gallery) == 20
    assert sorted(people[0].tolist()) == list(range(30, 50))


def test_growing_past_its_first_rows_loses_nobody() -> None:
    rng = np.random.default_rng(2)
    vectors, gallery = unit(rng, 5000), Gallery(8, capacity=6000)
    for part in np.array_split(np.arange(5000), 7):
        gallery.add(part, vectors[part])

    people, likeness = gallery.search(vectors[[0, 1023, 1024, 4999]], 1)

    assert people[:, 0].tolist() == [0, 1023, 1024, 4999]
    np.testing.assert_allclose(likeness, 1, atol=1e-5)


def test_it_forgets_all_at_once() -> None:
    gallery = Gallery(8)
    gallery.add(np.arange(3), unit(np.random.default_rng(3), 3))

    gallery.forget_all()

    people, _ = gallery.search(unit(np.random.default_rng(3), 1), 5)
    assert len(gallery) == 0
    assert people.shape == (1, 0)
    assert not gallery._vectors.any()


@pytest.mark.parametrize(
    'vectors',
    [np.zeros((1, 8)), np.full((1, 8), np.nan), np.ones((1, 7)), np.ones(8)],
    ids=['nought', 'nan', 'size', 'row'],
)
def test_vectors_that_say_nothing_are_refused_and_nothing_is_lost(vectors: np.ndarray) -> None:
    gallery = Gallery(8)
    gallery.add(np.array([7]), np.ones((1, 8), np.float32))

    with pytest.raises(ValueError):
        gallery.add(np.array([8]), vectors)

    assert gallery.search(np.ones((1, 8), np.float32), 3)[0].tolist() == [[7]]
