"""Batches of several pictures of each of several people, and what is done to them while training."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vision_service.training.bank import Bank
from vision_service.training.cameras import Camera
from vision_service.training.doll import Rng


def batches(
    pictures: NDArray[np.uint8], labels: NDArray[np.int64], rng: Rng, *, people: int, each: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """For ever: `people × each` pictures as float RGB planes in 0..1, shaken, with their labels."""
    rows = {label: np.flatnonzero(labels == label) for label in np.unique(labels)}
    known = np.array(list(rows))
    while True:
        chosen = rng.choice(known, min(people, len(known)), replace=False)
        picked = np.concatenate([rng.choice(rows[label], each, replace=len(rows[label]) < each) for label in chosen])
        yield shaken(as_planes(pictures[picked]), rng), torch.from_numpy(labels[picked])


def seen_by_cameras(bank: Bank, rng: Rng, *, people: int, each: int) -> Iterator[tuple[Tensor, Tensor]]:
    """For ever: `people` of the bank, each once by each of `each` cameras that this batch alone has."""
    count, views = bank.figures.shape[:2]
    while True:
        cameras = [Camera.drawn(rng, len(bank.grounds)) for _ in range(each)]
        chosen = rng.choice(count, min(people, count), replace=False)
        taken = [
            camera.takes(rng, mirrored(rng, bank.figures[person, view]), bank)
            for person in chosen
            for camera, view in zip(cameras, rng.permutation(views)[:each], strict=True)
        ]
        yield as_planes(np.array(taken)), torch.from_numpy(np.repeat(chosen, each))


def mirrored(rng: Rng, figure: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return figure if rng.random() < 0.5 else figure[:, ::-1]


def as_planes(pictures: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))).float().div_(255)


def shaken(planes: Tensor, rng: Rng) -> Tensor:
    """Mirrored, shifted, tinted, dimmed and with a hole, each picture by its own dice."""
    count, _, height, width = planes.shape
    for row in range(count):
        if rng.random() < 0.5:
            planes[row] = planes[row].flip(-1)
        planes[row] = planes[row].roll((int(rng.integers(-6, 7)), int(rng.integers(-4, 5))), (-2, -1))
        if rng.random() < 0.3:
            top, left = int(rng.integers(0, height - 24)), int(rng.integers(0, width - 16))
            planes[row, :, top : top + 24, left : left + 16] = float(rng.random())
    tint = torch.from_numpy(rng.normal(1, 0.06, (count, 3, 1, 1)) * rng.uniform(0.75, 1.25, (count, 1, 1, 1)))
    return planes.mul_(tint.float()).clamp_(0, 1)
