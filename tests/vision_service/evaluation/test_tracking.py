"""What TrackEval is given: MOT17's rules about who counts."""

import numpy as np

from vision_service.evaluation.tracking import Sequence, compared, track_all
from vision_service.tracking.motchallenge import group_detections

PERSON, SITTING = 1, 7


def truth(*rows: tuple[int, int, float, int, int]) -> np.ndarray:
    """frame, id, x, counts, class"""
    return np.array([[frame, number, x, 50, 20, 60, counts, kind, 1] for frame, number, x, counts, kind in rows], float)


def tracks(*rows: tuple[int, int, float]) -> np.ndarray:
    return np.array([[frame, number, x, 50, 20, 60] for frame, number, x in rows], float)


def test_tracks_on_distractors_are_neither_right_nor_wrong() -> None:
    found = compared(truth((1, 5, 100, 1, PERSON), (1, 6, 300, 0, SITTING)), tracks((1, 9, 101), (1, 8, 300)))

    assert (found['num_gt_dets'], found['num_tracker_dets']) == (1, 1)
    assert found['similarity_scores'][0].shape == (1, 1)
    assert found['similarity_scores'][0][0, 0] > 0.9


def test_numbers_run_from_nought_without_gaps() -> None:
    people = truth((1, 50, 100, 1, PERSON), (2, 50, 100, 1, PERSON), (2, 70, 300, 1, PERSON))
    found = compared(people, tracks((1, 900, 100), (2, 900, 100), (2, 17, 500)))

    assert found['num_gt_ids'] == 2
    assert [ids.tolist() for ids in found['gt_ids']] == [[0], [0, 1]]
    assert [ids.tolist() for ids in found['tracker_ids']] == [[1], [1, 0]]


def test_our_tracker_follows_a_walker_through_a_sequence() -> None:
    rows = np.array([[frame, -1, 100 + 3 * frame, 50, 20, 60, 0.9] for frame in range(1, 31)])
    sequence = Sequence('walk', 30.0, truth(), group_detections(rows))

    (found,), speed = track_all([sequence])

    assert set(found[:, 1]) == {1.0}
    assert len(found) == 30
    assert speed > 0
