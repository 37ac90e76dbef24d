"""Who leaves one camera and comes to the next, through a shop that nobody watches: real looks, walks that are made up.

The looks are the shipped embedder's of PKU-Reid's real people on its two real cameras. Half of them teach the cameras'
tones, the other half walk, and the other way round; so nobody is joined by tones that he taught. Where and when they
walk is drawn: there is no footage here with looks, places and names over several cameras.

    python -m vision_service.evaluation.handovers
"""

import os
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from vision_service.contracts import Observation
from vision_service.evaluation.marked import put_between
from vision_service.evaluation.reid import Crops, read_pku
from vision_service.models.embedder import chosen_embedder
from vision_service.tracking.association.files import associate
from vision_service.tracking.association.tones import Tones

BEGIN, END = '<!-- handovers: begin -->', '<!-- handovers: end -->'
PAGE = Path(__file__).parents[2] / 'docs' / 'vision-accuracy.md'
DATA = Path(os.environ.get('ATRIUM_SHARED', Path(__file__).parents[3] / 'shared')) / 'data'

CAMERAS = (1, 2)
VIEW_M, GAP_M, WIDE_M, STEP_S, LOOK_S = 6.0, 25.0, 4.0, 0.5, 1.0
PACE, PACE_SPREAD, LINGERING, LINGER_S, NOISE_M = 1.25, 0.2, 0.3, 20.0, 0.15
CROWDS = (6, 20, 60)
"""People a minute who enter."""
SEEDS = 5
Way = Literal['place and time alone', 'looks as they are', 'looks without the cameras']
WAYS: tuple[Way, ...] = get_args(Way)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of people who walked from one camera to the other: kept their number, got another's, or became new."""

    kept: int
    mistaken: int
    new: int

    @property
    def walked(self) -> int:
        return self.kept + self.mistaken + self.new

    def __add__(self, other: 'Outcome') -> 'Outcome':
        return Outcome(self.kept + other.kept, self.mistaken + other.mistaken, self.new + other.new)


@dataclass(frozen=True, slots=True)
class Walk:
    """What the cameras tell, and who it truly was, row by row; `first` names the camera where each began."""

    observations: list[Observation]
    people: list[int]
    first: dict[int, int]


def walked(
    vectors: NDArray[np.float32], crops: Crops, people: NDArray[np.int64], *, a_minute: float, seed: int
) -> Walk:
    """These people, one after the other, each across one camera's view, the gap, and the other's view."""
    rng = np.random.default_rng(seed)
    walk, at = Walk([], [], {}), 0.0
    for track, person in enumerate(rng.permutation(people).tolist()):
        at += rng.exponential(60 / a_minute)
        pace, lane = max(0.6, rng.normal(PACE, PACE_SPREAD)), rng.uniform(0, WIDE_M)
        lingers = rng.exponential(LINGER_S) if rng.random() < LINGERING else 0.0
        begins = at + (VIEW_M + GAP_M / rng.uniform(0.8, 1.2)) / pace + lingers
        order = CAMERAS if rng.random() < 0.5 else CAMERAS[::-1]
        walk.first[person] = order[0]
        for camera, since in zip(order, (at, begins), strict=True):
            looks = vectors[(crops.people == person) & (crops.cameras == camera)]
            _cross(walk, rng, looks, camera, person, track, since, pace, lane, order[0] == CAMERAS[0])
    return walk


def judged(walk: Walk, numbers: list[int]) -> Outcome:
    """Whether each still bears on the second camera the number that most of the first camera's rows gave."""
    given: dict[tuple[int, int], Counter[int]] = {}
    for observation, person, number in zip(walk.observations, walk.people, numbers, strict=True):
        given.setdefault((person, int(observation.camera)), Counter())[number] += 1
    usual = {key: counts.most_common(1)[0][0] for key, counts in given.items()}
    begun = {usual[person, first]: person for person, first in walk.first.items()}
    kept = mistaken = 0
    for person, first in walk.first.items():
        number = usual[person, CAMERAS[2 - first]]
        is_own = number != 0 and number == usual[person, first]
        kept += is_own
        mistaken += not is_own and number in begun and number != 0
    return Outcome(kept, mistaken, len(walk.first) - kept - mistaken)


def measured(vectors: NDArray[np.float32], crops: Crops, *, a_minute: float, way: Way, seeds: int = SEEDS) -> Outcome:
    """All seeds, each half of the people once."""
    whole = Outcome(0, 0, 0)
    for seed in range(seeds):
        everybody = np.random.default_rng(seed).permutation(np.unique(crops.people))
        halves = np.array_split(everybody, 2)
        for walking, teaching in (halves, halves[::-1]):
            walk = walked(vectors, crops, walking, a_minute=a_minute, seed=seed)
            numbers, _ = associate(
                walk.observations,
                mode='geometry' if way == WAYS[0] else 'appearance',
                tones=_taught(vectors, crops, teaching) if way == WAYS[2] else None,
            )
            whole += judged(walk, numbers)
    return whole


def _taught(vectors: NDArray[np.float32], crops: Crops, people: NDArray[np.int64]) -> Tones:
    rows = np.flatnonzero(np.isin(crops.people, people))
    return Tones.learned(
        Observation(
            camera=int(crops.cameras[row]),
            t=0.0,
            track=int(crops.people[row]),
            x_m=0.0,
            y_m=0.0,
            embedding=tuple(vectors[row].tolist()),
        )
        for row in rows
    )


def _cross(
    walk: Walk, rng: np.random.Generator, looks: NDArray[np.float32], camera: int, person: int, track: int,
    since: float, pace: float, lane: float, is_forth: bool,
) -> None:  # fmt: skip
    left = 0.0 if camera == CAMERAS[0] else VIEW_M + GAP_M
    for step in range(int(VIEW_M / pace / STEP_S)):
        gone = step * STEP_S * pace
        x = left + gone if is_forth else left + VIEW_M - gone
        looked = len(looks) > 0 and step % round(LOOK_S / STEP_S) == 0
        look = tuple(looks[rng.integers(len(looks))].tolist()) if looked else None
        walk.people.append(person)
        walk.observations.append(
            Observation(
                camera=camera,
                t=since + step * STEP_S,
                track=track,
                x_m=x + rng.normal(0, NOISE_M),
                y_m=lane + rng.normal(0, NOISE_M),
                embedding=look,
            )
        )


def rows(vectors: NDArray[np.float32], crops: Crops) -> list[str]:
    """The table's rows: every crowd by every way."""
    found = []
    for crowd in CROWDS:
        for way in WAYS:
            one = measured(vectors, crops, a_minute=crowd, way=way)
            kept, mistaken, new = (100 * part / one.walked for part in (one.kept, one.mistaken, one.new))
            found.append(f'| {crowd} | {way} | **{kept:.0f}** | {mistaken:.0f} | {new:.0f} | {one.walked} |')
    return found


def write(page: Path, table: list[str]) -> None:
    """Replaces what stands between the markers."""
    head = [
        '| people a minute | joined by | kept their number, % | got another’s, % | became new, % | walks |',
        '|---|---|---|---|---|---|',
    ]
    put_between(page, BEGIN, END, ['', *head, *table, ''])


def main() -> None:
    folder = DATA / 'reid' / 'train'
    if not folder.is_dir():
        sys.stderr.write(f'{folder} is not there: handovers are not measured; set ATRIUM_SHARED\n')
        return
    crops = read_pku(folder)
    embedder, _ = chosen_embedder('onnxruntime-float32')
    write(PAGE, rows(embedder.embed(crops.pictures), crops))


if __name__ == '__main__':
    main()
