"""Hazards on real footage: false alarms per hour where nothing burns, misses and seconds to raise where it does."""

import json
import math
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import typer

from vision_service.alarming import Alarms, alarm_clip, usual_hazards
from vision_service.analytics.smoke import SmokeWatch
from vision_service.cameras import CameraConfig
from vision_service.contracts import HazardKind
from vision_service.evaluation.intervals import wilson
from vision_service.hazards import USUAL

DATA = Path('../shared/data')
BEGIN, END = '<!-- hazards: begin -->', '<!-- hazards: end -->'
ORDINARY = {
    'PETS 2009 S2L1, outdoors, up to 8 people': 'pets_s2l1/vtest_480x360.avi',
    "Intel's one-by-one clip, indoors": 'video/intel_one-by-one-person-detection.mp4',
    'EPFL laboratory, two people': 'epfl_lab/Double1.mp4',
    'EPFL laboratory, one person': 'epfl_lab/Single1.mp4',
}
BURNING = {'FURG house 6 (CC0), burning from the first picture': 'fire/furg_house6.mp4'}
FRAME = re.compile(r'(.+)_mp4-(\d+)_jpg')


@dataclass(frozen=True, slots=True)
class Clip:
    title: str
    alarms: Alarms
    pictures_per_cpu_second: float


@dataclass(frozen=True, slots=True)
class Stills:
    """Pictures of one video, a second apart as far as their numbers say: too slow for flicker, enough for smoke."""

    video: str
    pictures: int
    raised_after_s: float | None


def measure(clips: dict[str, str], data: Path) -> list[Clip]:
    found = []
    for title, path in clips.items():
        camera = CameraConfig(code='clip', source=str(data / path), hazards=usual_hazards())
        began = time.process_time()
        alarms = alarm_clip(camera)
        found.append(Clip(title, alarms, alarms.frames / (time.process_time() - began)))
    return found


def measure_stills(data: Path) -> list[Stills]:
    """The sequences of fire-8 that show smoke."""
    videos: defaultdict[str, dict[int, Path]] = defaultdict(dict)
    smoky: set[str] = set()
    for path, label in _images(data / 'fire'):
        if match := FRAME.match(path.name):
            videos[match[1]][int(match[2])] = path
            if label.is_file() and any(line.startswith('2') for line in label.read_text().splitlines()):
                smoky.add(match[1])
    return [_raised(video, videos[video]) for video in sorted(smoky)]


def _images(fire: Path) -> Iterator[tuple[Path, Path]]:
    for part in ('fire8_train', 'fire8_valid'):
        for path in sorted((fire / part / 'images').glob('*.jpg')):
            yield path, fire / part / 'labels' / f'{path.stem}.txt'


def _raised(video: str, pictures: dict[int, Path]) -> Stills:
    watch, first = SmokeWatch(), min(pictures)
    for number in sorted(pictures):
        image = cv2.imread(str(pictures[number]))
        if image is not None and watch.measure(image, float(number)) >= USUAL[HazardKind.SMOKE].raise_at:
            return Stills(video, len(pictures), float(number - first))
    return Stills(video, len(pictures), None)


def most_per_hour(alarms: int, hours: float) -> float:
    """The upper end of the 95 % interval of a rate (Poisson; exact for none, Wilson-Hilferty's for some)."""
    if alarms == 0:
        return -math.log(0.05) / hours
    shape = alarms + 1
    return shape * (1 - 1 / (9 * shape) + 1.96 / (3 * math.sqrt(shape))) ** 3 / hours


def section(ordinary: list[Clip], burning: list[Clip], stills: list[Stills]) -> str:
    hours = sum(clip.alarms.seconds for clip in ordinary) / 3600
    false = sum(len(clip.alarms.raised()) for clip in ordinary)
    raised = sum(each.raised_after_s is not None for each in stills)
    low, high = wilson(raised, len(stills))
    lines = [
        BEGIN,
        '\n| footage | seconds | alarms raised | pictures a second of one core |',
        '|---|---|---|---|',
        *(f'| {c.title} | {c.alarms.seconds:.0f} | {_told(c)} | {c.pictures_per_cpu_second:.0f} |' for c in ordinary),
        f'| **ordinary footage together** | {hours * 3600:.0f} | **{false}** | |',
        *(f'| {c.title} | {c.alarms.seconds:.0f} | {_told(c)} | {c.pictures_per_cpu_second:.0f} |' for c in burning),
        f'\nFalse alarms per hour: {false / hours:.1f}; with 95 % certainty below'
        f' {most_per_hour(false, hours):.0f}, for {hours * 60:.1f} minutes are all the ordinary footage there is here.',
        f'\nSmoke in picture sequences of fire-8 (about a picture a second): {raised} of {len(stills)} raised'
        f' ({100 * low:.0f}–{100 * high:.0f} %). Seconds from the first picture, which mostly shows smoke already and'
        ' three of which go into learning the scene:',
        '\n| video | pictures | raised after |',
        '|---|---|---|',
        *(f'| {s.video} | {s.pictures} | {_after(s.raised_after_s)} |' for s in stills),
        '',
        END,
    ]
    return '\n'.join(lines)


def _told(clip: Clip) -> str:
    return ', '.join(f'{each.kind.value} at {each.at:.1f} s' for each in clip.alarms.raised()) or 'none'


def _after(seconds: float | None) -> str:
    return 'missed' if seconds is None else f'{seconds:.0f} s'


def write(path: Path, measured: str) -> None:
    """Replaces what stands between this section's own markers.

    :raises ValueError: when the page has no such markers
    """
    text = path.read_text(encoding='utf-8')
    if BEGIN not in text or END not in text:
        raise ValueError(f'{path} has no place for the hazards: add the lines {BEGIN} and {END}')
    before, _, rest = text.partition(BEGIN)
    path.write_text(before + measured + rest.partition(END)[2], encoding='utf-8')


def main(
    data: Annotated[Path, typer.Option(help='folder with fire, pets_s2l1, video and epfl_lab')] = DATA,
    out: Annotated[Path, typer.Option(help='Markdown whose measured part is replaced')] = Path(
        'docs/vision-accuracy.md'
    ),
) -> None:
    """Measures, prints a JSON line per figure and writes its section."""
    ordinary, burning, stills = measure(ORDINARY, data), measure(BURNING, data), measure_stills(data)
    for clip in (*ordinary, *burning):
        typer.echo(json.dumps({'figure': f'hazards.{clip.title}', **clip.alarms.summary()}))
    for each in stills:
        typer.echo(json.dumps({'figure': f'smoke.{each.video}', 'raised_after_s': each.raised_after_s}))
    write(out, section(ordinary, burning, stills))


if __name__ == '__main__':
    typer.run(main)
