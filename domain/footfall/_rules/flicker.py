"""What a crossing is (FT-R1): a side held, then the other side held; a flicker across the line is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

_NOBODY = frozenset({'none', 'null', 'nan'})

Side = Literal['outer', 'inner']


@dataclass(frozen=True, slots=True)
class Crossings:
    ins: int
    outs: int


def count_crossings(sides: Iterable[Side], *, hold: int) -> Crossings:
    """Counts the crossings of one track from the side of the line it was seen on, frame by frame.

    Origin and destination must each be held for `hold` frames in a row; shorter runs are flicker and change nothing.
    """
    held = [side for side, run in groupby(sides) if sum(1 for _ in run) >= hold]
    turns = [arrived for left, arrived in pairwise(held) if left != arrived]
    return Crossings(ins=turns.count('inner'), outs=turns.count('outer'))


def is_confirmed(track: str | None) -> bool:
    """Whether a track token names somebody (FT-R2). Trackers mark boxes they are not sure of with -1, 0 or nothing.

    A device without tracking sends None, which is honest; an empty or negative token is an unconfirmed track.
    """
    if track is None:
        return True
    token = track.strip()
    return bool(token) and token[0] != '-' and token.lower() not in _NOBODY
