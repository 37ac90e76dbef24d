"""Everybody on one floor right now: where they are, how sure, and which cameras' tracks they are."""

import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array
from vision_service.tracking.association.sightings import NOBODY, Sightings, Whole
from vision_service.tracking.kalman import FloorFilter

LOOKS_KEPT = 0.9  # how much of the old looks stays with each new picture


class People:
    """Row n is person n; ids rise and are never used twice."""

    def __init__(self, *, drift: float, speed: float) -> None:
        self.floor = FloorFilter(drift=drift)
        self._speed = speed
        self.ids: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.hits: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.most_cameras: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.born_at: Array = np.empty(0)
        self.seen_at: Array = np.empty(0)
        self.born_in: Array = np.empty((0, 2))
        self.looks: Array | None = None
        self._owner: dict[tuple[int, int], int] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def owners(self, sightings: Sightings) -> NDArray[np.int64]:
        """Who each camera's track was the last time, 0 where that is not known."""
        pairs = zip(sightings.cameras.tolist(), sightings.tracks.tolist(), strict=True)
        return np.array([self._owner.get(pair, 0) for pair in pairs], dtype=np.int64)

    def see(self, rows: Whole, sightings: Sightings, groups: Whole, points: Array, noise: Array) -> None:
        """Person `rows[g]` was seen as group g."""
        self.floor.correct(rows, points, noise)
        self.hits[rows] += 1
        self.seen_at[rows] = sightings.at
        self.most_cameras[rows] = np.maximum(self.most_cameras[rows], np.bincount(groups, minlength=len(rows)))
        self._remember(sightings, self.ids[rows][groups], rows[groups])

    def add(self, ids: NDArray[np.int64], sightings: Sightings, groups: Whole, points: Array, noise: Array) -> None:
        self.floor.add(points, noise, speed=self._speed)
        fresh, before = len(ids), len(self.ids)
        self.ids = np.concatenate((self.ids, ids))
        self.hits = np.concatenate((self.hits, np.ones(fresh, dtype=np.int64)))
        self.most_cameras = np.concatenate((self.most_cameras, np.bincount(groups, minlength=fresh)))
        self.born_at = np.concatenate((self.born_at, np.full(fresh, sightings.at)))
        self.seen_at = np.concatenate((self.seen_at, np.full(fresh, sightings.at)))
        self.born_in = np.concatenate((self.born_in, points))
        if self.looks is not None:
            self.looks = np.concatenate((self.looks, np.zeros((fresh, self.looks.shape[1]))))
        self._remember(sightings, ids[groups], groups + before)

    def keep(self, rows: NDArray[np.bool_]) -> None:
        gone = set(self.ids[~rows].tolist())
        self.floor.keep(rows)
        self.ids, self.hits, self.most_cameras = self.ids[rows], self.hits[rows], self.most_cameras[rows]
        self.born_at, self.seen_at, self.born_in = self.born_at[rows], self.seen_at[rows], self.born_in[rows]
        if self.looks is not None:
            self.looks = self.looks[rows]
        self._owner = {pair: owner for pair, owner in self._owner.items() if owner not in gone}

    def forget_looks(self) -> None:
        """The day is over: nothing of anybody's appearance stays."""
        self.looks = None

    def _remember(self, sightings: Sightings, owners: NDArray[np.int64], rows: Whole) -> None:
        for camera, track, owner in zip(
            sightings.cameras.tolist(), sightings.tracks.tolist(), owners.tolist(), strict=True
        ):
            if track != NOBODY:
                self._owner[camera, track] = owner
        if sightings.looks is not None:
            self._look(rows, sightings.looks)

    def _look(self, rows: Whole, looks: Array) -> None:
        if self.looks is None:
            self.looks = np.zeros((len(self.ids), looks.shape[1]))
        given = looks.any(axis=1)
        for row, look in zip(rows[given].tolist(), looks[given], strict=True):
            mixed = LOOKS_KEPT * self.looks[row] + (1 - LOOKS_KEPT) * look if self.looks[row].any() else look
            self.looks[row] = mixed / max(float(np.linalg.norm(mixed)), 1e-9)
