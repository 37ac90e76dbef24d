"""How well people are found in real pictures: average precision against annotated boxes, and pictures a second."""

import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from vision_service.evaluation.pets import SHRINK
from vision_service.models.detections import Array, Detections, Detector, Image
from vision_service.tracking.overlap import overlaps

EVERY = 10
"""Of the clip's pictures: neighbours show the same."""


@dataclass(frozen=True, slots=True)
class Precision:
    """`average` is the area under precision over recall; `f1` the best of all thresholds, met at `threshold`."""

    average: float
    f1: float
    recall: float
    precision: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a detector said of a clip, beside what was there, and how fast it was."""

    truth: list[Array]
    people: list[Detections]
    pictures_per_cpu_second: float
    pictures_per_second: float


def find(detector: Detector, clip: Path, boxes: dict[int, Array], every: int = EVERY) -> Found:
    """Every tenth picture; reading them is not in the time. The first pictures warm the detector up."""
    pictures = [(number, image) for number, image in _pictures(clip) if number % every == 0]
    for _, image in pictures[:3]:
        detector.detect(image)
    began, cpu = time.perf_counter(), time.process_time()
    people = [detector.detect(image) for _, image in pictures]
    cpu, took = time.process_time() - cpu, time.perf_counter() - began
    truth = [boxes.get(number, np.empty((0, 4))) for number, _ in pictures]
    return Found(truth, people, len(pictures) / cpu, len(pictures) / took)


def pets_boxes(path: Path) -> dict[int, Array]:
    """Annotated corner boxes in pixels of the clip, by picture."""
    found: dict[int, list[tuple[float, ...]]] = {}
    for frame in ElementTree.parse(path).getroot().iter('frame'):  # noqa: S314 - a file of ours, not of strangers
        rows = found.setdefault(int(frame.get('number', '0')), [])
        for person in frame.iter('object'):
            x, y, w, h = (float(person[0].attrib[key]) for key in ('xc', 'yc', 'w', 'h'))
            rows.append((x - w / 2, y - h / 2, x + w / 2, y + h / 2))
    return {number: np.array(rows).reshape(-1, 4) * SHRINK for number, rows in found.items()}


def precision_at(found: Found, least_overlap: float) -> Precision:
    """The surest box takes the annotated one it overlaps most, if nobody has it yet; all points are interpolated."""
    marks = [_marked(people, truth, least_overlap) for people, truth in zip(found.people, found.truth, strict=True)]
    scores = np.concatenate([each.scores for each in found.people])
    hits = np.concatenate(marks)
    people = sum(len(each) for each in found.truth)
    order = np.argsort(-scores, kind='stable')
    right = np.cumsum(hits[order])
    if not len(right) or not people:
        return Precision(0.0, 0.0, 0.0, 0.0, 1.0)
    recall, precision = right / people, right / np.arange(1, len(right) + 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    best = int(f1.argmax())
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    average = float(np.sum(np.diff(np.concatenate(([0.0], recall))) * envelope))
    return Precision(average, float(f1[best]), float(recall[best]), float(precision[best]), float(scores[order][best]))


def _marked(people: Detections, truth: Array, least_overlap: float) -> np.ndarray:
    """Which of the boxes are people, in their own order."""
    hits = np.zeros(len(people), dtype=bool)
    free = np.ones(len(truth), dtype=bool)
    shared = overlaps(people.boxes, truth)
    for row in np.argsort(-people.scores, kind='stable').tolist():
        fit = np.where(free, shared[row], 0.0)
        if fit.size and fit.max() >= least_overlap:
            free[int(fit.argmax())] = False
            hits[row] = True
    return hits


def _pictures(clip: Path) -> Iterable[tuple[int, Image]]:
    reader = cv2.VideoCapture(str(clip))
    number = 0
    while True:
        good, image = reader.read()
        if not good:
            break
        yield number, image
        number += 1
    reader.release()
