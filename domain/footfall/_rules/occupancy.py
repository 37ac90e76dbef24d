"""How many are inside (FT-R8): from nothing at the cut-off, never below zero, with the doors' drift taken out.

Counters miss people, and not equally in both directions. What is left over at close (in − out) is drift, not people
who stay the night: the next day starts from nothing, and a reconstruction scales the outs so that the day ends empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

LEAST_SCALE, GREATEST_SCALE = 0.8, 1.25  # beyond this a door is broken, and scaling would only hide it
LEAST_PEOPLE = 50  # a day with fewer says nothing about drift


@dataclass(frozen=True, slots=True)
class Inside:
    """Occupancy along a day: at its end, and at its peak."""

    now: float
    peak: float
    peak_index: int | None
    path: tuple[float, ...]


def out_scale(ins: int, outs: int) -> float:
    """The factor that makes a closed day's outs equal its ins; 1 where nobody left or came."""
    return ins / outs if ins > 0 and outs > 0 else 1.0


def learnt_scale(closed_days: Sequence[tuple[int, int]]) -> float:
    """The correction for a running day: the median of recent days' (ins, outs), within what is plausible."""
    scales = [out_scale(ins, outs) for ins, outs in closed_days if min(ins, outs) >= LEAST_PEOPLE]
    return min(GREATEST_SCALE, max(LEAST_SCALE, median(scales))) if scales else 1.0


def follow(flow: Sequence[tuple[int, int]], *, scale: float = 1.0) -> Inside:
    """Walks through (ins, outs) per bucket from an empty house; nobody can leave who is not there."""
    inside, path = 0.0, []
    for ins, outs in flow:
        inside = max(0.0, inside + ins - outs * scale)
        path.append(inside)
    peak = max(path, default=0.0)
    return Inside(now=inside, peak=peak, peak_index=path.index(peak) if peak > 0 else None, path=tuple(path))


def reconstruct(flow: Sequence[tuple[int, int]]) -> Inside:
    """A closed day as it must have been: outs scaled so that it ends empty."""
    return follow(flow, scale=out_scale(sum(ins for ins, _ in flow), sum(outs for _, outs in flow)))
