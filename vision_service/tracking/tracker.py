"""The tracker: two passes of association, confirmed tracks only, memory bounded by time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array, Detections
from vision_service.tracking.assignment import assign
from vision_service.tracking.motion import Motion, PictureMotion

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerSettings:
    """Times are seconds of the stream, so a slow camera and a fast one behave alike."""

    starting: float = 0.6  # detections at or above this start tracks where nobody claims them
    certain: float = 0.6  # these are paired first
    doubtful: float = 0.1  # below this a detection is noise
    first_limit: float = 0.85
    second_limit: float = 0.6
    tentative_limit: float = 0.7
    confirmations: int = 2
    tentative_memory_s: float = 0.25
    memory_s: float = 1.5
    most_tracks: int = 2000


@dataclass(frozen=True, slots=True)
class Tracks:
    """The tracks seen in one picture. Only `confirmed` ones are people to anyone outside.

    `boxes` are the detections as they came, `feet` the filtered foot points: a foot that jitters over a line is no
    crossing. `metres` are the feet on the floor plan, None where the camera is not calibrated.
    """

    ids: NDArray[np.int64]
    boxes: Array
    feet: Array
    scores: Array
    confirmed: Flags
    metres: Array | None = None

    def __len__(self) -> int:
        return len(self.ids)


class Tracker:
    """Gives every detection the number of its person; numbers rise from 1 and are never used twice."""

    def __init__(
        self, motion: Motion | None = None, settings: TrackerSettings | None = None, *, first_id: int = 1
    ) -> None:
        self._motion: Motion = motion or PictureMotion()
        self._settings = settings or TrackerSettings()
        self._ids: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._hits: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._seen_at: Array = np.empty(0)
        self._free: Flags = np.empty(0, dtype=np.bool_)  # not yet paired in this picture
        self.next_id = first_id
        self._at: float | None = None

    def update(self, detections: Detections, at: float) -> Tracks:
        """Takes the picture's detections at stream second `at`; answers the tracks seen in it.

        A clock that stands still or jumps back moves nobody; it does not undo what was seen.
        """
        self._advance(at)
        self._free = np.ones(len(self._ids), dtype=np.bool_)
        useful = detections.scores >= self._settings.doubtful
        if not useful.all():
            detections = detections.chosen(useful)
        place = self._associate(detections)
        self._start(detections, place)
        seen = self._visible(detections, place)
        self._forget()
        return seen

    @property
    def alive(self) -> NDArray[np.int64]:
        """Numbers of all tracks still remembered, seen now or not."""
        return self._ids

    def _advance(self, at: float) -> None:
        if self._at is not None and at > self._at:
            self._motion.predict(at - self._at)
        self._at = at if self._at is None else max(at, self._at)

    def _associate(self, detections: Detections) -> Places:
        """The row of the track that claims each detection, -1 where none does."""
        place = np.full(len(detections), -1)
        sure = detections.scores >= self._settings.certain
        known = self._hits >= self._settings.confirmations
        self._pair(known, sure, detections, place, self._settings.first_limit)
        if not sure.all():
            recent = known & (self._seen_at >= self._now - self._settings.tentative_memory_s)
            self._pair(recent, ~sure, detections, place, self._settings.second_limit)
        if not known.all():
            self._pair(~known, sure, detections, place, self._settings.tentative_limit)
        return place

    def _pair(self, tracks: Flags, wanted: Flags, detections: Detections, place: Places, limit: float) -> None:
        rows = (tracks & self._free).nonzero()[0]
        columns = (wanted & (place < 0)).nonzero()[0]
        if not len(rows) or not len(columns):
            return
        open_ones = detections if len(columns) == len(detections) else detections.chosen(columns)
        first, second = assign(self._motion.cost(rows, open_ones), limit)
        if not len(first):
            return
        matched = rows[first]
        self._motion.correct(matched, open_ones.chosen(second))
        place[columns[second]] = matched
        self._free[matched] = False
        self._hits[matched] += 1
        self._seen_at[matched] = self._now

    def _start(self, detections: Detections, place: Places) -> None:
        fresh = (place < 0) & (detections.scores >= self._settings.starting)
        room = max(self._settings.most_tracks - len(self._ids), 0)
        chosen = fresh.nonzero()[0][:room]
        if not len(chosen):
            return
        place[chosen] = np.arange(len(self._ids), len(self._ids) + len(chosen))
        numbers = np.arange(self.next_id, self.next_id + len(chosen), dtype=np.int64)
        self.next_id += len(chosen)
        self._motion.add(detections.chosen(chosen))
        self._ids = np.concatenate((self._ids, numbers))
        self._hits = np.concatenate((self._hits, np.ones(len(chosen), dtype=np.int64)))
        self._seen_at = np.concatenate((self._seen_at, np.full(len(chosen), self._now)))

    def _forget(self) -> None:
        age = self._now - self._seen_at
        if not (age > self._settings.tentative_memory_s).any():
            return
        known = self._hits >= self._settings.confirmations
        keep = age <= np.where(known, self._settings.memory_s, self._settings.tentative_memory_s)
        if keep.all():
            return
        self._motion.keep(keep)
        self._ids, self._hits, self._seen_at = self._ids[keep], self._hits[keep], self._seen_at[keep]

    def _visible(self, detections: Detections, place: Places) -> Tracks:
        owned = place >= 0
        if not owned.all():
            detections, place = detections.chosen(owned), place[owned]
        metres = self._motion.metres
        return Tracks(
            self._ids[place],
            detections.boxes,
            self._motion.feet[place],
            detections.scores,
            self._hits[place] >= self._settings.confirmations,
            None if metres is None else metres[place],
        )

    @property
    def _now(self) -> float:
        return self._at or 0.0
