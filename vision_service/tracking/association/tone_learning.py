"""Learning how a site's cameras colour looks while the service runs: a day teaches, the next day is asked.

Of a camera nothing is kept but sums over its tracks; a track's own looks stay only while it lasts, and are gone with it
or with the day. Sums of fewer tracks than hide a person in the mean are thrown away at the cut-off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from vision_service.contracts import Observation
from vision_service.models.detections import Array
from vision_service.tracking.association.tones import Tone, Tones

LEAST_A_DAY = 50  # tracks; what a day teaches replaces what was known, so it must be worth it
MOST_OF_A_TRACK = 16
PATIENCE_S = 30.0


@dataclass(slots=True)
class _Seen:
    """One track that lasts."""

    at: float
    looks: list[Array] = field(default_factory=list)


@dataclass(slots=True)
class _Sums:
    """One camera over all tracks that ended, every track counting the same."""

    mean: Array
    second: Array
    tracks: int = 0

    def add(self, looks: Array) -> None:
        self.mean += looks.mean(axis=0)
        self.second += looks.T @ looks / len(looks)
        self.tracks += 1


class ToneLearner:
    """One day after the other; used by one thread."""

    def __init__(self, known: Tones) -> None:
        self.known = known
        self._open: dict[tuple[str, int], _Seen] = {}
        self._sums: dict[str, _Sums] = {}

    @property
    def tracks(self) -> Mapping[str, int]:
        """How many tracks each camera has taught today."""
        return {name: sums.tracks for name, sums in self._sums.items()}

    def see(self, at: float, observations: Iterable[Observation]) -> None:
        """Looks of one tick; observations without a look or a track teach nothing."""
        for each in observations:
            if each.embedding and each.track is not None and each.track >= 0:
                seen = self._open.setdefault((str(each.camera), each.track), _Seen(at))
                seen.at = at
                if len(seen.looks) < MOST_OF_A_TRACK:
                    seen.looks.append(_unit(np.asarray(each.embedding, dtype=np.float64)))
        self._close(at - PATIENCE_S)

    def end_day(self) -> Tones:
        """What is known from now on. Everything of the day is forgotten."""
        self._close(np.inf)
        taught = {
            name: Tone.from_moments(sums.mean / sums.tracks, sums.second / sums.tracks)
            for name, sums in self._sums.items()
            if sums.tracks >= LEAST_A_DAY
        }
        self._sums.clear()
        self.known = self.known.replaced_by(Tones(taught))
        return self.known

    def _close(self, before: float) -> None:
        for key in [key for key, seen in self._open.items() if seen.at <= before]:
            looks = np.array(self._open.pop(key).looks)
            size = looks.shape[1]
            sums = self._sums.get(key[0])
            if sums is None or len(sums.mean) != size:  # another embedder: what its vectors said means nothing now
                sums = self._sums[key[0]] = _Sums(np.zeros(size), np.zeros((size, size)))
            sums.add(looks)


def _unit(look: Array) -> Array:
    return np.asarray(look / max(float(np.linalg.norm(look)), 1e-9))
