"""The tracker on MOT17's static and moving cameras, at full rate and slower, ready for TrackEval.

Detections are the public YOLOX ones; of each sequence the second half is annotated (val-half).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vision_service.models.detections import Array, Detections
from vision_service.tracking.assignment import assign
from vision_service.tracking.motchallenge import confirmed_rows, follow, group_detections, read_table
from vision_service.tracking.overlap import overlaps
from vision_service.tracking.tracker import Tracker

RATES = {'MOT17-02': 30.0, 'MOT17-05': 14.0, 'MOT17-09': 30.0, 'MOT17-10': 30.0}
SLOWER = {'full': 1, 'third': 3, 'sixth': 6}
PEDESTRIAN, DISTRACTORS = 1, (2, 7, 8, 12)  # MOT17's classes; who sits, rides or is a statue counts for nothing


@dataclass(frozen=True, slots=True)
class Sequence:
    """One sequence at one rate; frames are renumbered from 1."""

    name: str
    rate: float
    truth: Array
    detections: dict[int, Detections]


def sequences(data: Path, step: int) -> Iterator[Sequence]:
    """Those of RATES that are there; 14 pictures a second are thinned half as much as 30."""
    for name, rate in RATES.items():
        truth = read_table(next((data / 'mot' / 'MOT17-val' / f'{name}-FRCNN').rglob('gt.txt')))
        found = read_table(data / 'mot' / 'MOT17-val-yolox' / f'{name}.txt')
        skipped = int(found[:, 0].max() - truth[:, 0].max())
        found = found[found[:, 0] > skipped] - ([skipped] + [0] * (found.shape[1] - 1))
        thin = max(round(step * rate / 30.0), 1)
        yield Sequence(name, rate / thin, _thinned(truth, thin), group_detections(_thinned(found, thin)))


def track_all(chosen: list[Sequence]) -> tuple[list[Array], float]:
    """Our tracker with its defaults: rows of frame, id, x, y, w, h per sequence, and pictures per CPU second."""
    rows, spent, pictures = [], 0.0, 0
    for sequence in chosen:
        began = time.process_time()
        tracks = list(follow(sequence.detections, Tracker(), fps=sequence.rate))
        spent, pictures = spent + time.process_time() - began, pictures + len(tracks)
        rows.append(np.array(confirmed_rows(tracks)))
    return rows, pictures / spent


def _thinned(table: Array, step: int) -> Array:
    kept = table[(table[:, 0] - 1) % step == 0].copy()
    kept[:, 0] = (kept[:, 0] - 1) // step + 1
    return kept


def compared(truth: Array, rows: Array) -> dict[str, Any]:
    """What TrackEval's metrics take: both sides frame by frame with their overlaps.

    Tracks on distractors are taken out first (MOT17's own rule).
    """
    people, tracks, shared = [], [], []
    for frame in np.unique(truth[:, 0]):
        true, mine = truth[truth[:, 0] == frame], rows[rows[:, 0] == frame]
        both = overlaps(_corners(true), _corners(mine))
        paired, with_whom = assign(1.0 - both, 0.5)
        wrong = with_whom[np.isin(true[paired, 7], DISTRACTORS)]
        kept = np.setdiff1d(np.arange(len(mine)), wrong)
        counted = (true[:, 6] != 0) & (true[:, 7] == PEDESTRIAN)
        people.append(true[counted, 1].astype(int))
        tracks.append(mine[kept, 1].astype(int))
        shared.append(both[np.ix_(counted, kept)])
    return _numbered(people, tracks) | {'similarity_scores': shared, 'num_timesteps': len(shared)}


def _numbered(people: list[Array], tracks: list[Array]) -> dict[str, Any]:
    """Numbers from 0 without gaps, as TrackEval wants them."""
    found: dict[str, Any] = {}
    for name, ids in (('gt', people), ('tracker', tracks)):
        known = {number: index for index, number in enumerate(np.unique(np.concatenate(ids)).tolist())}
        found[f'{name}_ids'] = [np.array([known[each] for each in frame], dtype=int) for frame in ids]
        found[f'num_{name}_ids'] = len(known)
        found[f'num_{name}_dets'] = sum(map(len, ids))
    return found


def _corners(rows: Array) -> Array:
    return np.concatenate((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]), axis=1)
