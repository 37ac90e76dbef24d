"""How a camera colours everybody's looks, learned from a site's own tracks without anybody's name, and taken out again.

Each camera's light and angle move and stretch all vectors alike. Their mean and spread over many tracks say how; taken
out, two cameras' vectors can be compared. What is kept is of the camera, over many people at once, and of nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vision_service.contracts import Observation
from vision_service.errors import ConfigurationInvalid
from vision_service.models.detections import Array

LEAST_TRACKS = 20  # of fewer, one person's looks would still be seen in the mean
EVEN = 0.03  # how much of an even spread is mixed in: what was never seen to differ must not count most


@dataclass(frozen=True, slots=True)
class Tone:
    """Of one camera: the usual look, and what makes the spread about it the same in every direction."""

    mean: Array
    evening: Array

    @classmethod
    def of(cls, looks: Array, tracks: NDArray[np.int64]) -> Self:
        """From vectors `(n, size)` and the track of each; every track counts the same, however long it was.

        :raises ConfigurationInvalid: for fewer than `LEAST_TRACKS` tracks
        """
        _, which, lengths = np.unique(tracks, return_inverse=True, return_counts=True)
        if len(lengths) < LEAST_TRACKS:
            raise ConfigurationInvalid(
                f'{len(lengths)} tracks with looks are too few to learn a camera from.',
                f'Give at least {LEAST_TRACKS} of each camera.',
            )
        weights = 1 / (lengths[which] * len(lengths))
        return cls.from_moments(weights @ looks, (looks * weights[:, None]).T @ looks)

    @classmethod
    def from_moments(cls, mean: Array, second: Array) -> Self:
        """From the mean `(n,)` of all tracks' looks and of their products with themselves `(n, n)`."""
        spread = second - np.outer(mean, mean)
        size = len(spread)
        spread += max(EVEN * np.trace(spread) / size, 1e-9) * np.eye(size)
        values, axes = np.linalg.eigh(spread)
        return cls(mean, np.asarray((axes * values**-0.5) @ axes.T))

    def without(self, looks: Array) -> Array:
        """Unit vectors with the camera taken out."""
        plain = (looks - self.mean) @ self.evening
        return np.asarray(plain / np.maximum(np.linalg.norm(plain, axis=-1, keepdims=True), 1e-9))


class Tones:
    """The tones of a site's cameras, by the cameras' names."""

    def __init__(self, tones: Mapping[str, Tone]) -> None:
        self._tones = dict(tones)

    @property
    def cameras(self) -> frozenset[str]:
        return frozenset(self._tones)

    @classmethod
    def learned(cls, observations: Iterable[Observation]) -> Self:
        """From everything the cameras saw; a camera with too few tracks is left out."""
        seen: dict[str, list[tuple[int, Sequence[float]]]] = {}
        for each in observations:
            if each.embedding and each.track is not None:
                seen.setdefault(str(each.camera), []).append((each.track, each.embedding))
        enough = {name: rows for name, rows in seen.items() if len({track for track, _ in rows}) >= LEAST_TRACKS}
        return cls({name: _tone(rows) for name, rows in enough.items()})

    def replaced_by(self, others: 'Tones') -> 'Tones':
        """These, with those of the cameras that the others know."""
        return Tones(self._tones | others._tones)

    def without(self, cameras: Sequence[str], looks: Array) -> Array:
        """Looks with their cameras taken out.

        A camera that is not known, or whose vectors have another size, gives none: what is left of its light in them
        is more than what tells two people apart. Rows without a look stay so.
        """
        plain = np.zeros_like(looks)
        for row, name in enumerate(cameras):
            tone = self._tones.get(name)
            if tone is not None and len(tone.mean) == looks.shape[1] and looks[row].any():
                plain[row] = tone.without(looks[row])
        return plain

    def save(self, path: Path) -> None:
        """Writes the file whole or leaves the old one."""
        parts = {f'mean/{name}': each.mean for name, each in self._tones.items()}
        parts |= {f'evening/{name}': each.evening for name, each in self._tones.items()}
        fresh = path.with_suffix('.new')
        with fresh.open('wb') as file:
            np.savez_compressed(file, **{name: part.astype(np.float32) for name, part in parts.items()})
        fresh.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """:raises ConfigurationInvalid: when it is no such file"""
        try:
            with np.load(path, allow_pickle=False) as kept:
                names = [name.removeprefix('mean/') for name in kept.files if name.startswith('mean/')]
                return cls({name: Tone(kept[f'mean/{name}'], kept[f'evening/{name}']) for name in names})
        except (OSError, ValueError, KeyError) as error:
            raise ConfigurationInvalid(f'{path} holds no tones of cameras: {error}.', 'Learn them again.') from error


def _tone(rows: list[tuple[int, Sequence[float]]]) -> Tone:
    looks = np.array([look for _, look in rows], dtype=np.float64)
    looks /= np.maximum(np.linalg.norm(looks, axis=1, keepdims=True), 1e-9)
    return Tone.of(looks, np.array([track for track, _ in rows]))
