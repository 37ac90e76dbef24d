"""Counts the real clips and writes what came out: `python -m vision_service.evaluation.footage --data … --out …`."""

import json
import os
import time
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from pathlib import Path
from typing import Annotated, Any

import typer

from vision_service.cameras import CalibrationConfig, CameraConfig, LineConfig
from vision_service.counting import Count, count_clip
from vision_service.evaluation import pets
from vision_service.evaluation.failures import SHEETS, Recording, crossing_sheet, exit_sheet
from vision_service.evaluation.matching import Outcome, Score, compare
from vision_service.evaluation.report import write_report
from vision_service.evaluation.truth import TrueCrossing, true_crossings

DATA = Path(os.environ.get('ATRIUM_SHARED', '../shared')) / 'data'
PETS_RATE = 10.0
PETS_TRUTH = 'PETS2009-S2L1.xml'
PETS_HEIGHT = 52.0  # median of the annotated people, in pixels of the clip

# By hand, from every tenth picture: six people come in from below, stand at the
# table and leave to the right. Pictures at which each one's foot passes x = 560 and x = 640 of 768.
INTEL_EXITS = 6
INTEL_EXIT_AT = (190, 440, 690, 860, 1190, 1350)
INTEL_LINES = {'exit-560': ((560, 0), (560, 432)), 'exit-640': ((640, 0), (640, 432))}


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to count the same clip."""

    name: str
    title: str
    detector: str = 'motion'
    calibrated: bool = False


VARIANTS = (
    Variant('floor', 'motion detector, floor calibrated', calibrated=True),
    Variant('picture', 'motion detector, no calibration (heights learned)'),
    Variant('own', 'own detector, floor calibrated', detector='own', calibrated=True),
)


@dataclass(frozen=True, slots=True)
class PetsResult:
    variant: Variant
    outcomes: list[Outcome]
    pictures_per_cpu_second: float
    recording: Recording = field(default_factory=Recording)

    def score(self, names: tuple[str, ...]) -> Score:
        return reduce(add, (outcome.score for outcome in self.outcomes if outcome.score.line in names))


def measure_pets(data: Path, variant: Variant) -> PetsResult:
    """All lines of `pets.LINES` in one pass over the clip."""
    folder = data / 'pets_s2l1'
    calibration = pets.read_calibration(folder / 'calibration' / 'View_001.xml') if variant.calibrated else None
    truth = pets_truth(folder)
    count, rate, recording = _counted(folder / 'vtest_480x360.avi', pets.lines(), variant, calibration)
    outcomes = [compare(name, truth, count.crossings, rate=PETS_RATE, height=PETS_HEIGHT) for name in pets.LINES]
    return PetsResult(variant, outcomes, rate, recording)


def pets_truth(folder: Path) -> list[TrueCrossing]:
    people = pets.read_people(folder / PETS_TRUTH)
    return [each for line in pets.lines() for each in true_crossings(line.placed(*pets.SIZE), people)]


def draw_pets(data: Path, result: PetsResult, folder: Path) -> Path | None:
    """The sheet of the mistakes on the lines across and aslant, on empty canvas; None where there are none."""
    people = pets.read_people(data / 'pets_s2l1' / PETS_TRUTH)
    regular = [each for each in result.outcomes if each.score.line not in pets.HARD]
    path = folder / f'pets-{result.variant.name}.png'
    return path if crossing_sheet(path, regular, result.recording, people, PETS_RATE) else None


def measure_intel(data: Path, sheet: Path | None = None) -> dict[str, dict[str, int]]:
    """The hand count is six exits to the right (`out` over a line drawn downwards), nobody the other way."""
    lines = tuple(LineConfig(code=name, points=points) for name, points in INTEL_LINES.items())
    clip = data / 'video' / 'intel_one-by-one-person-detection.mp4'
    count, _, recording = _counted(clip, lines, Variant('picture', ''), None)
    if sheet:
        exit_sheet(sheet, INTEL_LINES, INTEL_EXIT_AT, count.crossings, recording)
    return {
        line.code: {
            direction: sum(c.line == line.code and c.direction == direction for c in count.crossings)
            for direction in ('in', 'out')
        }
        for line in lines
    }


def _counted(
    clip: Path, lines: tuple[LineConfig, ...], variant: Variant, calibration: CalibrationConfig | None
) -> tuple[Count, float, Recording]:
    camera = CameraConfig(
        code='clip', source=str(clip), lines=lines, detector=variant.detector, calibration=calibration, paced=False
    )
    recording = Recording()
    began = time.process_time()
    count = count_clip(camera, on_seen=recording.see)
    return count, count.frames / (time.process_time() - began), recording


def main(
    data: Annotated[Path, typer.Option(help='folder with pets_s2l1 and video')] = DATA,
    out: Annotated[Path, typer.Option(help='Markdown whose measured part is replaced')] = Path(
        'docs/vision-accuracy.md'
    ),
) -> None:
    """Measures, prints a JSON line per figure and writes the report."""
    results = [measure_pets(data, variant) for variant in VARIANTS]
    intel = measure_intel(data, out.parent / SHEETS / 'one-by-one.png')
    for result in results:
        draw_pets(data, result, out.parent / SHEETS)
    for figure in figures(results, intel):
        typer.echo(json.dumps(figure))
    write_report(out, results, intel)


def figures(results: list[PetsResult], intel: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    found = []
    for result in results:
        for group, names in (('across', pets.ACROSS), ('aslant', pets.ASLANT), ('hard', pets.HARD)):
            score = result.score(names)
            found.append(
                {
                    'figure': f'pets.{result.variant.name}.{group}',
                    'true': score.true,
                    'found': score.found,
                    'missed': score.missed,
                    'extra': score.extra,
                    'doubled': score.doubled,
                    'count_error': score.count_error,
                }
            )
        found.append(
            {
                'figure': f'pets.{result.variant.name}.pictures_per_cpu_second',
                'value': round(result.pictures_per_cpu_second, 1),
            }
        )
    for line, counted in intel.items():
        found.append({'figure': f'intel.{line}', 'true': INTEL_EXITS, **counted})
    return found


if __name__ == '__main__':
    typer.run(main)
