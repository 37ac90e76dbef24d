"""Synthetic people are what they say: the same in every picture, different from one another, and inside their box."""

import numpy as np
import pytest

from vision_service.training.backgrounds import background
from vision_service.training.crops import HEIGHT, WIDTH, identities
from vision_service.training.doll import Build, Pose, limbs
from vision_service.training.painting import View, paint, projected
from vision_service.training.wardrobe import Person


def test_a_seed_gives_the_same_pictures() -> None:
    first, labels = identities(2, 3, seed=4)
    again, _ = identities(2, 3, seed=4)

    np.testing.assert_array_equal(first, again)
    assert first.shape == (6, HEIGHT, WIDTH, 3)
    assert labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert not np.array_equal(first, identities(2, 3, seed=5)[0])


@pytest.mark.parametrize('seed', range(8))
def test_a_body_is_as_tall_as_its_build_says_and_stands_on_the_floor(seed: int) -> None:
    rng = np.random.default_rng(seed)
    build = Build.drawn(rng)

    parts = limbs(build, Pose(0.0, 0.0, 0.2, 0.0))

    highest = max(max(each.start[2] + each.radii[0], each.end[2] + each.radii[1]) for each in parts)
    lowest = min(min(each.start[2] - each.radii[0], each.end[2] - each.radii[1]) for each in parts)
    assert highest == pytest.approx(build.height, rel=0.06)
    assert abs(lowest) < 0.06 * build.height


@pytest.mark.parametrize('seed', range(8))
def test_the_box_holds_what_was_drawn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = np.zeros((200, 200), np.float32)
    picture = background(rng, 200, 200)

    box = paint(picture, mask, Person.drawn(rng), Pose.drawn(rng), View.drawn(rng), np.array([100.0, 170.0]), 80.0)

    rows, columns = np.nonzero(mask > 0.5)
    assert box[0] - 1 <= columns.min() <= columns.max() <= box[2] + 1
    assert box[1] - 1 <= rows.min() <= rows.max() <= box[3] + 1
    assert rows.max() - rows.min() > 60
    assert np.isfinite(picture).all()


def test_what_is_farther_is_drawn_smaller() -> None:
    view = View(0.0, 0.1, 6.0, np.array([0.0, 0.0, 1.0]), 0.7)

    near, far = projected(np.array([[0.5, -1.0, 0.9], [0.5, 1.0, 0.9]]), view)

    assert near[0] > far[0]
    assert near[2] < far[2]


def test_someone_wholly_outside_leaves_the_picture_alone() -> None:
    rng = np.random.default_rng(3)
    mask, picture = np.zeros((50, 50), np.float32), background(rng, 50, 50)
    before = picture.copy()

    paint(picture, mask, Person.drawn(rng), Pose.drawn(rng), View.drawn(rng), np.array([900.0, 40.0]), 20.0)

    np.testing.assert_array_equal(picture, before)


def test_people_look_like_themselves_more_than_like_others() -> None:
    """A plain mean colour of the trunk already tells: otherwise there would be nothing to learn."""
    pictures, labels = identities(30, 8, seed=7)
    trunk = pictures[:, 30:60, 20:44].reshape(len(pictures), -1, 3).mean(1)
    gaps = np.linalg.norm(trunk[:, None] - trunk[None], axis=2)
    same = labels[:, None] == labels[None]
    np.fill_diagonal(same, False)

    assert gaps[same].mean() < 0.75 * gaps[labels[:, None] != labels[None]].mean()
