"""How well people are known again on another camera: rank-1 and mAP over crops and over tracklets."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_service.evaluation.intervals import wilson
from vision_service.models.detections import Image
from vision_service.tracking.association.tones import Tone


@dataclass(frozen=True, slots=True)
class Crops:
    """Pictures with who is on them and which camera took them."""

    pictures: list[Image]
    people: NDArray[np.int64]
    cameras: NDArray[np.int64]


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
    likeness = vectors @ vectors.T
    firsts, precisions = [], []
    for row in range(len(vectors)):
        others = np.flatnonzero(crops.cameras != crops.cameras[row])
        order = others[np.argsort(-likeness[row, others], kind='stable')]
        right = crops.people[order] == crops.people[row]
        places = np.flatnonzero(right) + 1
        if len(places) == 0:
            continue
        firsts.append(bool(right[0]))
        precisions.append(float(np.mean(np.arange(1, len(places) + 1) / places)))
    hits, asked = sum(firsts), len(firsts)
    return Known(100 * hits / asked, 100 * float(np.mean(precisions)), asked, wilson(hits, asked))


def adapted(vectors: NDArray[np.float32], crops: Crops, *, seed: int = 0, folds: int = 5) -> NDArray[np.float32]:
    """Vectors without their cameras' tones, each person's by tones learned from the people of the other folds alone."""
    fold = _folds(crops, seed, folds)
    plain = np.empty_like(vectors)
    for each in range(folds):
        _take_out(plain, vectors, crops, asked=fold == each, taught=dict.fromkeys(_cameras(crops), fold != each))
    return plain


def adapted_apart(vectors: NDArray[np.float32], crops: Crops, *, seed: int = 0, folds: int = 5) -> NDArray[np.float32]:
    """As `adapted`, but no two cameras learned from the same person: a site whose cameras share nobody."""
    fold = _folds(crops, seed, folds)
    group = _folds(crops, seed + 1000, len(_cameras(crops)))
    plain = np.empty_like(vectors)
    for each in range(folds):
        taught = {camera: (fold != each) & (group == row) for row, camera in enumerate(_cameras(crops))}
        _take_out(plain, vectors, crops, asked=fold == each, taught=taught)
    return plain


def adapted_to_itself(vectors: NDArray[np.float32], crops: Crops) -> NDArray[np.float32]:
    """Transductive: the tones are learned from the very tracks that are asked about, as on the evening of a day."""
    everybody = np.ones(len(vectors), dtype=bool)
    plain = np.empty_like(vectors)
    _take_out(plain, vectors, crops, asked=everybody, taught=dict.fromkeys(_cameras(crops), everybody))
    return plain


def _take_out(
    plain: NDArray[np.float32],
    vectors: NDArray[np.float32],
    crops: Crops,
    *,
    asked: NDArray[np.bool_],
    taught: dict[int, NDArray[np.bool_]],
) -> None:
    for camera, lesson in taught.items():
        here = crops.cameras == camera
        tone = Tone.of(vectors[here & lesson].astype(np.float64), crops.people[here & lesson])
        plain[here & asked] = tone.without(vectors[here & asked])


def _cameras(crops: Crops) -> list[int]:
    return [int(each) for each in np.unique(crops.cameras)]


def _folds(crops: Crops, seed: int, folds: int) -> NDArray[np.int64]:
    """Each picture's fold: its person's."""
    people = np.unique(crops.people)
    order = np.random.default_rng(seed).permutation(len(people))
    return np.asarray(order[np.searchsorted(people, crops.people)] % folds)
