"""Small cells (FT-R14): fewer than ten people are not told, nor left to be found by subtraction in a row or column."""

from collections import Counter
from collections.abc import Mapping

LEAST = 10

Cell = tuple[str, str]


def hidden_cells(counts: Mapping[Cell, int], *, least: int = LEAST) -> set[Cell]:
    """The small cells, and beside each that stands alone in its row or column the smallest of its neighbours.

    NOTE: whoever knows how many left the clinic and how many of them went everywhere else would know the last cell;
    two hidden ones in every such row and column leave only their sum.
    """
    hidden = {cell for cell, count in counts.items() if 0 < count < least}
    while True:
        more = _companions(counts, hidden)
        if not more:
            return hidden
        hidden |= more


def _companions(counts: Mapping[Cell, int], hidden: set[Cell]) -> set[Cell]:
    more: set[Cell] = set()
    for axis in (0, 1):
        alone = [line for line, number in Counter(cell[axis] for cell in hidden).items() if number == 1]
        for line in alone:
            beside = [cell for cell, count in counts.items() if cell[axis] == line and cell not in hidden and count]
            if beside:
                more.add(min(beside, key=lambda cell: (counts[cell], cell)))
    return more
