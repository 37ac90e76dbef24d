"""Looks of people held in memory and searched by likeness: exact, bounded, and forgotten all at once.

Vectors never reach a disk: when the business day ends `forget_all` overwrites them, and nobody can be found again.
"""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]

PIECE = 8192
"""Rows that are compared at once: their likenesses to a batch of queries stay within the processor's cache."""


class Gallery:
    """Unit vectors with the number of their person; the oldest give way when it is full."""

    def __init__(self, size: int, *, capacity: int = 200_000) -> None:
        if size < 1 or capacity < 1:
            raise ValueError('size and capacity are at least 1')
        self._vectors = np.zeros((min(1024, capacity), size), np.float32)
        self._people = np.zeros(len(self._vectors), np.int64)
        self._capacity = capacity
        self._next = 0
        self._held = 0

    def __len__(self) -> int:
        return self._held

    def add(self, people: Numbers, vectors: Vectors) -> None:
        """Takes in one vector a person number; a vector without length or not finite is an error.

        :raises ValueError: shapes do not fit, or a vector says nothing.
        """
        rows = self._checked(vectors)
        if np.shape(people) != (len(rows),):
            raise ValueError(f'{np.shape(people)} people for {len(rows)} vectors')
        rows, people = rows[-self._capacity :], np.asarray(people, np.int64)[-self._capacity :]
        self._grow(self._held + len(rows))
        places = (self._next + np.arange(len(rows))) % len(self._vectors)
        self._vectors[places], self._people[places] = rows, people
        self._next = int((self._next + len(rows)) % len(self._vectors))
        self._held = min(self._held + len(rows), len(self._vectors))

    def search(self, queries: Vectors, count: int) -> tuple[Numbers, Vectors]:
        """Numbers and cosines `(n, count)` of the likest, best first; fewer columns when fewer are held.

        :raises ValueError: as `add`.
        """
        asked = self._checked(queries)
        count = min(count, self._held)
        likest = np.full((len(asked), count), -np.inf, np.float32)
        places = np.zeros((len(asked), count), np.int64)
        if count == 0:
            return places, likest
        for start in range(0, self._held, PIECE):
            likeness = asked @ self._vectors[start : min(start + PIECE, self._held)].T
            _keep_best(likeness, start, likest, places)
        order = np.argsort(-likest, axis=1, kind='stable')
        places = np.take_along_axis(places, order, axis=1)
        return self._people[places], np.take_along_axis(likest, order, axis=1)

    def forget_all(self) -> None:
        """Overwrites every vector."""
        self._vectors.fill(0)
        self._people.fill(0)
        self._next = self._held = 0

    def _checked(self, vectors: Vectors) -> Vectors:
        rows = np.asarray(vectors, np.float32)
        if rows.ndim != 2 or rows.shape[1] != self._vectors.shape[1]:
            raise ValueError(f'vectors {rows.shape} do not fit a gallery of {self._vectors.shape[1]}')
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or (lengths < 1e-9).any():
            raise ValueError('a vector is not finite or has no length')
        return np.asarray(rows / lengths, np.float32)

    def _grow(self, wanted: int) -> None:
        size = len(self._vectors)
        if wanted <= size or size == self._capacity:
            return
        grown = min(max(2 * size, wanted), self._capacity)
        self._vectors = np.concatenate((self._vectors, np.zeros((grown - size, self._vectors.shape[1]), np.float32)))
        self._people = np.concatenate((self._people, np.zeros(grown - size, np.int64)))
        self._next = self._held  # it never wrapped: it only wraps at full capacity


def _keep_best(likeness: Vectors, start: int, likest: Vectors, places: Numbers) -> None:
    """Lets what is liker than the worst kept so far into `likest` and `places`, in place.

    After the first pieces few rows have anything better, so most of the work is the comparison alone.
    """
    count = likest.shape[1]
    better = np.flatnonzero(likeness.max(axis=1) > likest.min(axis=1))
    if len(better) == 0:
        return
    some = likeness[better]
    few = min(count, some.shape[1])
    best = np.argpartition(-some, few - 1, axis=1)[:, :few]
    scores = np.concatenate((likest[better], np.take_along_axis(some, best, axis=1)), axis=1)
    rows = np.concatenate((places[better], best + start), axis=1)
    kept = np.argpartition(-scores, count - 1, axis=1)[:, :count]
    likest[better] = np.take_along_axis(scores, kept, axis=1)
    places[better] = np.take_along_axis(rows, kept, axis=1)
