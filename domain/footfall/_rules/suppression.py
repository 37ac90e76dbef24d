"""Small cells (FT-R14): fewer than ten people are not shown, and not to be found by subtraction from totals either.

Row and column totals are public, so a lone hidden cell could be computed. Each small cell is therefore hidden as one
corner of a rectangle of hidden cells: people can be moved round the rectangle without changing any total, so the
totals cannot tell how many were where, and leave it possible that there were ten or more. The rectangle hides as few
people beside the small cell as possible. Where no rectangle exists, the totals themselves are withheld.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

THRESHOLD = 10

Cell = tuple[int, int]
_NEVER = np.iinfo(np.int64).max // 8


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Which cells are hidden (empty ones among them, as corners), and whether the totals may be shown."""

    hidden: frozenset[Cell]
    shows_totals: bool


def suppress(counts: Mapping[Cell, int], *, threshold: int = THRESHOLD) -> Suppressed:
    """Chooses the cells to hide among the counts of (origin, target)."""
    origins = {origin: place for place, origin in enumerate(sorted({origin for origin, _ in counts}))}
    targets = {target: place for place, target in enumerate(sorted({target for _, target in counts}))}
    table = np.zeros((len(origins), len(targets)), dtype=np.int64)
    for (origin, target), count in counts.items():
        table[origins[origin], targets[target]] = count
    hidden, is_safe = _choose(table, threshold)
    return Suppressed(
        hidden=frozenset((o, t) for o, row in origins.items() for t, column in targets.items() if hidden[row, column]),
        shows_totals=is_safe,
    )


def _choose(table: npt.NDArray[np.int64], threshold: int) -> tuple[npt.NDArray[np.bool_], bool]:
    small = (table > 0) & (table < threshold)
    hidden = small.copy()
    is_safe = True
    for row, column in np.argwhere(small):
        corners = _cheapest_rectangle(table, hidden, int(row), int(column), threshold)
        if corners is None:
            is_safe = False
            continue
        for corner in corners:
            hidden[corner] = True
    return hidden, is_safe


def _cheapest_rectangle(
    table: npt.NDArray[np.int64], hidden: npt.NDArray[np.bool_], row: int, column: int, threshold: int
) -> list[Cell] | None:
    """The other three corners of the rectangle that hides the fewest people more.

    The two neighbours must be able to give what raises the small cell to the threshold, or the totals bound it below.
    """
    loss = np.where(hidden, 0, table)
    spare = threshold - table[row, column]
    beside = np.where(table[row, :] >= spare, loss[row, :], _NEVER)
    above = np.where(table[:, column] >= spare, loss[:, column], _NEVER)
    cost = loss + beside[np.newaxis, :] + above[:, np.newaxis]
    cost[row, :] = cost[:, column] = 4 * _NEVER
    if cost.size == 0 or cost.min() >= _NEVER:
        return None
    other_row, other_column = (int(place) for place in np.unravel_index(int(cost.argmin()), cost.shape))
    return [(row, other_column), (other_row, column), (other_row, other_column)]
