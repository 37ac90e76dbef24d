"""Where people stand and walk, as person-seconds per square metre and minute: what a floor's zone sensor reports."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from integrations.simulator.people import STEP_S, Party

CELL_M = 1.0
SAMPLE_S = 10
SPREAD_M = 0.7  # companions walk beside each other
Cells = tuple[tuple[int, int, float], ...]


def presence_by_minute(parties: Iterable[Party], first_min: int, last_min: int) -> dict[tuple[str, int], Cells]:
    """Person-seconds by cell for each floor and minute of [first, last), sampled every ten seconds."""
    floors: list[str] = []
    rows = _stretches(parties, floors, first_min * 60.0, last_min * 60.0)
    if not len(rows):
        return {}
    ticks, owner = _ticks(rows, first_min * 60.0, last_min * 60.0)
    begun, ended, floor, x0, y0, x1, y1 = rows[owner].T
    part = (ticks - begun) / (ended - begun)
    ix = np.floor((x0 + (x1 - x0) * part) / CELL_M).astype(np.int64)
    iy = np.floor((y0 + (y1 - y0) * part) / CELL_M).astype(np.int64)
    key = ((floor.astype(np.int64) * 2000 + ticks.astype(np.int64) // 60) * 4096 + ix + 1024) * 4096 + iy + 1024
    return _collected(key, floors)


def _stretches(parties: Iterable[Party], floors: list[str], since_s: float, until_s: float) -> NDArray[np.float64]:
    rows = []
    for party in parties:
        for number in range(len(party.people)):
            shift, aside = number * STEP_S, (number % 3 - (len(party.people) > 1)) * SPREAD_M
            for s in party.trip.stretches:
                if s.until_s + shift > since_s and s.from_s + shift < until_s:
                    if s.floor not in floors:
                        floors.append(s.floor)
                    (x0, y0), (x1, y1) = s.start, s.end
                    rows.append((
                        s.from_s + shift, s.until_s + shift, floors.index(s.floor),
                        x0 + aside, y0 + aside, x1 + aside, y1 + aside,
                    ))  # fmt: skip
    return np.array(rows, np.float64).reshape(-1, 7)


def _ticks(rows: NDArray[np.float64], since_s: float, until_s: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The sample moments inside each stretch, and the stretch of each."""
    first = np.ceil(np.maximum(rows[:, 0], since_s) / SAMPLE_S).astype(np.int64)
    last = np.ceil(np.minimum(rows[:, 1], until_s) / SAMPLE_S).astype(np.int64)
    lengths = np.maximum(0, last - first)
    owner = np.repeat(np.arange(len(rows)), lengths)
    begins = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    within = np.arange(int(lengths.sum())) - np.repeat(begins, lengths)
    return (first[owner] + within) * float(SAMPLE_S), owner


def _collected(key: NDArray[np.int64], floors: list[str]) -> dict[tuple[str, int], Cells]:
    cells, counts = np.unique(key, return_counts=True)
    found: dict[tuple[str, int], list[tuple[int, int, float]]] = {}
    for cell, count in zip(cells.tolist(), counts.tolist(), strict=True):
        rest, iy = divmod(cell, 4096)
        rest, ix = divmod(rest, 4096)
        floor, minute = divmod(rest, 2000)
        found.setdefault((floors[floor], minute), []).append((ix - 1024, iy - 1024, float(count * SAMPLE_S)))
    return {place: tuple(square) for place, square in found.items()}
