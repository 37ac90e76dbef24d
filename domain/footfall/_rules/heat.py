"""Heat in floor metres: every device's grid is laid over one grid of one-metre cells; person-seconds are conserved."""

import math
from collections.abc import Iterable, Iterator

CELL_M = 1.0


def to_floor_grid(cells: Iterable[tuple[int, int, float]], cell_m: float) -> Iterator[tuple[int, int, float]]:
    """A device's cells as cells of the floor's grid. Coarse cells are spread, fine ones gathered."""
    if cell_m <= CELL_M:
        for ix, iy, seconds in cells:
            yield _metre(ix, cell_m), _metre(iy, cell_m), seconds
        return
    width = max(1, round(cell_m / CELL_M))
    for ix, iy, seconds in cells:
        left, bottom = round(ix * cell_m), round(iy * cell_m)
        for dx in range(width):
            for dy in range(width):
                yield left + dx, bottom + dy, seconds / (width * width)


def _metre(index: int, cell_m: float) -> int:
    return math.floor((index + 0.5) * cell_m / CELL_M)
