"""How well people are known again on another camera: rank-1 and mAP over crops and over tracklets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.evaluation.intervals import wilson
from vision_service.models.detections import Image
from vision_service.tracking.association.tones import Tone

SEEDS, FOLDS = 10, 5


@dataclass(frozen=True, slots=True)
class Crops:
    """Pictures with who is on them and which camera took them."""

    pictures: list[Image]
    people: NDArray[np.int64]
    cameras: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trial:
    """Everybody's vectors, treated alike, and the people who are asked about in them."""

    vectors: NDArray[np.float32]
    people: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Known:
    """Shares in per cent, and the 95 % interval of rank-1."""

    rank_1: float
    mean_precision: float
    queries: int
    between: tuple[float, float]


def read_pku(folder: Path) -> Crops:
    """`PERSON/0C_O.png`: camera C, orientation O."""
    files = sorted(folder.glob('*/*.png'))
    names = sorted({each.parent.name for each in files})
    pictures = [cv2.imread(str(each)) for each in files]
    people = np.array([names.index(each.parent.name) for each in files])
    return Crops(pictures, people, np.array([int(each.stem.split('_')[0]) for each in files]))


def tracklets(vectors: NDArray[np.float32], crops: Crops) -> tuple[NDArray[np.float32], Crops]:
    """One unit vector a person and camera: the mean of the person's pictures there."""
    keys = np.unique(np.column_stack((crops.people, crops.cameras)), axis=0)
    rows = [vectors[(crops.people == person) & (crops.cameras == camera)].mean(0) for person, camera in keys]
    means = np.array(rows)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return means, Crops([], keys[:, 0], keys[:, 1])


def known_again(vectors: NDArray[np.float32], crops: Crops) -> Known:
    """Every picture asks for its person among the pictures of the other cameras, both ways."""
    return known_in([Trial(vectors, np.unique(crops.people))], crops)


def known_in(trials: Sequence[Trial], crops: Crops, *, by_track: bool = False) -> Known:
    """The mean over the trials; each asks for its own people among everybody, by single pictures or by tracklets."""
    firsts: list[bool] = []
    precisions: list[float] = []
    for trial in trials:
        seen, whose = tracklets(trial.vectors, crops) if by_track else (trial.vectors, crops)
        for right in _answers(seen, whose, trial.people):
            places = np.flatnonzero(right) + 1
            firsts.append(bool(right[0]))
            precisions.append(float(np.mean(np.arange(1, len(places) + 1) / places)))
    share, asked = sum(firsts) / len(firsts), len(firsts) // _rounds(trials, crops)
    return Known(100 * share, 100 * float(np.mean(precisions)), asked, wilson(round(share * asked), asked))


def _answers(vectors: NDArray[np.float32], crops: Crops, people: NDArray[np.int64]) -> Iterator[NDArray[np.bool_]]:
    """For each picture of these people: which of the other cameras' pictures, likest first, show the same person."""
    likeness = vectors @ vectors.T
    for row in np.flatnonzero(np.isin(crops.people, people)):
        others = np.flatnonzero(crops.cameras != crops.cameras[row])
        order = others[np.argsort(-likeness[row, others], kind='stable')]
        right = crops.people[order] == crops.people[row]
        if right.any():
            yield right


def _rounds(trials: Sequence[Trial], crops: Crops) -> int:
    """How often everybody is asked about."""
    return max(1, sum(len(trial.people) for trial in trials) // len(np.unique(crops.people)))


def adapted(vectors: NDArray[np.float32], crops: Crops, *, seeds: int = SEEDS, folds: int = FOLDS) -> list[Trial]:
    """Each fold's people asked for with tones that the other folds taught.

    One trial's tones are taken out of everybody alike: with tones of their own, strangers of other folds would look
    less alike for that reason alone.
    """
    trials = []
    for seed in range(seeds):
        fold = _folds(crops, seed, folds)
        for each in range(folds):
            taught = dict.fromkeys(_cameras(crops), fold != each)
            trials.append(Trial(_without(vectors, crops, taught), np.unique(crops.people[fold == each])))
    return trials


def adapted_apart(vectors: NDArray[np.float32], crops: Crops, *, seeds: int = SEEDS, folds: int = FOLDS) -> list[Trial]:
    """As `adapted`, but no two cameras learned from the same person: a site whose cameras share nobody."""
    trials = []
    for seed in range(seeds):
        fold, group = _folds(crops, seed, folds), _folds(crops, seed + 1000, len(_cameras(crops)))
        for each in range(folds):
            taught = {camera: (fold != each) & (group == row) for row, camera in enumerate(_cameras(crops))}
            trials.append(Trial(_without(vectors, crops, taught), np.unique(crops.people[fold == each])))
    return trials


def adapted_to_itself(vectors: NDArray[np.float32], crops: Crops) -> list[Trial]:
    """Transductive: the tones are learned from the very tracks that are asked about, as on the evening of a day."""
    everybody = np.ones(len(vectors), dtype=bool)
    taught = dict.fromkeys(_cameras(crops), everybody)
    return [Trial(_without(vectors, crops, taught), np.unique(crops.people))]


def as_it_is(vectors: NDArray[np.float32], crops: Crops) -> list[Trial]:
    """Nothing adapted."""
    return [Trial(vectors, np.unique(crops.people))]


def _without(vectors: NDArray[np.float32], crops: Crops, taught: dict[int, NDArray[np.bool_]]) -> NDArray[np.float32]:
    plain = np.empty_like(vectors)
    for camera, lesson in taught.items():
        here = crops.cameras == camera
        tone = Tone.of(vectors[here & lesson].astype(np.float64), crops.people[here & lesson])
        plain[here] = tone.without(vectors[here])
    return plain


def _cameras(crops: Crops) -> list[int]:
    return [int(each) for each in np.unique(crops.cameras)]


def _folds(crops: Crops, seed: int, folds: int) -> NDArray[np.int64]:
    """Each picture's fold: its person's."""
    people = np.unique(crops.people)
    order = np.random.default_rng(seed).permutation(len(people))
    return np.asarray(order[np.searchsorted(people, crops.people)] % folds)
