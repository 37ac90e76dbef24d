"""`make bench-vision`: the tracker's speed and quality beside its peers, a JSON line per figure.

Peers run in an environment of their own, for they want another numpy: ATRIUM_PEERS names a Python with `trackers`
and `trackeval` installed (which scores all of them); without it only our speed is printed, and that is said.
"""

import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.vision_looks import tell_engines, tell_gallery
from tests.benchmarks.vision_pipeline import tell_pipeline
from tests.vision_service.footage import DATA
from vision_service.evaluation.tracking import SLOWER, Sequence, compared, sequences, track_all
from vision_service.models.detections import Detections
from vision_service.tracking.tracker import Tracker

CROWDS = (10, 50, 200)
PICTURES = 200
ROUNDS = 3


def crowd(people: int, *, seed: int = 1) -> dict[int, Detections]:
    """Walkers in a 1080p view, 5 % of them missed in each picture."""
    rng = np.random.default_rng(seed)
    place, pace = rng.uniform([60, 200], [1860, 1060], (people, 2)), rng.normal(0, 3, (people, 2))
    pictures = {}
    for number in range(1, PICTURES + 1):
        place += pace
        height = 60 + place[:, 1] * 0.15
        boxes = np.column_stack((place[:, 0] - height / 5, place[:, 1] - height, place[:, 0] + height / 5, place[:, 1]))
        boxes += rng.normal(0, 1, boxes.shape)
        pictures[number] = Detections.of(boxes[rng.random(people) > 0.05])
    return pictures


def our_speed(pictures: dict[int, Detections]) -> float:
    best = 0.0
    for _ in range(ROUNDS):
        tracker, began = Tracker(), time.process_time()
        for number, detections in pictures.items():
            tracker.update(detections, number / 30)
        best = max(best, len(pictures) / (time.process_time() - began))
    return best


def ask_peers(what: str, question: Any) -> Any:
    """`track` or `score`, in the peers' environment."""
    with tempfile.TemporaryDirectory() as folder:
        given, answered = Path(folder) / 'in.pickle', Path(folder) / 'out.pickle'
        given.write_bytes(pickle.dumps(question))
        script = Path(__file__).with_name('vision_peers.py')
        subprocess.run([os.environ['ATRIUM_PEERS'], str(script), what, str(given), str(answered)], check=True)
        return pickle.loads(answered.read_bytes())


def tell(figure: str, **values: Any) -> None:
    sys.stdout.write(json.dumps({'figure': figure, **values}) + '\n')
    sys.stdout.flush()


def main() -> None:
    tell_pipeline(tell)
    tell_gallery()
    tell_engines()
    crowds = {people: crowd(people) for people in CROWDS}
    if not os.environ.get('ATRIUM_PEERS'):
        sys.stderr.write('ATRIUM_PEERS is not set: no peers and no quality, our speed alone\n')
        for people, pictures in crowds.items():
            tell(f'tracker.speed.{people}', pictures_per_cpu_second=round(our_speed(pictures)))
        return
    chosen = {pace: list(sequences(DATA, step)) for pace, step in SLOWER.items()}
    asked = {people: (30.0, pictures) for people, pictures in crowds.items()}
    asked |= {(pace, each.name): (each.rate, each.detections) for pace, some in chosen.items() for each in some}
    plain = {key: (rate, {n: (d.boxes, d.scores) for n, d in each.items()}) for key, (rate, each) in asked.items()}
    peers = ask_peers('track', plain)
    names = list(dict.fromkeys(name for name, _ in peers))
    for people, pictures in crowds.items():
        others = {name: round(peers[name, people][1]) for name in names}
        tell(f'tracker.speed.{people}', pictures_per_cpu_second=round(our_speed(pictures)), peers=others)
    tell_quality(chosen, peers, names)


def tell_quality(chosen: dict[str, list[Sequence]], peers: Any, names: list[str]) -> None:
    questions, speeds = {}, {}
    for pace, some in chosen.items():
        rows, speeds['atrium', pace] = track_all(some)
        questions['atrium', pace] = [compared(each.truth, mine) for each, mine in zip(some, rows, strict=True)]
        for name in names:
            answers = [peers[name, (pace, each.name)] for each in some]
            speeds[name, pace] = float(np.mean([speed for _, speed in answers]))
            questions[name, pace] = [compared(each.truth, rows) for each, (rows, _) in zip(some, answers, strict=True)]
    for (name, pace), figures in ask_peers('score', questions).items():
        tell(f'tracker.{name}.{pace}', **figures, pictures_per_cpu_second=round(speeds[name, pace]))


if __name__ == '__main__':
    main()
