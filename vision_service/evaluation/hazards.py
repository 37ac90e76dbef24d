"""Hazards on real footage: false alarms per hour where nothing burns, misses and seconds to raise where it does."""

import json
import math
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import typer

from vision_service.alarming import Alarms, alarm_clip, usual_hazards
from vision_service.analytics.slow_flame import FlameAtAnyRate
from vision_service.analytics.smoke import SmokeWatch
from vision_service.cameras import CameraConfig
from vision_service.contracts import HazardKind
from vision_service.evaluation.intervals import wilson
from vision_service.evaluation.marked import put_between
from vision_service.hazards import USUAL
from vision_service.models.detections import Image

DATA = Path('../shared/data')
BEGIN, END = '<!-- hazards: begin -->', '<!-- hazards: end -->'
ORDINARY = {
    'PETS 2009 S2L1, outdoors, up to 8 people': 'pets_s2l1/vtest_480x360.avi',
    "Intel's one-by-one clip, indoors": 'video/intel_one-by-one-person-detection.mp4',
    'EPFL laboratory, two people': 'epfl_lab/Double1.mp4',
    'EPFL laboratory, one person': 'epfl_lab/Single1.mp4',
}
BURNING = {'FURG house 6 (CC0), burning from the first picture': 'fire/furg_house6.mp4'}
LABELS = {'0': HazardKind.FLAME, '2': HazardKind.SMOKE}
FRAME = re.compile(r'(.+)_mp4-(\d+)_jpg')


@dataclass(frozen=True, slots=True)
class Clip:
    title: str
    alarms: Alarms
    pictures_per_cpu_second: float


@dataclass(frozen=True, slots=True)
class Stills:
    """Pictures of one video, a second apart as far as their numbers say: too slow for flicker, enough for the rest.

    `shown` is what somebody marked in them, `raised` after how many seconds each watch said so.
    """

    video: str
    pictures: int
    shown: tuple[HazardKind, ...]
    raised: dict[HazardKind, float]

    @property
    def raised_after_s(self) -> float | None:
        return min(self.raised.values(), default=None)


def measure(clips: dict[str, str], data: Path) -> list[Clip]:
    found = []
    for title, path in clips.items():
        camera = CameraConfig(code='clip', source=str(data / path), hazards=usual_hazards())
        began = time.process_time()
        alarms = alarm_clip(camera)
        found.append(Clip(title, alarms, alarms.frames / (time.process_time() - began)))
    return found


def measure_stills(data: Path) -> list[Stills]:
    """The sequences of fire-8."""
    videos: defaultdict[str, dict[int, Path]] = defaultdict(dict)
    shown: defaultdict[str, set[HazardKind]] = defaultdict(set)
    for path, label in _images(data / 'fire'):
        if match := FRAME.match(path.name):
            videos[match[1]][int(match[2])] = path
            lines = label.read_text().splitlines() if label.is_file() else []
            shown[match[1]].update(LABELS[line[0]] for line in lines if line[0] in LABELS)
    return [_of_stills(video, videos[video], tuple(sorted(shown[video]))) for video in sorted(videos)]


def measure_thinned(clips: dict[str, str], data: Path) -> dict[str, Stills]:
    """The same clips as a camera of one picture a second would send them."""
    return {title: _raised(title, _thinned(data / path), ()) for title, path in clips.items()}


def _thinned(path: Path) -> Iterator[tuple[float, Image]]:
    reader = cv2.VideoCapture(str(path))
    rate = round(reader.get(cv2.CAP_PROP_FPS)) or 10
    number = 0
    while True:
        good, image = reader.read()
        if not good:
            break
        if number % rate == 0:
            yield number / rate, image
        number += 1
    reader.release()


def _images(fire: Path) -> Iterator[tuple[Path, Path]]:
    for part in ('fire8_train', 'fire8_valid'):
        for path in sorted((fire / part / 'images').glob('*.jpg')):
            yield path, fire / part / 'labels' / f'{path.stem}.txt'


def _of_stills(video: str, files: dict[int, Path], shown: tuple[HazardKind, ...]) -> Stills:
    read = ((float(number), cv2.imread(str(files[number]))) for number in sorted(files))
    return _raised(video, ((at, image) for at, image in read if image is not None), shown)


def _raised(video: str, pictures: Iterable[tuple[float, Image]], shown: tuple[HazardKind, ...]) -> Stills:
    watches = {HazardKind.FLAME: FlameAtAnyRate(), HazardKind.SMOKE: SmokeWatch()}
    raised: dict[HazardKind, float] = {}
    count, first = 0, 0.0
    for at, image in pictures:
        first = at if not count else first
        count += 1
        for kind, watch in watches.items():
            if watch.measure(image, at) >= USUAL[kind].raise_at:
                raised.setdefault(kind, at - first)
    return Stills(video, count, shown, raised)


def most_per_hour(alarms: int, hours: float) -> float:
    """The upper end of the 95 % interval of a rate (Poisson; exact for none, Wilson-Hilferty's for some)."""
    if alarms == 0:
        return -math.log(0.05) / hours
    shape = alarms + 1
    return shape * (1 - 1 / (9 * shape) + 1.96 / (3 * math.sqrt(shape))) ** 3 / hours


def section(ordinary: list[Clip], burning: list[Clip], stills: list[Stills], thinned: dict[str, Stills]) -> str:
    hours = sum(clip.alarms.seconds for clip in ordinary) / 3600
    false = sum(len(clip.alarms.raised()) for clip in ordinary)
    raised = sum(each.raised_after_s is not None for each in stills)
    low, high = wilson(raised, len(stills))
    lines = [
        '\n| footage | seconds | alarms raised | pictures a second of one core |',
        '|---|---|---|---|',
        *(f'| {c.title} | {c.alarms.seconds:.0f} | {_told(c)} | {c.pictures_per_cpu_second:.0f} |' for c in ordinary),
        f'| **ordinary footage together** | {hours * 3600:.0f} | **{false}** | |',
        *(f'| {c.title} | {c.alarms.seconds:.0f} | {_told(c)} | {c.pictures_per_cpu_second:.0f} |' for c in burning),
        f'\nFalse alarms per hour: {false / hours:.1f}; with 95 % certainty below'
        f' {most_per_hour(false, hours):.0f}, for {hours * 60:.1f} minutes are all the ordinary footage there is here.',
        f'\nPicture sequences of fire-8 (about a picture a second): {raised} of {len(stills)} raised'
        f' ({100 * low:.0f}–{100 * high:.0f} %) as flame or smoke. Seconds from the first picture, which mostly burns'
        ' or smokes already; three go into learning the scene, four looks into the slow flame:',
        '\n| pictures, one a second | number | shown | flame after | smoke after |',
        '|---|---|---|---|---|',
        *(_stills_row(each) for each in stills),
        *(_stills_row(each) for each in thinned.values()),
        '',
    ]
    return '\n'.join(lines)


def _stills_row(each: Stills) -> str:
    shown = ', '.join(kind.value for kind in each.shown) or 'nothing of the kind'
    flame, smoke = (_after(each, kind) for kind in (HazardKind.FLAME, HazardKind.SMOKE))
    return f'| {each.video} | {each.pictures} | {shown} | {flame} | {smoke} |'


def _told(clip: Clip) -> str:
    return ', '.join(f'{each.kind.value} at {each.at:.1f} s' for each in clip.alarms.raised()) or 'none'


def _after(each: Stills, kind: HazardKind) -> str:
    if kind in each.raised:
        return f'{each.raised[kind]:.0f} s' + ('' if kind in each.shown else ' (false)')
    return 'missed' if kind in each.shown else '–'


def write(path: Path, measured: str) -> None:
    """Replaces what stands between this section's own markers.

    :raises ValueError: when the page has no such markers
    """
    put_between(path, BEGIN, END, [measured])


def main(
    data: Annotated[Path, typer.Option(help='folder with fire, pets_s2l1, video and epfl_lab')] = DATA,
    out: Annotated[Path, typer.Option(help='Markdown whose measured part is replaced')] = Path(
        'docs/vision-accuracy.md'
    ),
) -> None:
    """Measures, prints a JSON line per figure and writes its section."""
    ordinary, burning, stills = measure(ORDINARY, data), measure(BURNING, data), measure_stills(data)
    thinned = measure_thinned(ORDINARY, data)
    for clip in (*ordinary, *burning):
        typer.echo(json.dumps({'figure': f'hazards.{clip.title}', **clip.alarms.summary()}))
    for each in (*stills, *thinned.values()):
        typer.echo(
            json.dumps({'figure': f'stills.{each.video}', **{kind.value: at for kind, at in each.raised.items()}})
        )
    write(out, section(ordinary, burning, stills, thinned))


if __name__ == '__main__':
    typer.run(main)
