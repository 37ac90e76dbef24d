"""The one verb of every engine, and the file it is given."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Batch = NDArray[np.float32]


class Engine(Protocol):
    """Runs one network on this machine; not to be shared between threads."""

    name: str

    def run(self, batch: Batch) -> list[NDArray[Any]]:
        """The network's outputs for `(n, …)` inputs, any n from 0 up, in the order of the file."""
        ...


@dataclass(frozen=True, slots=True)
class Network:
    """A network as files of the same function: `plain` in float32, and perhaps one in INT8."""

    plain: Path
    int8: Path | None = None

    def file(self, precision: str) -> Path | None:
        return self.int8 if precision == 'int8' else self.plain


def in_pieces(batch: Batch, size: int) -> list[tuple[Batch, int]]:
    """The batch cut to pieces of exactly `size`, the last filled up with zeros, and how many rows of each are real."""
    pieces = []
    for start in range(0, len(batch), size):
        piece = batch[start : start + size]
        real = len(piece)
        if real < size:
            piece = np.concatenate((piece, np.zeros((size - real, *batch.shape[1:]), batch.dtype)))
        pieces.append((np.ascontiguousarray(piece), real))
    return pieces
