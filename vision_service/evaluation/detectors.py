"""`make eval-vision`, the part on detectors: each one's average precision on real pictures, and how fast it is."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from vision_service.engines.ort import OnnxRuntimeEngine
from vision_service.errors import VisionError
from vision_service.evaluation.detecting import EVERY, Found, Precision, find, pets_boxes, precision_at
from vision_service.evaluation.failures import SHEETS, detection_sheet
from vision_service.evaluation.marked import put_between
from vision_service.evaluation.pets import SIZE
from vision_service.models.choosing import Detectors, DetectorSettings
from vision_service.models.detections import Detector
from vision_service.models.hog import HogDetector
from vision_service.models.own import OwnDetector, OwnSettings, own_network
from vision_service.settings import VisionSettings

DATA = Path(os.environ.get('ATRIUM_SHARED', '../shared')) / 'data'
BEGIN, END = '<!-- detectors: begin -->', '<!-- detectors: end -->'
LEAST_SCORE = 0.02
"""Low, so that the whole curve of precision over recall is measured and not what a threshold leaves of it."""
HEAD = '| detector | AP@.5 | AP@.3 | best F1 at .5 (recall / precision, score) | pictures a second (of one core) |'


@dataclass(frozen=True, slots=True)
class Measured:
    """One detector on the clip; `reason` says why it was not measured."""

    name: str
    found: Found | None = None
    reason: str = ''

    def at(self, least_overlap: float) -> Precision:
        assert self.found is not None
        return precision_at(self.found, least_overlap)


def entrants(weights: Path | None) -> dict[str, Callable[[], Detector]]:
    """Every detector by its name on the page; those with weights only as far as they are here."""
    configured = Detectors(DetectorSettings.of(VisionSettings()))
    found: dict[str, Callable[[], Detector]] = {
        "HOG, 960 wide (the product's setting)": lambda: HogDetector(least_score=0.0),
        'HOG, 1200 wide': lambda: HogDetector(work_width=1200, least_score=0.0),
    }
    for width in (480, 640, 800):
        found[f'own, {width} wide'] = lambda width=width: _own(weights, width)
    found['torchvision, as configured'] = lambda: configured.alone('torchvision')
    return found


def _own(weights: Path | None, width: int) -> OwnDetector:
    """On one thread, so that a core's share of the time is what it says; INT8 where there is such a file."""
    network = own_network(weights)
    engine = OnnxRuntimeEngine(network.int8 or network.plain, threads=1)
    return OwnDetector(engine, OwnSettings(width=width, least_score=LEAST_SCORE))


def measure(name: str, maker: Callable[[], Detector], folder: Path, every: int = EVERY) -> Measured:
    boxes = pets_boxes(folder / 'PETS2009-S2L1.xml')
    try:
        return Measured(name, find(maker(), folder / 'vtest_480x360.avi', boxes, every))
    except VisionError as error:
        return Measured(name, reason=error.cause)


def table(results: list[Measured]) -> list[str]:
    return [HEAD, '|---|---|---|---|---|', *(_row(each) for each in results)]


def _row(result: Measured) -> str:
    if result.found is None:
        return f'| {result.name} | not measured: {result.reason} | | | |'
    half, third = result.at(0.5), result.at(0.3)
    speed = f'{result.found.pictures_per_second:.1f} ({result.found.pictures_per_cpu_second:.1f})'
    best = f'{100 * half.f1:.1f} ({100 * half.recall:.0f} / {100 * half.precision:.0f}, {half.threshold:.2f})'
    return f'| {result.name} | **{100 * half.average:.1f}** | {100 * third.average:.1f} | {best} | {speed} |'


def draw(results: list[Measured], folder: Path, every: int) -> list[str]:
    """A sheet for the best detector of each kind, and its line on the page."""
    lines = []
    for kind in ('HOG', 'own'):
        mine = [each for each in results if each.found is not None and each.name.startswith(kind)]
        if not mine:
            continue
        best = max(mine, key=lambda each: each.at(0.5).average)
        assert best.found is not None
        name = f'detector-{kind.lower()}.png'
        if detection_sheet(folder / name, best.found, best.at(0.5), best.name, SIZE, every):
            lines.append(f'\n![{best.name}: the pictures with most mistakes]({SHEETS}/{name})')
    return lines


def write(page: Path, lines: list[str]) -> None:
    """Replaces what stands between the markers."""
    put_between(page, BEGIN, END, ['', *lines, ''])


def main(
    data: Annotated[Path, typer.Option(help='folder with pets_s2l1')] = DATA,
    out: Annotated[Path, typer.Option(help='Markdown whose part is replaced')] = Path('docs/vision-accuracy.md'),
    weights: Annotated[Path | None, typer.Option(help='of the own detector, instead of the shipped file')] = None,
    every: Annotated[int, typer.Option(min=1, help='each how many pictures')] = EVERY,
) -> None:
    """Measures, prints a JSON line per detector and writes its section."""
    results = []
    for name, maker in entrants(weights).items():
        results.append(measure(name, maker, data / 'pets_s2l1', every))
        typer.echo(json.dumps({'figure': f'detector.{name}', **_told(results[-1])}))
    write(out, table(results) + draw(results, out.parent / SHEETS, every))


def _told(result: Measured) -> dict[str, float | str]:
    if result.found is None:
        return {'reason': result.reason}
    return {
        'ap50': round(100 * result.at(0.5).average, 1),
        'ap30': round(100 * result.at(0.3).average, 1),
        'pictures_per_second': round(result.found.pictures_per_second, 1),
    }


if __name__ == '__main__':
    typer.run(main)
