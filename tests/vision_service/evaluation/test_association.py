"""Identities over WILDTRACK's seven cameras must not get worse than the page of accuracy says."""

import numpy as np
import pytest

from tests.vision_service.footage import DATA, needs_footage
from vision_service.evaluation.identities import compared_on_floor
from vision_service.evaluation.wildtrack import measured

FLOORS = {('10 %', True): 0.84, ('10 %', False): 0.84, ('25 %', True): 0.70, ('25 %', False): 0.70}


@needs_footage[0]
@needs_footage[1]
def test_bad_boxes_still_give_people() -> None:
    for row in measured(DATA / 'wildtrack'):
        assert row.found.idf1 >= FLOORS.get((row.level, row.told), 0.35), row


def test_one_exchange_of_numbers_halves_what_is_explained() -> None:
    truth = [np.array([[1.0, t, 0.0], [2.0, t, 5.0]]) for t in range(10)]
    mine = [each.copy() for each in truth]
    for each in mine[5:]:
        each[:, 0] = each[::-1, 0]

    found = compared_on_floor(truth, mine)

    assert found.idf1 == pytest.approx(0.5)
    assert found.switches == 2
    assert found.mota == pytest.approx(1 - 2 / 20)


def test_nobody_where_somebody_is_and_somebody_where_nobody_is() -> None:
    truth = [np.array([[1.0, 0.0, 0.0]])] * 4

    found = compared_on_floor(truth, [np.array([[7.0, 9.0, 0.0]])] * 4)

    assert (found.idf1, found.recall, found.precision) == (0, 0, 0)
