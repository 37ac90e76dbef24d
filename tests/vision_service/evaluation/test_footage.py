"""Real people in real footage: the counts must not get worse than the page of accuracy says."""

from pathlib import Path

import pytest

from tests.vision_service.footage import DATA, needs_footage
from vision_service.evaluation import pets
from vision_service.evaluation.detecting import find, pets_boxes, precision_at
from vision_service.evaluation.footage import (
    INTEL_EXITS,
    VARIANTS,
    PetsResult,
    Variant,
    figures,
    measure_intel,
    measure_pets,
    pets_truth,
)
from vision_service.evaluation.matching import compare
from vision_service.evaluation.report import write_report
from vision_service.models.choosing import Detectors
from vision_service.models.hog import HogDetector

pytestmark = needs_footage


@pytest.fixture(scope='module', params=VARIANTS, ids=lambda variant: variant.name)
def result(request: pytest.FixtureRequest) -> PetsResult:
    variant: Variant = request.param
    return measure_pets(DATA, variant)


def test_the_truth_is_what_the_annotations_say() -> None:
    truth = pets_truth(DATA / 'pets_s2l1')

    assert {name: sum(each.line == name for each in truth) for name in pets.ACROSS} == {
        'west': 14,
        'middle': 27,
        'east': 33,
    }


def test_the_calibration_agrees_with_itself() -> None:
    calibration = pets.read_calibration(DATA / 'pets_s2l1' / 'calibration' / 'View_001.xml')

    assert calibration.placed(*pets.SIZE).error_m < 0.1


@pytest.mark.timeout(600)
def test_pedestrians_over_the_lines_across_the_walk_are_found(result: PetsResult) -> None:
    score = result.score(pets.ACROSS)

    assert score.true == 74
    assert score.found >= 71
    assert score.extra <= 6


@pytest.mark.timeout(600)
def test_the_own_detector_finds_more_than_hog_at_ten_times_its_speed() -> None:
    folder = DATA / 'pets_s2l1'
    boxes = pets_boxes(folder / 'PETS2009-S2L1.xml')

    own = find(Detectors().alone('own'), folder / 'vtest_480x360.avi', boxes, 40)
    hog = find(HogDetector(work_width=1200, least_score=0.0), folder / 'vtest_480x360.avi', boxes, 80)

    assert precision_at(own, 0.5).average > 0.8
    assert precision_at(own, 0.5).average > precision_at(hog, 0.5).average
    assert own.pictures_per_cpu_second > 10 * hog.pictures_per_cpu_second


@pytest.mark.timeout(600)
def test_the_totals_in_and_out_are_right_to_ninety_five_per_cent(result: PetsResult) -> None:
    score = result.score(pets.ACROSS + pets.ASLANT)

    assert score.count_error <= 0.06 * score.true


@pytest.mark.timeout(600)
def test_one_person_at_a_time_is_counted_as_by_hand() -> None:
    intel = measure_intel(DATA)

    assert intel['exit-640'] == {'in': 0, 'out': INTEL_EXITS}
    assert intel['exit-560']['in'] == 0
    assert intel['exit-560']['out'] >= INTEL_EXITS - 1


def test_the_page_says_what_was_measured(tmp_path: Path) -> None:
    truth = pets_truth(DATA / 'pets_s2l1')
    outcomes = [compare(name, truth, [], rate=10.0, height=50.0) for name in pets.LINES]
    nothing = PetsResult(VARIANTS[0], outcomes, 70.0)
    intel = {'exit-640': {'in': 0, 'out': 5}}

    write_report(tmp_path / 'page.md', [nothing], intel)

    page = (tmp_path / 'page.md').read_text(encoding='utf-8')
    assert '| west | 8 / 6 | 0 / 0 | 14 | 0 | 0 | 0.0 % (0.0–21.5) |' in page
    assert '| exit-640 | 0 / 6 | 0 / 5 |' in page
    assert {'figure': 'intel.exit-640', 'true': INTEL_EXITS, 'in': 0, 'out': 5} in figures([nothing], intel)
