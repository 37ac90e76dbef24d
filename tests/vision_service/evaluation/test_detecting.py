"""Average precision is the textbook's, and mistakes are drawn without a pixel of the footage."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from vision_service.analytics.geometry import Point
from vision_service.analytics.lines import LineCrossing
from vision_service.errors import WeightsMissing
from vision_service.evaluation.detecting import Found, pets_boxes, precision_at
from vision_service.evaluation.detectors import Measured, measure, table, write
from vision_service.evaluation.failures import Recording, crossing_sheet, detection_sheet, exit_sheet, plan_sheet
from vision_service.evaluation.matching import compare
from vision_service.evaluation.truth import Feet, TrueCrossing
from vision_service.models.detections import Detections

BOX = np.array([[10.0, 10, 30, 60]])
ELSEWHERE = [100.0, 10, 120, 60]


def found(*pictures: tuple[list, list, list]) -> Found:
    """(annotated, boxes, scores) picture by picture."""
    truth = [np.array(each[0], float).reshape(-1, 4) for each in pictures]
    return Found(truth, [Detections.of(each[1], each[2]) for each in pictures], 10.0, 5.0)


def test_a_perfect_detector_has_all() -> None:
    precision = precision_at(found((BOX, BOX, [0.9]), (BOX, BOX, [0.8])), 0.5)

    assert (precision.average, precision.f1, precision.threshold) == (1, 1, 0.8)


def test_what_is_invented_with_less_certainty_costs_nothing_and_with_more_it_does() -> None:
    less = found((BOX, [BOX[0], ELSEWHERE], [0.9, 0.5]))
    more = found((BOX, [BOX[0], ELSEWHERE], [0.5, 0.9]))

    assert precision_at(less, 0.5).average == 1
    assert precision_at(more, 0.5).average == pytest.approx(0.5)


def test_the_same_person_twice_is_once_too_much() -> None:
    twice = precision_at(found((BOX, [BOX[0], BOX[0] + 1], [0.5, 0.9])), 0.5)

    assert twice.average == 1
    assert (twice.recall, twice.precision) == (1, 1)
    assert precision_at(found((BOX, [BOX[0], BOX[0] + 1], [0.9, 0.9]), (BOX, [], [])), 0.5).average == 0.5


def test_a_box_that_hardly_overlaps_is_none() -> None:
    half = found((BOX, BOX + np.array([0, 25, 0, 25]), [0.9]))

    assert precision_at(half, 0.5).average == 0
    assert precision_at(half, 0.3).average == 1


def test_nobody_found_is_nought() -> None:
    assert precision_at(found((BOX, [], [])), 0.5).average == 0


def test_annotations_are_scaled_to_the_clip(tmp_path: Path) -> None:
    file = tmp_path / 'truth.xml'
    file.write_text(
        '<dataset><frame number="3"><objectlist><object id="1"><box h="80" w="32" xc="160" yc="80"/></object>'
        '</objectlist></frame></dataset>'
    )

    assert pets_boxes(file)[3].tolist() == [[90, 25, 110, 75]]


def test_a_detector_that_cannot_work_is_a_row_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / 'PETS2009-S2L1.xml').write_text('<dataset/>')

    def missing() -> None:
        raise WeightsMissing('The file is missing.', 'Fetch it.')

    result = measure('own', missing, tmp_path)

    assert table([result])[2] == '| own | not measured: The file is missing. | | | |'


def test_the_table_replaces_only_its_own_part(tmp_path: Path) -> None:
    page = tmp_path / 'page.md'
    page.write_text('before\n<!-- detectors: begin -->\nold\n<!-- detectors: end -->\nafter\n')

    write(page, table([Measured('HOG', found((BOX, BOX, [0.9])))]))

    text = page.read_text()
    assert text.startswith('before\n')
    assert text.endswith('after\n')
    assert '| HOG | **100.0** | 100.0 | 100.0 (100 / 100, 0.90) | 5.0 (10.0) |' in text
    assert 'old' not in text


def colours(path: Path) -> set[tuple[int, ...]]:
    picture = cv2.imread(str(path))
    return {tuple(each) for each in picture.reshape(-1, 3).tolist()}


def test_a_missed_crossing_is_drawn_and_a_clean_line_leaves_no_sheet(tmp_path: Path) -> None:
    miss = TrueCrossing('middle', 'in', 3, 5, Point(225, 180))
    recording = Recording([([7], np.array([[215.0, 130, 235, 180]]), np.array([[225.0, 180]]))] * 10)
    people = [Feet(3, np.arange(10.0), np.column_stack((np.linspace(200, 250, 10), np.full(10, 180.0))))]
    wrong = compare('middle', [miss], [], rate=10, height=50)
    clean = compare('middle', [miss], [LineCrossing('middle', 'in', 1, 0.5, Point(225, 180))], rate=10, height=50)

    assert crossing_sheet(tmp_path / 'a.png', [wrong], recording, people, 10.0)
    assert {(40, 40, 215), (60, 140, 40), (190, 95, 30)} <= colours(tmp_path / 'a.png')
    assert not crossing_sheet(tmp_path / 'a.png', [clean], recording, people, 10.0)
    assert not (tmp_path / 'a.png').exists()


def test_missed_exits_detections_and_spots_are_drawn(tmp_path: Path) -> None:
    recording = Recording([([1], BOX, np.array([[20.0 + place, 60]])) for place in range(300)])
    late = found((BOX, [ELSEWHERE], [0.9]))

    assert exit_sheet(tmp_path / 'exit.png', {'out': ((60, 0), (60, 90))}, (200,), [], recording)
    assert detection_sheet(tmp_path / 'found.png', late, precision_at(late, 0.5), 'HOG', (480, 360), 5)
    spots = [np.array([[1.0, 0, 0], [2.0, 5, 9]])], [np.array([[7.0, 0.1, 0]])]
    assert plan_sheet(tmp_path / 'plan.png', *spots, 2.0)
    for name in ('exit', 'found', 'plan'):
        assert len(colours(tmp_path / f'{name}.png')) > 3
    assert (40, 40, 215) in colours(tmp_path / 'found.png') & colours(tmp_path / 'plan.png')
